"""Where a budget stands beside its sums: under which other, for which activity, closed or not, and its alarm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, Column, Connection, Index, Table, select

from points.domain.budget import Budget
from points.projections.areas import codes_below
from points.projections.buffers import Rows
from points.projections.columns import count_column, id_column, read_metadata, small_column
from points.projections.model import ReadModel
from points.projections.money import budgets

DEFAULT_ALARM_PERCENT = 20
"""An alarm sounds below a fifth of what was given, unless somebody set another share."""

budget_standing = Table(
    "budget_standing",
    read_metadata,
    id_column("budget_id", key=True),
    id_column("parent_id", optional=True),
    id_column("activity_id", optional=True),
    count_column("granted_fen"),
    count_column("allocated_fen"),
    small_column("alarm_percent"),
    Column("closed", Boolean, nullable=False),
    Index("budget_standing_parent", "parent_id"),
    Index("budget_standing_activity", "activity_id"),
    sqlite_with_rowid=False,
    comment="granted: put in over time; allocated: handed down to other budgets",
)


class BudgetStanding(ReadModel):
    def __init__(self) -> None:
        self._rows = Rows(budget_standing)
        super().__init__(
            (self._rows,),
            {
                Budget.Opened.TOPIC: self._opened,
                Budget.Increased.TOPIC: self._increased,
                Budget.PlacedUnder.TOPIC: self._placed,
                Budget.Allocated.TOPIC: self._allocated,
                Budget.AlarmSet.TOPIC: self._alarm_set,
                Budget.Closed.TOPIC: self._closed,
            },
        )

    def _opened(self, position: int, budget_id: bytes, event: Any) -> None:
        self._rows.insert(budget_id, None, None, event.amount_fen, 0, DEFAULT_ALARM_PERCENT, False)

    def _increased(self, position: int, budget_id: bytes, event: Any) -> None:
        self._rows.add((budget_id,), "granted_fen", event.amount_fen)

    def _placed(self, position: int, budget_id: bytes, event: Any) -> None:
        self._rows.set((budget_id,), parent_id=event.parent_id, activity_id=event.activity_id)

    def _allocated(self, position: int, budget_id: bytes, event: Any) -> None:
        self._rows.add((budget_id,), "allocated_fen", event.amount_fen)

    def _alarm_set(self, position: int, budget_id: bytes, event: Any) -> None:
        self._rows.set((budget_id,), alarm_percent=event.below_percent)

    def _closed(self, position: int, budget_id: bytes, event: Any) -> None:
        self._rows.set((budget_id,), closed=True)


class Standing(msgspec.Struct, frozen=True):
    """`granted_fen` was put in over time, `allocated_fen` handed down to other budgets."""

    budget_id: UUID
    parent_id: UUID | None
    activity_id: UUID | None
    granted_fen: int
    allocated_fen: int
    alarm_percent: int
    closed: bool


class Alarm(msgspec.Struct, frozen=True):
    """A running budget of which little is left."""

    budget_id: UUID
    fund_id: UUID
    area_code: str
    period_until: date
    own_fen: int
    available_fen: int
    alarm_percent: int


def of_budgets(connection: Connection, budget_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    statement = select(budget_standing).where(budget_standing.c.budget_id.in_(budget_ids))
    return {row.budget_id: Standing(*row) for row in connection.execute(statement)}


def of_activities(
    connection: Connection, activity_ids: Sequence[UUID]
) -> dict[UUID, list[tuple[UUID, date, date]]]:
    """Open budgets that pay for one activity alone, by activity: each with its first and last day."""
    standing, money = budget_standing.c, budgets.c
    statement = (
        select(standing.activity_id, money.budget_id, money.period_from, money.period_until)
        .join(budgets, money.budget_id == standing.budget_id)
        .where(standing.activity_id.in_(activity_ids), standing.closed.is_(False))
        .order_by(money.fund_id, money.budget_id)
    )
    found: dict[UUID, list[tuple[UUID, date, date]]] = {}
    for activity_id, *budget in connection.execute(statement):
        found.setdefault(activity_id, []).append((budget[0], budget[1], budget[2]))
    return found


def alarms(
    connection: Connection, area_code: str, today: date, limit: int, after: UUID | None = None
) -> list[Alarm]:
    """Open budgets of the area and below whose period has not ended and of which too little is left, by id."""
    money, standing = budgets.c, budget_standing.c
    available = money.reserved_fen - money.committed_fen
    own = standing.granted_fen - standing.allocated_fen
    statement = (
        select(
            money.budget_id,
            money.fund_id,
            money.area_code,
            money.period_until,
            own,
            available,
            standing.alarm_percent,
        )
        .join(budget_standing, standing.budget_id == money.budget_id)
        .where(
            money.area_code.in_(codes_below(area_code)),
            money.period_until >= today,
            standing.closed.is_(False),
            own > 0,
            available * 100 < own * standing.alarm_percent,
        )
        .order_by(money.budget_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(money.budget_id > after)
    return [Alarm(*row) for row in connection.execute(statement)]
