"""Accounts and what is left in each of their lots. A balance is the sum of its lots, kept nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Index, Table, select

from points.domain.account import Account
from points.projections.buffers import Rows
from points.projections.columns import (
    count_column,
    day_column,
    id_column,
    read_metadata,
    small_column,
    text_column,
)
from points.projections.model import ReadModel
from points.projections.money import budgets

accounts = Table(
    "accounts",
    read_metadata,
    id_column("account_id", key=True),
    id_column("volunteer_id"),
    Index("accounts_volunteer", "volunteer_id"),
    sqlite_with_rowid=False,
)

lots = Table(
    "lots",
    read_metadata,
    id_column("account_id", key=True),
    small_column("lot_no", key=True),
    count_column("points"),
    count_column("held_points"),
    count_column("issued_points"),
    count_column("expired_points"),
    count_column("value_fen"),
    id_column("budget_id"),
    id_column("scheme_id"),
    small_column("scheme_version"),
    text_column("origin"),
    day_column("earned_on"),
    day_column("expires_on", optional=True),
    id_column("record_id"),
    id_column("activity_id"),
    count_column("issued_position"),
    Index("lots_end", "expires_on"),
    sqlite_with_rowid=False,
)


holds = Table(
    "holds",
    read_metadata,
    id_column("hold_id", key=True),
    id_column("account_id"),
    text_column("purpose"),
    count_column("until_us"),
    Index("holds_until", "until_us"),
    sqlite_with_rowid=False,
)

_OVER = (1 << 62) - 1
"""No instant: the hold was released, and nothing lapses any more."""


class Accounts(ReadModel):
    def __init__(self) -> None:
        self._accounts = Rows(accounts)
        self._lots = Rows(lots)
        self._holds = Rows(holds)
        super().__init__(
            (self._accounts, self._lots, self._holds),
            {
                Account.Opened.TOPIC: self._opened,
                Account.PointsIssued.TOPIC: self._issued,
                Account.PointsRedeemed.TOPIC: self._redeemed,
                Account.HeldPointsRedeemed.TOPIC: self._held_redeemed,
                Account.PointsHeld.TOPIC: self._held,
                Account.HoldReleased.TOPIC: self._released,
                Account.PointsRestored.TOPIC: self._restored,
                Account.PointsExpired.TOPIC: self._expired,
            },
        )

    def _opened(self, position: int, account_id: bytes, event: Any) -> None:
        self._accounts.insert(account_id, event.volunteer_id)

    def _issued(self, position: int, account_id: bytes, event: Any) -> None:
        self._lots.insert(
            account_id,
            event.lot_no,
            event.points,
            0,
            event.points,
            0,
            event.value_fen,
            event.budget_id,
            event.scheme_id,
            event.scheme_version,
            event.origin,
            event.earned_on,
            event.expires_on,
            event.record_id,
            event.activity_id,
            position,
        )

    def _redeemed(self, position: int, account_id: bytes, event: Any) -> None:
        for part in event.taken:
            self._lots.add((account_id, part.lot_no), "points", -part.points)

    def _held_redeemed(self, position: int, account_id: bytes, event: Any) -> None:
        self._redeemed(position, account_id, event)
        for part in event.taken:
            self._lots.add((account_id, part.lot_no), "held_points", -part.points)

    def _held(self, position: int, account_id: bytes, event: Any) -> None:
        self._holds.insert(event.hold_id, account_id, event.purpose, event.until_us)
        for part in event.taken:
            self._lots.add((account_id, part.lot_no), "held_points", part.points)

    def _released(self, position: int, account_id: bytes, event: Any) -> None:
        self._holds.set((event.hold_id,), until_us=_OVER)
        for part in event.released:
            self._lots.add((account_id, part.lot_no), "held_points", -part.points)

    def _restored(self, position: int, account_id: bytes, event: Any) -> None:
        for part in event.restored:
            self._lots.add((account_id, part.lot_no), "points", part.points)
            self._lots.set((account_id, part.lot_no), expires_on=part.expires_on)

    def _expired(self, position: int, account_id: bytes, event: Any) -> None:
        for part in event.expired:
            self._lots.add((account_id, part.lot_no), "points", -part.points)
            self._lots.add((account_id, part.lot_no), "expired_points", part.points)


class LotLeft(msgspec.Struct, frozen=True):
    """A lot that still holds points."""

    lot_no: int
    points: int
    held_points: int
    value_fen: int
    budget_id: UUID
    fund_id: UUID
    scheme_id: UUID
    scheme_version: int
    origin: str
    earned_on: date
    expires_on: date | None
    record_id: UUID
    activity_id: UUID
    issued_position: int


class Balance(msgspec.Struct, frozen=True):
    """`points` is the sum of all `lots`; those that ended before the day asked for cannot be spent."""

    account_id: UUID
    points: int
    spendable_points: int
    lots: tuple[LotLeft, ...]


def account_of(connection: Connection, volunteer_id: UUID) -> UUID | None:
    """The volunteer's account."""
    statement = select(accounts.c.account_id).where(accounts.c.volunteer_id == volunteer_id)
    return connection.execute(statement).scalar_one_or_none()


def volunteer_of(connection: Connection, account_id: UUID) -> UUID | None:
    """Whose account it is."""
    statement = select(accounts.c.volunteer_id).where(accounts.c.account_id == account_id)
    return connection.execute(statement).scalar_one_or_none()


def balance(connection: Connection, account_id: UUID, today: date) -> Balance:
    """What the account holds, in the order in which it is spent; nothing for an unknown account."""
    statement = (
        select(
            lots.c.lot_no,
            lots.c.points,
            lots.c.held_points,
            lots.c.value_fen,
            lots.c.budget_id,
            budgets.c.fund_id,
            lots.c.scheme_id,
            lots.c.scheme_version,
            lots.c.origin,
            lots.c.earned_on,
            lots.c.expires_on,
            lots.c.record_id,
            lots.c.activity_id,
            lots.c.issued_position,
        )
        .join(budgets, budgets.c.budget_id == lots.c.budget_id)
        .where(lots.c.account_id == account_id, lots.c.points > 0)
    )
    rows: Iterable[Any] = connection.execute(statement)
    held = [LotLeft(*row) for row in rows]
    held.sort(key=lambda lot: (lot.expires_on or date.max, lot.lot_no))
    spendable = sum(
        lot.points - lot.held_points for lot in held if lot.expires_on is None or lot.expires_on >= today
    )
    return Balance(account_id, sum(lot.points for lot in held), spendable, tuple(held))


def accounts_due(connection: Connection, today: date, limit: int, after: UUID | None = None) -> list[UUID]:
    """Accounts that hold points which ended before today, by id: what the expiry run has to visit."""
    statement = (
        select(lots.c.account_id)
        .distinct()
        .where(lots.c.expires_on < today, lots.c.points > lots.c.held_points)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(lots.c.account_id > after)
    return list(connection.execute(statement.order_by(lots.c.account_id)).scalars())


def holds_lapsed(connection: Connection, now_us: int, limit: int) -> list[UUID]:
    """Accounts with a hold whose time is over, which nobody released."""
    statement = select(holds.c.account_id).distinct().where(holds.c.until_us < now_us).limit(limit)
    return list(connection.execute(statement.order_by(holds.c.account_id)).scalars())
