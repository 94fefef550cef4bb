"""Why a whole file cannot be read.

    SheetError
    ├── FileUnreadable      not a spreadsheet, damaged, or locked by a password
    ├── FileTooLarge        more bytes, rows or cells than a reader will unpack
    ├── HeaderNotFound      no row names the columns that are needed
    └── HeaderAmbiguous     two columns claim to be the same thing

The name of the file is no fact: people name files after people.
"""

from __future__ import annotations

from points.domain.errors import Refused


class SheetError(Refused):
    """The file as a whole is refused; none of its lines was read."""


class FileUnreadable(SheetError):
    """`reason` is one of: empty, not-a-spreadsheet, unsupported-kind, web-page, password, damaged,
    encoding, open-quote.

    `line` is the physical line where the trouble starts, 0 where none can be named.
    """

    reason: str
    line: int = 0


class FileTooLarge(SheetError):
    """`measure` is one of bytes, unpacked-bytes, rows, columns, cells; `most` is what is allowed."""

    measure: str
    most: int


class HeaderNotFound(SheetError):
    """`missing` names the fields that the best row, `line`, still lacks, or 0 for none."""

    missing: str
    line: int


class HeaderAmbiguous(SheetError):
    """`field` is claimed by every column of `columns`: spreadsheet letters, joined by commas."""

    field: str
    columns: str
    line: int
