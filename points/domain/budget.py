"""A budget: money of one fund, reserved for one area and period. Cover for points is decided here alone.

A budget hands parts of what backs nothing yet down to budgets below it: county, township, community, activity. What
left it backs nothing here any more, so a fen is never counted at two levels.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import local_day
from points.domain.errors import Invalid, Refused
from points.domain.values import AmountFen, Points

_ALL_PERCENT = 100


class BudgetExhausted(Refused):
    """The reserved money does not cover the points (rule 11)."""

    asked_fen: int
    available_fen: int


class NoBudgetForArea(Refused):
    """Neither the area nor any above it has a budget for the day of service."""

    area_code: str
    day: date


class BudgetClosed(Refused):
    """The period's books are closed; nothing is issued from it, added to it or handed down any more."""

    area_code: str


class BudgetPeriodRuns(Refused):
    """A budget is closed once its period is over."""

    period_until: date


class BudgetOutsideParent(Refused):
    """What is handed down stays within the area and the period it was reserved for."""

    area_code: str


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
            aggregate.parent_id = aggregate.activity_id = None
            aggregate.closed = False

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

    class PlacedUnder(Event):
        """The money comes from the budget above; one that names an activity pays for that activity alone."""

        TOPIC = "points.budget.placed_under"
        parent_id: UUID
        activity_id: UUID | None

        def apply(self, aggregate: Budget) -> None:
            aggregate.parent_id = self.parent_id
            aggregate.activity_id = self.activity_id

    class Allocated(Event):
        """Money went down to the budget `child_id`, whose own event stands beside this."""

        TOPIC = "points.budget.allocated"
        child_id: UUID
        amount_fen: int
        allocated_by: UUID

        def apply(self, aggregate: Budget) -> None:
            aggregate.reserved_fen -= self.amount_fen

    class AlarmSet(Event):
        """Somebody wants to be told when less than this share of what was given is left."""

        TOPIC = "points.budget.alarm_set"
        below_percent: int
        set_by: UUID

        def apply(self, aggregate: Budget) -> None:
            pass

    class Closed(Event):
        """Year's end: what backed nothing went on to the budget `carried_to`, or back to the fund."""

        TOPIC = "points.budget.closed"
        rest_fen: int
        carried_to: UUID | None
        closed_by: UUID

        def apply(self, aggregate: Budget) -> None:
            aggregate.reserved_fen -= self.rest_fen
            aggregate.closed = True

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
    parent_id: UUID | None
    activity_id: UUID | None
    closed: bool

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

    def _check_open(self) -> None:
        if self.closed:
            raise BudgetClosed(area_code=self.area_code)

    def increase(self, at: datetime, amount_fen: AmountFen) -> None:
        self._check_open()
        self._record(self.Increased, at, amount_fen=amount_fen)

    def check_issue(self, points: Points, value_fen: AmountFen) -> None:
        """Raises BudgetExhausted where the points would be more than the money behind them."""
        self._check_open()
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

    def place_under(self, at: datetime, *, parent_id: UUID, activity_id: UUID | None) -> None:
        """Say where the money of a budget that was just opened comes from."""
        self._record(self.PlacedUnder, at, parent_id=parent_id, activity_id=activity_id)

    def check_allocate(self, amount_fen: AmountFen, period_from: date, period_until: date) -> None:
        """Raises Invalid, BudgetClosed, BudgetOutsideParent, BudgetExhausted."""
        self._check_open()
        if amount_fen <= 0:
            raise Invalid(field="amount-fen", rule="not-positive")
        if period_from < self.period_from or period_until > self.period_until or self.activity_id is not None:
            raise BudgetOutsideParent(area_code=self.area_code)
        if amount_fen > self.available_fen:
            raise BudgetExhausted(asked_fen=amount_fen, available_fen=self.available_fen)

    def allocate(self, at: datetime, *, child: Budget, amount_fen: AmountFen, allocated_by: UUID) -> None:
        """Hand money down; the child's own event stands beside this in the same commit."""
        self.check_allocate(amount_fen, child.period_from, child.period_until)
        self._record(self.Allocated, at, child_id=child.id, amount_fen=amount_fen, allocated_by=allocated_by)

    def set_alarm(self, at: datetime, *, below_percent: int, set_by: UUID) -> None:
        if not 0 <= below_percent <= _ALL_PERCENT:
            raise Invalid(field="below-percent", rule="range")
        self._record(self.AlarmSet, at, below_percent=below_percent, set_by=set_by)

    def check_close(self, today: date) -> None:
        """Raises BudgetClosed, BudgetPeriodRuns."""
        self._check_open()
        if today <= self.period_until:
            raise BudgetPeriodRuns(period_until=self.period_until)

    def close(self, at: datetime, *, carried_to: UUID | None, closed_by: UUID) -> AmountFen:
        """Close the books; returns what backed nothing, which the caller gives to the next budget or the fund.

        Points already issued stay backed: their money stays here until they are paid for or expire.
        """
        self.check_close(local_day(at))
        rest_fen = self.available_fen
        self._record(self.Closed, at, rest_fen=rest_fen, carried_to=carried_to, closed_by=closed_by)
        return rest_fen

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
