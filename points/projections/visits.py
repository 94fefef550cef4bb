"""Cadres with the duty to visit, and their visits."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Index, Table, select

from points.domain.cadre import Cadre as CadreAggregate
from points.projections.areas import codes_below
from points.projections.buffers import Lines, Rows
from points.projections.columns import day_column, id_column, read_metadata, text_column
from points.projections.model import ReadModel, day_text
from points.projections.paging import by_id, one

cadres = Table(
    "cadres",
    read_metadata,
    id_column("cadre_id", key=True),
    text_column("rank"),
    text_column("area_code"),
    id_column("name_ref"),
    day_column("charged_on"),
    day_column("released_on", optional=True),
    Index("cadres_area", "area_code"),
)
visits = Table(
    "visits",
    read_metadata,
    id_column("visit_id", key=True),
    id_column("cadre_id"),
    text_column("area_code"),
    day_column("visited_on"),
    id_column("text_ref", optional=True),
    Index("visits_cadre", "cadre_id", "visited_on"),
)


class Visits(ReadModel):
    def __init__(self) -> None:
        self._cadres, lines = Rows(cadres), Lines(visits)
        self._insert = lines.insert
        super().__init__(
            (self._cadres, lines),
            {
                CadreAggregate.Charged.TOPIC: self._charged,
                CadreAggregate.Visited.TOPIC: self._visited,
                CadreAggregate.Released.TOPIC: self._released,
            },
        )

    def _charged(self, position: int, id_: bytes, event: Any) -> None:
        day = day_text(event.timestamp_us)
        self._cadres.insert(id_, event.kind, event.area_code, event.name_ref, day, None)

    def _visited(self, position: int, id_: bytes, event: Any) -> None:
        self._insert((event.visit_id, id_, event.area_code, event.visited_on, event.text_ref))

    def _released(self, position: int, id_: bytes, event: Any) -> None:
        self._cadres.set((id_,), released_on=day_text(event.timestamp_us))


class Cadre(msgspec.Struct, frozen=True):
    cadre_id: UUID
    rank: str
    area_code: str
    name_ref: UUID
    charged_on: date
    released_on: date | None


class Visit(msgspec.Struct, frozen=True):
    visit_id: UUID
    cadre_id: UUID
    area_code: str
    visited_on: date
    text_ref: UUID | None


def get(connection: Connection, visit_id: UUID) -> Visit | None:
    return one(connection, visits, Visit, visit_id)


def cadres_in(connection: Connection, area_code: str, limit: int, after: UUID | None = None) -> list[Cadre]:
    inside = cadres.c.area_code.in_(codes_below(area_code))
    return by_id(connection, cadres, Cadre, inside, limit=limit, after=after)


def days_visited(
    connection: Connection, cadre_ids: list[UUID], from_day: date, until_day: date
) -> list[tuple[UUID, date]]:
    """Each visit of these cadres between the two days, both counted."""
    statement = select(visits.c.cadre_id, visits.c.visited_on).where(
        visits.c.cadre_id.in_(cadre_ids), visits.c.visited_on >= from_day, visits.c.visited_on <= until_day
    )
    return [(row.cadre_id, row.visited_on) for row in connection.execute(statement)]
