"""Area names as people write them, to area codes.

Staff write "银山社区" for "银山社区居民委员会", put the township before it or in a column of its own, or give
the code. A short name that several places share is refused unless the township tells them apart.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from points.application.sheets.rules import CellRefused, Field, Rule
from points.application.sheets.values import Cell, is_blank, plain

_NOT_IN_A_NAME = re.compile(r"[\s,，、/|>·\-_()（）]+")
_COMMITTEE = re.compile(r"(?:(?:社区|村)?(?:居民|村民)委员会|居委会|(?<=村)村?委会|村委)$")
_GROUP = re.compile(r"第?(?:\d{1,3}|[一二三四五六七八九十]{1,3})(?:组|社|网格)$")
_KIND_OF_PLACE = re.compile(r"(?:社区|村)$")
_KIND_OF_TOWNSHIP = re.compile(r"(?:街道办事处|街道|土家族乡|镇|乡)$")
_CODE = re.compile(r"\d{6}|\d{9}|\d{12}")
_CODE_OF_COUNTY_DIGITS = 6


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area as the area tree knows it: 6, 9 or 12 digits; `level` is county, township or community."""

    code: str
    name: str
    level: str
    parent_code: str


class AreaNames:
    """Finds the area that a cell means. Built once from rows; holds no store and never changes."""

    def __init__(self, rows: Iterable[AreaRow]) -> None:
        self._parents: dict[str, str] = {}
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._bare: dict[str, set[str]] = defaultdict(set)
        self._townships: dict[str, set[str]] = defaultdict(set)
        self._prefixes: list[str] = []
        for row in rows:
            self._add(row)
        self._township_names = sorted(self._townships, key=len, reverse=True)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, str, str]]) -> AreaNames:
        """From plain (code, name, level, parent_code)."""
        return cls(AreaRow(*row) for row in rows)

    def _add(self, row: AreaRow) -> None:
        name = _NOT_IN_A_NAME.sub("", plain(row.name))
        self._parents[row.code] = row.parent_code
        if row.level == "township":
            self._townships[name].add(row.code)
            self._townships[_KIND_OF_TOWNSHIP.sub("", name)].add(row.code)
        elif row.level == "community":
            short = _short(name)
            self._exact[name].add(row.code)
            self._exact[short].add(row.code)
            self._bare[_KIND_OF_PLACE.sub("", short)].add(row.code)
        else:
            self._prefixes += [name, f"重庆市{name}"]

    def find(self, cell: Cell, township: Cell = None) -> str:
        """The code. `CellRefused`: area-missing, unknown-area, ambiguous-area, area-not-in-township."""
        within = None if is_blank(township) else self._township(township)
        if is_blank(cell):
            raise CellRefused(Rule.AREA_MISSING, Field.AREA)
        text = _NOT_IN_A_NAME.sub("", plain(cell))
        if _CODE.fullmatch(text):
            found = {text} if text in self._parents and len(text) > _CODE_OF_COUNTY_DIGITS else set()
        else:
            found = self._candidates(self._without_county(text))
        if within is not None and found:
            inside = {code for code in found if within in (code, self._parents[code])}
            if not inside:
                raise CellRefused(Rule.AREA_NOT_IN_TOWNSHIP, Field.AREA)
            found = inside
        return _only(found, Field.AREA)

    def _without_county(self, text: str) -> str:
        for prefix in sorted(self._prefixes, key=len, reverse=True):
            if text.startswith(prefix) and len(text) > len(prefix):
                return text[len(prefix) :]
        return text

    def _township(self, cell: Cell) -> str:
        text = self._without_county(_NOT_IN_A_NAME.sub("", plain(cell)))
        if text in self._parents:
            return text
        short = _KIND_OF_TOWNSHIP.sub("", text)
        return _only(self._townships.get(text) or self._townships.get(short) or set(), Field.TOWNSHIP)

    def _candidates(self, text: str) -> set[str]:
        direct = self._community(text)
        if direct:
            return direct
        for name in self._township_names:
            if not (name and text.startswith(name)):
                continue
            if text == name:
                return self._townships[name] if _KIND_OF_TOWNSHIP.search(name) else set()
            inside = {
                code
                for code in self._community(text[len(name) :])
                if self._parents[code] in self._townships[name]
            }
            if inside:
                return inside
        return set()

    def _community(self, text: str) -> set[str]:
        for name in (text, _short(text), _short(_GROUP.sub("", text))):
            found = self._exact.get(name) or self._bare.get(name)
            if found:
                return found
        return set()


def _short(name: str) -> str:
    """Turns "大桥村村民委员会" and "大桥村委会" into "大桥村"."""
    found = _COMMITTEE.search(name)
    if not found or not found.start():
        return name
    short = name[: found.start()]
    for kind in ("社区", "村"):
        if found.group().startswith(kind) and not short.endswith(kind):
            return short + kind
    return short


def _only(found: set[str], field: Field) -> str:
    if not found:
        raise CellRefused(Rule.UNKNOWN_AREA, field)
    if len(found) > 1:
        raise CellRefused(Rule.AMBIGUOUS_AREA, field, candidates=len(found))
    return next(iter(found))
