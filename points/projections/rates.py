"""Registration and active rates: exact fractions, people counted where they lived at the time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, exists, func, or_, select

from points.domain.calendar import add_months
from points.domain.errors import Invalid
from points.domain.service_record import RecordState
from points.projections.areas import codes_below, residents
from points.projections.hours import service_records
from points.projections.volunteers import residences, volunteers

ACTIVE_MONTHS = 12
_PLACES = 10_000


class Rates(msgspec.Struct, frozen=True):
    """The area's state at the end of `year`, or now. Ratios are None where nobody counted the residents."""

    area: str
    year: int
    residents: int | None
    registered: int
    rate: Fraction | None
    active: int
    active_rate: Fraction | None
    change: Fraction | None


class CategoryRates(msgspec.Struct, frozen=True):
    """One category's part: `rate` is its share of all residents, so that the parts add up to the whole."""

    category: str
    registered: int
    rate: Fraction | None
    active: int


def registration_rate(connection: Connection, area: str, year: int, today: date) -> Rates:
    """The rates of the area and everything below it. Raises Invalid for a year that has not begun."""
    until = _as_of(year, today)
    people = residents(connection, area, year)
    registered = _count(connection, _living(area, until))
    active = _count(connection, _living(area, until).where(_served(until)))
    rate = _ratio(registered, people)
    before = _ratio(
        _count(connection, _living(area, date(year - 1, 12, 31))), residents(connection, area, year - 1)
    )
    change = None if rate is None or before is None else rate - before
    return Rates(area, year, people, registered, rate, active, _ratio(active, people), change)


def rates_by_category(connection: Connection, area: str, year: int, today: date) -> list[CategoryRates]:
    """The same count by category, as the register has it now. Raises Invalid as `registration_rate` does."""
    until = _as_of(year, today)
    people = residents(connection, area, year)
    registered = _by_category(connection, _living(area, until))
    active = _by_category(connection, _living(area, until).where(_served(until)))
    return [
        CategoryRates(category, count, _ratio(count, people), active.get(category, 0))
        for category, count in sorted(registered.items())
    ]


def ratio_text(ratio: Fraction) -> str:
    """Four places, half to even: "0.1970"."""
    scaled = round(ratio * _PLACES)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{abs(scaled) // _PLACES}.{abs(scaled) % _PLACES:04}"


def change_text(change: Fraction) -> str:
    """As `ratio_text`, with its sign: "+0.0123"."""
    text = ratio_text(change)
    return text if text.startswith("-") else f"+{text}"


def _as_of(year: int, today: date) -> date:
    if not date.min.year < year <= today.year:
        raise Invalid(field="year", rule="year-out-of-range")
    return min(date(year, 12, 31), today)


def _living(area: str, day: date) -> Select[Any]:
    """The volunteers who were registered and lived there at the end of the day: each once."""
    ended = residences.c.until_day
    return select(residences.c.volunteer_id).where(
        residences.c.area_code.in_(codes_below(area)),
        residences.c.from_day <= day,
        or_(ended.is_(None), ended > day),
    )


def _served(until: date) -> ColumnElement[bool]:
    record = service_records.c
    return exists().where(
        record.volunteer_id == residences.c.volunteer_id,
        record.day > add_months(until, -ACTIVE_MONTHS),
        record.day <= until,
        record.state == RecordState.CONFIRMED.value,
    )


def _count(connection: Connection, people: Select[Any]) -> int:
    counted = people.with_only_columns(func.count())
    return connection.execute(counted).scalar_one()


def _by_category(connection: Connection, people: Select[Any]) -> dict[str, int]:
    statement = (
        people.join(volunteers, volunteers.c.volunteer_id == residences.c.volunteer_id)
        .with_only_columns(volunteers.c.category, func.count())
        .group_by(volunteers.c.category)
    )
    counts: Iterable[tuple[str, int]] = connection.execute(statement).all()
    return dict(counts)


def _ratio(count: int, people: int | None) -> Fraction | None:
    return Fraction(count, people) if people else None
