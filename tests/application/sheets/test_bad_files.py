"""Whatever comes in, the reader answers with its own errors."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.application.sheets import FileTooLarge, FileUnreadable, HeaderNotFound, SheetError, read_signins
from points.application.sheets.archive import Limits
from points.application.sheets.table import read_sheets
from tests.application.sheets.making import (
    SAMPLE,
    SIGNIN_HEADER,
    TODAY,
    delimited,
    saved,
    signin_row,
    workbook,
)


def zipped(**members: bytes) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return into.getvalue()


GOOD = workbook(SIGNIN_HEADER, signin_row())
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"%PDF-1.7", "not-a-spreadsheet"),
        (b"\x00\x01\x02\x03" * 50, "not-a-spreadsheet"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "web-page"),
        (GOOD[: len(GOOD) // 2], "damaged"),
        (OLE, "damaged"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (zipped(word__document=b"x"), "not-a-spreadsheet"),
        (b"\xff\xff\xff,\xff\xff", "encoding"),
        ('活动名称,服务类别\n"义诊,医疗\n义诊,医疗\n'.encode(), "open-quote"),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(FileUnreadable) as caught:
        read_signins(data, "file.xlsx", today=TODAY)
    assert caught.value.reason == reason


def test_the_line_where_a_quote_stays_open_is_named() -> None:
    with pytest.raises(FileUnreadable) as caught:
        read_sheets('甲,乙\n1,2\n3,"4\n5,6\n'.encode())
    assert caught.value.line == 3


def test_a_file_without_any_header_is_refused() -> None:
    with pytest.raises(HeaderNotFound) as caught:
        read_signins("今天天气很好\n".encode(), "file.csv", today=TODAY)
    assert caught.value.line == 0


def test_the_name_of_a_file_decides_nothing() -> None:
    text = delimited(SIGNIN_HEADER, [cell or "" for cell in signin_row()])
    assert len(read_signins(text, "list.xls", today=TODAY).lines) == 1
    assert len(read_signins(GOOD, "list.csv", today=TODAY).lines) == 1


def bomb() -> bytes:
    return zipped(xl__workbook=b"x", xl__media=b"\0" * 3_000_000)


def lying_bomb() -> bytes:
    """The archive declares ten bytes where three million come out."""
    data = bytearray(bomb())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.rindex(signature)
        data[at + offset : at + offset + 4] = (10).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize("make", [bomb, lying_bomb])
def test_what_unpacks_to_more_than_allowed_is_refused_before_it_is_unpacked(
    make: Callable[[], bytes],
) -> None:
    with pytest.raises(FileTooLarge) as caught:
        read_sheets(make(), Limits(unpacked_bytes=1_000_000))
    assert caught.value.measure == "unpacked-bytes"


@pytest.mark.parametrize(
    ("cell", "measure"), [("A300000", "rows"), ("XFD3", "columns"), ("ZY150000", "cells")]
)
def test_a_stray_cell_far_away_is_refused_rather_than_filled_up_to(cell: str, measure: str) -> None:
    book = openpyxl.Workbook()
    book.active[cell] = "x"
    with pytest.raises(FileTooLarge) as caught:
        read_sheets(saved(book))
    assert caught.value.measure == measure


def ods(body: str) -> bytes:
    head = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        '<table:table table:name="S">'
    )
    tail = "</table:table></office:spreadsheet></office:body></office:document-content>"
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", head + body + tail)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return into.getvalue()


def ods_row(cells: list[str]) -> str:
    inner = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
        for cell in cells
    )
    return f"<table:table-row>{inner}</table:table-row>"


def test_an_open_document_is_read_too() -> None:
    rows = [SIGNIN_HEADER, [cell or "" for cell in signin_row()]]
    data = ods("".join(ods_row(row) for row in rows))
    assert [line.line for line in read_signins(data, "file.ods", today=TODAY).lines] == [2]


def test_an_open_document_that_repeats_a_filled_cell_a_million_times_is_refused() -> None:
    row = ods_row(["x"]).replace("<table:table-row", '<table:table-row table:number-rows-repeated="1000000"')
    with pytest.raises(FileTooLarge):
        read_sheets(ods(row))


@given(st.binary(max_size=400))
def test_arbitrary_bytes_give_a_declared_error_or_a_reading(data: bytes) -> None:
    for prefix in (b"", b"PK\x03\x04", OLE[:8], b"\xff\xfe"):
        try:
            read_signins(prefix + data, "file", today=TODAY)
        except SheetError as error:
            assert error.slug()  # noqa: PT017 - either outcome is right; only another exception is wrong


@given(st.integers(0, 5000), st.binary(min_size=1, max_size=4))
def test_a_workbook_with_a_few_bytes_overwritten_gives_a_declared_error_or_a_reading(
    place: int, noise: bytes
) -> None:
    data = bytearray(GOOD)
    at = place % len(data)
    data[at : at + len(noise)] = noise
    try:
        read_signins(bytes(data), "file", today=TODAY)
    except SheetError as error:
        assert error.slug()  # noqa: PT017 - either outcome is right; only another exception is wrong


def test_the_sample_cut_anywhere_is_never_half_read() -> None:
    data = (SAMPLE / "signin.xlsx").read_bytes()
    for kept in range(8, len(data) - 1, 997):
        with pytest.raises(FileUnreadable):
            read_signins(data[:kept], "signin.xlsx", today=TODAY)
