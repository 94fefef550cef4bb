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
from points.domain.calendar import local_day
from points.domain.errors import NotFound, Refused
from points.domain.scheme_rules import NO_RULES, NOBODY_YET, Coefficient, Person, Rules, Span, Window
from points.domain.scheme_terms import Rate, Terms, check_terms, last_day, reckon
from points.domain.values import AmountFen, Minutes, Points, Rounding, ServiceKind, TimeClass


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


class SchemeVersionWithdrawn(Refused):
    """The version was taken back before it came into force."""

    version: int


class SchemeVersionInForce(Refused):
    """What holds already is not taken back: a later version replaces it."""

    version: int


class SchemeNoticeRunsOn(Refused):
    """A version holds only once its public notice has ended."""

    in_force_from: date
    earliest: date


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
    withdrawn: bool = False


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

    class VersionRulesDrafted(Event):
        """What the version says beside its rates; a version without this event states none of it."""

        TOPIC = "points.scheme.version_rules_drafted"
        number: int
        coefficients: tuple[Coefficient, ...]
        day_cap_points: int | None
        period_cap_points: int | None
        period: str
        lasts_to_end_of: str
        windows: tuple[Window, ...]
        deductions: bool
        notice_working_days: int

        def apply(self, aggregate: Scheme) -> None:
            version = aggregate.versions[self.number]
            rules = Rules(
                self.coefficients,
                self.day_cap_points,
                self.period_cap_points,
                Span(self.period),
                Span(self.lasts_to_end_of),
                self.windows,
                self.deductions,
                self.notice_working_days,
            )
            version.terms = version.terms._replace(rules=rules)

    class VersionNoticeGiven(Event):
        """The approved version hangs out for everybody; it holds from its first day on, after the notice."""

        TOPIC = "points.scheme.version_notice_given"
        number: int
        opened_on: date
        closes_on: date

        def apply(self, aggregate: Scheme) -> None:
            pass

    class VersionWithdrawn(Event):
        """Taken back before it came into force, such as for what was said during its notice."""

        TOPIC = "points.scheme.version_withdrawn"
        number: int
        withdrawn_by: UUID
        reason_ref: UUID

        def apply(self, aggregate: Scheme) -> None:
            version = aggregate.versions[self.number]
            version.approved, version.withdrawn = False, True

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
        if terms.rules != NO_RULES:
            rules = terms.rules._asdict() | {
                "period": terms.rules.period.value,
                "lasts_to_end_of": terms.rules.lasts_to_end_of.value,
            }
            self._record(self.VersionRulesDrafted, at, number=number, **rules)
        return number

    def drafted(self, number: int) -> Version:
        """Raises SchemeVersionNotFound."""
        version = self.versions.get(number)
        if version is None:
            raise SchemeVersionNotFound(subject="scheme-version", reference=str(number))
        return version

    def approve(
        self, at: datetime, number: int, *, approved_by: UUID, notice_closes_on: date | None = None
    ) -> None:
        """Put a version in force from its first day on; with a notice, only after that has ended."""
        version = self.drafted(number)
        if version.withdrawn:
            raise SchemeVersionWithdrawn(version=number)
        if version.approved:
            raise SchemeAlreadyApproved(version=number)
        if version.drafted_by == approved_by:
            raise SchemeApprovedByDrafter
        today, start = local_day(at), version.terms.in_force_from
        if start <= today and any(v.approved for v in self.versions.values()):
            raise SchemeReachesBack(in_force_from=start, earliest=_day_after(today))
        if notice_closes_on is not None and start <= notice_closes_on:
            raise SchemeNoticeRunsOn(in_force_from=start, earliest=_day_after(notice_closes_on))
        self._record(self.VersionApproved, at, number=number, approved_by=approved_by)
        if notice_closes_on is not None:
            self._record(
                self.VersionNoticeGiven, at, number=number, opened_on=today, closes_on=notice_closes_on
            )

    def withdraw(self, at: datetime, number: int, *, withdrawn_by: UUID, reason_ref: UUID) -> None:
        """Take a draft back, or an approved version that does not hold yet. Raises SchemeVersionInForce."""
        version = self.drafted(number)
        if version.withdrawn:
            raise SchemeVersionWithdrawn(version=number)
        if version.approved and version.terms.in_force_from <= local_day(at):
            raise SchemeVersionInForce(version=number)
        self._record(
            self.VersionWithdrawn, at, number=number, withdrawn_by=withdrawn_by, reason_ref=reason_ref
        )

    def award(
        self,
        kind: ServiceKind,
        time_class: TimeClass,
        minutes: Minutes,
        day: date,
        person: Person = NOBODY_YET,
    ) -> Award:
        """What a service of that day earns, exactly. Zero where the version pays nothing for it.

        Raises SchemeNotInForce where no approved version covers the day.
        """
        version = self.in_force(day)
        if version is None:
            raise SchemeNotInForce(day=day)
        terms = version.terms
        points = reckon(terms, kind, time_class, minutes, person)
        return Award(points, version.number, terms.value_fen, last_day(terms, day))


def _day_after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)
