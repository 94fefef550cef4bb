"""Bytes to sheets of rows with their physical row numbers, whatever the file calls itself.

The content decides the format, not the name: exports named .xls are text or web pages often enough.
python-calamine reads the workbooks. With `skip_empty_area=False` its rows start at the sheet's first row, so
the place in the list is the physical row (openpyxl says so too, at a tenth of the speed).
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import NamedTuple

import python_calamine as calamine

from points.application.sheets.archive import Limits, check_archive
from points.application.sheets.delimited import read_delimited
from points.application.sheets.errors import FileTooLarge, FileUnreadable
from points.application.sheets.values import Cell, is_blank

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHER_KINDS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"{\\rtf", b"\x1f\x8b")
_NOTHING: frozenset[int] = frozenset()


class Row(NamedTuple):
    """`line` is the physical row, from 1; `inherited` the columns filled from a merged cell further up."""

    line: int
    cells: list[Cell]
    inherited: frozenset[int] = _NOTHING


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    rows: list[Row]


def read_sheets(data: bytes, limits: Limits | None = None) -> list[Sheet]:
    """The visible sheets. Errors: FileUnreadable, FileTooLarge."""
    limits = limits or Limits()
    if len(data) > limits.file_bytes:
        raise FileTooLarge(measure="bytes", most=limits.file_bytes)
    if not data.strip():
        raise FileUnreadable(reason="empty")
    if data.startswith(_ZIP):
        check_archive(data, limits)
        return _workbook(data, limits)
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise FileUnreadable(reason="password")
        return _workbook(data, limits)
    if data.startswith(_OTHER_KINDS):
        raise FileUnreadable(reason="not-a-spreadsheet")
    return [Sheet("", [Row(line, list(cells)) for line, cells in read_delimited(data, limits)])]


def _workbook(data: bytes, limits: Limits) -> list[Sheet]:
    try:
        return _visible_sheets(data, limits)
    except calamine.PasswordError as error:
        raise FileUnreadable(reason="password") from error
    except (calamine.CalamineError, ValueError, OverflowError, OSError) as error:
        raise FileUnreadable(reason="damaged") from error
    except BaseException as error:
        # A bug in the library's Rust surfaces as PanicException, which hides from `except Exception`.
        if type(error).__name__ == "PanicException":
            raise FileUnreadable(reason="damaged") from error
        raise


def _visible_sheets(data: bytes, limits: Limits) -> list[Sheet]:
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = []
    for about in book.sheets_metadata:
        if (
            about.typ != calamine.SheetTypeEnum.WorkSheet
            or about.visible != calamine.SheetVisibleEnum.Visible
        ):
            continue
        sheet = book.get_sheet_by_name(about.name)
        if sheet.total_height > limits.rows:
            raise FileTooLarge(measure="rows", most=limits.rows)
        if sheet.total_width > limits.columns:
            raise FileTooLarge(measure="columns", most=limits.columns)
        values: list[list[Cell]] = list(sheet.to_python(skip_empty_area=False))  # type: ignore[arg-type]  # its cells are ours
        sheets.append(Sheet(about.name, _rows(values, sheet.merged_cell_ranges or [])))
    return sheets


def _rows(values: list[list[Cell]], merged: list[tuple[tuple[int, int], tuple[int, int]]]) -> list[Row]:
    """A cell merged downward speaks for each row it spans, except for rows that hold nothing of their own."""
    inherited: dict[int, set[int]] = {}
    taken: set[tuple[int, int]] = set()
    for (top, column), (bottom, _) in merged:
        if top >= len(values) or column >= len(values[top]) or is_blank(values[top][column]):
            continue
        for index in range(top + 1, min(bottom + 1, len(values))):
            if (index, column) in taken:
                break
            taken.add((index, column))
            inherited.setdefault(index, set()).add(column)
            values[index][column] = values[top][column]
    return [
        Row(index + 1, cells, frozenset(inherited.get(index, ())) if inherited else _NOTHING)
        for index, cells in enumerate(values)
    ]
