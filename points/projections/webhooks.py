"""Which endpoints are told, by merchant."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, Column, Connection, Index, Table, select

from points.domain.webhook import Webhook as Aggregate
from points.projections.buffers import Rows
from points.projections.columns import count_column, id_column, read_metadata, text_column
from points.projections.model import ReadModel

webhooks = Table(
    "webhooks",
    read_metadata,
    id_column("webhook_id", key=True),
    id_column("merchant_id"),
    id_column("endpoint_ref"),
    text_column("types"),
    Column("removed", Boolean, nullable=False),
    count_column("position"),
    Index("webhooks_merchant", "merchant_id"),
)


class Webhooks(ReadModel):
    def __init__(self) -> None:
        self._webhooks = Rows(webhooks)
        super().__init__(
            (self._webhooks,),
            {Aggregate.Registered.TOPIC: self._registered, Aggregate.Removed.TOPIC: self._removed},
        )

    def _registered(self, position: int, webhook_id: bytes, event: Any) -> None:
        types = " ".join(event.types)
        self._webhooks.insert(webhook_id, event.merchant_id, event.endpoint_ref, types, False, position)

    def _removed(self, position: int, webhook_id: bytes, event: Any) -> None:
        self._webhooks.set((webhook_id,), removed=True)


class Webhook(msgspec.Struct, frozen=True):
    webhook_id: UUID
    merchant_id: UUID
    endpoint_ref: UUID
    types: str
    removed: bool
    position: int


def get(connection: Connection, webhook_id: UUID) -> Webhook | None:
    row = connection.execute(select(webhooks).where(webhooks.c.webhook_id == webhook_id)).one_or_none()
    return None if row is None else Webhook(*row)


def of_merchant(connection: Connection, merchant_id: UUID) -> list[Webhook]:
    """A merchant's endpoints, removed ones included, by age: a merchant has a handful."""
    statement = select(webhooks).where(webhooks.c.merchant_id == merchant_id).order_by(webhooks.c.position)
    return [Webhook(*row) for row in connection.execute(statement)]


def active(connection: Connection) -> list[Webhook]:
    """Every endpoint that is told."""
    statement = select(webhooks).where(webhooks.c.removed.is_(False)).order_by(webhooks.c.position)
    return [Webhook(*row) for row in connection.execute(statement)]
