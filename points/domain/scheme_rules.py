"""What a scheme version says beside its rates: coefficients, caps, last days, windows, deductions, notice.

Every rule has a neutral value, so a version that states none of them pays exactly what its rates say.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from points.domain.calendar import add_months
from points.domain.errors import Invalid, Refused
from points.domain.values import Category, Points, ServiceKind

ANY = "*"
_LEAP_YEAR = 2024
_MONTHS_A_QUARTER, _MONTHS_A_YEAR = 3, 12
_COEFFICIENT_MOST = 1_000
_NOTICE_DAYS_MOST = 60


class RedemptionWindowClosed(Refused):
    """The scheme lets its points be spent in certain weeks of the year only."""

    opens_on: date


class Span(StrEnum):
    """A stretch of the calendar: what a period cap counts over, or what a lot lasts to the end of."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Coefficient(NamedTuple):
    """Multiplies what a kind of service earns a category of person: an exact ratio; `*` is any."""

    kind: str
    category: str
    numerator: int
    denominator: int


class Window(NamedTuple):
    """Days of every year on which points can be spent, both ends included; it never runs over a year's end."""

    from_month: int
    from_day: int
    until_month: int
    until_day: int


class Rules(NamedTuple):
    """`day_cap_points` and `period_cap_points` limit what one person earns, by the day of service.

    `lasts_to_end_of` moves a lot's last day to the end of its month, quarter or year. `deductions` says whether
    points can be taken for a breach at all (rule 15), `notice_working_days` how long an approved version hangs out.
    """

    coefficients: tuple[Coefficient, ...] = ()
    day_cap_points: int | None = None
    period_cap_points: int | None = None
    period: Span = Span.MONTH
    lasts_to_end_of: Span = Span.DAY
    windows: tuple[Window, ...] = ()
    deductions: bool = False
    notice_working_days: int = 0

    @property
    def capped(self) -> bool:
        return self.day_cap_points is not None or self.period_cap_points is not None


NO_RULES = Rules()


class Person(NamedTuple):
    """Who served, as far as a scheme asks: the category, and what was earned already."""

    category: str = Category.RESIDENT.value
    earned_on_day_points: int = 0
    earned_in_period_points: int = 0


NOBODY_YET = Person()
"""A resident who earned nothing so far."""


def check_rules(rules: Rules) -> None:
    """Raises Invalid with the field that makes no sense."""
    if len({(c.kind, c.category) for c in rules.coefficients}) < len(rules.coefficients):
        raise Invalid(field="coefficients", rule="twice")
    for coefficient in rules.coefficients:
        _check_coefficient(coefficient)
    for name, cap in (
        ("day-cap-points", rules.day_cap_points),
        ("period-cap-points", rules.period_cap_points),
    ):
        if cap is not None and cap <= 0:
            raise Invalid(field=name, rule="not-positive")
    if rules.period is Span.DAY:
        raise Invalid(field="period", rule="period-unreadable")
    for window in rules.windows:
        start, end = _in_year(window, _LEAP_YEAR)
        if end < start:
            raise Invalid(field="windows", rule="ends-before-start")
    if not 0 <= rules.notice_working_days <= _NOTICE_DAYS_MOST:
        raise Invalid(field="notice-working-days", rule="range")


def _check_coefficient(coefficient: Coefficient) -> None:
    if coefficient.kind != ANY and coefficient.kind not in set(ServiceKind):
        raise Invalid(field="coefficients", rule="kind-unknown")
    if coefficient.category != ANY and coefficient.category not in set(Category):
        raise Invalid(field="coefficients", rule="category-unknown")
    if not (
        0 <= coefficient.numerator <= _COEFFICIENT_MOST and 0 < coefficient.denominator <= _COEFFICIENT_MOST
    ):
        raise Invalid(field="coefficients", rule="range")


def coefficient_for(rules: Rules, kind: str, category: str) -> tuple[int, int]:
    """The one coefficient that counts, as numerator and denominator: the most particular, kind before category."""
    stated = {(c.kind, c.category): (c.numerator, c.denominator) for c in rules.coefficients}
    for key in ((kind, category), (kind, ANY), (ANY, category), (ANY, ANY)):
        if key in stated:
            return stated[key]
    return 1, 1


def cap(rules: Rules, points: int, person: Person) -> Points:
    """What of the points the caps leave to somebody who earned so much already."""
    if rules.day_cap_points is not None:
        points = min(points, max(0, rules.day_cap_points - person.earned_on_day_points))
    if rules.period_cap_points is not None:
        points = min(points, max(0, rules.period_cap_points - person.earned_in_period_points))
    return Points(points)


def span_of(day: date, span: Span) -> tuple[date, date]:
    """First and last day of the stretch that holds the day."""
    if span is Span.DAY:
        return day, day
    months = {Span.MONTH: 1, Span.QUARTER: _MONTHS_A_QUARTER, Span.YEAR: _MONTHS_A_YEAR}[span]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, add_months(first, months) - timedelta(days=1)


def opens_on(windows: tuple[Window, ...], today: date) -> date | None:
    """The next day on which points can be spent; None: today is one, or every day is."""
    if not windows:
        return None
    starts = []
    for year in (today.year, today.year + 1):
        for window in windows:
            start, end = _in_year(window, year)
            if start <= today <= end:
                return None
            starts.append(start)
    return min(start for start in starts if start > today)


def _in_year(window: Window, year: int) -> tuple[date, date]:
    """The window's days of one year; 29 February is the 28th where there is none."""
    return _day(year, window.from_month, window.from_day), _day(year, window.until_month, window.until_day)


def _day(year: int, month: int, day: int) -> date:
    try:
        date(_LEAP_YEAR, month, day)
    except ValueError:
        raise Invalid(field="windows", rule="date-not-in-calendar") from None
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, month, day - 1)
