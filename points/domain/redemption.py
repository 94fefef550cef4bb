"""One redemption, in a stream of its own: confirmed at once, refunded within its total.

A merchant's and a budget's stream are not touched: the takings are a projection, and a redemption only moves
a liability from a person to a shop. So no stream is hot but the payer's own.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Self
from uuid import UUID

from points.domain.account import Taken
from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import local_day
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


class PaidBy(StrEnum):
    """The ways to pay of codes.md."""

    PAYMENT_CODE = "payment_code"
    SHORT_CODE = "short_code"


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

    @property
    def refundable_points(self) -> Points:
        return Points(sum(portion.points for portion in self.portions))

    def check_same(self, till_id: UUID, points: int) -> None:
        """The same till asking for the same points repeats its question; anything else is a second use."""
        if till_id != self.till_id or points != self.points:
            raise CodeAlreadyUsed

    def check_till_may_refund(self, at: datetime, till_id: UUID) -> None:
        if till_id != self.till_id:
            raise RefundOfOtherTill
        if local_day(at) != local_day(self._created_on):
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
