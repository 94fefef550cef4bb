"""What one version of a scheme says, and the arithmetic from minutes to points: exact, rounded once."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from points.domain.calendar import add_months
from points.domain.errors import Invalid
from points.domain.scheme_rules import NO_RULES, Person, Rules, cap, check_rules, coefficient_for, span_of
from points.domain.values import AmountFen, Points, Rounding, ServiceKind, TimeClass

ANY_KIND = "*"


class Rate(NamedTuple):
    """`points` for every `per_minutes` of one kind of service and class of time; kind `*` is any other."""

    kind: str
    time_class: str
    points: int
    per_minutes: int


class Terms(NamedTuple):
    """What one version says. `value_fen` is the money that backs one point."""

    in_force_from: date
    rates: tuple[Rate, ...]
    rounding: Rounding
    value_fen: AmountFen
    expires_after_months: int | None
    redeem_at_least_points: Points
    rules: Rules = NO_RULES


def reckon(terms: Terms, kind: str, time_class: str, minutes: int, person: Person) -> Points:
    """Minutes × rate × coefficient, rounded once, then capped."""
    rate = find_rate(terms.rates, kind, time_class)
    if rate is None:
        return Points(0)
    numerator, denominator = coefficient_for(terms.rules, kind, person.category)
    points = divide(minutes * rate.points * numerator, rate.per_minutes * denominator, terms.rounding)
    return cap(terms.rules, points, person)


def last_day(terms: Terms, day: date) -> date | None:
    """The last day on which points earned on this day can be spent; None: they last for ever."""
    months = terms.expires_after_months
    return None if months is None else span_of(add_months(day, months), terms.rules.lasts_to_end_of)[1]


def check_terms(terms: Terms) -> None:
    """Raises Invalid with the field that makes no sense."""
    if not terms.rates:
        raise Invalid(field="rates", rule="missing")
    if len({(rate.kind, rate.time_class) for rate in terms.rates}) < len(terms.rates):
        raise Invalid(field="rates", rule="twice")
    for rate in terms.rates:
        if rate.points < 0 or rate.per_minutes <= 0:
            raise Invalid(field="rates", rule="not-positive")
        if rate.kind != ANY_KIND and rate.kind not in set(ServiceKind):
            raise Invalid(field="rates", rule="kind-unknown")
        if rate.time_class not in set(TimeClass):
            raise Invalid(field="rates", rule="time-class-unknown")
    if terms.value_fen <= 0:
        raise Invalid(field="value-fen", rule="not-positive")
    if terms.expires_after_months is not None and terms.expires_after_months <= 0:
        raise Invalid(field="expires-after-months", rule="not-positive")
    if terms.redeem_at_least_points < 0:
        raise Invalid(field="redeem-at-least-points", rule="not-positive")
    check_rules(terms.rules)


def find_rate(rates: tuple[Rate, ...], kind: str, time_class: str) -> Rate | None:
    """The rate of exactly this kind, else of any kind, in this class of time."""
    of_class = {rate.kind: rate for rate in rates if rate.time_class == time_class}
    return of_class.get(kind) or of_class.get(ANY_KIND)


def divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    """An exact quotient of two non-negative integers, rounded as the scheme says."""
    whole, rest = divmod(numerator, denominator)
    if rounding is Rounding.DOWN or 2 * rest < denominator:
        return whole
    if 2 * rest == denominator and rounding is Rounding.HALF_EVEN:
        return whole + whole % 2
    return whole + 1
