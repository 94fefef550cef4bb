"""The tree of areas, and residents a year."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Index, Select, Table, literal, select

from points.domain.area import Area as AreaAggregate
from points.projections.buffers import Latest, Rows
from points.projections.columns import count_column, id_column, read_metadata, small_column, text_column
from points.projections.model import ReadModel

areas = Table(
    "areas",
    read_metadata,
    id_column("area_id", key=True),
    text_column("code"),
    text_column("name"),
    text_column("level"),
    text_column("parent_code", optional=True),
    Index("areas_code", "code", unique=True),
    Index("areas_parent", "parent_code", "code"),
)

area_residents = Table(
    "area_residents",
    read_metadata,
    id_column("area_id", key=True),
    small_column("year", key=True),
    count_column("residents"),
)


class Areas(ReadModel):
    def __init__(self) -> None:
        self._areas = Rows(areas)
        self._residents = Latest(area_residents)
        super().__init__(
            (self._areas, self._residents),
            {
                AreaAggregate.Registered.TOPIC: self._registered,
                AreaAggregate.ResidentsCounted.TOPIC: self._counted,
            },
        )

    def _registered(self, position: int, area_id: bytes, event: Any) -> None:
        self._areas.insert(area_id, event.code, event.name, event.level, event.parent_code)

    def _counted(self, position: int, area_id: bytes, event: Any) -> None:
        self._residents.put(area_id, event.year, event.residents)


class Area(msgspec.Struct, frozen=True):
    """`parent_code` is None for the county alone."""

    code: str
    name: str
    level: str
    parent_code: str | None


_AREA = (areas.c.code, areas.c.name, areas.c.level, areas.c.parent_code)


def get(connection: Connection, code: str) -> Area | None:
    row = connection.execute(select(*_AREA).where(areas.c.code == code)).one_or_none()
    return None if row is None else Area(*row)


def root(connection: Connection) -> Area | None:
    """The county."""
    statement = select(*_AREA).where(areas.c.parent_code.is_(None)).order_by(areas.c.code).limit(1)
    row = connection.execute(statement).one_or_none()
    return None if row is None else Area(*row)


def children(connection: Connection, code: str, limit: int, after: str | None = None) -> list[Area]:
    """The areas directly below, by code."""
    statement = select(*_AREA).where(areas.c.parent_code == code).order_by(areas.c.code).limit(limit)
    if after is not None:
        statement = statement.where(areas.c.code > after)
    return [Area(*row) for row in connection.execute(statement)]


def ancestors(connection: Connection, code: str) -> list[Area]:
    """The area itself, then what it lies in, nearest first; empty for an unknown code."""
    up = select(*_AREA, literal(0).label("steps")).where(areas.c.code == code).cte("up", recursive=True)
    up = up.union_all(select(*_AREA, up.c.steps + 1).where(areas.c.code == up.c.parent_code))
    statement = select(up.c.code, up.c.name, up.c.level, up.c.parent_code).order_by(up.c.steps)
    return [Area(*row) for row in connection.execute(statement)]


def covers(connection: Connection, area_code: str, code: str) -> bool:
    """Whether `code` is the area or lies in it."""
    return any(area.code == area_code for area in ancestors(connection, code))


def codes_below(code: str) -> Select[str]:
    """A query of the code and of all codes below it, for use inside others."""
    down = select(areas.c.code).where(areas.c.code == code).cte("down", recursive=True)
    down = down.union_all(select(areas.c.code).where(areas.c.parent_code == down.c.code))
    return select(down.c.code)


def all_codes_below(connection: Connection, code: str) -> list[str]:
    """The code itself and all codes below it, sorted."""
    return sorted(connection.execute(codes_below(code)).scalars())


def residents(connection: Connection, code: str, year: int) -> int | None:
    """Residents at the end of the year: the area's own count, else the sum of its children's, else None.

    A sum needs every child's count: residents nobody counted would make the rate too high.
    """
    own = connection.execute(_counted(areas.c.code == code, year)).one_or_none()
    if own is None:
        return None
    if own.residents is not None:
        return int(own.residents)
    below = connection.execute(_counted(areas.c.parent_code == code, year)).all()
    counts = [
        each.residents if each.residents is not None else residents(connection, each.code, year)
        for each in below
    ]
    if not counts or None in counts:
        return None
    return sum(int(count) for count in counts if count is not None)


def _counted(which: ColumnElement[bool], year: int) -> Select[str, int]:
    same = (area_residents.c.area_id == areas.c.area_id) & (area_residents.c.year == year)
    return (
        select(areas.c.code, area_residents.c.residents)
        .select_from(areas.outerjoin(area_residents, same))
        .where(which)
    )


def every(connection: Connection) -> list[Area]:
    """The whole tree, by code: a few hundred areas."""
    return [Area(*row) for row in connection.execute(select(*_AREA).order_by(areas.c.code))]
