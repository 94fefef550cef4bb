"""The register: who is in it, and where each lived from when until when."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, Column, Connection, Index, Table, bindparam, select, update

from points.domain.volunteer import Volunteer as VolunteerAggregate
from points.projections.areas import codes_below
from points.projections.buffers import Rows
from points.projections.columns import count_column, day_column, id_column, read_metadata, text_column
from points.projections.model import ReadModel, day_text

volunteers = Table(
    "volunteers",
    read_metadata,
    id_column("volunteer_id", key=True),
    text_column("volunteer_number"),
    text_column("area_code"),
    text_column("category"),
    Column("withdrawn", Boolean, nullable=False),
    day_column("registered_on"),
    id_column("profile_ref"),
    Index("volunteers_number", "volunteer_number", unique=True),
    Index("volunteers_area", "area_code", "volunteer_number"),
)

residences = Table(
    "residences",
    read_metadata,
    id_column("volunteer_id", key=True),
    count_column("position", key=True),
    text_column("area_code"),
    day_column("from_day"),
    day_column("until_day", optional=True),
    Index("residences_area", "area_code", "from_day", "until_day", "volunteer_id"),
    comment="from the end of from_day on; no longer at the end of until_day",
)

_CLOSE = (
    update(residences)
    .where(residences.c.volunteer_id == bindparam("volunteer"), residences.c.until_day.is_(None))
    .values(until_day=bindparam("day"))
)


class Volunteers(ReadModel):
    def __init__(self) -> None:
        self._volunteers = Rows(volunteers)
        self._residences = Rows(residences)
        self._opened: dict[bytes, tuple[bytes, int]] = {}
        self._closed: dict[bytes, str] = {}
        super().__init__(
            (self._volunteers, self._residences),
            {
                VolunteerAggregate.Registered.TOPIC: self._registered,
                VolunteerAggregate.Moved.TOPIC: self._moved,
                VolunteerAggregate.CategoryChanged.TOPIC: self._category_changed,
                VolunteerAggregate.Withdrawn.TOPIC: self._withdrawn,
                VolunteerAggregate.Returned.TOPIC: self._returned,
            },
        )

    def _registered(self, position: int, volunteer_id: bytes, event: Any) -> None:
        day = day_text(event.timestamp_us)
        self._volunteers.insert(
            volunteer_id,
            event.volunteer_number,
            event.area_code,
            event.category,
            False,
            day,
            event.profile_ref,
        )
        self._begin(position, volunteer_id, event.area_code, day)

    def _category_changed(self, position: int, volunteer_id: bytes, event: Any) -> None:
        self._volunteers.set((volunteer_id,), category=event.category)

    def _moved(self, position: int, volunteer_id: bytes, event: Any) -> None:
        day = day_text(event.timestamp_us)
        self._volunteers.set((volunteer_id,), area_code=event.area_code)
        self._end(volunteer_id, day)
        self._begin(position, volunteer_id, event.area_code, day)

    def _withdrawn(self, position: int, volunteer_id: bytes, event: Any) -> None:
        self._volunteers.set((volunteer_id,), withdrawn=True)
        self._end(volunteer_id, day_text(event.timestamp_us))

    def _returned(self, position: int, volunteer_id: bytes, event: Any) -> None:
        self._volunteers.set((volunteer_id,), withdrawn=False, area_code=event.area_code)
        self._begin(position, volunteer_id, event.area_code, day_text(event.timestamp_us))

    def _begin(self, position: int, volunteer_id: bytes, area_code: str, day: str) -> None:
        self._opened[volunteer_id] = key = (volunteer_id, position)
        self._residences.insert(*key, area_code, day, None)

    def _end(self, volunteer_id: bytes, day: str) -> None:
        key = self._opened.pop(volunteer_id, None)
        if key is None:
            self._closed[volunteer_id] = day  # began on an earlier page, so there is only one to end
        else:
            self._residences.set(key, until_day=day)

    def flush(self, connection: Connection) -> None:
        if self._closed:
            connection.execute(_CLOSE, [{"volunteer": v, "day": day} for v, day in self._closed.items()])
        super().flush(connection)

    def forget(self) -> None:
        self._opened.clear()
        self._closed.clear()
        super().forget()


class Volunteer(msgspec.Struct, frozen=True):
    """Names stand in the vault under `profile_ref`."""

    volunteer_id: UUID
    volunteer_number: str
    area_code: str
    category: str
    withdrawn: bool
    registered_on: date
    profile_ref: UUID


class Residence(msgspec.Struct, frozen=True):
    """Lived there at the end of `from_day` and no longer at the end of `until_day`."""

    area_code: str
    from_day: date
    until_day: date | None


def get(connection: Connection, volunteer_id: UUID) -> Volunteer | None:
    statement = select(volunteers).where(volunteers.c.volunteer_id == volunteer_id)
    row = connection.execute(statement).one_or_none()
    return None if row is None else Volunteer(*row)


def by_number(connection: Connection, volunteer_number: str) -> Volunteer | None:
    statement = select(volunteers).where(volunteers.c.volunteer_number == volunteer_number)
    row = connection.execute(statement).one_or_none()
    return None if row is None else Volunteer(*row)


def in_area(connection: Connection, area_code: str, limit: int, after: str | None = None) -> list[Volunteer]:
    """Volunteers living in the area or below it, withdrawn ones included, by number."""
    statement = select(volunteers).where(volunteers.c.area_code.in_(codes_below(area_code)))
    if after is not None:
        statement = statement.where(volunteers.c.volunteer_number > after)
    statement = statement.order_by(volunteers.c.volunteer_number).limit(limit)
    return [Volunteer(*row) for row in connection.execute(statement)]


def history(connection: Connection, volunteer_id: UUID) -> list[Residence]:
    """Where the volunteer lived, oldest first."""
    statement = select(residences.c.area_code, residences.c.from_day, residences.c.until_day)
    statement = statement.where(residences.c.volunteer_id == volunteer_id).order_by(residences.c.position)
    return [Residence(*row) for row in connection.execute(statement)]
