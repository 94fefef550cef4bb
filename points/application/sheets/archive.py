"""A look inside a zipped workbook before a lenient library unpacks it.

The library fills a rectangle from the first used cell to the last and trusts the sizes that the archive
declares. One stray cell in the last corner, or a few kilobytes that unpack to terabytes, would take the
machine's memory; so every member is unpacked here first, in pieces that are thrown away, and counted.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from points.application.sheets.errors import FileTooLarge, FileUnreadable

_PIECE_BYTES = 1 << 20
_LOCAL_HEADER_BYTES = 30
_OVERLAP_BYTES = 1 << 10
_ALPHABET = 26

# A cell with an address and with content: an empty, merely formatted cell closes itself and takes no room.
_USED_CELL = re.compile(
    rb"""<(?:\w+:)?c [^<>]{0,80}?\br=["\']([A-Z]{1,3})([0-9]{1,9})["\'][^<>]{0,200}(?<!/)>"""
)
_REPEATED = re.compile(rb"<table:(?:table-row|table-cell)\b[^<>]{0,900}>|</table:table-row>")
_REPEAT = re.compile(rb'number-(?:rows|columns)-repeated="([0-9]{1,9})"')


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reader will unpack. The defaults hold a county's year of sign-in sheets several times over."""

    file_bytes: int = 50_000_000
    unpacked_bytes: int = 200_000_000
    rows: int = 200_000
    columns: int = 702
    cells: int = 12_000_000


def check_archive(data: bytes, limits: Limits) -> None:
    """Refuse a damaged, locked or oversized archive.

    Errors: FileUnreadable (damaged, password, not-a-spreadsheet, unsupported-kind); FileTooLarge (unpacked-bytes,
    rows, columns, cells).
    """
    try:
        members = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise FileUnreadable(reason="damaged") from error
    names = {member.filename.lower() for member in members}
    if not any(name.startswith("xl/") or name == "content.xml" for name in names):
        raise FileUnreadable(reason="not-a-spreadsheet")
    if "xl/workbook.bin" in names:
        raise FileUnreadable(reason="unsupported-kind")
    unpacked_bytes = 0
    for member in members:
        if member.flag_bits & 1:
            raise FileUnreadable(reason="password")
        counter = _counter(member.filename, limits)
        for piece in _unpacked(data, member):
            unpacked_bytes += len(piece)
            if unpacked_bytes > limits.unpacked_bytes:
                raise FileTooLarge(measure="unpacked-bytes", most=limits.unpacked_bytes)
            if counter is not None:
                counter.take(piece)


def _unpacked(data: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's real content, however long: `zipfile` itself would stop at the length that is declared."""
    header = data[member.header_offset : member.header_offset + _LOCAL_HEADER_BYTES]
    if len(header) < _LOCAL_HEADER_BYTES:
        raise FileUnreadable(reason="damaged")
    name_bytes, extra_bytes = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
    start = member.header_offset + _LOCAL_HEADER_BYTES + name_bytes + extra_bytes
    packed = data[start : start + member.compress_size]
    if len(packed) < member.compress_size:
        raise FileUnreadable(reason="damaged")
    if member.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise FileUnreadable(reason="damaged")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while packed and not inflater.eof:
            yield inflater.decompress(packed, _PIECE_BYTES)
            packed = inflater.unconsumed_tail
    except zlib.error as error:
        raise FileUnreadable(reason="damaged") from error


class _SheetCounter:
    """Finds the last used row and column of an XLSX sheet, piece by piece."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rest = b""
        self._columns = 0
        self._rows = 0

    def take(self, piece: bytes) -> None:
        text = self._rest + piece
        last = 0
        for found in _USED_CELL.finditer(text):
            last = found.end()
            letters, row = found.groups()
            if len(letters) > 1 or letters > b"Z":
                self._columns = max(self._columns, column_index(letters.decode()) + 1)
            self._rows = max(self._rows, int(row))
        self._rest = text[max(last, len(text) - _OVERLAP_BYTES) :]
        if self._rows > self._limits.rows:
            raise FileTooLarge(measure="rows", most=self._limits.rows)
        if self._columns > self._limits.columns:
            raise FileTooLarge(measure="columns", most=self._limits.columns)
        if self._rows * max(self._columns, _ALPHABET) > self._limits.cells:
            raise FileTooLarge(measure="cells", most=self._limits.cells)


class _OdsCounter:
    """Adds up the filled cells of an ODS table, in which one element may stand for a million cells."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._rest = b""
        self._cells = 0
        self._rows_repeated = 1
        self._columns = 0

    def take(self, piece: bytes) -> None:
        text = self._rest + piece
        last = 0
        for found in _REPEATED.finditer(text):
            last = found.end()
            self._element(found.group())
        self._rest = text[max(last, len(text) - _OVERLAP_BYTES) :]

    def _element(self, element: bytes) -> None:
        repeat = _REPEAT.search(element)
        times = int(repeat.group(1)) if repeat else 1
        if element.startswith(b"<table:table-row"):
            self._rows_repeated, self._columns = times, 0
        elif element.startswith(b"<table:table-cell"):
            filled = b"office:" in element or b"calcext:" in element
            self._columns += times
            self._cells += times * self._rows_repeated if filled else 0
            if filled and self._columns > self._limits.columns:
                raise FileTooLarge(measure="columns", most=self._limits.columns)
            if filled and self._rows_repeated > self._limits.rows:
                raise FileTooLarge(measure="rows", most=self._limits.rows)
        if self._cells > self._limits.cells:
            raise FileTooLarge(measure="cells", most=self._limits.cells)


def _counter(name: str, limits: Limits) -> _SheetCounter | _OdsCounter | None:
    lower = name.lower()
    if lower == "content.xml":
        return _OdsCounter(limits)
    return _SheetCounter(limits) if lower.endswith(".xml") else None


def column_index(letters: str) -> int:
    """0 for A, 25 for Z, 26 for AA."""
    index = 0
    for letter in letters:
        index = index * _ALPHABET + ord(letter) - ord("A") + 1
    return index - 1


def column_letters(index: int) -> str:
    """A for 0, AA for 26: how a spreadsheet names the column."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, _ALPHABET)
        letters = chr(ord("A") + rest) + letters
    return letters
