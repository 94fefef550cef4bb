"""A property fee's bill, which points lessen (rule 16), and what one person's points may come off in a year."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Invalid, Refused
from points.domain.values import AmountFen, Points


class BillPaid(Refused):
    """The bill has been paid in full before; the same bill is not credited twice."""


class BillCreditExceedsRest(Refused):
    """More than is still open on the bill."""

    asked_fen: int
    open_fen: int


class YearlyFeeCapExceeded(Refused):
    """One person's points lessen property fees by at most so much a year."""

    asked_points: int
    left_points: int
    cap_points: int


class PropertyFee(Aggregate):
    TOPIC = "points.property_fee"

    class Event(Aggregate.Event):
        pass

    class Opened(Created, Event):
        """`amount_fen` is nil where the property manager never said how high the bill is: one credit closes it."""

        TOPIC = "points.property_fee.opened"
        merchant_id: UUID
        bill_ref: UUID
        period_from: date | None
        period_until: date | None
        amount_fen: int | None

        def apply(self, aggregate: PropertyFee) -> None:
            aggregate.merchant_id = self.merchant_id
            aggregate.bill_ref = self.bill_ref
            aggregate.amount_fen = self.amount_fen
            aggregate.credited_fen = 0

    class Credited(Event):
        TOPIC = "points.property_fee.credited"
        redemption_id: UUID
        amount_fen: int

        def apply(self, aggregate: PropertyFee) -> None:
            aggregate.credited_fen += self.amount_fen

    merchant_id: UUID
    bill_ref: UUID
    amount_fen: int | None
    credited_fen: int

    @classmethod
    def open(
        cls,
        at: datetime,
        id_: UUID,
        *,
        merchant_id: UUID,
        bill_ref: UUID,
        period_from: date | None,
        period_until: date | None,
        amount_fen: AmountFen | None,
    ) -> Self:
        if amount_fen is not None and amount_fen <= 0:
            raise Invalid(field="amount-fen", rule="not-positive")
        return cls._start(
            cls.Opened,
            id_,
            at,
            merchant_id=merchant_id,
            bill_ref=bill_ref,
            period_from=period_from,
            period_until=period_until,
            amount_fen=amount_fen,
        )

    def credit(self, at: datetime, *, redemption_id: UUID, amount_fen: AmountFen) -> None:
        """Take so much off the bill. Raises BillPaid, BillCreditExceedsRest."""
        if self.amount_fen is None:
            if self.credited_fen:
                raise BillPaid
        else:
            open_fen = self.amount_fen - self.credited_fen
            if not open_fen:
                raise BillPaid
            if amount_fen > open_fen:
                raise BillCreditExceedsRest(asked_fen=amount_fen, open_fen=open_fen)
        self._record(self.Credited, at, redemption_id=redemption_id, amount_fen=amount_fen)


class FeeYear(Aggregate):
    """What one person's points have come off property fees in one year."""

    TOPIC = "points.fee_year"

    class Event(Aggregate.Event):
        pass

    class Opened(Created, Event):
        TOPIC = "points.fee_year.opened"
        account_id: UUID
        year: int

        def apply(self, aggregate: FeeYear) -> None:
            aggregate.credited_points = 0

    class Counted(Event):
        TOPIC = "points.fee_year.counted"
        redemption_id: UUID
        points: int

        def apply(self, aggregate: FeeYear) -> None:
            aggregate.credited_points += self.points

    credited_points: int

    @classmethod
    def open(cls, at: datetime, id_: UUID, *, account_id: UUID, year: int) -> Self:
        return cls._start(cls.Opened, id_, at, account_id=account_id, year=year)

    def count(self, at: datetime, *, redemption_id: UUID, points: Points, cap_points: Points) -> None:
        """Raises YearlyFeeCapExceeded."""
        left_points = cap_points - self.credited_points
        if points > left_points:
            raise YearlyFeeCapExceeded(
                asked_points=points, left_points=max(left_points, 0), cap_points=cap_points
            )
        self._record(self.Counted, at, redemption_id=redemption_id, points=points)
