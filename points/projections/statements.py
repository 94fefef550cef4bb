"""Account statements: one line for each lot that a movement touched, grouped by the movement's position."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Table, select

from points.domain.account import Account
from points.projections.accounts import lots
from points.projections.buffers import Lines
from points.projections.columns import count_column, id_column, read_metadata, small_column, text_column
from points.projections.model import ReadModel
from points.projections.money import budgets

statement_lines = Table(
    "statement_lines",
    read_metadata,
    id_column("account_id", key=True),
    count_column("position", key=True),
    small_column("lot_no", key=True),
    small_column("kind"),
    count_column("points"),
    count_column("occurred_at_us"),
    id_column("redemption_id", optional=True),
    sqlite_with_rowid=False,
)

movement_causes = Table(
    "movement_causes",
    read_metadata,
    id_column("account_id", key=True),
    count_column("position", key=True),
    id_column("cause_id"),
    text_column("purpose"),
    sqlite_with_rowid=False,
    comment="the transfer, donation or adjustment behind a movement, where it is neither issue nor sale",
)


class Movement(StrEnum):
    ISSUED = "issued"
    REDEEMED = "redeemed"
    REFUNDED = "refunded"
    EXPIRED = "expired"
    GIVEN = "given"
    RECEIVED = "received"
    DONATED = "donated"
    CREDITED = "credited"
    DEBITED = "debited"
    SET_OFF = "set_off"


_KINDS = tuple(Movement)
_NUMBER = {kind: number for number, kind in enumerate(_KINDS)}
_ISSUED, _REDEEMED, _REFUNDED, _EXPIRED = (
    _NUMBER[kind] for kind in (Movement.ISSUED, Movement.REDEEMED, Movement.REFUNDED, Movement.EXPIRED)
)

_OPENING = frozenset({_ISSUED, _NUMBER[Movement.RECEIVED], _NUMBER[Movement.CREDITED]})
"""Movements that begin a lot: these lines name the record that earned it."""
ISSUED_KIND = _ISSUED


class Statements(ReadModel):
    def __init__(self) -> None:
        lines, causes = Lines(statement_lines), Lines(movement_causes)
        self._insert, self._cause = lines.insert, causes.insert
        super().__init__(
            (lines, causes),
            {
                Account.PointsIssued.TOPIC: self._issued,
                Account.PointsRedeemed.TOPIC: self._redeemed,
                Account.HeldPointsRedeemed.TOPIC: self._redeemed,
                Account.PointsRestored.TOPIC: self._restored,
                Account.PointsExpired.TOPIC: self._expired,
                Account.PointsGiven.TOPIC: self._given,
                Account.PointsReceived.TOPIC: self._received,
                Account.PointsDonated.TOPIC: self._donated,
                Account.PointsCredited.TOPIC: self._credited,
                Account.PointsDebited.TOPIC: self._debited,
                Account.DebtSetOff.TOPIC: self._set_off,
            },
        )

    def _given(self, position: int, account_id: bytes, event: Any) -> None:
        self._taken(position, account_id, event, Movement.GIVEN)
        self._cause((account_id, position, event.transfer_id, event.purpose))

    def _received(self, position: int, account_id: bytes, event: Any) -> None:
        kind, at_us = _NUMBER[Movement.RECEIVED], event.timestamp_us
        for lot in event.received:
            self._insert((account_id, position, lot.lot_no, kind, lot.points, at_us, None))
        self._cause((account_id, position, event.transfer_id, event.purpose))

    def _donated(self, position: int, account_id: bytes, event: Any) -> None:
        self._taken(position, account_id, event, Movement.DONATED)
        self._cause((account_id, position, event.donation_id, "donation"))

    def _credited(self, position: int, account_id: bytes, event: Any) -> None:
        kind = _NUMBER[Movement.CREDITED]
        self._insert((account_id, position, event.lot_no, kind, event.points, event.timestamp_us, None))
        self._cause((account_id, position, event.adjustment_id, event.origin))

    def _debited(self, position: int, account_id: bytes, event: Any) -> None:
        self._taken(position, account_id, event, Movement.DEBITED)
        self._cause((account_id, position, event.adjustment_id, "debit"))

    def _set_off(self, position: int, account_id: bytes, event: Any) -> None:
        kind = _NUMBER[Movement.SET_OFF]
        self._insert((account_id, position, event.lot_no, kind, -event.points, event.timestamp_us, None))

    def _taken(self, position: int, account_id: bytes, event: Any, movement: Movement) -> None:
        kind, at_us = _NUMBER[movement], event.timestamp_us
        for part in event.taken:
            self._insert((account_id, position, part.lot_no, kind, -part.points, at_us, None))

    def _issued(self, position: int, account_id: bytes, event: Any) -> None:
        self._insert((account_id, position, event.lot_no, _ISSUED, event.points, event.timestamp_us, None))

    def _redeemed(self, position: int, account_id: bytes, event: Any) -> None:
        at_us, redemption_id = event.timestamp_us, event.redemption_id
        for part in event.taken:
            self._insert((account_id, position, part.lot_no, _REDEEMED, -part.points, at_us, redemption_id))

    def _restored(self, position: int, account_id: bytes, event: Any) -> None:
        at_us, redemption_id = event.timestamp_us, event.redemption_id
        for part in event.restored:
            self._insert((account_id, position, part.lot_no, _REFUNDED, part.points, at_us, redemption_id))

    def _expired(self, position: int, account_id: bytes, event: Any) -> None:
        for part in event.expired:
            self._insert(
                (account_id, position, part.lot_no, _EXPIRED, -part.points, event.timestamp_us, None)
            )


class StatementLine(msgspec.Struct, frozen=True):
    """`points` are signed. `record_id` stands where a lot begins, `redemption_id` on a redemption and a refund."""

    position: int
    lot_no: int
    kind: Movement
    points: int
    occurred_at_us: int
    redemption_id: UUID | None
    record_id: UUID | None
    activity_id: UUID | None
    scheme_id: UUID
    scheme_version: int
    fund_id: UUID
    cause_id: UUID | None = None
    purpose: str | None = None


class MovementGroup(msgspec.Struct, frozen=True):
    """One movement with the lots it touched."""

    position: int
    kind: Movement
    points: int
    occurred_at_us: int
    lines: tuple[StatementLine, ...]


def statement(
    connection: Connection, account_id: UUID, limit: int, before: int | None = None
) -> list[MovementGroup]:
    """The latest `limit` movements before a position, newest first."""
    line = statement_lines.c
    positions = (
        select(line.position)
        .distinct()
        .where(line.account_id == account_id)
        .order_by(line.position.desc())
        .limit(limit)
    )
    if before is not None:
        positions = positions.where(line.position < before)
    found = list(connection.execute(positions).scalars())
    groups: dict[int, list[StatementLine]] = {position: [] for position in found}
    if found:
        for each in _lines(connection, account_id, found[-1], found[0]):
            groups[each.position].append(each)
    return [
        MovementGroup(
            position, lines[0].kind, sum(each.points for each in lines), lines[0].occurred_at_us, tuple(lines)
        )
        for position, lines in groups.items()
    ]


def _lines(connection: Connection, account_id: UUID, first: int, last: int) -> list[StatementLine]:
    line = statement_lines.c
    same_lot = (lots.c.account_id == line.account_id) & (lots.c.lot_no == line.lot_no)
    query = (
        select(
            line.position,
            line.lot_no,
            line.kind,
            line.points,
            line.occurred_at_us,
            line.redemption_id,
            lots.c.record_id,
            lots.c.activity_id,
            lots.c.scheme_id,
            lots.c.scheme_version,
            budgets.c.fund_id,
            movement_causes.c.cause_id,
            movement_causes.c.purpose,
        )
        .select_from(
            statement_lines.join(lots, same_lot)
            .join(budgets, budgets.c.budget_id == lots.c.budget_id)
            .outerjoin(
                movement_causes,
                (movement_causes.c.account_id == line.account_id)
                & (movement_causes.c.position == line.position),
            )
        )
        .where(line.account_id == account_id, line.position.between(first, last))
        .order_by(line.position, line.lot_no)
    )
    return [
        StatementLine(
            position,
            lot_no,
            _KINDS[kind],
            points,
            at_us,
            redemption_id,
            record_id if kind in _OPENING else None,
            *why,
        )
        for position, lot_no, kind, points, at_us, redemption_id, record_id, *why in connection.execute(query)
    ]
