"""What merchants took: each redemption, and totals by till and day. A merchant never sees whose points."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Index, Table, func, select

from points.domain.redemption import Redemption as RedemptionAggregate
from points.projections.buffers import Rows, Sums
from points.projections.columns import count_column, day_column, id_column, read_metadata
from points.projections.model import ReadModel, day_text

redemptions = Table(
    "redemptions",
    read_metadata,
    id_column("redemption_id", key=True),
    id_column("account_id"),
    id_column("merchant_id"),
    id_column("till_id"),
    count_column("points"),
    count_column("pay_fen"),
    count_column("refunded_points"),
    count_column("refunded_pay_fen"),
    count_column("occurred_at_us"),
    count_column("position"),
    Index("redemptions_merchant", "merchant_id", "position"),
    sqlite_with_rowid=False,
)

takings = Table(
    "takings",
    read_metadata,
    id_column("merchant_id", key=True),
    id_column("till_id", key=True),
    day_column("day", key=True),
    count_column("redemptions"),
    count_column("points"),
    count_column("pay_fen"),
    count_column("refunds"),
    count_column("refunded_points"),
    count_column("refunded_pay_fen"),
    sqlite_with_rowid=False,
)

_LOOK_UP_AT_ONCE = 500
_MERCHANT, _TILL = 2, 3


class Takings(ReadModel):
    def __init__(self) -> None:
        self._redemptions = Rows(redemptions)
        self._takings = Sums(takings)
        self._refunds: list[tuple[bytes, str, int, int]] = []
        super().__init__(
            (self._redemptions, self._takings),
            {
                RedemptionAggregate.Confirmed.TOPIC: self._confirmed,
                RedemptionAggregate.Captured.TOPIC: self._confirmed,
                RedemptionAggregate.Refunded.TOPIC: self._refunded,
            },
        )

    def _confirmed(self, position: int, redemption_id: bytes, event: Any) -> None:
        pay_fen = 0
        for part in event.portions:
            pay_fen += part.points * part.pay_fen
        at_us, points = event.timestamp_us, event.points
        merchant_id, till_id = event.merchant_id, event.till_id
        self._redemptions.insert(
            redemption_id, event.account_id, merchant_id, till_id, points, pay_fen, 0, 0, at_us, position
        )
        self._takings.add((merchant_id, till_id, day_text(at_us)), 1, points, pay_fen, 0, 0, 0)

    def _refunded(self, position: int, redemption_id: bytes, event: Any) -> None:
        pay_fen = sum(part.points * part.pay_fen for part in event.portions)
        self._redemptions.add((redemption_id,), "refunded_points", event.points)
        self._redemptions.add((redemption_id,), "refunded_pay_fen", pay_fen)
        self._refunds.append((redemption_id, day_text(event.timestamp_us), event.points, pay_fen))

    def flush(self, connection: Connection) -> None:
        """Refunds learn here whose takings they lessen: their events name only the redemption."""
        if self._refunds:
            new = self._redemptions.new
            known = {key[0]: (row[_MERCHANT], row[_TILL]) for key, row in new.items()}
            unknown = {redemption_id for redemption_id, *_ in self._refunds} - known.keys()
            known.update(tills_of(connection, unknown))
            for redemption_id, day, points, pay_fen in self._refunds:
                self._takings.add((*known[redemption_id], day), 0, 0, 0, 1, points, pay_fen)
        super().flush(connection)

    def forget(self) -> None:
        self._refunds.clear()
        super().forget()


def tills_of(connection: Connection, ids: Iterable[bytes]) -> dict[bytes, tuple[bytes, bytes]]:
    """Merchant and till of redemptions, as ids in bytes."""
    wanted = sorted(ids)
    found: dict[bytes, tuple[bytes, bytes]] = {}
    for start in range(0, len(wanted), _LOOK_UP_AT_ONCE):
        part = wanted[start : start + _LOOK_UP_AT_ONCE]
        statement = select(redemptions.c.redemption_id, redemptions.c.merchant_id, redemptions.c.till_id)
        rows = connection.execute(statement.where(redemptions.c.redemption_id.in_(part)))
        found.update((r.bytes, (merchant.bytes, till.bytes)) for r, merchant, till in rows)
    return found


def merchant_of(connection: Connection, ids: Iterable[bytes]) -> dict[bytes, bytes]:
    """The merchant that took each redemption, as the log has ids."""
    return {redemption_id: merchant for redemption_id, (merchant, _) in tills_of(connection, ids).items()}


class Redemption(msgspec.Struct, frozen=True):
    """`pay_fen` is what the merchant gets for it, refunds not yet deducted."""

    redemption_id: UUID
    account_id: UUID
    merchant_id: UUID
    till_id: UUID
    points: int
    pay_fen: int
    refunded_points: int
    refunded_pay_fen: int
    occurred_at_us: int
    position: int


class DayTakings(msgspec.Struct, frozen=True):
    """One till's day; a refund counts on the day it was made."""

    merchant_id: UUID
    till_id: UUID
    day: date
    redemptions: int
    points: int
    pay_fen: int
    refunds: int
    refunded_points: int
    refunded_pay_fen: int

    @property
    def net_pay_fen(self) -> int:
        return self.pay_fen - self.refunded_pay_fen


def get(connection: Connection, redemption_id: UUID) -> Redemption | None:
    statement = select(redemptions).where(redemptions.c.redemption_id == redemption_id)
    row = connection.execute(statement).one_or_none()
    return None if row is None else Redemption(*row)


def between(connection: Connection, first: UUID, last: UUID) -> Redemption | None:
    """The redemption whose id lies between two, where only its beginning is known."""
    redemption_id = redemptions.c.redemption_id
    row = connection.execute(select(redemptions).where(redemption_id.between(first, last))).first()
    return None if row is None else Redemption(*row)


def of_merchant(
    connection: Connection,
    merchant_id: UUID,
    limit: int,
    before: int | None = None,
    till_id: UUID | None = None,
) -> list[Redemption]:
    """A merchant's redemptions before a position, newest first; of one till if it is named."""
    statement = select(redemptions).where(redemptions.c.merchant_id == merchant_id)
    if before is not None:
        statement = statement.where(redemptions.c.position < before)
    if till_id is not None:
        statement = statement.where(redemptions.c.till_id == till_id)
    rows = connection.execute(statement.order_by(redemptions.c.position.desc()).limit(limit))
    return [Redemption(*row) for row in rows]


def by_day(connection: Connection, merchant_id: UUID, from_day: date, until_day: date) -> list[DayTakings]:
    """Totals of each till and day of the period, both ends included, by day and till."""
    statement = select(takings).where(
        takings.c.merchant_id == merchant_id, takings.c.day >= from_day, takings.c.day <= until_day
    )
    rows = connection.execute(statement.order_by(takings.c.day, takings.c.till_id))
    return [DayTakings(*row) for row in rows]


def net_pay_by_merchant(connection: Connection) -> dict[UUID, int]:
    """All that each merchant's days came to."""
    net = func.sum(takings.c.pay_fen - takings.c.refunded_pay_fen)
    statement = select(takings.c.merchant_id, net).group_by(takings.c.merchant_id)
    return {merchant_id: int(pay_fen) for merchant_id, pay_fen in connection.execute(statement)}


def till_day(connection: Connection, merchant_id: UUID, till_id: UUID, day: date) -> DayTakings:
    """One till's day; a day without a sale is one of zeroes."""
    key = (takings.c.merchant_id == merchant_id, takings.c.till_id == till_id, takings.c.day == day)
    row = connection.execute(select(takings).where(*key)).one_or_none()
    return DayTakings(merchant_id, till_id, day, 0, 0, 0, 0, 0, 0) if row is None else DayTakings(*row)
