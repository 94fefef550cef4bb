"""A joint meeting or a visit of its supervision group: what it decides becomes entries of the issue ledger."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import local_day
from points.domain.errors import Refused


class MeetingAhead(Refused):
    """A meeting is recorded once it has been held."""


class MeetingKind(StrEnum):
    JOINT = "joint"
    SUPERVISION = "supervision"


class Meeting(Aggregate):
    TOPIC = "points.meeting"

    class Event(Aggregate.Event):
        pass

    class Held(Created, Event):
        TOPIC = "points.meeting.held"
        kind: str
        area_code: str
        held_on: date
        text_ref: UUID
        recorded_by: UUID

        def apply(self, aggregate: Meeting) -> None:
            aggregate.kind = MeetingKind(self.kind)
            aggregate.area_code = self.area_code

    kind: MeetingKind
    area_code: str

    @classmethod
    def hold(
        cls,
        at: datetime,
        id_: UUID,
        *,
        kind: MeetingKind,
        area_code: str,
        held_on: date,
        text_ref: UUID,
        recorded_by: UUID,
    ) -> Self:
        if held_on > local_day(at):
            raise MeetingAhead
        return cls._start(
            cls.Held,
            id_,
            at,
            kind=kind.value,
            area_code=area_code,
            held_on=held_on,
            text_ref=text_ref,
            recorded_by=recorded_by,
        )
