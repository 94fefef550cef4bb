"""Activities, planned ahead or recorded afterwards."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, Index, LargeBinary, Table, select, tuple_

from points.domain.activity import Activity as ActivityAggregate
from points.projections.areas import codes_below
from points.projections.buffers import Lines
from points.projections.columns import (
    count_column,
    day_column,
    id_column,
    read_metadata,
    small_column,
    text_column,
)
from points.projections.model import ReadModel, day_text

activities = Table(
    "activities",
    read_metadata,
    id_column("activity_id", key=True),
    text_column("area_code"),
    text_column("kind"),
    id_column("title_ref"),
    day_column("day"),
    count_column("starts_at_us", optional=True),
    count_column("ends_at_us", optional=True),
    small_column("places", optional=True),
    Column("evidence", LargeBinary, nullable=True),
    id_column("made_by"),
    Index("activities_area", "area_code", "day"),
)


class Activities(ReadModel):
    def __init__(self) -> None:
        lines = Lines(activities)
        self._insert = lines.insert
        super().__init__(
            (lines,),
            {
                ActivityAggregate.Planned.TOPIC: self._planned,
                ActivityAggregate.Recorded.TOPIC: self._recorded,
            },
        )

    def _planned(self, position: int, activity_id: bytes, event: Any) -> None:
        self._insert(
            (
                activity_id,
                event.area_code,
                event.kind,
                event.title_ref,
                day_text(event.starts_at_us),
                event.starts_at_us,
                event.ends_at_us,
                event.places,
                None,
                event.planned_by,
            )
        )

    def _recorded(self, position: int, activity_id: bytes, event: Any) -> None:
        self._insert(
            (
                activity_id,
                event.area_code,
                event.kind,
                event.title_ref,
                event.day,
                None,
                None,
                None,
                event.evidence,
                event.recorded_by,
            )
        )


class Activity(msgspec.Struct, frozen=True):
    """A recorded one has no times. Its title stands in the vault under `title_ref`."""

    activity_id: UUID
    area_code: str
    kind: str
    title_ref: UUID
    day: date
    starts_at_us: int | None
    ends_at_us: int | None
    places: int | None
    evidence: bytes | None
    made_by: UUID

    @property
    def planned(self) -> bool:
        return self.starts_at_us is not None


def get(connection: Connection, activity_id: UUID) -> Activity | None:
    statement = select(activities).where(activities.c.activity_id == activity_id)
    row = connection.execute(statement).one_or_none()
    return None if row is None else Activity(*row)


def in_area(
    connection: Connection,
    area_code: str,
    limit: int,
    *,
    from_day: date | None = None,
    before: tuple[date, UUID] | None = None,
) -> list[Activity]:
    """Activities of the area and below it, the latest day first; `before` is the last one seen."""
    statement = select(activities).where(activities.c.area_code.in_(codes_below(area_code)))
    if from_day is not None:
        statement = statement.where(activities.c.day >= from_day)
    if before is not None:
        day, activity_id = before
        last_seen = tuple_(day.isoformat(), activity_id.bytes)
        statement = statement.where(tuple_(activities.c.day, activities.c.activity_id) < last_seen)
    ordered = statement.order_by(activities.c.day.desc(), activities.c.activity_id.desc()).limit(limit)
    return [Activity(*row) for row in connection.execute(ordered)]
