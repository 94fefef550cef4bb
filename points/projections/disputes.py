"""Disputes about redemptions, open ones first looked for by merchant: they hold lines out of settlements."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, Index, Table, Text, select

from points.domain.dispute import Dispute as Aggregate
from points.projections.areas import codes_below
from points.projections.buffers import Rows
from points.projections.columns import count_column, day_column, id_column, read_metadata, text_column
from points.projections.merchants import merchants
from points.projections.model import ReadModel
from points.projections.takings import redemptions

disputes = Table(
    "disputes",
    read_metadata,
    id_column("dispute_id", key=True),
    id_column("redemption_id"),
    id_column("merchant_id"),
    text_column("side"),
    id_column("raised_by"),
    id_column("reason_ref"),
    Column("evidence", Text, nullable=False, comment="hex digests, separated by blanks"),
    day_column("decide_by"),
    id_column("answer_ref", optional=True),
    text_column("outcome", optional=True),
    count_column("refund_points"),
    id_column("decided_by", optional=True),
    id_column("decision_ref", optional=True),
    count_column("position"),
    Index("disputes_merchant", "merchant_id", "position"),
    Index("disputes_redemption", "redemption_id"),
)


class Disputes(ReadModel):
    def __init__(self) -> None:
        self._disputes = Rows(disputes)
        super().__init__(
            (self._disputes,),
            {
                Aggregate.Raised.TOPIC: self._raised,
                Aggregate.Answered.TOPIC: self._answered,
                Aggregate.Decided.TOPIC: self._decided,
            },
        )

    def _raised(self, position: int, dispute_id: bytes, event: Any) -> None:
        self._disputes.insert(
            dispute_id,
            event.redemption_id,
            event.merchant_id,
            event.side,
            event.raised_by,
            event.reason_ref,
            " ".join(digest.hex() for digest in event.evidence),
            event.decide_by,
            None,
            None,
            0,
            None,
            None,
            position,
        )

    def _answered(self, position: int, dispute_id: bytes, event: Any) -> None:
        self._disputes.set((dispute_id,), answer_ref=event.text_ref)

    def _decided(self, position: int, dispute_id: bytes, event: Any) -> None:
        self._disputes.set(
            (dispute_id,),
            outcome=event.outcome,
            refund_points=event.refund_points,
            decided_by=event.decided_by,
            decision_ref=event.reason_ref,
        )


class Dispute(msgspec.Struct, frozen=True):
    dispute_id: UUID
    redemption_id: UUID
    merchant_id: UUID
    side: str
    raised_by: UUID
    reason_ref: UUID
    evidence: str
    decide_by: date
    answer_ref: UUID | None
    outcome: str | None
    refund_points: int
    decided_by: UUID | None
    decision_ref: UUID | None
    position: int


def get(connection: Connection, dispute_id: UUID) -> Dispute | None:
    row = connection.execute(select(disputes).where(disputes.c.dispute_id == dispute_id)).one_or_none()
    return None if row is None else Dispute(*row)


def page(
    connection: Connection,
    limit: int,
    *,
    merchant_id: UUID | None = None,
    area_code: str | None = None,
    account_id: UUID | None = None,
    open_only: bool = False,
    before: int | None = None,
) -> list[Dispute]:
    """Disputes raised before a position, newest first."""
    statement = select(disputes)
    if merchant_id is not None:
        statement = statement.where(disputes.c.merchant_id == merchant_id)
    if area_code is not None:
        here = select(merchants.c.merchant_id).where(merchants.c.area_code.in_(codes_below(area_code)))
        statement = statement.where(disputes.c.merchant_id.in_(here))
    if account_id is not None:
        own = select(redemptions.c.redemption_id).where(redemptions.c.account_id == account_id)
        statement = statement.where(disputes.c.redemption_id.in_(own))
    if open_only:
        statement = statement.where(disputes.c.outcome.is_(None))
    if before is not None:
        statement = statement.where(disputes.c.position < before)
    rows = connection.execute(statement.order_by(disputes.c.position.desc()).limit(limit))
    return [Dispute(*row) for row in rows]


def open_redemptions(connection: Connection, merchant_id: UUID) -> set[UUID]:
    """Redemptions of a merchant whose dispute waits for its outcome."""
    statement = select(disputes.c.redemption_id).where(
        disputes.c.merchant_id == merchant_id, disputes.c.outcome.is_(None)
    )
    return set(connection.execute(statement).scalars())


def any_open_of(connection: Connection, account_id: UUID) -> bool:
    """Whether something that the account paid is still disputed."""
    own = select(redemptions.c.redemption_id).where(redemptions.c.account_id == account_id)
    statement = select(disputes.c.dispute_id).where(
        disputes.c.redemption_id.in_(own), disputes.c.outcome.is_(None)
    )
    return connection.execute(statement.limit(1)).first() is not None
