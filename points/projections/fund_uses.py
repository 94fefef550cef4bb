"""Where a fund's money came from and at which shops its points were spent."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, Index, LargeBinary, Table, func, select

from points.domain.fund import Fund
from points.domain.redemption import Redemption
from points.projections.buffers import Lines, Sums
from points.projections.columns import count_column, day_column, id_column, read_metadata
from points.projections.merchants import merchants
from points.projections.model import ReadModel
from points.projections.money import budgets
from points.projections.takings import tills_of

fund_receipts = Table(
    "fund_receipts",
    read_metadata,
    id_column("receipt_id", key=True),
    id_column("fund_id"),
    count_column("amount_fen"),
    id_column("source_ref"),
    Column("document", LargeBinary, nullable=True),
    day_column("received_on"),
    id_column("recorded_by"),
    count_column("position"),
    Index("fund_receipts_fund", "fund_id", "position"),
    sqlite_with_rowid=False,
)

budget_uses = Table(
    "budget_uses",
    read_metadata,
    id_column("budget_id", key=True),
    id_column("merchant_id", key=True),
    count_column("points"),
    count_column("value_fen"),
    count_column("pay_fen"),
    sqlite_with_rowid=False,
    comment="redemptions less refunds, by backing budget and shop",
)


class FundUses(ReadModel):
    """Stands after `Takings` among the models: refunds learn their shop from its rows."""

    def __init__(self) -> None:
        self._receipts = Lines(fund_receipts)
        self._uses = Sums(budget_uses)
        self._merchants: dict[bytes, bytes] = {}
        self._refunds: list[tuple[bytes, Any]] = []
        super().__init__(
            (self._receipts, self._uses),
            {
                Fund.MoneyReceived.TOPIC: self._received,
                Redemption.Confirmed.TOPIC: self._redeemed,
                Redemption.Captured.TOPIC: self._redeemed,
                Redemption.Refunded.TOPIC: self._refunded,
            },
        )

    def _received(self, position: int, fund_id: bytes, event: Any) -> None:
        self._receipts.insert(
            (
                event.receipt_id,
                fund_id,
                event.amount_fen,
                event.source_ref,
                event.document,
                event.received_on,
                event.recorded_by,
                position,
            )
        )

    def _redeemed(self, position: int, redemption_id: bytes, event: Any) -> None:
        merchant_id = self._merchants[redemption_id] = event.merchant_id
        for part in event.portions:
            self._add(merchant_id, part, part.points)

    def _refunded(self, position: int, redemption_id: bytes, event: Any) -> None:
        merchant_id = self._merchants.get(redemption_id)
        if merchant_id is None:
            self._refunds.append((redemption_id, event))
            return
        for part in event.portions:
            self._add(merchant_id, part, -part.points)

    def _add(self, merchant_id: bytes, part: Any, points: int) -> None:
        self._uses.add((part.budget_id, merchant_id), points, points * part.value_fen, points * part.pay_fen)

    def flush(self, connection: Connection) -> None:
        if self._refunds:
            known = tills_of(connection, {redemption_id for redemption_id, _ in self._refunds})
            for redemption_id, event in self._refunds:
                for part in event.portions:
                    self._add(known[redemption_id][0], part, -part.points)
        super().flush(connection)

    def forget(self) -> None:
        self._merchants.clear()
        self._refunds.clear()
        super().forget()


class Receipt(msgspec.Struct, frozen=True):
    """Money that came in; who gave it stands in the vault."""

    receipt_id: UUID
    fund_id: UUID
    amount_fen: int
    source_ref: UUID
    document: bytes | None
    received_on: date
    recorded_by: UUID
    position: int


class Use(msgspec.Struct, frozen=True):
    """Points of a fund that shops of one kind took, less refunds."""

    merchant_kind: str
    points: int
    value_fen: int
    pay_fen: int


def receipts(connection: Connection, fund_id: UUID, limit: int, after: int = 0) -> list[Receipt]:
    """In the order in which they were booked; `after` is the position of the last one seen."""
    row = fund_receipts.c
    statement = select(fund_receipts).where(row.fund_id == fund_id, row.position > after)
    return [Receipt(*found) for found in connection.execute(statement.order_by(row.position).limit(limit))]


def uses(connection: Connection, fund_id: UUID) -> list[Use]:
    """By kind of shop."""
    use = budget_uses.c
    statement = (
        select(merchants.c.kind, func.sum(use.points), func.sum(use.value_fen), func.sum(use.pay_fen))
        .select_from(budget_uses)
        .join(budgets, budgets.c.budget_id == use.budget_id)
        .join(merchants, merchants.c.merchant_id == use.merchant_id)
        .where(budgets.c.fund_id == fund_id)
        .group_by(merchants.c.kind)
        .order_by(merchants.c.kind)
    )
    return [Use(kind, int(p), int(v), int(f)) for kind, p, v, f in connection.execute(statement)]
