"""One person's service in one month: overlap, the 24 hours of a day and the tiers of review are decided here.

A service that runs past the month's last midnight stands in the sheet of its start; the part after midnight
is noted as a spill in the next month's sheet, in the same commit, so that each sheet knows its days in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Self
from uuid import UUID

from points.domain import timesheet_errors as refused
from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import local_day, month_of
from points.domain.service_record import (
    DAY_MINUTES,
    Interval,
    Record,
    RecordState,
    Reviewer,
    Service,
    Span,
    as_record,
    check_service,
    is_reviewed,
    next_tier,
    overlap,
    tier_for,
)
from points.domain.values import Points, ReviewTier

NOTICE_AT_LEAST_DAYS = 3


class Timesheet(Aggregate):
    TOPIC = "points.timesheet"

    class Event(Aggregate.Event):
        pass

    class Opened(Created, Event):
        TOPIC = "points.timesheet.opened"
        volunteer_id: UUID
        month: str

        def apply(self, aggregate: Timesheet) -> None:
            aggregate.volunteer_id = self.volunteer_id
            aggregate.month = self.month
            aggregate.records = {}
            aggregate.spills = ()
            aggregate.earned = {}

    class ServiceRecorded(Event):
        """The reason is free text and stands in the vault; `evidence` is the SHA-256 of the source file."""

        TOPIC = "points.timesheet.service_recorded"
        record_id: UUID
        activity_id: UUID
        area_code: str
        kind: str
        time_class: str
        day: date
        starts_at_minute: int | None
        ends_at_minute: int | None
        minutes: int
        entered_by: UUID
        reason_ref: UUID | None
        evidence: bytes | None

        def apply(self, aggregate: Timesheet) -> None:
            interval = None
            if self.starts_at_minute is not None and self.ends_at_minute is not None:
                interval = Interval(self.starts_at_minute, self.ends_at_minute)
            aggregate.records[self.record_id] = Record(
                self.record_id,
                self.activity_id,
                self.area_code,
                self.kind,
                self.time_class,
                self.day,
                interval,
                self.minutes,
                self.entered_by,
            )

    class SpillRecorded(Event):
        """A service of the month before ran past midnight into this month's first day."""

        TOPIC = "points.timesheet.spill_recorded"
        record_id: UUID
        day: date
        minutes: int

        def apply(self, aggregate: Timesheet) -> None:
            spill = Span(self.record_id, self.day, self.minutes, Interval(0, self.minutes))
            aggregate.spills = (*aggregate.spills, spill)

    class SpillDropped(Event):
        """The service that spilled over was rejected."""

        TOPIC = "points.timesheet.spill_dropped"
        record_id: UUID

        def apply(self, aggregate: Timesheet) -> None:
            aggregate.spills = tuple(s for s in aggregate.spills if s.record_id != self.record_id)

    class ServiceReviewed(Event):
        TOPIC = "points.timesheet.service_reviewed"
        record_id: UUID
        tier: int
        approved: bool
        reviewed_by: UUID
        reason_ref: UUID | None

        def apply(self, aggregate: Timesheet) -> None:
            record = aggregate.records[self.record_id]
            record.tiers[self.tier] = self.reviewed_by
            if not self.approved:
                record.state = RecordState.REJECTED

    class NoticeGiven(Event):
        """Public notice runs from `opened_on` to the end of `closes_on`, computed once, in working days."""

        TOPIC = "points.timesheet.notice_given"
        record_ids: tuple[UUID, ...]
        notice_id: UUID
        opened_on: date
        closes_on: date
        given_by: UUID

        def apply(self, aggregate: Timesheet) -> None:
            for record_id in self.record_ids:
                record = aggregate.records[record_id]
                record.state = RecordState.ON_NOTICE
                record.notice_closes_on = self.closes_on

    class ServiceObjected(Event):
        TOPIC = "points.timesheet.service_objected"
        record_id: UUID
        objection_id: UUID
        text_ref: UUID

        def apply(self, aggregate: Timesheet) -> None:
            record = aggregate.records[self.record_id]
            record.objections = (*record.objections, self.objection_id)

    class ObjectionAnswered(Event):
        TOPIC = "points.timesheet.objection_answered"
        record_id: UUID
        objection_id: UUID
        upheld: bool
        answered_by: UUID
        text_ref: UUID

        def apply(self, aggregate: Timesheet) -> None:
            record = aggregate.records[self.record_id]
            record.objections = tuple(o for o in record.objections if o != self.objection_id)
            if self.upheld:
                record.state = RecordState.REJECTED

    class AccompanimentStated(Event):
        """A child under 10 was accompanied by this adult of the register (rule 6)."""

        TOPIC = "points.timesheet.accompaniment_stated"
        record_id: UUID
        companion_id: UUID

        def apply(self, aggregate: Timesheet) -> None:
            pass

    class ServiceConfirmed(Event):
        """The minutes count; `points` is what the scheme version in force on the day makes of them."""

        TOPIC = "points.timesheet.service_confirmed"
        record_id: UUID
        points: int
        scheme_id: UUID
        scheme_version: int
        confirmed_by: UUID

        def apply(self, aggregate: Timesheet) -> None:
            record = aggregate.records[self.record_id]
            record.state = RecordState.CONFIRMED
            if self.points:
                aggregate.earned[record.day] = aggregate.earned.get(record.day, 0) + self.points

    volunteer_id: UUID
    month: str
    records: dict[UUID, Record]
    spills: tuple[Span, ...]
    earned: dict[date, int]
    """Points confirmed by day of service: what a scheme's caps count."""

    @classmethod
    def open(cls, at: datetime, id_: UUID, *, volunteer_id: UUID, month: str) -> Self:
        return cls._start(cls.Opened, id_, at, volunteer_id=volunteer_id, month=month)

    # What the sheet knows

    def record(self, record_id: UUID) -> Record:
        try:
            return self.records[record_id]
        except KeyError:
            raise refused.RecordNotFound(subject="service-record", reference=str(record_id)) from None

    def spans(self, day: date) -> Iterator[Span]:
        """Everything that takes time of the day, spills from the month before included."""
        for record in self.records.values():
            if record.counts:
                yield from (span for span in record.spans() if span.day == day)
        yield from (spill for spill in self.spills if spill.day == day)

    def day_minutes(self, day: date) -> int:
        return sum(span.minutes for span in self.spans(day))

    def needed_tier(self, record: Record, following: Timesheet | None) -> tuple[ReviewTier, int]:
        """The tier that the longest day of the record needs (rule 3), and that day's minutes."""
        longest = max(self._owner(span.day, following).day_minutes(span.day) for span in record.spans())
        return tier_for(longest), longest

    def _owner(self, day: date, following: Timesheet | None) -> Timesheet:
        if month_of(day) == self.month:
            return self
        if following is None:
            raise ValueError(day)  # a caller's slip: it must bring the sheet that the service runs into
        return following

    # Decisions

    def record_service(self, at: datetime, service: Service, following: Timesheet | None = None) -> None:
        """Take one service onto the sheet. `following` is the next month's sheet if the service runs into it.

        Raises the refusals of this rule's list: NoServiceTime, ServiceTooLong, IntervalDiffersFromMinutes,
        FutureService, ReasonMissing, AlreadyRecorded, OverlapsOtherService, DayFull.
        """
        check_service(at, service)
        candidate = as_record(service)
        self._check_unknown(candidate)
        spans = list(candidate.spans())
        for span in spans:
            self._owner(span.day, following)._check_room(span)  # noqa: SLF001  # a sheet beside a sheet
        start, end = service.interval or (None, None)
        self._record(
            self.ServiceRecorded,
            at,
            record_id=service.record_id,
            activity_id=service.activity_id,
            area_code=service.area_code,
            kind=service.kind.value,
            time_class=service.time_class.value,
            day=service.day,
            starts_at_minute=start,
            ends_at_minute=end,
            minutes=service.minutes,
            entered_by=service.entered_by,
            reason_ref=service.reason_ref,
            evidence=service.evidence,
        )
        if following is not None and month_of(spans[-1].day) != self.month:
            following._record(  # noqa: SLF001  # a sheet beside a sheet
                self.SpillRecorded,
                at,
                record_id=service.record_id,
                day=spans[-1].day,
                minutes=spans[-1].minutes,
            )

    def state_accompaniment(self, at: datetime, record_id: UUID, companion_id: UUID) -> None:
        """Beside `record_service`; that the companion is an adult is the rule of `minors`."""
        self.record(record_id)
        self._record(self.AccompanimentStated, at, record_id=record_id, companion_id=companion_id)

    def _check_unknown(self, candidate: Record) -> None:
        for record in self.records.values():
            if record.activity_id != candidate.activity_id or record.day != candidate.day:
                continue
            if record.interval == candidate.interval:
                raise refused.AlreadyRecorded(record_id=record.record_id)
            if record.counts and (record.interval is None or candidate.interval is None):
                # With only a sum of minutes on one side nobody can tell that the two are not the same hours.
                raise refused.OverlapsOtherService(record_id=record.record_id)

    def _check_room(self, span: Span) -> None:
        taken_minutes = 0
        for other in self.spans(span.day):
            taken_minutes += other.minutes
            if span.interval and other.interval and overlap(span.interval, other.interval):
                raise refused.OverlapsOtherService(record_id=other.record_id)
        left_minutes = DAY_MINUTES - taken_minutes
        if span.minutes > left_minutes:
            raise refused.DayFull(day=span.day, asked_minutes=span.minutes, left_minutes=left_minutes)

    def review(
        self,
        at: datetime,
        record_id: UUID,
        reviewer: Reviewer,
        *,
        approved: bool,
        reason_ref: UUID | None = None,
        following: Timesheet | None = None,
    ) -> ReviewTier:
        """Give the next tier that the record needs; returns it. A rejection needs no higher reach."""
        record = self.record(record_id)
        self._check_reviewer(record, reviewer)
        needed, day_minutes = self.needed_tier(record, following)
        tier = next_tier(record, needed)
        if approved and reviewer.reach < tier:
            raise refused.HigherReviewNeeded(needed_tier=tier, day_minutes=day_minutes)
        self._record(
            self.ServiceReviewed,
            at,
            record_id=record_id,
            tier=tier.value,
            approved=approved,
            reviewed_by=reviewer.staff_id,
            reason_ref=reason_ref,
        )
        if not approved:
            self._drop_spill(at, record, following)
        return tier

    def _check_reviewer(self, record: Record, reviewer: Reviewer) -> None:
        self._check_open(record)
        if self.volunteer_id in reviewer.person_ids:
            raise refused.OwnHours
        if record.entered_by == reviewer.staff_id:
            raise refused.OwnEntry
        if reviewer.staff_id in record.tiers.values():
            raise refused.TierAlreadyGiven

    def give_notice(
        self,
        at: datetime,
        record_ids: tuple[UUID, ...],
        *,
        notice_id: UUID,
        closes_on: date,
        given_by: UUID,
        following: Timesheet | None = None,
    ) -> None:
        """Put fully reviewed records on public notice until the end of `closes_on`."""
        opened_on = local_day(at)
        if closes_on < opened_on + timedelta(days=NOTICE_AT_LEAST_DAYS):
            raise refused.NoticeTooShort(closes_on=closes_on)
        for record_id in record_ids:
            record = self.record(record_id)
            self._check_open(record)
            if record.state is RecordState.ON_NOTICE:
                raise refused.NoticeAlreadyGiven(record_id=record_id)
            self._check_reviewed(record, following)
        self._record(
            self.NoticeGiven,
            at,
            record_ids=record_ids,
            notice_id=notice_id,
            opened_on=opened_on,
            closes_on=closes_on,
            given_by=given_by,
        )

    def object(self, at: datetime, record_id: UUID, *, objection_id: UUID, text_ref: UUID) -> None:
        """Anybody may object while the record is on notice; it stops this line only (rule 4)."""
        record = self.record(record_id)
        if record.state is not RecordState.ON_NOTICE:
            raise refused.NotOnNotice(record_id=record_id)
        self._record(
            self.ServiceObjected, at, record_id=record_id, objection_id=objection_id, text_ref=text_ref
        )

    def answer_objection(
        self,
        at: datetime,
        record_id: UUID,
        *,
        objection_id: UUID,
        upheld: bool,
        answered_by: UUID,
        text_ref: UUID,
        person_ids: frozenset[UUID] = frozenset(),
        following: Timesheet | None = None,
    ) -> None:
        """Answer an objection. Upheld, the record no longer counts; else its line goes on.

        `person_ids` are the answerer's own and household's entries in the register.
        """
        record = self.record(record_id)
        if self.volunteer_id in person_ids:
            raise refused.OwnHours
        if objection_id not in record.objections:
            raise refused.ObjectionNotFound(subject="objection", reference=str(objection_id))
        if record.entered_by == answered_by:
            raise refused.OwnEntry
        for span in record.spans():
            self._owner(
                span.day, following
            )  # without the next sheet at hand a night's spill would stay in it
        self._record(
            self.ObjectionAnswered,
            at,
            record_id=record_id,
            objection_id=objection_id,
            upheld=upheld,
            answered_by=answered_by,
            text_ref=text_ref,
        )
        if upheld:
            self._drop_spill(at, record, following)

    def check_confirmable(
        self, at: datetime, record_id: UUID, person_ids: frozenset[UUID], following: Timesheet | None = None
    ) -> Record:
        """The record, if its notice ended without an open objection and its review still suffices."""
        record = self.record(record_id)
        self._check_open(record)
        if self.volunteer_id in person_ids:
            raise refused.OwnHours
        if record.notice_closes_on is None:
            raise refused.NoticeMissing(record_id=record_id)
        if local_day(at) <= record.notice_closes_on:
            raise refused.NoticeStillOpen(record_id=record_id, closes_on=record.notice_closes_on)
        if record.objections:
            raise refused.ObjectionOpen(record_id=record_id)
        self._check_reviewed(record, following)
        return record

    def confirm(
        self,
        at: datetime,
        record: Record,
        *,
        points: Points,
        scheme_id: UUID,
        scheme_version: int,
        confirmed_by: UUID,
    ) -> None:
        """Let the minutes count. The caller has asked `check_confirmable` and issues the points beside it."""
        self._record(
            self.ServiceConfirmed,
            at,
            record_id=record.record_id,
            points=points,
            scheme_id=scheme_id,
            scheme_version=scheme_version,
            confirmed_by=confirmed_by,
        )

    def _check_open(self, record: Record) -> None:
        if record.state is RecordState.REJECTED:
            raise refused.RecordRejected(record_id=record.record_id)
        if record.state is RecordState.CONFIRMED:
            raise refused.AlreadyConfirmed(record_id=record.record_id)

    def _check_reviewed(self, record: Record, following: Timesheet | None) -> None:
        needed, _ = self.needed_tier(record, following)
        if not is_reviewed(record, needed):
            raise refused.ReviewIncomplete(record_id=record.record_id, needed_tier=needed)

    def _drop_spill(self, at: datetime, record: Record, following: Timesheet | None) -> None:
        if following is not None and any(s.record_id == record.record_id for s in following.spills):
            following._record(self.SpillDropped, at, record_id=record.record_id)  # noqa: SLF001  # as above
