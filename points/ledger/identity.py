"""Which store this is: one row, written by `init`, read before anything else."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    insert,
    select,
)

from points.ledger.metadata import UuidBytes, ledger_metadata

FORMAT = 1
"""Of the tables that cannot be rebuilt; a program that knows another number refuses to start."""

store_identity = Table(
    "store_identity",
    ledger_metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("format", SmallInteger, nullable=False),
    Column("tenant", UuidBytes, nullable=False),
    Column("county_code", String, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("key_check", LargeBinary(16), nullable=False),
    CheckConstraint("id = 1", name="store_identity_single"),
)


class StoreIdentity(NamedTuple):
    """`key_check` is the fingerprint of the master key that the store was made with."""

    tenant: UUID
    county_code: str
    demo: bool
    key_check: bytes


def write_identity(connection: Connection, identity: StoreIdentity) -> None:
    connection.execute(insert(store_identity), {"id": 1, "format": FORMAT, **identity._asdict()})


def read_identity(connection: Connection) -> tuple[int, StoreIdentity] | None:
    """The format and the identity, or None for a store that was never made."""
    row = connection.execute(select(store_identity)).one_or_none()
    if row is None:
        return None
    return row.format, StoreIdentity(row.tenant, row.county_code, row.demo, bytes(row.key_check))
