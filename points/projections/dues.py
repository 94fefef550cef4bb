"""What merchants are owed, movement by movement: the one place where a redemption becomes money for a shop.

A line is what one event did to the money of one budget. Sales count up, refunds count down, and a claim says that
a refund came after its sale had been stated. Settlements are ranges of these lines, reports sums of them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Table, func, select

from points.domain.fund import Fund
from points.domain.redemption import Redemption
from points.domain.settlement_book import Held
from points.projections.buffers import Lines
from points.projections.columns import count_column, id_column, read_metadata, small_column
from points.projections.model import ReadModel
from points.projections.money import budgets
from points.projections.takings import merchant_of

due_lines = Table(
    "due_lines",
    read_metadata,
    id_column("merchant_id", key=True),
    count_column("position", key=True),
    id_column("budget_id", key=True),
    small_column("kind"),
    id_column("redemption_id"),
    count_column("points"),
    count_column("value_fen"),
    count_column("pay_fen"),
    count_column("claims_fen"),
    count_column("occurred_at_us"),
    sqlite_with_rowid=False,
    comment="no index by redemption: settlements ask by merchant and position, and every sale would pay for it",
)


class DueKind(IntEnum):
    SALE = 0
    REFUND = 1
    CLAIM = 2


class Dues(ReadModel):
    """Stands after the takings: a refund learns from them whose it is."""

    def __init__(self) -> None:
        self._lines = Lines(due_lines)
        self._merchants: dict[bytes, bytes] = {}
        self._refunds: list[tuple[int, bytes, Any]] = []
        super().__init__(
            (self._lines,),
            {
                Redemption.Confirmed.TOPIC: self._confirmed,
                Redemption.Captured.TOPIC: self._confirmed,
                Redemption.Refunded.TOPIC: self._refunded,
                Fund.ClaimRaised.TOPIC: self._claimed,
            },
        )

    def _confirmed(self, position: int, redemption_id: bytes, event: Any) -> None:
        self._merchants[redemption_id] = event.merchant_id
        self._insert(position, redemption_id, event, event.merchant_id, DueKind.SALE)

    def _refunded(self, position: int, redemption_id: bytes, event: Any) -> None:
        self._refunds.append((position, redemption_id, event))

    def _claimed(self, position: int, fund_id: bytes, event: Any) -> None:
        self._lines.insert(
            (
                event.merchant_id,
                position,
                event.budget_id,
                int(DueKind.CLAIM),
                event.redemption_id,
                0,
                0,
                0,
                event.amount_fen,
                event.timestamp_us,
            )
        )

    def _insert(
        self, position: int, redemption_id: bytes, event: Any, merchant_id: bytes, kind: DueKind
    ) -> None:
        sign = 1 if kind is DueKind.SALE else -1
        for budget_id, (points, value_fen, pay_fen) in by_budget(event.portions).items():
            amounts = (sign * points, sign * value_fen, sign * pay_fen, 0)
            self._lines.insert(
                (merchant_id, position, budget_id, int(kind), redemption_id, *amounts, event.timestamp_us)
            )

    def flush(self, connection: Connection) -> None:
        unknown = {redemption_id for _, redemption_id, _ in self._refunds} - self._merchants.keys()
        self._merchants.update(merchant_of(connection, unknown))
        for position, redemption_id, event in self._refunds:
            self._insert(position, redemption_id, event, self._merchants[redemption_id], DueKind.REFUND)
        super().flush(connection)

    def forget(self) -> None:
        self._merchants.clear()
        self._refunds.clear()
        super().forget()


def by_budget(portions: Iterable[Any]) -> Mapping[Any, tuple[int, int, int]]:
    """Points, value and pay of the portions of each budget."""
    sums: dict[Any, tuple[int, int, int]] = {}
    for part in portions:
        points, value_fen, pay_fen = sums.get(part.budget_id, (0, 0, 0))
        sums[part.budget_id] = (
            points + part.points,
            value_fen + part.points * part.value_fen,
            pay_fen + part.points * part.pay_fen,
        )
    return sums


class DueLine(msgspec.Struct, frozen=True):
    """Amounts are signed: a refund's are negative."""

    position: int
    budget_id: UUID
    kind: int
    redemption_id: UUID
    points: int
    value_fen: int
    pay_fen: int
    claims_fen: int
    occurred_at_us: int

    def canonical(self) -> bytes:
        """As the digest takes it; docs/events.md says the same."""
        numbers = (self.points, self.value_fen, self.pay_fen, self.claims_fen)
        told = "|".join(map(str, numbers))
        return f"{self.position}|{self.kind}|{self.redemption_id}|{self.budget_id}|{told}\n".encode()


class Range(msgspec.Struct, frozen=True):
    """Which lines: after one position up to another, of `included` from earlier on, of `held` none."""

    after_position: int
    until_position: int
    included: tuple[Held, ...] = ()
    held: tuple[Held, ...] = ()


_COLUMNS = (
    due_lines.c.position,
    due_lines.c.budget_id,
    due_lines.c.kind,
    due_lines.c.redemption_id,
    due_lines.c.points,
    due_lines.c.value_fen,
    due_lines.c.pay_fen,
    due_lines.c.claims_fen,
    due_lines.c.occurred_at_us,
)


def lines_of(connection: Connection, merchant_id: UUID, covered: Range) -> list[DueLine]:
    """Every line of a range, by position and budget."""
    line = due_lines.c
    until = min(covered.after_position, covered.until_position)
    own = select(*_COLUMNS).where(line.merchant_id == merchant_id)
    found = [
        DueLine(*row)
        for row in connection.execute(
            own.where(line.position > covered.after_position, line.position <= covered.until_position)
        )
    ]
    for redemption_id, after in covered.included:
        earlier = own.where(
            line.redemption_id == redemption_id, line.position > after, line.position <= until
        )
        found += [DueLine(*row) for row in connection.execute(earlier)]
    held = {redemption_id for redemption_id, _ in covered.held}
    chosen = [each for each in found if each.redemption_id not in held]
    chosen.sort(key=lambda each: (each.position, each.budget_id.bytes))
    return chosen


def digest_of(lines: Iterable[DueLine]) -> bytes:
    """SHA-256 over the canonical lines in order."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line.canonical())
    return digest.digest()


Sums = tuple[int, int, int, int]


def sums_by_budget(lines: Iterable[DueLine]) -> dict[UUID, Sums]:
    """Points, value, pay and claims of each budget."""
    sums: defaultdict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for line in lines:
        into = sums[line.budget_id]
        for place, amount in enumerate((line.points, line.value_fen, line.pay_fen, line.claims_fen)):
            into[place] += amount
    return {budget_id: (into[0], into[1], into[2], into[3]) for budget_id, into in sums.items()}


def funds_of(connection: Connection, budget_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The fund of each budget."""
    statement = select(budgets.c.budget_id, budgets.c.fund_id).where(budgets.c.budget_id.in_(budget_ids))
    return {row.budget_id: row.fund_id for row in connection.execute(statement)}


def pay_by_merchant(connection: Connection) -> dict[UUID, int]:
    """All that each merchant ever earned, refunds taken away."""
    statement = select(due_lines.c.merchant_id, func.sum(due_lines.c.pay_fen)).group_by(
        due_lines.c.merchant_id
    )
    return {merchant_id: int(pay_fen) for merchant_id, pay_fen in connection.execute(statement)}


def pay_after(connection: Connection, merchant_id: UUID, position: int) -> int:
    """What a merchant's lines after a position come to."""
    statement = select(func.coalesce(func.sum(due_lines.c.pay_fen), 0)).where(
        due_lines.c.merchant_id == merchant_id, due_lines.c.position > position
    )
    return int(connection.execute(statement).scalar_one())


def pay_of(connection: Connection, merchant_id: UUID, held: Held, until: int) -> int:
    """What a redemption's lines between two positions come to."""
    line = due_lines.c
    statement = select(func.coalesce(func.sum(line.pay_fen), 0)).where(
        line.merchant_id == merchant_id,
        line.redemption_id == held.redemption_id,
        line.position > held.after_position,
        line.position <= until,
    )
    return int(connection.execute(statement).scalar_one())
