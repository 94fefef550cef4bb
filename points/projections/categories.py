"""Volunteers whose category changed, with each change: few people, so that whoever asks reads them at once."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select

from points.domain.volunteer import Volunteer
from points.projections.buffers import Lines
from points.projections.columns import (
    count_column,
    day_column,
    id_column,
    read_metadata,
    text_column,
)
from points.projections.model import ReadModel

volunteer_categories = Table(
    "volunteer_categories",
    read_metadata,
    id_column("volunteer_id", key=True),
    count_column("position", key=True),
    day_column("from_day"),
    text_column("category"),
    text_column("former_category"),
    sqlite_with_rowid=False,
)


class Categories(ReadModel):
    def __init__(self) -> None:
        self._changes = Lines(volunteer_categories)
        super().__init__(
            (self._changes,),
            {Volunteer.CategoryChanged.TOPIC: self._changed},
        )

    def _changed(self, position: int, volunteer_id: bytes, event: Any) -> None:
        self._changes.insert((volunteer_id, position, event.from_day, event.category, event.former_category))


def changed(connection: Connection) -> dict[UUID, list[tuple[date, str]]]:
    """By volunteer in the order in which they were stated, the category of the registration first."""
    found: dict[UUID, list[tuple[date, str]]] = {}
    row = volunteer_categories.c
    statement = select(row.volunteer_id, row.from_day, row.category, row.former_category)
    ordered = statement.order_by(row.volunteer_id, row.position)
    for volunteer_id, day, category, former in connection.execute(ordered):
        found.setdefault(volunteer_id, [(date.min, former)]).append((day, category))
    return found
