"""Accounts and what is left in each of their lots. A balance is the sum of its lots, kept nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Index, Select, Table, func, select, tuple_

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
from points.projections.volunteers import volunteers

accounts = Table(
    "accounts",
    read_metadata,
    id_column("account_id", key=True),
    id_column("volunteer_id"),
    count_column("debt_points"),
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
    id_column("record_id", optional=True),
    id_column("activity_id", optional=True),
    count_column("issued_position"),
    count_column("given_points"),
    count_column("received_points"),
    count_column("returned_points"),
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
                Account.HouseholdOpened.TOPIC: self._household_opened,
                Account.PointsGiven.TOPIC: self._given,
                Account.PointsReceived.TOPIC: self._received,
                Account.PointsCredited.TOPIC: self._issued,
                Account.PointsDonated.TOPIC: self._returned,
                Account.PointsDebited.TOPIC: self._debited,
                Account.DebtSetOff.TOPIC: self._set_off,
            },
        )

    def _opened(self, position: int, account_id: bytes, event: Any) -> None:
        self._accounts.insert(account_id, event.volunteer_id, 0)

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
            0,
            0,
            0,
        )

    def _household_opened(self, position: int, account_id: bytes, event: Any) -> None:
        self._accounts.insert(account_id, event.household_id, 0)

    def _given(self, position: int, account_id: bytes, event: Any) -> None:
        for part in event.taken:
            self._lots.add((account_id, part.lot_no), "points", -part.points)
            self._lots.add((account_id, part.lot_no), "given_points", part.points)

    def _received(self, position: int, account_id: bytes, event: Any) -> None:
        for lot in event.received:
            self._lots.insert(
                account_id,
                lot.lot_no,
                lot.points,
                0,
                0,
                0,
                lot.value_fen,
                lot.budget_id,
                lot.scheme_id,
                lot.scheme_version,
                lot.origin,
                lot.earned_on,
                lot.expires_on,
                lot.record_id,
                lot.activity_id,
                position,
                0,
                lot.points,
                0,
            )

    def _returned(self, position: int, account_id: bytes, event: Any) -> None:
        for part in event.taken:
            self._return(account_id, part.lot_no, part.points)

    def _debited(self, position: int, account_id: bytes, event: Any) -> None:
        self._returned(position, account_id, event)
        self._accounts.add((account_id,), "debt_points", event.debt_points)

    def _set_off(self, position: int, account_id: bytes, event: Any) -> None:
        self._accounts.add((account_id,), "debt_points", -event.points)
        self._return(account_id, event.lot_no, event.points)

    def _return(self, account_id: bytes, lot_no: int, points: int) -> None:
        self._lots.add((account_id, lot_no), "points", -points)
        self._lots.add((account_id, lot_no), "returned_points", points)

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
    record_id: UUID | None
    activity_id: UUID | None
    issued_position: int


class LotFacts(msgspec.Struct, frozen=True):
    """What never changes about a lot."""

    budget_id: UUID
    scheme_id: UUID
    scheme_version: int
    value_fen: int
    earned_on: date
    expires_on: date | None
    activity_id: UUID | None


class Ending(msgspec.Struct, frozen=True):
    """Points of one person that end on a day."""

    account_id: UUID
    volunteer_number: str
    area_code: str
    expires_on: date
    points: int


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


def debt_points(connection: Connection, account_id: UUID) -> int:
    """What the account owes: points taken back after they were spent."""
    statement = select(accounts.c.debt_points).where(accounts.c.account_id == account_id)
    return connection.execute(statement).scalar_one_or_none() or 0


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


def lot_of_record(connection: Connection, account_id: UUID, record_id: UUID) -> LotFacts | None:
    """The lot that a service record's points made, however long ago it was emptied."""
    statement = (
        select(
            lots.c.budget_id,
            lots.c.scheme_id,
            lots.c.scheme_version,
            lots.c.value_fen,
            lots.c.earned_on,
            lots.c.expires_on,
            lots.c.activity_id,
        )
        .where(lots.c.account_id == account_id, lots.c.record_id == record_id)
        .order_by(lots.c.lot_no)
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else LotFacts(*row)


def ending(
    connection: Connection,
    area_codes: Select[Any],
    first: date,
    last: date,
    limit: int,
    after: tuple[date, UUID] | None = None,
) -> list[Ending]:
    """What ends from one day to another, person by person, the first to end first."""
    statement = (
        select(
            lots.c.account_id,
            volunteers.c.volunteer_number,
            volunteers.c.area_code,
            lots.c.expires_on,
            func.sum(lots.c.points),
        )
        .join(accounts, accounts.c.account_id == lots.c.account_id)
        .join(volunteers, volunteers.c.volunteer_id == accounts.c.volunteer_id)
        .where(
            lots.c.points > 0,
            lots.c.expires_on >= first,
            lots.c.expires_on <= last,
            volunteers.c.area_code.in_(area_codes),
        )
        .group_by(lots.c.account_id, volunteers.c.volunteer_number, volunteers.c.area_code, lots.c.expires_on)
        .order_by(lots.c.expires_on, lots.c.account_id)
        .limit(limit)
    )
    if after is not None:
        day, account_id = after
        seen = tuple_(day.isoformat(), account_id.bytes)
        statement = statement.where(tuple_(lots.c.expires_on, lots.c.account_id) > seen)
    return [
        Ending(account_id, number, area, day, int(points))
        for account_id, number, area, day, points in connection.execute(statement)
    ]


def accounts_ending(
    connection: Connection, first: date, last: date, limit: int, after: UUID | None = None
) -> list[UUID]:
    """Accounts that hold points which end in these days, by id: whom to tell beforehand."""
    statement = (
        select(lots.c.account_id)
        .distinct()
        .where(lots.c.expires_on >= first, lots.c.expires_on <= last, lots.c.points > 0)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(lots.c.account_id > after)
    return list(connection.execute(statement.order_by(lots.c.account_id)).scalars())


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
