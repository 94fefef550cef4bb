"""A budget: money of one fund, reserved for one area and period. Cover for points is decided here alone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Invalid, Refused
from points.domain.values import AmountFen, Points


class BudgetExhausted(Refused):
    """The reserved money does not cover the points (rule 11)."""

    asked_fen: int
    available_fen: int


class NoBudgetForArea(Refused):
    """Neither the area nor any above it has a budget for the day of service."""

    area_code: str
    day: date


class Budget(Aggregate):
    TOPIC = "points.budget"

    class Event(Aggregate.Event):
        pass

    class Opened(Created, Event):
        TOPIC = "points.budget.opened"
        fund_id: UUID
        area_code: str
        period_from: date
        period_until: date
        amount_fen: int

        def apply(self, aggregate: Budget) -> None:
            aggregate.fund_id = self.fund_id
            aggregate.area_code = self.area_code
            aggregate.period_from = self.period_from
            aggregate.period_until = self.period_until
            aggregate.reserved_fen = self.amount_fen
            aggregate.committed_fen = 0

    class Increased(Event):
        TOPIC = "points.budget.increased"
        amount_fen: int

        def apply(self, aggregate: Budget) -> None:
            aggregate.reserved_fen += self.amount_fen

    class PointsIssued(Event):
        TOPIC = "points.budget.points_issued"
        account_id: UUID
        lot_no: int
        points: int
        value_fen: int

        def apply(self, aggregate: Budget) -> None:
            aggregate.committed_fen += self.points * self.value_fen

    class PointsReturned(Event):
        """Points of this budget will never be spent: `amount_fen` leaves it for the fund."""

        TOPIC = "points.budget.points_returned"
        account_id: UUID
        points: int
        amount_fen: int

        def apply(self, aggregate: Budget) -> None:
            aggregate.committed_fen -= self.amount_fen
            aggregate.reserved_fen -= self.amount_fen

    class Settled(Event):
        """A settlement was paid: `value_fen` backed the points taken, and the merchant got `pay_fen` of it.

        Both leave the budget; the difference is the fund's again (rule 13).
        """

        TOPIC = "points.budget.settled"
        settlement_id: UUID
        merchant_id: UUID
        points: int
        value_fen: int
        pay_fen: int

        def apply(self, aggregate: Budget) -> None:
            aggregate.committed_fen -= self.value_fen
            aggregate.reserved_fen -= self.value_fen

    fund_id: UUID
    area_code: str
    period_from: date
    period_until: date
    reserved_fen: int
    committed_fen: int

    @classmethod
    def open(
        cls,
        at: datetime,
        id_: UUID,
        *,
        fund_id: UUID,
        area_code: str,
        period_from: date,
        period_until: date,
        amount_fen: AmountFen,
    ) -> Self:
        if period_until < period_from:
            raise Invalid(field="period", rule="ends-before-start")
        return cls._start(
            cls.Opened,
            id_,
            at,
            fund_id=fund_id,
            area_code=area_code,
            period_from=period_from,
            period_until=period_until,
            amount_fen=amount_fen,
        )

    @property
    def available_fen(self) -> AmountFen:
        """Reserved and not yet backing points."""
        return AmountFen(self.reserved_fen - self.committed_fen)

    def covers(self, day: date) -> bool:
        return self.period_from <= day <= self.period_until

    def increase(self, at: datetime, amount_fen: AmountFen) -> None:
        self._record(self.Increased, at, amount_fen=amount_fen)

    def check_issue(self, points: Points, value_fen: AmountFen) -> None:
        """Raises BudgetExhausted where the points would be more than the money behind them."""
        asked_fen = points * value_fen
        if asked_fen > self.available_fen:
            raise BudgetExhausted(asked_fen=asked_fen, available_fen=self.available_fen)

    def issue(
        self, at: datetime, *, account_id: UUID, lot_no: int, points: Points, value_fen: AmountFen
    ) -> None:
        self.check_issue(points, value_fen)
        self._record(
            self.PointsIssued, at, account_id=account_id, lot_no=lot_no, points=points, value_fen=value_fen
        )

    def give_back(self, at: datetime, *, account_id: UUID, points: Points, amount_fen: AmountFen) -> None:
        self._record(self.PointsReturned, at, account_id=account_id, points=points, amount_fen=amount_fen)

    def settle(
        self,
        at: datetime,
        *,
        settlement_id: UUID,
        merchant_id: UUID,
        points: int,
        value_fen: int,
        pay_fen: int,
    ) -> None:
        """Let the money of a paid settlement go; the fund's `pay_out` stands beside it in the same commit."""
        self._record(
            self.Settled,
            at,
            settlement_id=settlement_id,
            merchant_id=merchant_id,
            points=points,
            value_fen=value_fen,
            pay_fen=pay_fen,
        )
