"""Days as the county lives them, and deadlines in working days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

# One fixed offset: China has kept it without daylight saving since 1991, and it needs no time zone database.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

IsWorkingDay = Callable[[date], bool]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def local_day(at: datetime) -> date:
    """The day in Asia/Shanghai on which the instant falls."""
    return at.astimezone(SHANGHAI).date()


def to_us(at: datetime) -> int:
    """Microseconds since 1970 in UTC, exactly."""
    return (at - EPOCH) // _MICROSECOND


def from_us(at_us: int) -> datetime:
    """The instant of a count of microseconds, in UTC."""
    return EPOCH + timedelta(microseconds=at_us)


def add_working_days(day: date, working_days: int, is_working_day: IsWorkingDay) -> date:
    """The `working_days`-th working day after `day`; the day itself does not count."""
    while working_days > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            working_days -= 1
    return day


def add_months(day: date, months: int) -> date:
    """The same day of the month, or its last one where the month is shorter."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in range(day.day, 27, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return date(year, month, day.day)


def month_of(day: date) -> str:
    """The month a day belongs to, as `2026-04`."""
    return f"{day.year:04}-{day.month:02}"
