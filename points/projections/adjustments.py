"""Adjustments: proposed, appealed to, carried out or dropped."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, Column, Connection, Index, Select, Table, select

from points.domain.adjustment import Adjustment as AdjustmentAggregate
from points.domain.adjustment import AdjustmentState
from points.projections.accounts import accounts
from points.projections.areas import codes_below
from points.projections.buffers import Rows
from points.projections.columns import count_column, day_column, id_column, read_metadata, text_column
from points.projections.model import ReadModel
from points.projections.volunteers import volunteers

adjustments = Table(
    "adjustments",
    read_metadata,
    id_column("adjustment_id", key=True),
    text_column("kind"),
    id_column("account_id"),
    count_column("points", optional=True),
    id_column("budget_id", optional=True),
    id_column("record_id", optional=True),
    id_column("activity_id", optional=True),
    id_column("reason_ref"),
    day_column("closes_on", optional=True),
    text_column("state"),
    Column("appeal_open", Boolean, nullable=False),
    id_column("proposed_by"),
    id_column("approved_by", optional=True),
    Index("adjustments_account", "account_id"),
    Index("adjustments_state", "state"),
    sqlite_with_rowid=False,
)


class Adjustments(ReadModel):
    def __init__(self) -> None:
        self._rows = Rows(adjustments)
        super().__init__(
            (self._rows,),
            {
                AdjustmentAggregate.Proposed.TOPIC: self._proposed,
                AdjustmentAggregate.Appealed.TOPIC: self._appealed,
                AdjustmentAggregate.AppealAnswered.TOPIC: self._answered,
                AdjustmentAggregate.Approved.TOPIC: self._approved,
                AdjustmentAggregate.Rejected.TOPIC: self._rejected,
            },
        )

    def _proposed(self, position: int, adjustment_id: bytes, event: Any) -> None:
        self._rows.insert(
            adjustment_id,
            event.kind,
            event.account_id,
            event.points,
            event.budget_id,
            event.record_id,
            event.activity_id,
            event.reason_ref,
            event.closes_on,
            AdjustmentState.PROPOSED.value,
            False,
            event.proposed_by,
            None,
        )

    def _appealed(self, position: int, adjustment_id: bytes, event: Any) -> None:
        self._rows.set((adjustment_id,), appeal_open=True)

    def _answered(self, position: int, adjustment_id: bytes, event: Any) -> None:
        self._rows.set((adjustment_id,), appeal_open=False)
        if event.upheld:
            self._rows.set((adjustment_id,), state=AdjustmentState.DROPPED.value)

    def _approved(self, position: int, adjustment_id: bytes, event: Any) -> None:
        self._rows.set(
            (adjustment_id,), state=AdjustmentState.CARRIED_OUT.value, approved_by=event.approved_by
        )

    def _rejected(self, position: int, adjustment_id: bytes, event: Any) -> None:
        self._rows.set((adjustment_id,), state=AdjustmentState.DROPPED.value)


class Adjustment(msgspec.Struct, frozen=True):
    """With whose account it is. `points` are signed in a correction."""

    adjustment_id: UUID
    kind: str
    account_id: UUID
    points: int | None
    budget_id: UUID | None
    record_id: UUID | None
    activity_id: UUID | None
    reason_ref: UUID
    closes_on: date | None
    state: str
    appeal_open: bool
    proposed_by: UUID
    approved_by: UUID | None
    volunteer_id: UUID
    volunteer_number: str
    area_code: str


def _query() -> Select[Any]:
    return (
        select(
            adjustments,
            volunteers.c.volunteer_id,
            volunteers.c.volunteer_number,
            volunteers.c.area_code,
        )
        .join(accounts, accounts.c.account_id == adjustments.c.account_id)
        .join(volunteers, volunteers.c.volunteer_id == accounts.c.volunteer_id)
    )


def get(connection: Connection, adjustment_id: UUID) -> Adjustment | None:
    row = connection.execute(_query().where(adjustments.c.adjustment_id == adjustment_id)).one_or_none()
    return None if row is None else Adjustment(*row)


def page(
    connection: Connection,
    *,
    area_code: str | None,
    volunteer_id: UUID | None,
    state: str | None,
    limit: int,
    after: UUID | None = None,
) -> list[Adjustment]:
    """Of the people of an area and below, or of one person; by id, which is by age."""
    statement = _query().order_by(adjustments.c.adjustment_id).limit(limit)
    if area_code is not None:
        statement = statement.where(volunteers.c.area_code.in_(codes_below(area_code)))
    else:
        statement = statement.where(volunteers.c.volunteer_id == volunteer_id)
    if state is not None:
        statement = statement.where(adjustments.c.state == state)
    if after is not None:
        statement = statement.where(adjustments.c.adjustment_id > after)
    return [Adjustment(*row) for row in connection.execute(statement)]
