"""Settlements as merchants, offices and auditors look at them. Their lines are in `dues`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, Column, Connection, Index, Table, Text, func, select

from points.domain.settlement import Settlement as Aggregate
from points.domain.settlement import SettlementState, Share
from points.domain.settlement_book import Held
from points.projections.areas import codes_below
from points.projections.buffers import Lines, Rows
from points.projections.columns import (
    count_column,
    day_column,
    id_column,
    read_metadata,
    small_column,
    text_column,
)
from points.projections.dues import Range
from points.projections.merchants import merchants
from points.projections.model import ReadModel

settlements = Table(
    "settlements",
    read_metadata,
    id_column("settlement_id", key=True),
    id_column("merchant_id"),
    day_column("period_from"),
    day_column("period_until"),
    small_column("revision"),
    count_column("after_position"),
    count_column("until_position"),
    Column("included", Text, nullable=False, comment="hex id:position, separated by blanks"),
    Column("held", Text, nullable=False, comment="as included"),
    count_column("lines"),
    text_column("digest"),
    count_column("pay_fen"),
    count_column("carried_fen"),
    day_column("dispute_until"),
    id_column("drawn_by"),
    text_column("state"),
    Column("confirmed", Boolean, nullable=False),
    id_column("first_approved_by", optional=True),
    id_column("second_approved_by", optional=True),
    small_column("orders"),
    day_column("paid_on", optional=True),
    id_column("reference_ref", optional=True),
    id_column("payee_ref", optional=True),
    count_column("position"),
    Index("settlements_merchant", "merchant_id", "position"),
)

settlement_shares = Table(
    "settlement_shares",
    read_metadata,
    id_column("settlement_id", key=True),
    id_column("budget_id", key=True),
    id_column("fund_id"),
    count_column("points"),
    count_column("value_fen"),
    count_column("pay_fen"),
    count_column("claims_fen"),
)


class Settlements(ReadModel):
    def __init__(self) -> None:
        self._settlements = Rows(settlements)
        self._shares = Lines(settlement_shares)
        super().__init__(
            (self._settlements, self._shares),
            {
                Aggregate.DrawnUp.TOPIC: self._drawn_up,
                Aggregate.Confirmed.TOPIC: self._confirmed,
                Aggregate.LineDisputed.TOPIC: self._state(SettlementState.DISPUTED),
                Aggregate.Withdrawn.TOPIC: self._state(SettlementState.WITHDRAWN),
                Aggregate.Approved.TOPIC: self._approved,
                Aggregate.Ordered.TOPIC: self._ordered,
                Aggregate.Paid.TOPIC: self._paid,
                Aggregate.PaymentFailed.TOPIC: self._state(SettlementState.FAILED),
            },
        )

    def _drawn_up(self, position: int, settlement_id: bytes, event: Any) -> None:
        self._settlements.insert(
            settlement_id,
            event.merchant_id,
            event.period_from,
            event.period_until,
            event.revision_no,
            event.after_position,
            event.until_position,
            _held_text(event.included),
            _held_text(event.held),
            event.lines,
            event.digest.hex(),
            event.pay_fen,
            sum(owed.pay_fen for owed in event.carried),
            event.dispute_until,
            event.drawn_by,
            SettlementState.DRAWN_UP.value,
            False,
            None,
            None,
            0,
            None,
            None,
            None,
            position,
        )
        for share in event.shares:
            amounts = (share.points, share.value_fen, share.pay_fen, share.claims_fen)
            self._shares.insert((settlement_id, share.budget_id, share.fund_id, *amounts))

    def _confirmed(self, position: int, settlement_id: bytes, event: Any) -> None:
        self._settlements.set((settlement_id,), confirmed=True, state=SettlementState.CONFIRMED.value)

    def _state(self, state: SettlementState) -> Any:
        def handle(_position: int, settlement_id: bytes, _event: Any) -> None:
            self._settlements.set((settlement_id,), state=state.value)

        return handle

    def _approved(self, position: int, settlement_id: bytes, event: Any) -> None:
        name = "first_approved_by" if event.approval_no == 1 else "second_approved_by"
        self._settlements.set((settlement_id,), **{name: event.approved_by})

    def _ordered(self, position: int, settlement_id: bytes, event: Any) -> None:
        self._settlements.set(
            (settlement_id,),
            orders=event.order_no,
            state=SettlementState.ORDERED.value,
            payee_ref=event.payee_ref,
        )

    def _paid(self, position: int, settlement_id: bytes, event: Any) -> None:
        self._settlements.set(
            (settlement_id,),
            state=SettlementState.PAID.value,
            paid_on=event.paid_on,
            reference_ref=event.reference_ref,
        )


def _held_text(held: Sequence[Any]) -> str:
    return " ".join(f"{each.redemption_id.hex()}:{each.after_position}" for each in held)


def _held(text: str) -> tuple[Held, ...]:
    parts = (each.split(":") for each in text.split())
    return tuple(Held(UUID(hex_id), int(position)) for hex_id, position in parts)


class Settlement(msgspec.Struct, frozen=True):
    """`included` and `held` are as the table keeps them; `covered` reads them."""

    settlement_id: UUID
    merchant_id: UUID
    period_from: date
    period_until: date
    revision: int
    after_position: int
    until_position: int
    included: str
    held: str
    lines: int
    digest: str
    pay_fen: int
    carried_fen: int
    dispute_until: date
    drawn_by: UUID
    state: str
    confirmed: bool
    first_approved_by: UUID | None
    second_approved_by: UUID | None
    orders: int
    paid_on: date | None
    reference_ref: UUID | None
    payee_ref: UUID | None
    position: int

    @property
    def covered(self) -> Range:
        return Range(self.after_position, self.until_position, _held(self.included), _held(self.held))

    @property
    def held_redemptions(self) -> tuple[UUID, ...]:
        return tuple(each.redemption_id for each in _held(self.held))


def get(connection: Connection, settlement_id: UUID) -> Settlement | None:
    statement = select(settlements).where(settlements.c.settlement_id == settlement_id)
    row = connection.execute(statement).one_or_none()
    return None if row is None else Settlement(*row)


def shares_of(connection: Connection, settlement_id: UUID) -> list[Share]:
    """By budget."""
    statement = select(settlement_shares).where(settlement_shares.c.settlement_id == settlement_id)
    rows = connection.execute(statement.order_by(settlement_shares.c.budget_id))
    return [Share(*row[1:]) for row in rows]


def page(
    connection: Connection,
    limit: int,
    *,
    merchant_id: UUID | None = None,
    area_code: str | None = None,
    state: str | None = None,
    before: int | None = None,
) -> list[Settlement]:
    """Settlements drawn up before a position, newest first."""
    statement = select(settlements)
    if merchant_id is not None:
        statement = statement.where(settlements.c.merchant_id == merchant_id)
    if area_code is not None:
        here = select(merchants.c.merchant_id).where(merchants.c.area_code.in_(codes_below(area_code)))
        statement = statement.where(settlements.c.merchant_id.in_(here))
    if state is not None:
        statement = statement.where(settlements.c.state == state)
    if before is not None:
        statement = statement.where(settlements.c.position < before)
    rows = connection.execute(statement.order_by(settlements.c.position.desc()).limit(limit))
    return [Settlement(*row) for row in rows]


def stated_by_merchant(connection: Connection) -> dict[UUID, tuple[int, int]]:
    """What settlements that count came to, and what of it was paid, by merchant, in fen."""
    paid = settlements.c.state == SettlementState.PAID.value
    statement = (
        select(
            settlements.c.merchant_id,
            func.sum(settlements.c.pay_fen),
            func.sum(settlements.c.pay_fen).filter(paid),
        )
        .where(settlements.c.state != SettlementState.WITHDRAWN.value)
        .group_by(settlements.c.merchant_id)
    )
    rows = connection.execute(statement)
    return {merchant_id: (int(all_fen), int(paid_fen or 0)) for merchant_id, all_fen, paid_fen in rows}


def last_standing(connection: Connection, merchant_id: UUID) -> Settlement | None:
    """The settlement that the merchant's next one begins after."""
    statement = select(settlements).where(
        settlements.c.merchant_id == merchant_id, settlements.c.state != SettlementState.WITHDRAWN.value
    )
    row = connection.execute(statement.order_by(settlements.c.position.desc()).limit(1)).one_or_none()
    return None if row is None else Settlement(*row)


def paid_by_fund(connection: Connection) -> dict[UUID, tuple[int, int, int]]:
    """Value, pay and claims of paid settlements, by fund."""
    share = settlement_shares.c
    statement = (
        select(share.fund_id, func.sum(share.value_fen), func.sum(share.pay_fen), func.sum(share.claims_fen))
        .select_from(settlement_shares.join(settlements, settlements.c.settlement_id == share.settlement_id))
        .where(settlements.c.state == SettlementState.PAID.value)
        .group_by(share.fund_id)
    )
    return {
        fund_id: (int(value_fen), int(pay_fen), int(claims_fen))
        for fund_id, value_fen, pay_fen, claims_fen in connection.execute(statement)
    }
