"""A merchant: a rewards shop or a property manager, and the agreement under which it takes points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import local_day
from points.domain.errors import Invalid, NotFound, Refused
from points.domain.values import AmountFen, MerchantKind, Points


class AgreementMissing(Refused):
    """No approved agreement covers the day."""


class AgreementNotFound(NotFound):
    """The merchant has no such agreement."""


class AgreementAlreadyApproved(Refused):
    """The agreement is in force already, or will be."""


class AgreementApprovedByMaker(Refused):
    """A second person puts an agreement in force."""


class MerchantSuspended(Refused):
    """The merchant takes no points for now."""


class RedemptionCapExceeded(Refused):
    """One redemption at this merchant is limited."""

    asked_points: int
    cap_points: int


class PersonDayCapExceeded(Refused):
    """What one person may spend here in a day is limited."""

    asked_points: int
    left_points: int
    cap_points: int


class TillDayCapExceeded(Refused):
    """What one till may take in a day is limited."""

    asked_points: int
    left_points: int
    cap_points: int


class MerchantDayCapExceeded(Refused):
    """What this merchant may take in a day is limited."""

    asked_points: int
    left_points: int
    cap_points: int


class Caps(NamedTuple):
    """Limits in points: of one redemption, and of one day by person, by till and in all."""

    redemption_points: int
    person_day_points: int
    till_day_points: int
    merchant_day_points: int


class DayTotals(NamedTuple):
    """What was taken so far today, refunds deducted: by this person here, by this till, by this merchant."""

    person_points: int
    till_points: int
    merchant_points: int


class Terms(NamedTuple):
    """`pay_fen` is what a point is worth to the merchant; a lot worth less pays only its own value."""

    schemes: tuple[UUID, ...]
    pay_fen: AmountFen
    caps: Caps
    valid_from: date
    valid_until: date


@dataclass
class Agreement:
    number: int
    terms: Terms
    made_by: UUID
    approved: bool = False


class Merchant(Aggregate):
    TOPIC = "points.merchant"

    class Event(Aggregate.Event):
        pass

    class Enrolled(Created, Event):
        TOPIC = "points.merchant.enrolled"
        kind: str
        area_code: str
        name_ref: UUID
        enrolled_by: UUID

        def apply(self, aggregate: Merchant) -> None:
            aggregate.kind = MerchantKind(self.kind)
            aggregate.area_code = self.area_code
            aggregate.name_ref = self.name_ref
            aggregate.suspended = False
            aggregate.agreements = {}

    class AgreementMade(Event):
        TOPIC = "points.merchant.agreement_made"
        number: int
        schemes: tuple[UUID, ...]
        pay_fen: int
        caps: Caps
        valid_from: date
        valid_until: date
        made_by: UUID

        def apply(self, aggregate: Merchant) -> None:
            terms = Terms(self.schemes, AmountFen(self.pay_fen), self.caps, self.valid_from, self.valid_until)
            aggregate.agreements[self.number] = Agreement(self.number, terms, self.made_by)

    class AgreementApproved(Event):
        TOPIC = "points.merchant.agreement_approved"
        number: int
        approved_by: UUID

        def apply(self, aggregate: Merchant) -> None:
            aggregate.agreements[self.number].approved = True

    class Suspended(Event):
        TOPIC = "points.merchant.suspended"
        suspended_by: UUID

        def apply(self, aggregate: Merchant) -> None:
            aggregate.suspended = True

    class Resumed(Event):
        TOPIC = "points.merchant.resumed"
        resumed_by: UUID

        def apply(self, aggregate: Merchant) -> None:
            aggregate.suspended = False

    kind: MerchantKind
    area_code: str
    name_ref: UUID
    suspended: bool
    agreements: dict[int, Agreement]

    @classmethod
    def enrol(
        cls,
        at: datetime,
        id_: UUID,
        *,
        kind: MerchantKind,
        area_code: str,
        name_ref: UUID,
        enrolled_by: UUID,
    ) -> Self:
        return cls._start(
            cls.Enrolled,
            id_,
            at,
            kind=kind.value,
            area_code=area_code,
            name_ref=name_ref,
            enrolled_by=enrolled_by,
        )

    def make_agreement(self, at: datetime, terms: Terms, *, made_by: UUID) -> int:
        """Write an agreement down. Returns its number; it holds once a second person approved it."""
        check_terms(terms)
        number = max(self.agreements, default=0) + 1
        self._record(
            self.AgreementMade,
            at,
            number=number,
            schemes=terms.schemes,
            pay_fen=terms.pay_fen,
            caps=terms.caps,
            valid_from=terms.valid_from,
            valid_until=terms.valid_until,
            made_by=made_by,
        )
        return number

    def approve_agreement(self, at: datetime, number: int, *, approved_by: UUID) -> None:
        agreement = self.agreements.get(number)
        if agreement is None:
            raise AgreementNotFound(subject="agreement", reference=str(number))
        if agreement.approved:
            raise AgreementAlreadyApproved
        if agreement.made_by == approved_by:
            raise AgreementApprovedByMaker
        self._record(self.AgreementApproved, at, number=number, approved_by=approved_by)

    def suspend(self, at: datetime, *, suspended_by: UUID) -> None:
        if not self.suspended:
            self._record(self.Suspended, at, suspended_by=suspended_by)

    def resume(self, at: datetime, *, resumed_by: UUID) -> None:
        if self.suspended:
            self._record(self.Resumed, at, resumed_by=resumed_by)

    def in_force(self, day: date) -> Agreement:
        """The latest approved agreement that covers the day."""
        for number in sorted(self.agreements, reverse=True):
            agreement = self.agreements[number]
            if agreement.approved and agreement.terms.valid_from <= day <= agreement.terms.valid_until:
                return agreement
        raise AgreementMissing

    def check_redemption(self, at: datetime, points: Points, totals: DayTotals) -> Agreement:
        """The agreement that a redemption of so many points falls under.

        Raises MerchantSuspended, AgreementMissing and the cap that is exceeded.
        """
        if self.suspended:
            raise MerchantSuspended
        agreement = self.in_force(local_day(at))
        caps = agreement.terms.caps
        if points > caps.redemption_points:
            raise RedemptionCapExceeded(asked_points=points, cap_points=caps.redemption_points)
        for refusal, taken_points, cap_points in (
            (PersonDayCapExceeded, totals.person_points, caps.person_day_points),
            (TillDayCapExceeded, totals.till_points, caps.till_day_points),
            (MerchantDayCapExceeded, totals.merchant_points, caps.merchant_day_points),
        ):
            if taken_points + points > cap_points:
                left_points = max(cap_points - taken_points, 0)
                raise refusal(asked_points=points, left_points=left_points, cap_points=cap_points)
        return agreement


def check_terms(terms: Terms) -> None:
    """Raises Invalid with the field that makes no sense."""
    if not terms.schemes:
        raise Invalid(field="schemes", rule="missing")
    if terms.pay_fen <= 0:
        raise Invalid(field="pay-fen", rule="not-positive")
    if min(terms.caps) <= 0:
        raise Invalid(field="caps", rule="not-positive")
    if terms.valid_until < terms.valid_from:
        raise Invalid(field="valid-until", rule="ends-before-start")
