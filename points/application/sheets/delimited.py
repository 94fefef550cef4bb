"""Delimited text (CSV and its kin) to rows, each with the physical line on which it starts."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import chain, islice
from statistics import median

from points.application.sheets.archive import Limits
from points.application.sheets.errors import FileTooLarge, FileUnreadable

_DELIMITERS = (",", "\t", ";", "|")
_SAMPLE_ROWS = 50
_END = "\x00end of file\x00"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WEB_PAGE_STARTS = ("<!doctype html", "<html", "<table", "<?xml", "<head", "<meta")
_SAMPLE_BYTES = 4096
_BINARY = re.compile(r"[\x00-\x06]")
_UTF_16_NULS = 0.3


def read_delimited(data: bytes, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """(physical line, cells). Errors: FileUnreadable (encoding, web-page, open-quote, …), FileTooLarge."""
    text = decode(data)
    if text[:200].lstrip().lower().startswith(_WEB_PAGE_STARTS):
        raise FileUnreadable(reason="web-page")
    delimiter, hint_lines = _delimiter(text)
    for line, cells in _rows(text, delimiter):
        if line > limits.rows:
            raise FileTooLarge(measure="rows", most=limits.rows)
        if len(cells) > limits.columns:
            raise FileTooLarge(measure="columns", most=limits.columns)
        if line > hint_lines:
            yield line, cells


def decode(data: bytes) -> str:
    """UTF-8 and UTF-16 by their marks or their looks, else GB18030, which Chinese Excel writes."""
    encodings = [name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)][:1]
    encodings = encodings or _likely_encodings(data)
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _BINARY.search(text):
            raise FileUnreadable(reason="not-a-spreadsheet")
        return text
    raise FileUnreadable(reason="encoding")


def _likely_encodings(data: bytes) -> list[str]:
    """UTF-16 without its mark gives itself away: the high bytes of digits and commas are zero."""
    sample = data[:_SAMPLE_BYTES]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 2 > len(sample) * _UTF_16_NULS:
        return ["utf-16-be" if even > odd else "utf-16-le"]
    return ["utf-8", "gb18030"]


def _delimiter(text: str) -> tuple[str, int]:
    """The delimiter that cuts the first rows into most columns, and how many lines only hint at it."""
    first = text[:20].split("\n", 1)[0].strip().lower()
    if first.startswith("sep=") and len(first) == len("sep=;"):
        return first[-1], 1

    def columns(delimiter: str) -> float:
        rows = islice(_rows(text, delimiter, whole=False), _SAMPLE_ROWS)
        return median([len(cells) for _, cells in rows if any(cells)] or [0])

    return max(_DELIMITERS, key=columns), 0


def _rows(text: str, delimiter: str, *, whole: bool = True) -> Iterator[tuple[int, list[str]]]:
    """A quote that never closes would swallow every line after it: the end mark is then in the last cell."""
    source: io.StringIO = io.StringIO(text, newline="")
    reader = csv.reader(chain(source, [_END]), delimiter=delimiter)
    start = 1
    try:
        for cells in reader:
            if cells and cells[-1].endswith(_END):
                if cells != [_END] and whole:
                    raise FileUnreadable(reason="open-quote", line=start)
                return
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        if whole:
            raise FileUnreadable(reason="open-quote", line=start) from error
