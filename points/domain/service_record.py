"""One service as a timesheet knows it: what it takes of which day, who entered it, how far its review is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from points.domain import timesheet_errors as refused
from points.domain.calendar import local_day
from points.domain.errors import Invalid
from points.domain.values import Minutes, ReviewTier, ServiceKind, TimeClass

DAY_MINUTES = 24 * 60
FIRST_TIER_UP_TO_MINUTES = 8 * 60
PARENT_TIER_UP_TO_MINUTES = 12 * 60


class RecordState(StrEnum):
    RECORDED = "recorded"
    REJECTED = "rejected"
    ON_NOTICE = "on_notice"
    CONFIRMED = "confirmed"


class Interval(NamedTuple):
    """Minutes from the midnight that began the day of service; the end may lie past the next midnight."""

    starts_at_minute: int
    ends_at_minute: int


class Span(NamedTuple):
    """What a record takes of one day. `interval` is None where only a sum of minutes is known."""

    record_id: UUID
    day: date
    minutes: int
    interval: Interval | None


class Service(NamedTuple):
    """What is to be recorded."""

    record_id: UUID
    activity_id: UUID
    area_code: str
    kind: ServiceKind
    time_class: TimeClass
    day: date
    interval: Interval | None
    minutes: Minutes
    entered_by: UUID
    reason_ref: UUID | None
    evidence: bytes | None


class Reviewer(NamedTuple):
    """Who reviews. `person_ids` are the reviewer's own and household's entries in the register.

    `reach` is the highest tier that the reviewer's area allows: activity's own, its parent's, county's.
    """

    staff_id: UUID
    person_ids: frozenset[UUID]
    reach: ReviewTier


@dataclass
class Record:
    """One service as the sheet knows it."""

    record_id: UUID
    activity_id: UUID
    area_code: str
    kind: str
    time_class: str
    day: date
    interval: Interval | None
    minutes: int
    entered_by: UUID
    state: RecordState = RecordState.RECORDED
    tiers: dict[int, UUID] = field(default_factory=dict)
    notice_closes_on: date | None = None
    objections: tuple[UUID, ...] = ()

    @property
    def counts(self) -> bool:
        return self.state is not RecordState.REJECTED

    def spans(self) -> Iterator[Span]:
        """The record day by day: it may run past midnight once."""
        if self.interval is None:
            yield Span(self.record_id, self.day, self.minutes, None)
            return
        start, end = self.interval
        first_end = min(end, DAY_MINUTES)
        yield Span(self.record_id, self.day, first_end - start, Interval(start, first_end))
        if end > DAY_MINUTES:
            rest = end - DAY_MINUTES
            yield Span(self.record_id, self.day + timedelta(days=1), rest, Interval(0, rest))


def tier_for(day_minutes: int) -> ReviewTier:
    """The tier that a person's day of this length needs (rule 3)."""
    if day_minutes <= FIRST_TIER_UP_TO_MINUTES:
        return ReviewTier.FIRST
    return ReviewTier.PARENT if day_minutes <= PARENT_TIER_UP_TO_MINUTES else ReviewTier.COUNTY


def check_service(at: datetime, service: Service) -> None:
    if service.minutes <= 0:
        raise refused.NoServiceTime
    if service.minutes > DAY_MINUTES:
        raise refused.ServiceTooLong(asked_minutes=service.minutes)
    if service.interval is not None:
        if not 0 <= service.interval.starts_at_minute < DAY_MINUTES:
            raise Invalid(field="starts-at", rule="outside-day")
        length_minutes = service.interval.ends_at_minute - service.interval.starts_at_minute
        if length_minutes != service.minutes:
            raise refused.IntervalDiffersFromMinutes(
                asked_minutes=service.minutes, interval_minutes=length_minutes
            )
    if service.day > local_day(at):
        raise refused.FutureService(day=service.day)
    if service.time_class is TimeClass.SUPPLEMENTARY and service.reason_ref is None:
        raise refused.ReasonMissing


def as_record(service: Service) -> Record:
    return Record(
        service.record_id,
        service.activity_id,
        service.area_code,
        service.kind.value,
        service.time_class.value,
        service.day,
        service.interval,
        service.minutes,
        service.entered_by,
    )


def overlap(one: Interval, other: Interval) -> bool:
    return one.starts_at_minute < other.ends_at_minute and other.starts_at_minute < one.ends_at_minute


def next_tier(record: Record, needed: ReviewTier) -> ReviewTier:
    if ReviewTier.FIRST not in record.tiers:
        return ReviewTier.FIRST
    if is_reviewed(record, needed):
        raise refused.NothingLeftToReview(record_id=record.record_id)
    return needed


def is_reviewed(record: Record, needed: ReviewTier) -> bool:
    """The first tier, and where the day is long one at least as high as it needs."""
    return ReviewTier.FIRST in record.tiers and max(record.tiers) >= needed
