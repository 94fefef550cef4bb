"""The area tree and the residents of each area and year."""

from __future__ import annotations

import csv
import io
from typing import Any

from points import access
from points.access import Act
from points.application.imports import ImportReport, LineResult, in_chunks
from points.application.sheets import LineRefusal
from points.application.tools import Body, Call, Tools, Work
from points.domain import naming
from points.domain.area import Area
from points.domain.errors import Invalid
from points.domain.values import AreaLevel
from points.projections import areas as area_model

_AREA_COLUMNS = ("code", "name", "level", "parent_code")
_RESIDENT_COLUMNS = ("area_code", "year", "residents")
Line = tuple[int, dict[str, str]]


def read_csv(data: bytes, columns: tuple[str, ...]) -> list[Line]:
    """Lines of a CSV with at least these columns, each with its physical line number.

    Raises Invalid where it is not UTF-8 text with that header.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(field="file", rule="not-utf8") from None
    rows = (line for line in io.StringIO(text, newline="") if not line.startswith("#"))
    reader = csv.DictReader(rows)
    if reader.fieldnames is None or not set(columns) <= {name.strip() for name in reader.fieldnames}:
        raise Invalid(field="file", rule="header-missing")
    skipped = sum(line.startswith("#") for line in text.splitlines())
    return [
        (reader.line_num + skipped, {k.strip(): (v or "").strip() for k, v in row.items() if k})
        for row in reader
    ]


class Areas:
    """Where people live."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def import_file(self, call: Call, data: bytes) -> ImportReport:
        """Take in areas: known ones are duplicates, a known code under another name or parent is refused."""
        access.require(call.actor, Act.IMPORT_AREAS)
        lines = read_csv(data, _AREA_COLUMNS)
        return in_chunks(self._tools, call, lines, lambda work, line: register_area(work, *line))

    def import_residents(self, call: Call, data: bytes) -> ImportReport:
        """State the residents at the end of a year, by area; saying what is known is a duplicate."""
        access.require(call.actor, Act.IMPORT_AREAS)
        lines = read_csv(data, _RESIDENT_COLUMNS)
        return in_chunks(self._tools, call, lines, lambda work, line: count_residents(work, *line))

    def show(self, code: str) -> Body:
        with self._tools.reading() as connection:
            area = self._tools.areas(code).get(code)
            below = area_model.children(connection, code, 1000)
        return {**_shown(area), "areas": [_shown(child) for child in below]}

    def list(self, parent: str | None, *, limit: int, after: str | None = None) -> Body:
        with self._tools.reading() as connection:
            code = parent or self._tools.county_code
            below = area_model.children(connection, code, limit, after)
        return {
            "areas": [_shown(area) for area in below],
            "next": below[-1].code if len(below) == limit else None,
        }


def register_area(work: Work, line: int, row: dict[str, str]) -> LineResult:
    """One line of an area file."""
    code, parent = row["code"], row["parent_code"] or None
    if not (code.isascii() and code.isdigit()):
        return LineRefusal(line, "code", "area-code-unreadable")
    if not row["name"]:
        return LineRefusal(line, "name", "name-missing")
    if row["level"] not in set(AreaLevel):
        return LineRefusal(line, "level", "area-level-unknown")
    area_id = naming.area_id(work.tenant, code)
    known = work.unit.seek(Area, area_id)
    if known is not None:
        same = (known.name, known.level, known.parent_code) == (row["name"], row["level"], parent)
        return "duplicate" if same else LineRefusal(line, "code", "area-differs")
    if parent is not None and work.unit.seek(Area, naming.area_id(work.tenant, parent)) is None:
        return LineRefusal(line, "parent-code", "unknown-area")
    level = AreaLevel(row["level"])
    area = Area.register(work.at, area_id, code=code, name=row["name"], level=level, parent_code=parent)
    work.unit.add(area)
    return "accepted"


def count_residents(work: Work, line: int, row: dict[str, str]) -> LineResult:
    """One line of a residents file."""
    area = work.unit.seek(Area, naming.area_id(work.tenant, row["area_code"]))
    if area is None:
        return LineRefusal(line, "area-code", "unknown-area")
    for field in ("year", "residents"):
        if not (row[field].isascii() and row[field].isdigit()):
            return LineRefusal(line, field, "number-unreadable")
    try:
        new = area.count_residents(work.at, year=int(row["year"]), residents=int(row["residents"]))
    except Invalid as refusal:
        return LineRefusal(line, refusal.field, refusal.rule)
    return "accepted" if new else "duplicate"


def _shown(area: area_model.Area) -> dict[str, Any]:
    return {
        "code": area.code,
        "name": area.name,
        "level": area.level,
        "parent_code": area.parent_code,
    }
