"""Finds the row that names the columns, under whatever title rows, and says which column is which field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from points.application.sheets.archive import column_letters
from points.application.sheets.errors import HeaderAmbiguous, HeaderNotFound
from points.application.sheets.rules import Field
from points.application.sheets.table import Row, Sheet
from points.application.sheets.values import Cell, is_blank, plain

_ROWS_LOOKED_AT = 60
_LENGTH_MAX = 40
_FIELDS_MIN = 2
_NOISE = re.compile(r"[\s*:：_\-.,，、/|·\"'“”]+")
_IN_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]*[)）\]】]")
_TOLD = re.compile(r"([^\s:]+?)\s*:\s*(.*?)(?=\s+[^\s:\d]+\s*:|[;；,，]|$)")
_BRACKETS = re.compile(r"[()（）\[\]【】]")
_SPACE = re.compile(r"\s+")
_TOTALS = re.compile(
    r"(?:合计|总计|小计|共计|累计|汇总|总人数|总时长|(?:本页|本月|人数|时长)(?:合计|小计)|(?:grand)?total|subtotal|sum)"
    r"(?:人数|人次|人员|时长|小时|[^\u4e00-\u9fffa-z]|$)"
)
_FOOTNOTES = re.compile(
    r"(?:备注|说明|注|填表(?:人|单位|日期|说明)?|制表(?:人|单位|日期)?|审核(?:人|意见)?|审批(?:人|意见)?|负责人|经办人|统计人|"
    r"录入人|填报(?:人|单位|日期)?|单位(?:盖章|负责人)?|盖章|签字|签名|联系人|联系电话|日期|第\d+页|(?:printed|note)s?)"
    r"(?:[:(/]|共\d+页|$)"
)


Synonyms = Mapping[Field, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """What a reader looks for.

    `synonyms` are the words for each field and `missing` the fields that a set of columns still lacks. The
    fields of `person` tell a line from a sum or a footnote. Those of `above` may be told once for all lines,
    over the header. A word in `weak` gives way to a better one and then means `weak_instead`.
    """

    synonyms: Synonyms
    missing: Callable[[frozenset[Field]], list[str]]
    person: tuple[Field, ...]
    above: tuple[Field, ...] = ()
    weak: frozenset[str] = frozenset()
    weak_instead: Field | None = None

    def words(self) -> dict[str, Field]:
        return {_key(word): field for field, words in self.synonyms.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Header:
    """`columns` are places in the row's cells, `titles` the words found there, `above` what holds for all lines."""

    line: int
    columns: dict[Field, int]
    titles: dict[Field, str]
    above: dict[Field, Cell]


def _key(word: str) -> str:
    return _NOISE.sub("", plain(word).lower())


def _field(cell: Cell, words: Mapping[str, Field]) -> Field | None:
    if not isinstance(cell, str) or not cell or len(cell) > _LENGTH_MAX:
        return None
    key = _key(cell)
    for candidate in (key, _IN_BRACKETS.sub("", key), _BRACKETS.sub("", key)):
        if candidate in words:
            return words[candidate]
    return None


def _claims(row: Row, words: Mapping[str, Field], layout: Layout) -> dict[Field, list[int]]:
    claims: dict[Field, list[int]] = {}
    for index, cell in enumerate(row.cells):
        field = _field(cell, words)
        if field is not None:
            claims.setdefault(field, []).append(index)
    for indexes in list(claims.values()):
        weak = [index for index in indexes if _key(plain(row.cells[index])) in layout.weak]
        if len(indexes) > len(weak) == 1:
            indexes.remove(weak[0])
            if layout.weak_instead is not None:
                claims.setdefault(layout.weak_instead, []).append(weak[0])
    return claims


def find_header(sheet: Sheet, layout: Layout) -> Header:
    """Errors: HeaderNotFound with what the best row lacks, HeaderAmbiguous with the columns in dispute."""
    words = layout.words()
    best: dict[Field, list[int]] = {}
    best_row = Row(0, [])
    for row in sheet.rows[:_ROWS_LOOKED_AT]:
        claims = _claims(row, words, layout)
        if len(claims) > len(best):
            best, best_row = claims, row
    above = {
        field: cell
        for field, cell in _above(sheet, best_row.line, words, layout).items()
        if field not in best
    }
    missing = layout.missing(frozenset(best) | frozenset(above))
    if missing or len(best) < _FIELDS_MIN:
        line = best_row.line if len(best) >= _FIELDS_MIN else 0
        raise HeaderNotFound(missing=",".join(missing), line=line)
    for field, indexes in best.items():
        if len(indexes) > 1:
            columns = ",".join(column_letters(index) for index in indexes)
            raise HeaderAmbiguous(field=field.value, columns=columns, line=best_row.line)
    columns_of = {field: indexes[0] for field, indexes in best.items()}
    titles = {field: plain(best_row.cells[index]) for field, index in columns_of.items()}
    return Header(best_row.line, columns_of, titles, above)


def _above(sheet: Sheet, line: int, words: Mapping[str, Field], layout: Layout) -> dict[Field, Cell]:
    """What is told over the header, as "活动名称：环境清洁" in one cell or as a word with its cell beside it."""
    told: dict[Field, Cell] = {}
    if not layout.above:
        return told
    for row in sheet.rows[:_ROWS_LOOKED_AT]:
        if row.line >= line:
            break
        for index, cell in enumerate(row.cells):
            if not isinstance(cell, str) or not cell:
                continue
            field = _field(cell, words)
            beside = next((other for other in row.cells[index + 1 :] if not is_blank(other)), None)
            if field in layout.above and _field(beside, words) is None and beside is not None:
                told.setdefault(field, beside)
            for word, value in _TOLD.findall(plain(cell)):
                field = words.get(_key(word))
                if field in layout.above and value.strip():
                    told.setdefault(field, value.strip())
    return told


def find_headers(sheets: list[Sheet], layout: Layout) -> list[tuple[Sheet, Header]]:
    """The sheets that hold lines; those of instructions or sums are passed over if another one reads."""
    found: list[tuple[Sheet, Header]] = []
    closest: HeaderNotFound | None = None
    for sheet in sheets:
        if any(word in sheet.name for word in ("示例", "样例", "范例", "填写说明")) and len(sheets) > 1:
            continue
        try:
            found.append((sheet, find_header(sheet, layout)))
        except HeaderNotFound as error:
            if closest is None or (error.line and len(error.missing) < len(closest.missing)):
                closest = error
    if not found:
        raise closest or HeaderNotFound(missing=",".join(layout.missing(frozenset())), line=0)
    return found


def lines_under(sheet: Sheet, header: Header, layout: Layout) -> Iterator[tuple[int, dict[Field, Cell]]]:
    """The rows that say something: no blank rows, repeated headers, sums or footnotes."""
    words = layout.words()
    columns = list(header.columns.items())
    person = [header.columns[field] for field in layout.person if field in header.columns]
    for line, cells, inherited in sheet.rows:
        if line <= header.line:
            continue
        width = len(cells)
        values: dict[Field, Cell] = {field: cells[at] if at < width else None for field, at in columns}
        nobody = all(at >= width or at in inherited or is_blank(cells[at]) for at in person)
        if nobody and _says_nothing(values, header, inherited):
            continue
        if nobody and _is_sum_or_footnote(cells, inherited):
            continue
        if not any(at < width and _is_number(cells[at]) for at in person) and _repeats_header(values, words):
            continue
        yield line, {**header.above, **values}


def _says_nothing(values: dict[Field, Cell], header: Header, inherited: frozenset[int]) -> bool:
    return all(is_blank(cell) or header.columns[field] in inherited for field, cell in values.items())


def _is_sum_or_footnote(cells: list[Cell], inherited: frozenset[int]) -> bool:
    """Told by the first own words of a row in which nobody is named."""
    for index, cell in enumerate(cells):
        if index in inherited or is_blank(cell):
            continue
        text = _SPACE.sub("", plain(cell).lower())
        return bool(_TOTALS.match(text) or _FOOTNOTES.match(text))
    return True


def _is_number(cell: Cell) -> bool:
    """A row with a phone, a number or a time in it is no header; most rows are told so at once."""
    return cell[-1:].isdecimal() if isinstance(cell, str) else cell is not None


def _repeats_header(values: dict[Field, Cell], words: Mapping[str, Field]) -> bool:
    named = 0
    for field, cell in values.items():
        if isinstance(cell, str) and cell and _field(cell, words) is field:
            named += 1
            if named >= _FIELDS_MIN:
                return True
    return False
