"""A settlement: what one merchant is owed for one period, stated, confirmed, approved by two, and paid once.

    drawn up ─ confirmed ─┐
        │  └── (window) ──┴─ two approvals ─ ordered ─ paid
        disputed ─ withdrawn                    └ failed ┘

The lines themselves stay in the log: the event keeps their digest, and the range of positions that they follow from.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import local_day
from points.domain.errors import Refused
from points.domain.settlement_book import Held, Owed

APPROVALS = 2


class NothingToSettle(Refused):
    """No redemption and no refund that is not settled already."""


class SettlementAlreadyConfirmed(Refused):
    """The merchant has agreed to the statement."""


class SettlementAlreadyDisputed(Refused):
    """Some of its lines are in dispute: it is withdrawn and drawn up again without them."""


class SettlementIsWithdrawn(Refused):
    """It was withdrawn and counts for nothing."""


class StatementWindowOpen(Refused):
    """Until this day the merchant may still dispute a line; it is paid afterwards, or once it has confirmed."""

    dispute_until: date


class StatementWindowClosed(Refused):
    """The days in which the merchant could dispute a line are over."""

    dispute_until: date


class SettlementApprovedByDrawer(Refused):
    """Whoever drew the settlement up does not approve it."""


class SettlementApprovedByOnePerson(Refused):
    """Two approvals are those of two persons."""


class SettlementAlreadyApproved(Refused):
    """Two persons have approved it."""


class SettlementNotApproved(Refused):
    """Two persons approve before it is paid."""

    approvals: int


class SettlementPaidByApprover(Refused):
    """Whoever approved a payment does not make it."""


class SettlementNotOrdered(Refused):
    """No payment order is with the bank."""


class SettlementAlreadyOrdered(Refused):
    """A payment order is with the bank: it succeeds or fails before there is another."""


class SettlementAlreadyPaid(Refused):
    """It is paid; nothing is paid twice."""


class SettlementState(StrEnum):
    DRAWN_UP = "drawn_up"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"
    ORDERED = "ordered"
    PAID = "paid"
    FAILED = "failed"


class Share(NamedTuple):
    """What one budget pays: `value_fen` leaves it, `pay_fen` for the merchant, the rest for the fund (rule 13)."""

    budget_id: UUID
    fund_id: UUID
    points: int
    value_fen: int
    pay_fen: int
    claims_fen: int


class Stated(NamedTuple):
    """Which lines a settlement covers, and what they come to. Every amount is whole: nothing is rounded."""

    after_position: int
    until_position: int
    included: tuple[Held, ...]
    held: tuple[Held, ...]
    lines: int
    digest: bytes
    shares: tuple[Share, ...]
    carried: tuple[Owed, ...]


class Settlement(Aggregate):
    TOPIC = "points.settlement"

    class Event(Aggregate.Event):
        pass

    class DrawnUp(Created, Event):
        """`digest` is over the canonical lines; `included` were held out before, `held` are held out now.

        `carried` are budgets in which refunds outweigh sales: nothing is paid, the sums go into the next settlement.
        """

        TOPIC = "points.settlement.drawn_up"
        merchant_id: UUID
        period_from: date
        period_until: date
        revision_no: int
        after_position: int
        until_position: int
        included: tuple[Held, ...]
        held: tuple[Held, ...]
        lines: int
        digest: bytes
        shares: tuple[Share, ...]
        carried: tuple[Owed, ...]
        pay_fen: int
        dispute_until: date
        drawn_by: UUID

        def apply(self, aggregate: Settlement) -> None:
            aggregate.merchant_id = self.merchant_id
            aggregate.period_from = self.period_from
            aggregate.period_until = self.period_until
            aggregate.shares = self.shares
            aggregate.pay_fen = self.pay_fen
            aggregate.dispute_until = self.dispute_until
            aggregate.drawn_by = self.drawn_by
            aggregate.state = SettlementState.DRAWN_UP
            aggregate.confirmed = False
            aggregate.approved_by = []
            aggregate.orders = 0

    class Confirmed(Event):
        TOPIC = "points.settlement.confirmed"
        confirmed_by: UUID

        def apply(self, aggregate: Settlement) -> None:
            aggregate.state = SettlementState.CONFIRMED
            aggregate.confirmed = True

    class LineDisputed(Event):
        TOPIC = "points.settlement.line_disputed"
        redemption_id: UUID
        dispute_id: UUID

        def apply(self, aggregate: Settlement) -> None:
            aggregate.state = SettlementState.DISPUTED

    class Withdrawn(Event):
        TOPIC = "points.settlement.withdrawn"
        withdrawn_by: UUID

        def apply(self, aggregate: Settlement) -> None:
            aggregate.state = SettlementState.WITHDRAWN

    class Approved(Event):
        TOPIC = "points.settlement.approved"
        approval_no: int
        approved_by: UUID

        def apply(self, aggregate: Settlement) -> None:
            aggregate.approved_by.append(self.approved_by)

    class Ordered(Event):
        """A payment order for the bank; a higher number replaces one that failed. The payee is that of its hour."""

        TOPIC = "points.settlement.ordered"
        order_no: int
        amount_fen: int
        payee_ref: UUID | None
        ordered_by: UUID

        def apply(self, aggregate: Settlement) -> None:
            aggregate.orders = self.order_no
            aggregate.state = SettlementState.ORDERED

    class Paid(Event):
        """`reference_ref` is the bank's own number, in the vault."""

        TOPIC = "points.settlement.paid"
        order_no: int
        amount_fen: int
        paid_on: date
        reference_ref: UUID | None
        paid_by: UUID

        def apply(self, aggregate: Settlement) -> None:
            aggregate.state = SettlementState.PAID

    class PaymentFailed(Event):
        TOPIC = "points.settlement.payment_failed"
        order_no: int
        reason_ref: UUID
        recorded_by: UUID

        def apply(self, aggregate: Settlement) -> None:
            aggregate.state = SettlementState.FAILED

    merchant_id: UUID
    period_from: date
    period_until: date
    shares: tuple[Share, ...]
    pay_fen: int
    dispute_until: date
    drawn_by: UUID
    state: SettlementState
    confirmed: bool
    approved_by: list[UUID]
    orders: int

    @classmethod
    def draw_up(
        cls,
        at: datetime,
        id_: UUID,
        *,
        merchant_id: UUID,
        period_from: date,
        period_until: date,
        revision_no: int,
        stated: Stated,
        dispute_until: date,
        drawn_by: UUID,
    ) -> Self:
        """State the lines. Raises NothingToSettle. `SettlementBook.draw` stands beside it in the same commit."""
        if not stated.lines:
            raise NothingToSettle
        return cls._start(
            cls.DrawnUp,
            id_,
            at,
            merchant_id=merchant_id,
            period_from=period_from,
            period_until=period_until,
            revision_no=revision_no,
            **stated._asdict(),
            pay_fen=sum(share.pay_fen for share in stated.shares),
            dispute_until=dispute_until,
            drawn_by=drawn_by,
        )

    @property
    def open(self) -> bool:
        """Not yet with the bank, so that it can still be withdrawn."""
        return self.state in {SettlementState.DRAWN_UP, SettlementState.CONFIRMED, SettlementState.DISPUTED}

    def _check_alive(self) -> None:
        if self.state is SettlementState.WITHDRAWN:
            raise SettlementIsWithdrawn
        if self.state is SettlementState.PAID:
            raise SettlementAlreadyPaid

    def _check_undisputed(self) -> None:
        self._check_alive()
        if self.state is SettlementState.DISPUTED:
            raise SettlementAlreadyDisputed

    def confirm(self, at: datetime, *, confirmed_by: UUID) -> None:
        """The merchant agrees; from then on no line of it is disputed by the merchant."""
        self._check_undisputed()
        if self.confirmed:
            raise SettlementAlreadyConfirmed
        if not self.open:
            raise SettlementAlreadyOrdered
        self._record(self.Confirmed, at, confirmed_by=confirmed_by)

    def check_merchant_may_dispute(self, at: datetime) -> None:
        """Raises StatementWindowClosed, SettlementAlreadyConfirmed."""
        if self.confirmed:
            raise SettlementAlreadyConfirmed
        if local_day(at) > self.dispute_until:
            raise StatementWindowClosed(dispute_until=self.dispute_until)

    def dispute_line(self, at: datetime, *, redemption_id: UUID, dispute_id: UUID) -> None:
        """Hold the settlement up for one line of it. Raises SettlementAlreadyOrdered once it is with the bank."""
        self._check_alive()
        if not self.open:
            raise SettlementAlreadyOrdered
        self._record(self.LineDisputed, at, redemption_id=redemption_id, dispute_id=dispute_id)

    def withdraw(self, at: datetime, *, withdrawn_by: UUID) -> None:
        """Give it up before it is ordered; the book's `withdraw` stands beside it in the same commit."""
        self._check_alive()
        if not self.open:
            raise SettlementAlreadyOrdered
        self._record(self.Withdrawn, at, withdrawn_by=withdrawn_by)

    def approve(self, at: datetime, *, approved_by: UUID) -> int:
        """One of two approvals, neither the drawer's; returns its number."""
        self._check_undisputed()
        if approved_by == self.drawn_by:
            raise SettlementApprovedByDrawer
        if len(self.approved_by) >= APPROVALS:
            raise SettlementAlreadyApproved
        if approved_by in self.approved_by:
            raise SettlementApprovedByOnePerson
        number = len(self.approved_by) + 1
        self._record(self.Approved, at, approval_no=number, approved_by=approved_by)
        return number

    def order(self, at: datetime, *, payee_ref: UUID | None, ordered_by: UUID) -> int:
        """Make the payment order, or the next one after a failure; returns its number."""
        self._check_undisputed()
        if self.state is SettlementState.ORDERED:
            raise SettlementAlreadyOrdered
        if len(self.approved_by) < APPROVALS:
            raise SettlementNotApproved(approvals=len(self.approved_by))
        if ordered_by in self.approved_by:
            raise SettlementPaidByApprover
        if not self.confirmed and local_day(at) <= self.dispute_until:
            raise StatementWindowOpen(dispute_until=self.dispute_until)
        number = self.orders + 1
        self._record(
            self.Ordered,
            at,
            order_no=number,
            amount_fen=self.pay_fen,
            payee_ref=payee_ref,
            ordered_by=ordered_by,
        )
        return number

    def pay(self, at: datetime, *, paid_on: date, reference_ref: UUID | None, paid_by: UUID) -> None:
        """The bank carried the order out; `Budget.settle` and `Fund.pay_out` stand beside it in the same commit."""
        self._check_alive()
        if self.state is not SettlementState.ORDERED:
            raise SettlementNotOrdered
        if paid_by in self.approved_by:
            raise SettlementPaidByApprover
        self._record(
            self.Paid,
            at,
            order_no=self.orders,
            amount_fen=self.pay_fen,
            paid_on=paid_on,
            reference_ref=reference_ref,
            paid_by=paid_by,
        )

    def fail(self, at: datetime, *, reason_ref: UUID, recorded_by: UUID) -> None:
        """The bank sent the order back; it can be ordered again."""
        self._check_alive()
        if self.state is not SettlementState.ORDERED:
            raise SettlementNotOrdered
        self._record(
            self.PaymentFailed, at, order_no=self.orders, reason_ref=reason_ref, recorded_by=recorded_by
        )
