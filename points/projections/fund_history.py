"""What each budget and fund stood at, at any position of the log.

Sums are kept by blocks of positions: a past state is the sum of the whole blocks before it and of the few thousand
events of the log since. So the tables stay small, however many redemptions there are, and every position is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Table, func, select

from points.domain.budget import Budget
from points.domain.fund import Fund
from points.domain.redemption import Redemption
from points.ledger.codec import Codecs
from points.ledger.event_row import EventRow
from points.projections.buffers import Sums
from points.projections.columns import count_column, id_column, read_metadata
from points.projections.model import ReadModel
from points.projections.money import budgets
from points.projections.plain import PlainEvents

BLOCK_POSITIONS = 4_096
_NOTHING = (0,) * 9

budget_blocks = Table(
    "budget_blocks",
    read_metadata,
    id_column("budget_id", key=True),
    count_column("block", key=True),
    count_column("reserved_fen"),
    count_column("issued_points"),
    count_column("issued_fen"),
    count_column("returned_points"),
    count_column("returned_fen"),
    count_column("redeemed_points"),
    count_column("redeemed_value_fen"),
    count_column("redeemed_pay_fen"),
    count_column("settled_value_fen"),
    count_column("settled_pay_fen"),
    sqlite_with_rowid=False,
    comment="changes of each budget by blocks of positions; redemptions less refunds",
)

fund_blocks = Table(
    "fund_blocks",
    read_metadata,
    id_column("fund_id", key=True),
    count_column("block", key=True),
    count_column("received_fen"),
    count_column("reserved_fen"),
    count_column("spent_fen"),
    sqlite_with_rowid=False,
    comment="spent: paid to merchants, and awaited from them for refunds after settlement",
)


class FundHistory(ReadModel):
    def __init__(self) -> None:
        self.budgets = Sums(budget_blocks)
        self.funds = Sums(fund_blocks)
        super().__init__(
            (self.budgets, self.funds),
            {
                Fund.MoneyReceived.TOPIC: self._received,
                Fund.BudgetReserved.TOPIC: self._reserved,
                Fund.MoneyReturned.TOPIC: self._unreserved,
                Fund.BudgetReleased.TOPIC: self._unreserved,
                Fund.PaidOut.TOPIC: self._paid_out,
                Fund.ClaimRaised.TOPIC: self._claimed,
                Budget.Settled.TOPIC: self._settled,
                Budget.Opened.TOPIC: self._given,
                Budget.Increased.TOPIC: self._given,
                Budget.Allocated.TOPIC: self._allocated,
                Budget.Closed.TOPIC: self._closed,
                Budget.PointsIssued.TOPIC: self._issued,
                Budget.PointsReturned.TOPIC: self._returned,
                Redemption.Confirmed.TOPIC: self._redeemed,
                Redemption.Captured.TOPIC: self._redeemed,
                Redemption.Refunded.TOPIC: self._refunded,
            },
        )

    def _received(self, position: int, fund_id: bytes, event: Any) -> None:
        self.funds.add((fund_id, position // BLOCK_POSITIONS), event.amount_fen, 0, 0)

    def _reserved(self, position: int, fund_id: bytes, event: Any) -> None:
        self.funds.add((fund_id, position // BLOCK_POSITIONS), 0, event.amount_fen, 0)

    def _unreserved(self, position: int, fund_id: bytes, event: Any) -> None:
        self.funds.add((fund_id, position // BLOCK_POSITIONS), 0, -event.amount_fen, 0)

    def _paid_out(self, position: int, fund_id: bytes, event: Any) -> None:
        spent_fen = event.pay_fen - event.claims_fen
        self.funds.add((fund_id, position // BLOCK_POSITIONS), 0, -event.value_fen, spent_fen)

    def _claimed(self, position: int, fund_id: bytes, event: Any) -> None:
        self.funds.add((fund_id, position // BLOCK_POSITIONS), 0, 0, event.amount_fen)

    def _settled(self, position: int, budget_id: bytes, event: Any) -> None:
        value_fen, pay_fen = event.value_fen, event.pay_fen
        key = (budget_id, position // BLOCK_POSITIONS)
        self.budgets.add(key, -value_fen, 0, 0, 0, 0, 0, 0, 0, value_fen, pay_fen)

    def _given(self, position: int, budget_id: bytes, event: Any) -> None:
        self._reserve(position, budget_id, event.amount_fen)

    def _allocated(self, position: int, budget_id: bytes, event: Any) -> None:
        self._reserve(position, budget_id, -event.amount_fen)

    def _closed(self, position: int, budget_id: bytes, event: Any) -> None:
        self._reserve(position, budget_id, -event.rest_fen)

    def _reserve(self, position: int, budget_id: bytes, amount_fen: int) -> None:
        self.budgets.add((budget_id, position // BLOCK_POSITIONS), amount_fen, *_NOTHING)

    def _issued(self, position: int, budget_id: bytes, event: Any) -> None:
        points = event.points
        self.budgets.add(
            (budget_id, position // BLOCK_POSITIONS), 0, points, points * event.value_fen, 0, 0, 0, 0, 0, 0, 0
        )

    def _returned(self, position: int, budget_id: bytes, event: Any) -> None:
        fen = event.amount_fen
        self.budgets.add(
            (budget_id, position // BLOCK_POSITIONS), -fen, 0, 0, event.points, fen, 0, 0, 0, 0, 0
        )

    def _redeemed(self, position: int, redemption_id: bytes, event: Any) -> None:
        for part in event.portions:
            self._sold(position, part, part.points)

    def _refunded(self, position: int, redemption_id: bytes, event: Any) -> None:
        for part in event.portions:
            self._sold(position, part, -part.points)

    def _sold(self, position: int, part: Any, points: int) -> None:
        self.budgets.add(
            (part.budget_id, position // BLOCK_POSITIONS),
            0,
            0,
            0,
            0,
            0,
            points,
            points * part.value_fen,
            points * part.pay_fen,
            0,
            0,
        )


class Stood(msgspec.Struct, frozen=True):
    """A fund, and what its budgets hold, after the event at `position`. Redemptions are less refunds."""

    fund_id: UUID
    position: int
    received_fen: int
    fund_reserved_fen: int
    spent_fen: int
    reserved_fen: int
    issued_points: int
    issued_fen: int
    returned_points: int
    returned_fen: int
    redeemed_points: int
    redeemed_value_fen: int
    redeemed_pay_fen: int
    settled_value_fen: int
    settled_pay_fen: int

    @property
    def committed_fen(self) -> int:
        """Money behind points: those that people hold, and those with shops."""
        return self.issued_fen - self.returned_fen - self.settled_value_fen

    @property
    def held_fen(self) -> int:
        """What people's points are worth."""
        return self.issued_fen - self.returned_fen - self.redeemed_value_fen

    @property
    def owed_fen(self) -> int:
        return self.held_fen + self.takings_pay_fen

    @property
    def takings_pay_fen(self) -> int:
        """What merchants get and no settlement has paid yet."""
        return self.redeemed_pay_fen - self.settled_pay_fen

    @property
    def covered(self) -> bool:
        """Points never beyond what budgets hold, nor budgets beyond what came in."""
        free_fen = self.received_fen - self.spent_fen - self.fund_reserved_fen
        return self.committed_fen <= self.reserved_fen and free_fen >= 0


def stood_at(
    connection: Connection,
    read_page: Callable[[int, int], list[EventRow]],
    codecs: Codecs,
    fund_id: UUID,
    position: int,
) -> Stood:
    """The fund as it stood after the event at `position`, which the read models have to have reached."""
    block = position // BLOCK_POSITIONS
    recent = FundHistory()
    start = max(block * BLOCK_POSITIONS - 1, 0)  # a page begins after this; positions run from 1
    rows = read_page(start, position - start) if position > start else []
    _replay(recent, codecs, rows)
    mine = {
        id_.bytes
        for id_ in connection.execute(
            select(budgets.c.budget_id).where(budgets.c.fund_id == fund_id)
        ).scalars()
    }
    of_fund = _sums(connection, fund_blocks, fund_blocks.c.fund_id == fund_id, block)
    of_budgets = _sums(
        connection,
        budget_blocks,
        budget_blocks.c.budget_id.in_(select(budgets.c.budget_id).where(budgets.c.fund_id == fund_id)),
        block,
    )
    of_fund = _added(of_fund, (v for k, v in recent.funds.gathered() if k[0] == fund_id.bytes))
    of_budgets = _added(of_budgets, (v for k, v in recent.budgets.gathered() if k[0] in mine))
    return Stood(fund_id, position, *of_fund, *of_budgets)


def _replay(model: FundHistory, codecs: Codecs, rows: Iterable[EventRow]) -> None:
    plain = PlainEvents(codecs)
    decoders = {topic: plain.decoder(topic) for topic in model.handlers}
    for row in rows:
        if row.topic in decoders:
            decode, class_version = decoders[row.topic]
            event = decode(row.state)
            if event.class_version != class_version:
                event = decode(plain.upcast(row.topic, row.state))
            model.handlers[row.topic](row.position, _bytes(row.originator_id), event)


def _bytes(id_: UUID | bytes) -> bytes:
    return id_.bytes if isinstance(id_, UUID) else id_


def _sums(connection: Connection, table: Table, mine: Any, block: int) -> tuple[int, ...]:
    """All value columns, summed over the blocks before this one."""
    keys = len(table.primary_key.columns)
    columns = [func.coalesce(func.sum(column), 0) for column in list(table.columns)[keys:]]
    statement = select(*columns).where(mine, table.c.block < block)
    return tuple(map(int, connection.execute(statement).one()))


def _added(sums: tuple[int, ...], more: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    for one in more:
        sums = tuple(a + b for a, b in zip(sums, one, strict=True))
    return sums
