"""One redemption, in a stream of its own: confirmed at once, refunded within its total.

A merchant's and a budget's stream are not touched: the takings are a projection, and a redemption only moves
a liability from a person to a shop. So no stream is hot but the payer's own.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Self
from uuid import UUID

from points.domain.account import Taken
from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import local_day, to_us
from points.domain.errors import Invalid, Refused
from points.domain.values import Points


class CodeAlreadyUsed(Refused):
    """The code paid before, at another till or for another amount."""


class RefundExceedsRedemption(Refused):
    """At most what was redeemed and not yet refunded."""

    asked_points: int
    refundable_points: int


class RefundNotToday(Refused):
    """A till refunds only redemptions of the same day; the owner any."""


class RefundOfOtherTill(Refused):
    """A till refunds only its own redemptions; the owner any."""


class AuthorisationClosed(Refused):
    """The authorised sale was captured or voided before, or this is no authorised sale."""


class AuthorisationLapsed(Refused):
    """The time in which the sale could be captured is over; its points are free again."""


class CaptureExceedsAuthorisation(Refused):
    """At most what was authorised."""

    asked_points: int
    authorised_points: int


class PaidBy(StrEnum):
    """The ways to pay of codes.md."""

    PAYMENT_CODE = "payment_code"
    SHORT_CODE = "short_code"
    MERCHANT_CODE = "merchant_code"
    CARD = "card"


class Portion(NamedTuple):
    """So many points of one lot: what backs each (`value_fen`), what the merchant gets (`pay_fen`)."""

    lot_no: int
    points: int
    budget_id: UUID
    value_fen: int
    pay_fen: int


class Redemption(Aggregate):
    TOPIC = "points.redemption"

    class Event(Aggregate.Event):
        pass

    class Confirmed(Created, Event):
        """`paid_by` says how, `agreement_no` under which of the merchant's agreements."""

        TOPIC = "points.redemption.confirmed"
        account_id: UUID
        device_id: UUID | None
        merchant_id: UUID
        till_id: UUID
        paid_by: str
        agreement_no: int
        points: int
        portions: tuple[Portion, ...]

        def apply(self, aggregate: Redemption) -> None:
            aggregate.account_id = self.account_id
            aggregate.device_id = self.device_id
            aggregate.merchant_id = self.merchant_id
            aggregate.till_id = self.till_id
            aggregate.points = self.points
            aggregate.portions = self.portions
            aggregate.refunds = 0
            aggregate.open_until_us = None
            aggregate.terms = None
            aggregate.sold_on = None
            aggregate.sale_version = 1

    class Authorised(Created, Event):
        """The points are held in the account under the redemption's own id, until `until_us`; nothing is paid yet."""

        TOPIC = "points.redemption.authorised"
        account_id: UUID
        device_id: UUID | None
        merchant_id: UUID
        till_id: UUID
        paid_by: str
        agreement_no: int
        points: int
        pay_fen: int
        until_us: int

        def apply(self, aggregate: Redemption) -> None:
            aggregate.account_id = self.account_id
            aggregate.device_id = self.device_id
            aggregate.merchant_id = self.merchant_id
            aggregate.till_id = self.till_id
            aggregate.points = self.points
            aggregate.portions = ()
            aggregate.refunds = 0
            aggregate.sold_on = None
            aggregate.sale_version = 1
            aggregate.open_until_us = self.until_us
            aggregate.terms = (self.paid_by, self.agreement_no, self.pay_fen)

    class Captured(Event):
        """The authorised sale took place, for so many points. Says again who and where, for whoever sums it up."""

        TOPIC = "points.redemption.captured"
        account_id: UUID
        device_id: UUID | None
        merchant_id: UUID
        till_id: UUID
        paid_by: str
        agreement_no: int
        points: int
        portions: tuple[Portion, ...]

        def apply(self, aggregate: Redemption) -> None:
            aggregate.points = self.points
            aggregate.portions = self.portions
            aggregate.open_until_us = None
            aggregate.sold_on = local_day(self.timestamp)
            aggregate.sale_version = self.originator_version

    class Voided(Event):
        """The authorised sale did not take place."""

        TOPIC = "points.redemption.voided"
        voided_by: UUID

        def apply(self, aggregate: Redemption) -> None:
            aggregate.open_until_us = None
            aggregate.points = 0

    class CashAdded(Event):
        """The rest of the price was paid in money. It never becomes points, and no refund gives it as points."""

        TOPIC = "points.redemption.cash_added"
        cash_fen: int

        def apply(self, aggregate: Redemption) -> None:
            """A fact for the receipt."""

    class GoodsTaken(Event):
        """What the points were for, at the price of that moment."""

        TOPIC = "points.redemption.goods_taken"
        offer_id: UUID
        pieces: int
        unit_points: int

        def apply(self, aggregate: Redemption) -> None:
            """A fact for the receipt."""

    class BillCredited(Event):
        """The points lessen a property fee; its number stands in the vault under `bill_ref` (rule 16)."""

        TOPIC = "points.redemption.bill_credited"
        bill_ref: UUID
        fee_id: UUID
        amount_fen: int

        def apply(self, aggregate: Redemption) -> None:
            """A fact for the receipt; the fee's own stream counts."""

    class Refunded(Event):
        """The portions taken back, latest first; `returned` of them go to their fund: the lots had closed."""

        TOPIC = "points.redemption.refunded"
        refund_no: int
        points: int
        portions: tuple[Portion, ...]
        returned: tuple[Taken, ...]
        refunded_by: UUID
        reason_ref: UUID

        def apply(self, aggregate: Redemption) -> None:
            back = {portion.lot_no: portion.points for portion in self.portions}
            left = (p._replace(points=p.points - back.get(p.lot_no, 0)) for p in aggregate.portions)
            aggregate.portions = tuple(portion for portion in left if portion.points)
            aggregate.refunds = self.refund_no

    account_id: UUID
    device_id: UUID | None
    merchant_id: UUID
    till_id: UUID
    points: int
    """As redeemed; refunds do not change it."""
    portions: tuple[Portion, ...]
    """What is still redeemed."""
    refunds: int
    open_until_us: int | None
    """Until when an authorised sale can be captured; None once it was, or was voided, or never was one."""
    terms: tuple[str, int, int] | None
    """Of an authorised sale: how it is paid, under which agreement, and what the merchant gets for a point."""
    sold_on: date | None
    """The day an authorised sale was captured; None for one confirmed at once, which the first event dates."""
    sale_version: int
    """Of the event by which the sale took place: its position is where statements find it."""

    @classmethod
    def confirm(
        cls,
        at: datetime,
        id_: UUID,
        *,
        account_id: UUID,
        device_id: UUID | None,
        merchant_id: UUID,
        till_id: UUID,
        paid_by: PaidBy,
        agreement_no: int,
        points: Points,
        portions: tuple[Portion, ...],
    ) -> Self:
        """Let it happen; `Account.redeem` stands beside it in the same commit."""
        return cls._start(
            cls.Confirmed,
            id_,
            at,
            account_id=account_id,
            device_id=device_id,
            merchant_id=merchant_id,
            till_id=till_id,
            paid_by=paid_by.value,
            agreement_no=agreement_no,
            points=points,
            portions=portions,
        )

    @classmethod
    def authorise(
        cls,
        at: datetime,
        id_: UUID,
        *,
        account_id: UUID,
        device_id: UUID | None,
        merchant_id: UUID,
        till_id: UUID,
        paid_by: PaidBy,
        agreement_no: int,
        points: Points,
        pay_fen: int,
        until: datetime,
    ) -> Self:
        """Let a sale begin; `Account.hold` stands beside it in the same commit."""
        return cls._start(
            cls.Authorised,
            id_,
            at,
            account_id=account_id,
            device_id=device_id,
            merchant_id=merchant_id,
            till_id=till_id,
            paid_by=paid_by.value,
            agreement_no=agreement_no,
            points=points,
            pay_fen=pay_fen,
            until_us=to_us(until),
        )

    def check_open(self, at: datetime) -> tuple[str, int, int]:
        """How the sale is to be paid: by what, under which agreement, for how much a point.

        Raises AuthorisationClosed, AuthorisationLapsed.
        """
        if self.open_until_us is None or self.terms is None:
            raise AuthorisationClosed
        if to_us(at) > self.open_until_us:
            raise AuthorisationLapsed
        return self.terms

    def capture(self, at: datetime, points: Points, portions: tuple[Portion, ...]) -> None:
        """Let the sale take place, at most for what was authorised; `Account.redeem_held` stands beside it."""
        paid_by, agreement_no, _ = self.check_open(at)
        if points > self.points:
            raise CaptureExceedsAuthorisation(asked_points=points, authorised_points=self.points)
        self._record(
            self.Captured,
            at,
            account_id=self.account_id,
            device_id=self.device_id,
            merchant_id=self.merchant_id,
            till_id=self.till_id,
            paid_by=paid_by,
            agreement_no=agreement_no,
            points=points,
            portions=portions,
        )

    def void(self, at: datetime, *, voided_by: UUID) -> None:
        """Let the sale not take place. Raises AuthorisationClosed."""
        if self.open_until_us is None:
            raise AuthorisationClosed
        self._record(self.Voided, at, voided_by=voided_by)

    def add_cash(self, at: datetime, cash_fen: int) -> None:
        if cash_fen <= 0:
            raise Invalid(field="cash-fen", rule="not-positive")
        self._record(self.CashAdded, at, cash_fen=cash_fen)

    def take_goods(self, at: datetime, *, offer_id: UUID, quantity: int, unit_points: int) -> None:
        """Say what the points were for; the offer's own stream counts its stock in the same commit."""
        self._record(self.GoodsTaken, at, offer_id=offer_id, pieces=quantity, unit_points=unit_points)

    def credit_bill(self, at: datetime, *, bill_ref: UUID, fee_id: UUID, amount_fen: int) -> None:
        """Say which bill the points lessened; the fee's own stream counts in the same commit."""
        self._record(self.BillCredited, at, bill_ref=bill_ref, fee_id=fee_id, amount_fen=amount_fen)

    @property
    def refundable_points(self) -> Points:
        return Points(sum(portion.points for portion in self.portions))

    def check_same(self, till_id: UUID, points: int) -> None:
        """The same till asking for the same points repeats its question; anything else is a second use."""
        if till_id != self.till_id or points != self.points:
            raise CodeAlreadyUsed

    def check_same_sale(self, till_id: UUID, points: int) -> None:
        """As `check_same`, for a sale confirmed at once: what was only authorised must not be told as paid."""
        if self.terms is not None:
            raise CodeAlreadyUsed
        self.check_same(till_id, points)

    def check_till_may_refund(self, at: datetime, till_id: UUID) -> None:
        if till_id != self.till_id:
            raise RefundOfOtherTill
        if local_day(at) != (self.sold_on or local_day(self._created_on)):
            raise RefundNotToday

    def choose_refund(self, points: Points) -> tuple[Portion, ...]:
        """The portions to put back, last taken first: as if the redemption had been smaller to begin with."""
        if points <= 0:
            raise Invalid(field="points", rule="not-positive")
        if points > self.refundable_points:
            raise RefundExceedsRedemption(asked_points=points, refundable_points=self.refundable_points)
        chosen: list[Portion] = []
        missing = int(points)
        for portion in reversed(self.portions):
            back = min(portion.points, missing)
            chosen.append(portion._replace(points=back))
            missing -= back
            if not missing:
                break
        return tuple(chosen)

    def refund(
        self,
        at: datetime,
        *,
        portions: tuple[Portion, ...],
        returned: tuple[Taken, ...],
        refunded_by: UUID,
        reason_ref: UUID,
    ) -> int:
        """Take back what `choose_refund` chose; returns the refund's number within the redemption."""
        refund_no = self.refunds + 1
        self._record(
            self.Refunded,
            at,
            refund_no=refund_no,
            points=sum(portion.points for portion in portions),
            portions=portions,
            returned=returned,
            refunded_by=refunded_by,
            reason_ref=reason_ref,
        )
        return refund_no
