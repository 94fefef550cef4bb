"""An activity: planned ahead by staff, or recorded afterwards from a sheet that names it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import from_us, local_day, to_us
from points.domain.errors import Refused
from points.domain.values import Minutes, ServiceKind


class ActivityNotAhead(Refused):
    """A planned activity lies in the future (rule 7)."""


class ActivityEndsBeforeStart(Refused):
    """An activity ends after it starts."""


class LongerThanActivity(Refused):
    """Supplementary time is at most the activity's length (rule 2)."""

    asked_minutes: int
    activity_minutes: int


class OutsideActivityDay(Refused):
    """The service is dated on a day the activity did not touch."""

    day: date


class ShiftOutsideActivity(Refused):
    """A shift lies within its activity, and only a planned activity has shifts."""


class Activity(Aggregate):
    TOPIC = "points.activity"

    class Event(Aggregate.Event):
        pass

    class Planned(Created, Event):
        """The title is public text and may name people: it stands in the vault under `title_ref`."""

        TOPIC = "points.activity.planned"
        area_code: str
        kind: str
        title_ref: UUID
        starts_at_us: int
        ends_at_us: int
        places: int | None
        planned_by: UUID

        def apply(self, aggregate: Activity) -> None:
            aggregate.area_code = self.area_code
            aggregate.kind = ServiceKind(self.kind)
            aggregate.title_ref = self.title_ref
            aggregate.day = local_day(from_us(self.starts_at_us))
            aggregate.starts_at_us = self.starts_at_us
            aggregate.ends_at_us = self.ends_at_us

    class Recorded(Created, Event):
        """A past activity known from a sheet or an entry alone; `evidence` is the SHA-256 of that file."""

        TOPIC = "points.activity.recorded"
        area_code: str
        kind: str
        title_ref: UUID
        day: date
        evidence: bytes | None
        recorded_by: UUID

        def apply(self, aggregate: Activity) -> None:
            aggregate.area_code = self.area_code
            aggregate.kind = ServiceKind(self.kind)
            aggregate.title_ref = self.title_ref
            aggregate.day = self.day
            aggregate.starts_at_us = None
            aggregate.ends_at_us = None

    area_code: str
    kind: ServiceKind
    title_ref: UUID
    day: date
    starts_at_us: int | None
    ends_at_us: int | None

    @classmethod
    def plan(
        cls,
        at: datetime,
        id_: UUID,
        *,
        area_code: str,
        kind: ServiceKind,
        title_ref: UUID,
        starts_at: datetime,
        ends_at: datetime,
        places: int | None,
        planned_by: UUID,
    ) -> Self:
        if ends_at <= starts_at:
            raise ActivityEndsBeforeStart
        if starts_at <= at:
            raise ActivityNotAhead
        return cls._start(
            cls.Planned,
            id_,
            at,
            area_code=area_code,
            kind=kind.value,
            title_ref=title_ref,
            starts_at_us=to_us(starts_at),
            ends_at_us=to_us(ends_at),
            places=places,
            planned_by=planned_by,
        )

    @classmethod
    def record(
        cls,
        at: datetime,
        id_: UUID,
        *,
        area_code: str,
        kind: ServiceKind,
        title_ref: UUID,
        day: date,
        evidence: bytes | None,
        recorded_by: UUID,
    ) -> Self:
        return cls._start(
            cls.Recorded,
            id_,
            at,
            area_code=area_code,
            kind=kind.value,
            title_ref=title_ref,
            day=day,
            evidence=evidence,
            recorded_by=recorded_by,
        )

    def check_supplementary(self, day: date, minutes: Minutes) -> None:
        """Raises OutsideActivityDay or LongerThanActivity; a recorded activity knows only its day."""
        if self.starts_at_us is None or self.ends_at_us is None:
            if day != self.day:
                raise OutsideActivityDay(day=day)
            return
        starts_at, ends_at = from_us(self.starts_at_us), from_us(self.ends_at_us)
        if not local_day(starts_at) <= day <= local_day(ends_at):
            raise OutsideActivityDay(day=day)
        length_minutes = (ends_at - starts_at) // timedelta(minutes=1)
        if minutes > length_minutes:
            raise LongerThanActivity(asked_minutes=minutes, activity_minutes=length_minutes)

    def check_shift(self, starts_at: datetime, ends_at: datetime) -> None:
        """Raises ShiftOutsideActivity."""
        if self.starts_at_us is None or self.ends_at_us is None:
            raise ShiftOutsideActivity
        if to_us(starts_at) < self.starts_at_us or to_us(ends_at) > self.ends_at_us:
            raise ShiftOutsideActivity
