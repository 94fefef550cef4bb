"""Papers: the same bytes again, Chinese that can be read out of them, codes that scan."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # the package has no stubs
import zxingcpp

from points.application.documents import Column, Paper

AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
LINK = "https://example.org/s/87" + "1" * 251


def _paper(name: str = "王小明", at: datetime = AT) -> bytes:
    paper = Paper("志愿服务记录", at, foot="忠县")
    paper.heading("志愿服务平台记录")
    paper.facts([("姓名", name), ("服务时长", "12 小时 30 分钟")])
    paper.code(LINK, 45, "扫码核验")
    paper.table(
        [Column("活动", 3), Column("分钟", 1, "right")],
        [("在社區打掃" * 8, str(n)) for n in range(60)],
    )
    return paper.render()


def _text(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [_of_page(page) for page in document]


def _of_page(page: Any) -> str:
    text = page.get_textpage()
    shown: str = text.get_text_range()
    text.close()
    page.close()
    return shown


def test_the_same_content_at_the_same_instant_gives_the_same_bytes() -> None:
    assert _paper() == _paper()
    assert _paper() != _paper(at=AT.replace(minute=1))


def test_simplified_and_traditional_text_can_be_read_out_of_the_paper() -> None:
    first = _text(_paper())[0]
    assert "志愿服务平台记录" in first
    assert "王小明" in first
    assert "在社區打掃" in first


def test_every_page_says_which_of_how_many_it_is_and_repeats_the_headings() -> None:
    pages = _text(_paper())
    assert len(pages) > 1
    for number, text in enumerate(pages, 1):
        assert f"第 {number} 页 / 共 {len(pages)} 页" in text
        assert "分钟" in text


def test_a_character_without_a_glyph_is_marked_and_named_by_its_code_point() -> None:
    text = "".join(_text(_paper("王𠮷")))
    assert "王〓" in text
    assert "U+20BB7" in text
    assert "U+" not in "".join(_text(_paper()))


def test_the_code_on_the_paper_can_be_scanned() -> None:
    with pypdfium2.PdfDocument(_paper()) as document:
        page = document[0]
        picture = page.render(scale=3).to_pil()
        page.close()
    assert zxingcpp.read_barcodes(picture)[0].text == LINK
