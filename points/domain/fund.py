"""A fund: money received from named sources, and what of it is reserved for communities and periods.

Money is committed in two steps, each decided in one stream: the fund never reserves more than it received,
and a budget (`budget.py`) never backs more points than were reserved: points without cover cannot exist.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Invalid, Refused
from points.domain.values import AmountFen, FundKind


class FundExhausted(Refused):
    """The fund has less money left than was to be reserved."""

    asked_fen: int
    available_fen: int


class Fund(Aggregate):
    TOPIC = "points.fund"

    class Event(Aggregate.Event):
        pass

    class Opened(Created, Event):
        TOPIC = "points.fund.opened"
        kind: str
        area_code: str
        name_ref: UUID
        opened_by: UUID

        def apply(self, aggregate: Fund) -> None:
            aggregate.kind = FundKind(self.kind)
            aggregate.area_code = self.area_code
            aggregate.name_ref = self.name_ref
            aggregate.received_fen = 0
            aggregate.reserved_fen = 0
            aggregate.paid_fen = 0
            aggregate.claims_fen = 0

    class MoneyReceived(Event):
        """From a named source: the name stands in the vault, `document` is the receipt's SHA-256."""

        TOPIC = "points.fund.money_received"
        receipt_id: UUID
        amount_fen: int
        source_ref: UUID
        document: bytes | None
        received_on: date
        recorded_by: UUID

        def apply(self, aggregate: Fund) -> None:
            aggregate.received_fen += self.amount_fen

    class BudgetReserved(Event):
        TOPIC = "points.fund.budget_reserved"
        budget_id: UUID
        area_code: str
        amount_fen: int
        reserved_by: UUID

        def apply(self, aggregate: Fund) -> None:
            aggregate.reserved_fen += self.amount_fen

    class MoneyReturned(Event):
        """Points expired, or were refunded into a lot that had closed: the money is free again (rule 12)."""

        TOPIC = "points.fund.money_returned"
        budget_id: UUID
        amount_fen: int

        def apply(self, aggregate: Fund) -> None:
            aggregate.reserved_fen -= self.amount_fen

    class BudgetReleased(Event):
        """A closed budget's rest is free again; `points.budget.closed` stands beside this."""

        TOPIC = "points.fund.budget_released"
        budget_id: UUID
        amount_fen: int
        released_by: UUID

        def apply(self, aggregate: Fund) -> None:
            aggregate.reserved_fen -= self.amount_fen

    class ClaimRaised(Event):
        """A redemption was refunded after its settlement: the merchant owes its money until the next one nets it.

        Meanwhile nothing is reserved against that money (rule 11).
        """

        TOPIC = "points.fund.claim_raised"
        redemption_id: UUID
        refund_no: int
        merchant_id: UUID
        budget_id: UUID
        amount_fen: int

        def apply(self, aggregate: Fund) -> None:
            aggregate.claims_fen += self.amount_fen

    class PaidOut(Event):
        """A merchant was paid for points of one budget; claims netted in the settlement are met with it."""

        TOPIC = "points.fund.paid_out"
        settlement_id: UUID
        merchant_id: UUID
        budget_id: UUID
        value_fen: int
        pay_fen: int
        claims_fen: int

        def apply(self, aggregate: Fund) -> None:
            aggregate.reserved_fen -= self.value_fen
            aggregate.paid_fen += self.pay_fen
            aggregate.claims_fen -= self.claims_fen

    kind: FundKind
    area_code: str
    name_ref: UUID
    received_fen: int
    reserved_fen: int
    paid_fen: int
    claims_fen: int
    """What merchants owe for refunds after settlement, at the value of the points."""

    @classmethod
    def open(
        cls,
        at: datetime,
        id_: UUID,
        *,
        kind: FundKind,
        area_code: str,
        name_ref: UUID,
        opened_by: UUID,
    ) -> Self:
        return cls._start(
            cls.Opened,
            id_,
            at,
            kind=kind.value,
            area_code=area_code,
            name_ref=name_ref,
            opened_by=opened_by,
        )

    @property
    def available_fen(self) -> AmountFen:
        """Received and neither reserved, paid out, nor awaited from merchants."""
        return AmountFen(self.received_fen - self.reserved_fen - self.paid_fen - self.claims_fen)

    def receive(
        self,
        at: datetime,
        *,
        receipt_id: UUID,
        amount_fen: AmountFen,
        source_ref: UUID,
        document: bytes | None,
        received_on: date,
        recorded_by: UUID,
    ) -> None:
        if amount_fen <= 0:
            raise Invalid(field="amount-fen", rule="not-positive")
        self._record(
            self.MoneyReceived,
            at,
            receipt_id=receipt_id,
            amount_fen=amount_fen,
            source_ref=source_ref,
            document=document,
            received_on=received_on,
            recorded_by=recorded_by,
        )

    def check_reserve(self, amount_fen: AmountFen) -> None:
        """Raises Invalid or FundExhausted."""
        if amount_fen <= 0:
            raise Invalid(field="amount-fen", rule="not-positive")
        if amount_fen > self.available_fen:
            raise FundExhausted(asked_fen=amount_fen, available_fen=self.available_fen)

    def reserve(
        self, at: datetime, *, budget_id: UUID, area_code: str, amount_fen: AmountFen, reserved_by: UUID
    ) -> None:
        self.check_reserve(amount_fen)
        self._record(
            self.BudgetReserved,
            at,
            budget_id=budget_id,
            area_code=area_code,
            amount_fen=amount_fen,
            reserved_by=reserved_by,
        )

    def take_back(self, at: datetime, *, budget_id: UUID, amount_fen: AmountFen) -> None:
        self._record(self.MoneyReturned, at, budget_id=budget_id, amount_fen=amount_fen)

    def release(self, at: datetime, *, budget_id: UUID, amount_fen: AmountFen, released_by: UUID) -> None:
        """Take a closed budget's rest back."""
        self._record(
            self.BudgetReleased, at, budget_id=budget_id, amount_fen=amount_fen, released_by=released_by
        )

    def raise_claim(
        self,
        at: datetime,
        *,
        redemption_id: UUID,
        refund_no: int,
        merchant_id: UUID,
        budget_id: UUID,
        amount_fen: AmountFen,
    ) -> None:
        self._record(
            self.ClaimRaised,
            at,
            redemption_id=redemption_id,
            refund_no=refund_no,
            merchant_id=merchant_id,
            budget_id=budget_id,
            amount_fen=amount_fen,
        )

    def pay_out(
        self,
        at: datetime,
        *,
        settlement_id: UUID,
        merchant_id: UUID,
        budget_id: UUID,
        value_fen: int,
        pay_fen: int,
        claims_fen: int,
    ) -> None:
        self._record(
            self.PaidOut,
            at,
            settlement_id=settlement_id,
            merchant_id=merchant_id,
            budget_id=budget_id,
            value_fen=value_fen,
            pay_fen=pay_fen,
            claims_fen=claims_fen,
        )
