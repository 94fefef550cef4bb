"""A points scheme: what a minute of each kind of service is worth, in versions that each hold from a day on.

The version in force on the day of service counts (rule 10). A version never reaches back over days that an
earlier one already covered; only the first may start in the past, since it takes nothing from anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import add_months, local_day
from points.domain.errors import Invalid, NotFound, Refused
from points.domain.values import AmountFen, Minutes, Points, Rounding, ServiceKind, TimeClass

ANY_KIND = "*"


class SchemeNotInForce(Refused):
    """No approved version of the scheme covers the day of service."""

    day: date


class SchemeVersionNotFound(NotFound):
    """The scheme has no such version."""


class SchemeAlreadyApproved(Refused):
    """The version is in force already, or will be."""

    version: int


class SchemeApprovedByDrafter(Refused):
    """A second person puts a scheme in force."""


class SchemeReachesBack(Refused):
    """A new version may not change the rates of days that an approved one covers."""

    in_force_from: date
    earliest: date


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


class Award(NamedTuple):
    """What a service earns."""

    points: Points
    version: int
    value_fen: AmountFen
    expires_on: date | None


@dataclass
class Version:
    number: int
    terms: Terms
    drafted_by: UUID
    approved: bool = False


class Scheme(Aggregate):
    TOPIC = "points.scheme"

    class Event(Aggregate.Event):
        pass

    class Opened(Created, Event):
        TOPIC = "points.scheme.opened"
        area_code: str
        name_ref: UUID
        opened_by: UUID

        def apply(self, aggregate: Scheme) -> None:
            aggregate.area_code = self.area_code
            aggregate.name_ref = self.name_ref
            aggregate.versions = {}

    class VersionDrafted(Event):
        TOPIC = "points.scheme.version_drafted"
        number: int
        in_force_from: date
        rates: tuple[Rate, ...]
        rounding: str
        value_fen: int
        expires_after_months: int | None
        redeem_at_least_points: int
        drafted_by: UUID

        def apply(self, aggregate: Scheme) -> None:
            terms = Terms(
                self.in_force_from,
                self.rates,
                Rounding(self.rounding),
                AmountFen(self.value_fen),
                self.expires_after_months,
                Points(self.redeem_at_least_points),
            )
            aggregate.versions[self.number] = Version(self.number, terms, self.drafted_by)

    class VersionApproved(Event):
        TOPIC = "points.scheme.version_approved"
        number: int
        approved_by: UUID

        def apply(self, aggregate: Scheme) -> None:
            aggregate.versions[self.number].approved = True

    area_code: str
    name_ref: UUID
    versions: dict[int, Version]

    @classmethod
    def open(cls, at: datetime, id_: UUID, *, area_code: str, name_ref: UUID, opened_by: UUID) -> Self:
        return cls._start(cls.Opened, id_, at, area_code=area_code, name_ref=name_ref, opened_by=opened_by)

    def in_force(self, day: date) -> Version | None:
        """The approved version that covers the day: the latest start counts, then the latest number."""
        covering = [v for v in self.versions.values() if v.approved and v.terms.in_force_from <= day]
        return max(covering, key=lambda v: (v.terms.in_force_from, v.number), default=None)

    def draft(self, at: datetime, terms: Terms, *, drafted_by: UUID) -> int:
        """Write a version down. Returns its number; it counts only once a second person approved it."""
        check_terms(terms)
        number = max(self.versions, default=0) + 1
        self._record(
            self.VersionDrafted,
            at,
            number=number,
            in_force_from=terms.in_force_from,
            rates=terms.rates,
            rounding=terms.rounding.value,
            value_fen=terms.value_fen,
            expires_after_months=terms.expires_after_months,
            redeem_at_least_points=terms.redeem_at_least_points,
            drafted_by=drafted_by,
        )
        return number

    def approve(self, at: datetime, number: int, *, approved_by: UUID) -> None:
        version = self.versions.get(number)
        if version is None:
            raise SchemeVersionNotFound(subject="scheme-version", reference=str(number))
        if version.approved:
            raise SchemeAlreadyApproved(version=number)
        if version.drafted_by == approved_by:
            raise SchemeApprovedByDrafter
        today, start = local_day(at), version.terms.in_force_from
        if start <= today and any(v.approved for v in self.versions.values()):
            raise SchemeReachesBack(in_force_from=start, earliest=date.fromordinal(today.toordinal() + 1))
        self._record(self.VersionApproved, at, number=number, approved_by=approved_by)

    def award(self, kind: ServiceKind, time_class: TimeClass, minutes: Minutes, day: date) -> Award:
        """What a service of that day earns, exactly. Zero where the version pays nothing for it.

        Raises SchemeNotInForce where no approved version covers the day.
        """
        version = self.in_force(day)
        if version is None:
            raise SchemeNotInForce(day=day)
        terms = version.terms
        rate = find_rate(terms.rates, kind, time_class)
        points = 0 if rate is None else divide(minutes * rate.points, rate.per_minutes, terms.rounding)
        months = terms.expires_after_months
        expires_on = None if months is None else add_months(day, months)
        return Award(Points(points), version.number, terms.value_fen, expires_on)


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


def find_rate(rates: tuple[Rate, ...], kind: ServiceKind, time_class: TimeClass) -> Rate | None:
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
