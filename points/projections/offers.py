"""The price lists of merchants."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Index, Table, select

from points.domain.offer import Offer
from points.projections.buffers import Rows
from points.projections.columns import count_column, id_column, read_metadata, small_column
from points.projections.model import ReadModel

offers = Table(
    "offers",
    read_metadata,
    id_column("offer_id", key=True),
    id_column("merchant_id"),
    id_column("title_ref"),
    count_column("unit_points"),
    count_column("stock"),
    small_column("counted"),
    small_column("withdrawn"),
    Index("offers_merchant", "merchant_id", "offer_id"),
    sqlite_with_rowid=False,
)


class Offers(ReadModel):
    def __init__(self) -> None:
        self._offers = Rows(offers)
        super().__init__(
            (self._offers,),
            {
                Offer.Listed.TOPIC: self._listed,
                Offer.Repriced.TOPIC: self._repriced,
                Offer.Restocked.TOPIC: self._restocked,
                Offer.Sold.TOPIC: self._sold,
                Offer.Withdrawn.TOPIC: self._withdrawn,
            },
        )

    def _listed(self, position: int, offer_id: bytes, event: Any) -> None:
        self._offers.insert(
            offer_id,
            event.merchant_id,
            event.title_ref,
            event.unit_points,
            event.stock_pieces or 0,
            int(event.stock_pieces is not None),
            0,
        )

    def _repriced(self, position: int, offer_id: bytes, event: Any) -> None:
        self._offers.set((offer_id,), unit_points=event.unit_points)

    def _restocked(self, position: int, offer_id: bytes, event: Any) -> None:
        self._offers.set((offer_id,), counted=1)
        self._offers.add((offer_id,), "stock", event.more_pieces)

    def _sold(self, position: int, offer_id: bytes, event: Any) -> None:
        self._offers.add((offer_id,), "stock", -event.pieces)

    def _withdrawn(self, position: int, offer_id: bytes, event: Any) -> None:
        self._offers.set((offer_id,), withdrawn=1)


class ListedOffer(msgspec.Struct, frozen=True):
    """`stock` is None where nobody counts."""

    offer_id: UUID
    merchant_id: UUID
    title_ref: UUID
    unit_points: int
    stock: int | None


def of_merchant(
    connection: Connection, merchant_id: UUID, limit: int, after: UUID | None = None
) -> list[ListedOffer]:
    """What is on the list, by id."""
    offer = offers.c
    statement = select(
        offer.offer_id, offer.merchant_id, offer.title_ref, offer.unit_points, offer.stock, offer.counted
    ).where(offer.merchant_id == merchant_id, offer.withdrawn == 0)
    if after is not None:
        statement = statement.where(offer.offer_id > after)
    rows = connection.execute(statement.order_by(offer.offer_id).limit(limit))
    return [ListedOffer(*row[:4], row.stock if row.counted else None) for row in rows]
