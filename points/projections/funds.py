"""Funds and their budgets: money received, set aside, backing points; and whether the points add up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Join, Select, func, select

from points.domain.budget import Budget as BudgetAggregate
from points.domain.fund import Fund as FundAggregate
from points.domain.redemption import Redemption
from points.projections.accounts import lots
from points.projections.budget_standing import budget_standing
from points.projections.buffers import Rows, Sums
from points.projections.model import ReadModel
from points.projections.money import budget_takings, budgets, funds

_NOT_REDEEMED = (0,) * 7


class Funds(ReadModel):
    def __init__(self) -> None:
        self._funds = Rows(funds)
        self._budgets = Rows(budgets)
        self._takings = Sums(budget_takings)
        super().__init__(
            (self._funds, self._budgets, self._takings),
            {
                FundAggregate.Opened.TOPIC: self._opened,
                FundAggregate.MoneyReceived.TOPIC: self._received,
                FundAggregate.BudgetReserved.TOPIC: self._reserved,
                FundAggregate.MoneyReturned.TOPIC: self._returned,
                FundAggregate.ClaimRaised.TOPIC: self._claimed,
                FundAggregate.PaidOut.TOPIC: self._paid_out,
                BudgetAggregate.Opened.TOPIC: self._budget_opened,
                BudgetAggregate.Increased.TOPIC: self._budget_increased,
                BudgetAggregate.Allocated.TOPIC: self._allocated,
                BudgetAggregate.Closed.TOPIC: self._closed,
                FundAggregate.BudgetReleased.TOPIC: self._released,
                BudgetAggregate.PointsIssued.TOPIC: self._points_issued,
                BudgetAggregate.PointsReturned.TOPIC: self._points_returned,
                BudgetAggregate.Settled.TOPIC: self._settled,
                Redemption.Confirmed.TOPIC: self._redeemed,
                Redemption.Captured.TOPIC: self._redeemed,
                Redemption.Refunded.TOPIC: self._refunded,
            },
        )

    def _opened(self, position: int, fund_id: bytes, event: Any) -> None:
        self._funds.insert(fund_id, event.kind, event.area_code, event.name_ref, 0, 0, 0, 0, 0)

    def _received(self, position: int, fund_id: bytes, event: Any) -> None:
        self._funds.add((fund_id,), "received_fen", event.amount_fen)

    def _reserved(self, position: int, fund_id: bytes, event: Any) -> None:
        self._funds.add((fund_id,), "reserved_fen", event.amount_fen)

    def _returned(self, position: int, fund_id: bytes, event: Any) -> None:
        self._funds.add((fund_id,), "reserved_fen", -event.amount_fen)
        self._funds.add((fund_id,), "returned_fen", event.amount_fen)

    def _claimed(self, position: int, fund_id: bytes, event: Any) -> None:
        self._funds.add((fund_id,), "claims_fen", event.amount_fen)

    def _paid_out(self, position: int, fund_id: bytes, event: Any) -> None:
        self._funds.add((fund_id,), "reserved_fen", -event.value_fen)
        self._funds.add((fund_id,), "returned_fen", event.value_fen - event.pay_fen)
        self._funds.add((fund_id,), "paid_fen", event.pay_fen)
        self._funds.add((fund_id,), "claims_fen", -event.claims_fen)

    def _budget_opened(self, position: int, budget_id: bytes, event: Any) -> None:
        self._budgets.insert(
            budget_id,
            event.fund_id,
            event.area_code,
            event.period_from,
            event.period_until,
            event.amount_fen,
            0,
        )

    def _budget_increased(self, position: int, budget_id: bytes, event: Any) -> None:
        self._budgets.add((budget_id,), "reserved_fen", event.amount_fen)

    def _allocated(self, position: int, budget_id: bytes, event: Any) -> None:
        self._budgets.add((budget_id,), "reserved_fen", -event.amount_fen)

    def _closed(self, position: int, budget_id: bytes, event: Any) -> None:
        self._budgets.add((budget_id,), "reserved_fen", -event.rest_fen)

    def _released(self, position: int, fund_id: bytes, event: Any) -> None:
        self._funds.add((fund_id,), "reserved_fen", -event.amount_fen)

    def _points_issued(self, position: int, budget_id: bytes, event: Any) -> None:
        self._budgets.add((budget_id,), "committed_fen", event.points * event.value_fen)

    def _points_returned(self, position: int, budget_id: bytes, event: Any) -> None:
        self._budgets.add((budget_id,), "reserved_fen", -event.amount_fen)
        self._budgets.add((budget_id,), "committed_fen", -event.amount_fen)

    def _settled(self, position: int, budget_id: bytes, event: Any) -> None:
        self._budgets.add((budget_id,), "reserved_fen", -event.value_fen)
        self._budgets.add((budget_id,), "committed_fen", -event.value_fen)
        amounts = (event.points, event.value_fen, event.pay_fen)
        self._takings.add((budget_id,), 0, 0, 0, 0, 0, 0, 0, *amounts)

    def _redeemed(self, position: int, redemption_id: bytes, event: Any) -> None:
        for part in event.portions:
            points = part.points
            self._takings.add(
                (part.budget_id,), points, points * part.value_fen, points * part.pay_fen, *_NOT_REDEEMED
            )

    def _refunded(self, position: int, redemption_id: bytes, event: Any) -> None:
        closed = {part.lot_no: part.points for part in event.returned}
        for part in event.portions:
            points = part.points
            self._takings.add(
                (part.budget_id,),
                0,
                0,
                0,
                points,
                points * part.value_fen,
                points * part.pay_fen,
                closed.get(part.lot_no, 0),
                0,
                0,
                0,
            )


class Fund(msgspec.Struct, frozen=True):
    """`reserved_fen` is what budgets hold now; `returned_fen` what came back from them over time.

    `paid_fen` went to merchants; `claims_fen` they owe for refunds after settlement.
    """

    fund_id: UUID
    kind: str
    area_code: str
    name_ref: UUID
    received_fen: int
    reserved_fen: int
    returned_fen: int
    paid_fen: int
    claims_fen: int

    @property
    def available_fen(self) -> int:
        return self.received_fen - self.reserved_fen - self.paid_fen - self.claims_fen


class Budget(msgspec.Struct, frozen=True):
    budget_id: UUID
    fund_id: UUID
    area_code: str
    period_from: date
    period_until: date
    reserved_fen: int
    committed_fen: int

    @property
    def available_fen(self) -> int:
        return self.reserved_fen - self.committed_fen


class Liability(msgspec.Struct, frozen=True):
    """What a fund owes: points that people hold, at their value, and takings that no settlement has paid.

    `takings_value_fen` is what backed the points taken; merchants get `takings_pay_fen` of it.
    """

    fund_id: UUID
    held_fen: int
    takings_value_fen: int
    takings_pay_fen: int

    @property
    def owed_fen(self) -> int:
        return self.held_fen + self.takings_pay_fen


class Conservation(msgspec.Struct, frozen=True):
    """Every point of a fund is somewhere: held, with a shop, expired, or back in the fund.

    `closed_points` were refunded to the fund, `returned_points` donated, taken back or set off against a debt.
    What one account gave another received.

    `held_fen` is counted from the lots, `backed_fen` from the budgets behind them.
    """

    fund_id: UUID
    issued_points: int
    held_points: int
    redeemed_points: int
    refunded_points: int
    expired_points: int
    closed_points: int
    held_fen: int
    backed_fen: int
    returned_points: int = 0
    given_points: int = 0
    received_points: int = 0

    @property
    def holds(self) -> bool:
        with_shops = self.redeemed_points - self.refunded_points
        gone = self.expired_points + self.closed_points + self.returned_points
        points_hold = self.issued_points == self.held_points + with_shops + gone
        moved_hold = self.given_points == self.received_points
        return points_hold and moved_hold and self.held_fen == self.backed_fen


def get(connection: Connection, fund_id: UUID) -> Fund | None:
    row = connection.execute(select(funds).where(funds.c.fund_id == fund_id)).one_or_none()
    return None if row is None else Fund(*row)


def page(connection: Connection, limit: int, after: UUID | None = None) -> list[Fund]:
    """Funds by id, which is by age."""
    statement = select(funds).order_by(funds.c.fund_id).limit(limit)
    if after is not None:
        statement = statement.where(funds.c.fund_id > after)
    return [Fund(*row) for row in connection.execute(statement)]


def budgets_of(connection: Connection, fund_id: UUID, limit: int, after: UUID | None = None) -> list[Budget]:
    """A fund's budgets, by id."""
    statement = select(budgets).where(budgets.c.fund_id == fund_id).order_by(budgets.c.budget_id)
    if after is not None:
        statement = statement.where(budgets.c.budget_id > after)
    return [Budget(*row) for row in connection.execute(statement.limit(limit))]


def fund_of_budget(connection: Connection, budget_id: UUID) -> UUID:
    """The fund that a budget was reserved from. Raises NoResultFound for an id that is none."""
    found: UUID = connection.execute(
        select(budgets.c.fund_id).where(budgets.c.budget_id == budget_id)
    ).scalar_one()
    return found


def find_budgets(connection: Connection, area_codes: Sequence[str], day: date) -> list[Budget]:
    """Open budgets that cover the day, those of the first area of the sequence first; older funds before newer.

    Those that pay for one activity alone are left out.
    """
    statement = (
        select(budgets)
        .join(budget_standing, budget_standing.c.budget_id == budgets.c.budget_id)
        .where(
            budgets.c.area_code.in_(area_codes),
            budgets.c.period_from <= day,
            budgets.c.period_until >= day,
            budget_standing.c.activity_id.is_(None),
            budget_standing.c.closed.is_(False),
        )
    )
    found = [Budget(*row) for row in connection.execute(statement)]
    order = {code: place for place, code in enumerate(area_codes)}
    found.sort(key=lambda budget: (order[budget.area_code], budget.fund_id, budget.budget_id))
    return found


def liability(connection: Connection, fund_id: UUID) -> Liability:
    """From the budgets alone: a few rows, however many lots there are."""
    taken = budget_takings.c
    committed, value_fen, pay_fen = _budget_sums(
        connection,
        fund_id,
        budgets.c.committed_fen,
        taken.redeemed_value_fen - taken.refunded_value_fen - taken.settled_value_fen,
        taken.redeemed_pay_fen - taken.refunded_pay_fen - taken.settled_pay_fen,
    )
    return Liability(fund_id, committed - value_fen, value_fen, pay_fen)


def reserved_of_budgets(connection: Connection, fund_id: UUID) -> int:
    """What the fund's budgets hold, counted from them."""
    return _budget_sums(connection, fund_id, budgets.c.reserved_fen)[0]


def held_fen(connection: Connection, fund_id: UUID) -> int:
    """What people hold of the fund, counted from every lot."""
    joined = lots.join(budgets, budgets.c.budget_id == lots.c.budget_id)
    return _sums(connection, joined, fund_id, (lots.c.points * lots.c.value_fen,))[0]


def conservation(connection: Connection, fund_id: UUID) -> Conservation:
    """Reads every lot: for audits, not for pages."""
    lot = lots.c
    issued, held, expired, held_fen, returned, given, received = _sums(
        connection,
        lots.join(budgets, budgets.c.budget_id == lot.budget_id),
        fund_id,
        (
            lot.issued_points,
            lot.points,
            lot.expired_points,
            lot.points * lot.value_fen,
            lot.returned_points,
            lot.given_points,
            lot.received_points,
        ),
    )
    taken = budget_takings.c
    redeemed, refunded, closed = _budget_sums(
        connection, fund_id, taken.redeemed_points, taken.refunded_points, taken.closed_points
    )
    backed_fen = liability(connection, fund_id).held_fen
    return Conservation(
        fund_id=fund_id,
        issued_points=issued,
        held_points=held,
        redeemed_points=redeemed,
        refunded_points=refunded,
        expired_points=expired,
        closed_points=closed,
        held_fen=held_fen,
        backed_fen=backed_fen,
        returned_points=returned,
        given_points=given,
        received_points=received,
    )


def _budget_sums(connection: Connection, fund_id: UUID, *amounts: ColumnElement[int]) -> tuple[int, ...]:
    joined = budgets.outerjoin(budget_takings, budgets.c.budget_id == budget_takings.c.budget_id)
    return _sums(connection, joined, fund_id, amounts)


def _sums(
    connection: Connection, joined: Join, fund_id: UUID, amounts: Sequence[ColumnElement[int]]
) -> tuple[int, ...]:
    columns: list[Any] = [func.coalesce(func.sum(amount), 0) for amount in amounts]
    statement: Select[Any] = select(*columns).select_from(joined).where(budgets.c.fund_id == fund_id)
    return tuple(map(int, connection.execute(statement).one()))
