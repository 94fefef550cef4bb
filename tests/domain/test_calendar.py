"""Days and deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from points.domain.calendar import add_months, add_working_days, from_us, local_day, month_of, to_us


def is_weekday(day: date) -> bool:
    return day.weekday() < 5


def test_a_day_begins_at_midnight_in_shanghai() -> None:
    midnight = datetime(2026, 4, 14, 16, tzinfo=UTC)
    assert local_day(midnight) == date(2026, 4, 15)
    assert local_day(midnight - timedelta(microseconds=1)) == date(2026, 4, 14)


@for_all(st.integers(-(10**16), 10**17))
def test_microseconds_and_instants_are_the_same_thing(at_us: int) -> None:
    assert to_us(from_us(at_us)) == at_us


@pytest.mark.parametrize(
    ("start", "working_days", "end"),
    [
        (date(2026, 4, 13), 0, date(2026, 4, 13)),
        (date(2026, 4, 13), 3, date(2026, 4, 16)),
        (date(2026, 4, 17), 1, date(2026, 4, 20)),
        (date(2026, 4, 18), 3, date(2026, 4, 22)),
    ],
)
def test_working_days_are_counted_from_the_day_after(start: date, working_days: int, end: date) -> None:
    assert add_working_days(start, working_days, is_weekday) == end


@for_all(st.dates(date(1900, 1, 1), date(2900, 1, 1)), st.integers(0, 600))
def test_months_are_added_to_the_same_day_or_to_the_months_last(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    day_after = later + timedelta(days=1)
    assert later.day == day.day or (later.day < day.day and day_after.day == 1)


def test_a_month_is_written_with_its_year() -> None:
    assert month_of(date(2026, 4, 30)) == "2026-04"
    assert month_of(date(987, 12, 1)) == "0987-12"
