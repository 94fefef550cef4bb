"""One PDF: headings, facts, tables and codes, with page numbers; the font comes with the program.

Nothing here reads a clock: the instant is handed in, so the same content gives the same bytes and a paper can
be compared with one made again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from typing import Literal, NamedTuple

from fpdf import FPDF
from fpdf.enums import Align, TableCellFillMode, WrapMode, XPos, YPos
from fpdf.fonts import FontFace, TTFFont

from points.codes.image import QUIET_ZONE_MIN, ErrorCorrection, modules
from points.domain.calendar import SHANGHAI

_FAMILY = "paper"
_FONT = files("points.application.documents") / "fonts" / "NotoSansSC-subset.otf"
_MISSING = "〓"
_MARGIN_MM = 18
_TEXT_PT = 10.5
_NOTE_PT = 8
_HEADINGS_PT = {1: 20.0, 2: 14.0, 3: 11.5}
_LINE = 1.6
_MM_PER_PT = 25.4 / 72
_GREY = 90
_BAND = 238
_LABEL_SHARE = 0.28

Alignment = Literal["left", "center", "right"]
_ALIGN = {"left": Align.L, "center": Align.C, "right": Align.R}


class Words(NamedTuple):
    """The few words that the paper itself writes, in its language; `{page}` and `{pages}` are filled in."""

    page: str = "第 {page} 页 / 共 {pages} 页"
    missing: str = "〓：字库未收之字，其码位为"


class Column(NamedTuple):
    """A column of a table: its heading, its share of the width, how its cells stand."""

    heading: str
    share: int = 1
    align: Alignment = "left"


class _Pages(FPDF):
    """The library's document, with our foot of page. `pages_total` is known once it was drawn before."""

    def __init__(self, words: Words, foot: str, pages_total: int, *, landscape: bool) -> None:
        super().__init__(orientation="landscape" if landscape else "portrait", unit="mm", format="A4")
        self._words, self._foot, self._pages_total = words, foot, pages_total

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font(_FAMILY, size=_NOTE_PT)
        self.set_text_color(_GREY)
        line = self._words.page.format(page=self.page_no(), pages=self._pages_total)
        self.cell(self.epw / 2, 5, self._foot, align=Align.L)
        self.cell(self.epw / 2, 5, line, align=Align.R)
        self.set_text_color(0)

    def use_font(self) -> None:
        with as_file(_FONT) as path:
            self.add_font(_FAMILY, fname=path)
        self.set_font(_FAMILY, size=_TEXT_PT)

    def close_fonts(self) -> None:
        """The library leaves the font's file open."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.ttfont.close()


@cache
def _known() -> frozenset[int]:
    """The characters that the font has."""
    pdf = _Pages(Words(), "", 0, landscape=False)
    pdf.use_font()
    font = pdf.fonts[_FAMILY]
    pdf.close_fonts()
    return frozenset(font.cmap) if isinstance(font, TTFFont) else frozenset()


class Paper:
    """Gathers what stands on the paper; `render` draws it, twice, since each page names their total."""

    def __init__(
        self,
        title: str,
        at: datetime,
        *,
        language: str = "zh-Hans",
        words: Words | None = None,
        foot: str = "",
        landscape: bool = False,
    ) -> None:
        self._title, self._at, self._language = title, at, language
        self._words = words or Words()
        self._missing: dict[str, None] = {}
        self._foot = self._safe(foot)
        self._landscape = landscape
        self._parts: list[_Part] = []

    def heading(self, text: str, level: Literal[1, 2, 3] = 1) -> None:
        """Level 1 stands in the middle, the others at the left."""
        self._parts.append(_Heading(self._safe(text), level))

    def text(self, text: str, *, align: Alignment = "left", size_pt: float = _TEXT_PT) -> None:
        self._parts.append(_Text(self._safe(text), align, size_pt))

    def note(self, text: str) -> None:
        """Small print."""
        self.text(text, size_pt=_NOTE_PT)

    def facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """What stands opposite what, a line each."""
        self._parts.append(_Facts([(self._safe(label), self._safe(value)) for label, value in facts]))

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Rows break between any two characters, and the headings stand again on each page."""
        heads = [column._replace(heading=self._safe(column.heading)) for column in columns]
        self._parts.append(_Table(heads, [[self._safe(cell) for cell in row] for row in rows]))

    def code(self, content: str, side_mm: float, caption: str = "", *, align: Alignment = "left") -> None:
        """A QR code drawn in lines, at level Q for paper, with its quiet zone inside `side_mm`."""
        self._parts.append(_Code(content, side_mm, self._safe(caption), align))

    def space(self, height_mm: float) -> None:
        self._parts.append(_Space(height_mm))

    def new_page(self) -> None:
        self._parts.append(_NewPage())

    def render(self) -> bytes:
        counted = self._drawn(0)
        counted.close_fonts()
        drawn = self._drawn(counted.page_no())
        try:
            return bytes(drawn.output())
        finally:
            drawn.close_fonts()

    def _drawn(self, pages_total: int) -> _Pages:
        pdf = _Pages(self._words, self._foot, pages_total, landscape=self._landscape)
        pdf.set_margin(_MARGIN_MM)
        pdf.set_auto_page_break(auto=True, margin=_MARGIN_MM)
        pdf.set_creation_date(self._at.astimezone(SHANGHAI))
        pdf.set_title(self._title)
        pdf.set_lang(self._language)
        pdf.use_font()
        pdf.add_page()
        for part in self._parts:
            part.draw(pdf)
        if self._missing:
            points = "、".join(f"U+{ord(sign):04X}" for sign in self._missing)
            _Text(f"{self._words.missing} {points}", "left", _NOTE_PT).draw(pdf)
        return pdf

    def _safe(self, text: str) -> str:
        known = _known()
        shown = []
        for sign in text:
            if sign == "\n" or ord(sign) in known:
                shown.append(sign)
            else:
                self._missing[sign] = None
                shown.append(_MISSING)
        return "".join(shown)


class _Part:
    def draw(self, pdf: _Pages) -> None:
        raise NotImplementedError


class _Text(_Part):
    def __init__(self, text: str, align: Alignment, size_pt: float) -> None:
        self._text, self._align, self._size_pt = text, align, size_pt

    def draw(self, pdf: _Pages) -> None:
        pdf.set_font(_FAMILY, size=self._size_pt)
        pdf.multi_cell(
            0,
            self._size_pt * _MM_PER_PT * _LINE,
            self._text,
            align=_ALIGN[self._align],
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
            wrapmode=WrapMode.CHAR,
        )
        pdf.set_font(_FAMILY, size=_TEXT_PT)


class _Heading(_Part):
    def __init__(self, text: str, level: int) -> None:
        self._text, self._level = text, level

    def draw(self, pdf: _Pages) -> None:
        _Text(self._text, "center" if self._level == 1 else "left", _HEADINGS_PT[self._level]).draw(pdf)
        pdf.ln(2)


class _Facts(_Part):
    def __init__(self, facts: Sequence[tuple[str, str]]) -> None:
        self._facts = facts

    def draw(self, pdf: _Pages) -> None:
        line_mm = _TEXT_PT * _MM_PER_PT * _LINE
        label_mm = pdf.epw * _LABEL_SHARE
        for label, value in self._facts:
            pdf.set_text_color(_GREY)
            pdf.cell(label_mm, line_mm, label)
            pdf.set_text_color(0)
            pdf.multi_cell(
                pdf.epw - label_mm,
                line_mm,
                value,
                align=Align.L,
                new_x=XPos.LMARGIN,
                new_y=YPos.NEXT,
                wrapmode=WrapMode.CHAR,
            )
        pdf.ln(2)


class _Table(_Part):
    def __init__(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        self._columns, self._rows = columns, rows

    def draw(self, pdf: _Pages) -> None:
        with pdf.table(
            col_widths=tuple(column.share for column in self._columns),
            text_align=tuple(_ALIGN[column.align] for column in self._columns),
            line_height=_TEXT_PT * _MM_PER_PT * _LINE,
            wrapmode=WrapMode.CHAR,
            cell_fill_mode=TableCellFillMode.NONE,
            headings_style=FontFace(family=_FAMILY, emphasis="", fill_color=_BAND),
        ) as table:
            for cells in ([column.heading for column in self._columns], *self._rows):
                row = table.row()
                for cell in cells:
                    row.cell(cell)
        pdf.ln(2)


class _Code(_Part):
    def __init__(self, content: str, side_mm: float, caption: str, align: Alignment) -> None:
        self._content, self._side_mm, self._caption, self._align = content, side_mm, caption, align

    def draw(self, pdf: _Pages) -> None:
        if pdf.will_page_break(self._side_mm):
            pdf.add_page()
        left, top = self._left(pdf), pdf.get_y()
        matrix = modules(self._content, ErrorCorrection.PAPER)
        module_mm = self._side_mm / (len(matrix) + 2 * QUIET_ZONE_MIN)
        pdf.set_fill_color(0)
        for y, row in enumerate(matrix):
            for start, end in _runs(row):
                pdf.rect(
                    left + (QUIET_ZONE_MIN + start) * module_mm,
                    top + (QUIET_ZONE_MIN + y) * module_mm,
                    (end - start) * module_mm,
                    module_mm,
                    style="F",
                )
        pdf.set_xy(pdf.l_margin, top + self._side_mm)
        if self._caption:
            _Text(self._caption, self._align, _NOTE_PT).draw(pdf)

    def _left(self, pdf: _Pages) -> float:
        free_mm = pdf.epw - self._side_mm
        share = {"left": 0.0, "center": 0.5, "right": 1.0}[self._align]
        return float(pdf.l_margin + free_mm * share)


class _Space(_Part):
    def __init__(self, height_mm: float) -> None:
        self._height_mm = height_mm

    def draw(self, pdf: _Pages) -> None:
        pdf.ln(self._height_mm)


class _NewPage(_Part):
    def draw(self, pdf: _Pages) -> None:
        pdf.add_page()


def _runs(row: Sequence[bool]) -> list[tuple[int, int]]:
    """Start and end of each run of dark modules."""
    runs: list[tuple[int, int]] = []
    for at, dark in enumerate(row):
        if dark and runs and runs[-1][1] == at:
            runs[-1] = (runs[-1][0], at + 1)
        elif dark:
            runs.append((at, at + 1))
    return runs
