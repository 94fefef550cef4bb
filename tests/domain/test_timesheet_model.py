"""Random months judged by a model that knows nothing of intervals: one place for each minute of each day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from points.domain.errors import Refused
from points.domain.service_record import Interval, Record, Reviewer
from points.domain.timesheet import Timesheet
from points.domain.timesheet_errors import DayFull, OverlapsOtherService
from points.domain.values import ReviewTier
from tests.domain.examples import MONTH_AFTER, a_reviewer, a_service, a_sheet
from tests.domain.scenario import assert_replays, given, id_of

DAYS = [date(2026, 4, 29) + timedelta(days=n) for n in range(5)]
MINUTES = 24 * 60


class Take(NamedTuple):
    """Record a service: placed in its day, or only a sum of minutes."""

    day: date
    start: int | None
    minutes: int


class Look(NamedTuple):
    """Review the record with that number, if there is one; the sheet may refuse."""

    number: int
    reviewer: int
    reach: ReviewTier
    approved: bool


class MinuteModel:
    """Whose each minute is, minute by minute, and how many minutes of each day have no place."""

    def __init__(self) -> None:
        self.placed: dict[int, UUID] = {}
        self.unplaced: dict[UUID, tuple[date, int]] = {}

    def day_minutes(self, day: date) -> int:
        first = day.toordinal() * MINUTES
        placed = sum(minute in self.placed for minute in range(first, first + MINUTES))
        return placed + sum(minutes for its_day, minutes in self.unplaced.values() if its_day == day)

    def refusal(self, take: Take) -> type[Refused] | None:
        """What must be refused, day after day as the sheet asks."""
        for day, minutes in self._by_day(take):
            if any(minute in self.placed for minute in minutes if take.start is not None):
                return OverlapsOtherService
            if self.day_minutes(day) + len(minutes) > MINUTES:
                return DayFull
        return None

    def take(self, record_id: UUID, take: Take) -> None:
        if take.start is None:
            self.unplaced[record_id] = (take.day, take.minutes)
            return
        for _, minutes in self._by_day(take):
            self.placed.update(dict.fromkeys(minutes, record_id))

    def free(self, record_id: UUID) -> None:
        self.placed = {minute: owner for minute, owner in self.placed.items() if owner != record_id}
        self.unplaced.pop(record_id, None)

    def longest_day_minutes(self, record_id: UUID) -> int:
        days = {
            date.fromordinal(minute // MINUTES) for minute, owner in self.placed.items() if owner == record_id
        }
        if record_id in self.unplaced:
            days.add(self.unplaced[record_id][0])
        return max(map(self.day_minutes, days))

    @staticmethod
    def _by_day(take: Take) -> Iterator[tuple[date, list[int]]]:
        first = take.day.toordinal() * MINUTES + (take.start or 0)
        minutes = range(first, first + take.minutes)
        for day in (take.day, take.day + timedelta(days=1)):
            of_day = [minute for minute in minutes if minute // MINUTES == day.toordinal()]
            if take.start is None and day == take.day:
                of_day = list(minutes)
            if of_day and (take.start is not None or day == take.day):
                yield day, of_day


class TwoMonths:
    """April and May of one person beside the model, asked the same questions."""

    def __init__(self) -> None:
        self.april, self.may = a_sheet(), a_sheet("2026-05")
        self.model = MinuteModel()
        self.taken: list[UUID] = []
        self.count = 0

    def sheets(self, day: date) -> tuple[Timesheet, Timesheet | None]:
        return (self.april, self.may) if day.month == 4 else (self.may, None)

    def home_of(self, record_id: UUID) -> tuple[Timesheet, Timesheet | None]:
        return (self.april, self.may) if record_id in self.april.records else (self.may, None)

    def do(self, step: Take | Look) -> None:
        if isinstance(step, Take):
            self.record(step)
        elif step.number < len(self.taken):
            self.review(step)
        self.check()

    def record(self, take: Take) -> None:
        self.count += 1
        between = None if take.start is None else (take.start, take.start + take.minutes)
        service = a_service(
            f"record {self.count}", take.day, take.minutes, between=between, activity=f"activity {self.count}"
        )
        expected = self.model.refusal(take)
        sheet, following = self.sheets(take.day)
        outcome = given(sheet, self.may).when(lambda s: s.record_service(MONTH_AFTER, service, following))
        if expected is not None:
            assert type(outcome.refusal) is expected
            outcome.assert_unchanged()
            return
        assert outcome.refusal is None
        self.model.take(service.record_id, take)
        self.taken.append(service.record_id)

    def review(self, look: Look) -> None:
        record_id = self.taken[look.number]
        sheet, following = self.home_of(record_id)
        reviewer: Reviewer = a_reviewer(f"reviewer {look.reviewer}", reach=look.reach)
        outcome = given(sheet, self.may).when(
            lambda s: s.review(MONTH_AFTER, record_id, reviewer, approved=look.approved, following=following)
        )
        if outcome.refusal is not None:
            outcome.assert_unchanged()
        elif not look.approved:
            self.model.free(record_id)

    def check(self) -> None:
        for day in DAYS:
            sheet, _ = self.sheets(day)
            assert sheet.day_minutes(day) == self.model.day_minutes(day) <= MINUTES
        self.assert_no_minute_twice()
        for record in self.counting():
            sheet, following = self.home_of(record.record_id)
            longest = self.model.longest_day_minutes(record.record_id)
            tier = 1 if longest <= 480 else 2 if longest <= 720 else 3
            assert sheet.needed_tier(record, following) == (tier, longest)

    def counting(self) -> list[Record]:
        records = (*self.april.records.values(), *self.may.records.values())
        return [record for record in records if record.counts]

    def assert_no_minute_twice(self) -> None:
        """Over what the sheets themselves say, spills too: a bit for each minute, set at most once."""
        for day in DAYS:
            bits = 0
            for span in self.sheets(day)[0].spans(day):
                if span.interval is not None:
                    mine = bitmap(span.interval)
                    assert not bits & mine
                    bits |= mine


def bitmap(interval: Interval) -> int:
    return sum(1 << minute for minute in range(*interval))


takes = st.builds(
    Take,
    day=st.sampled_from(DAYS[:4]),
    start=st.one_of(st.none(), st.integers(0, MINUTES - 1), st.sampled_from([0, 480, 1_380, 1_439])),
    minutes=st.one_of(st.integers(1, 300), st.sampled_from([1, 60, 240, 480, 481, 720, MINUTES])),
)
looks = st.builds(
    Look,
    number=st.integers(0, 6),
    reviewer=st.integers(1, 3),
    reach=st.sampled_from(ReviewTier),
    approved=st.booleans(),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@for_all(st.lists(st.one_of(takes, takes, looks), max_size=14))
def test_two_adjacent_months_never_hold_a_minute_twice_nor_a_day_of_more_than_24_hours(
    steps: list[Take | Look],
) -> None:
    months = TwoMonths()
    for step in steps:
        months.do(step)
    assert_replays(months.april)
    assert_replays(months.may)


def test_the_model_sees_an_overlap_where_there_is_one() -> None:
    model = MinuteModel()
    model.take(id_of("night"), Take(DAYS[1], 1_380, 120))
    assert model.refusal(Take(DAYS[2], 59, 1)) is OverlapsOtherService
    assert model.refusal(Take(DAYS[2], 60, 1)) is None
    assert model.refusal(Take(DAYS[2], None, 1_381)) is DayFull
    assert model.refusal(Take(DAYS[2], None, 1_380)) is None
