"""Merchants with their agreements and tills. What they took is in `takings`."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, Column, Connection, Index, Table, Text, select

from points.domain.merchant import Caps
from points.domain.merchant import Merchant as MerchantAggregate
from points.domain.till import Till as TillAggregate
from points.projections.areas import codes_below
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

merchants = Table(
    "merchants",
    read_metadata,
    id_column("merchant_id", key=True),
    text_column("kind"),
    text_column("area_code"),
    id_column("name_ref"),
    Column("suspended", Boolean, nullable=False),
    Index("merchants_area", "area_code"),
)

agreements = Table(
    "agreements",
    read_metadata,
    id_column("merchant_id", key=True),
    small_column("number", key=True),
    Column("schemes", Text, nullable=False, comment="hex ids, separated by blanks"),
    count_column("pay_fen"),
    count_column("redemption_cap_points"),
    count_column("person_day_cap_points"),
    count_column("till_day_cap_points"),
    count_column("merchant_day_cap_points"),
    day_column("valid_from"),
    day_column("valid_until"),
    id_column("made_by"),
    id_column("approved_by", optional=True),
)

tills = Table(
    "tills",
    read_metadata,
    id_column("till_id", key=True),
    id_column("merchant_id"),
    count_column("number"),
    Column("revoked", Boolean, nullable=False),
    Index("tills_merchant", "merchant_id"),
)


class Merchants(ReadModel):
    def __init__(self) -> None:
        self._merchants = Rows(merchants)
        self._agreements = Rows(agreements)
        self._tills = Rows(tills)
        super().__init__(
            (self._merchants, self._agreements, self._tills),
            {
                MerchantAggregate.Enrolled.TOPIC: self._enrolled,
                MerchantAggregate.AgreementMade.TOPIC: self._agreement_made,
                MerchantAggregate.AgreementApproved.TOPIC: self._agreement_approved,
                MerchantAggregate.Suspended.TOPIC: self._suspended,
                MerchantAggregate.Resumed.TOPIC: self._resumed,
                TillAggregate.Enrolled.TOPIC: self._till_enrolled,
                TillAggregate.Revoked.TOPIC: self._till_revoked,
            },
        )

    def _enrolled(self, position: int, merchant_id: bytes, event: Any) -> None:
        self._merchants.insert(merchant_id, event.kind, event.area_code, event.name_ref, False)

    def _agreement_made(self, position: int, merchant_id: bytes, event: Any) -> None:
        caps = event.caps
        self._agreements.insert(
            merchant_id,
            event.number,
            " ".join(scheme_id.hex() for scheme_id in event.schemes),
            event.pay_fen,
            caps.redemption_points,
            caps.person_day_points,
            caps.till_day_points,
            caps.merchant_day_points,
            event.valid_from,
            event.valid_until,
            event.made_by,
            None,
        )

    def _agreement_approved(self, position: int, merchant_id: bytes, event: Any) -> None:
        self._agreements.set((merchant_id, event.number), approved_by=event.approved_by)

    def _suspended(self, position: int, merchant_id: bytes, event: Any) -> None:
        self._merchants.set((merchant_id,), suspended=True)

    def _resumed(self, position: int, merchant_id: bytes, event: Any) -> None:
        self._merchants.set((merchant_id,), suspended=False)

    def _till_enrolled(self, position: int, till_id: bytes, event: Any) -> None:
        self._tills.insert(till_id, event.merchant_id, event.number, False)

    def _till_revoked(self, position: int, till_id: bytes, event: Any) -> None:
        self._tills.set((till_id,), revoked=True)


class Merchant(msgspec.Struct, frozen=True):
    """Its name stands in the vault under `name_ref`."""

    merchant_id: UUID
    kind: str
    area_code: str
    name_ref: UUID
    suspended: bool


class Agreement(msgspec.Struct, frozen=True):
    """In force from `valid_from` to `valid_until` once somebody approved it."""

    number: int
    schemes: tuple[UUID, ...]
    pay_fen: int
    caps: Caps
    valid_from: date
    valid_until: date
    made_by: UUID
    approved_by: UUID | None


class Till(msgspec.Struct, frozen=True):
    till_id: UUID
    merchant_id: UUID
    number: int
    revoked: bool


def get(connection: Connection, merchant_id: UUID) -> Merchant | None:
    statement = select(merchants).where(merchants.c.merchant_id == merchant_id)
    row = connection.execute(statement).one_or_none()
    return None if row is None else Merchant(*row)


def in_area(connection: Connection, area_code: str, limit: int, after: UUID | None = None) -> list[Merchant]:
    """Merchants of the area and below it, by id."""
    statement = select(merchants).where(merchants.c.area_code.in_(codes_below(area_code)))
    if after is not None:
        statement = statement.where(merchants.c.merchant_id > after)
    rows = connection.execute(statement.order_by(merchants.c.merchant_id).limit(limit))
    return [Merchant(*row) for row in rows]


def agreements_of(connection: Connection, merchant_id: UUID) -> list[Agreement]:
    """All agreements, by number: a merchant has a handful."""
    statement = select(agreements).where(agreements.c.merchant_id == merchant_id)
    return [
        Agreement(number, tuple(map(UUID, schemes.split())), pay_fen, Caps(*rest[:4]), *rest[4:])
        for _, number, schemes, pay_fen, *rest in connection.execute(statement.order_by(agreements.c.number))
    ]


def till(connection: Connection, till_id: UUID) -> Till | None:
    row = connection.execute(select(tills).where(tills.c.till_id == till_id)).one_or_none()
    return None if row is None else Till(*row)


def tills_of(connection: Connection, merchant_id: UUID, limit: int, after: UUID | None = None) -> list[Till]:
    """A merchant's tills, revoked ones included, by id."""
    statement = select(tills).where(tills.c.merchant_id == merchant_id).order_by(tills.c.till_id)
    if after is not None:
        statement = statement.where(tills.c.till_id > after)
    return [Till(*row) for row in connection.execute(statement.limit(limit))]
