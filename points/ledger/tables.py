"""The log: events in commit order, its head, and the snapshots that only save time."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
)

from points.ledger.metadata import UuidBytes, ledger_metadata

_POSITION = BigInteger().with_variant(Integer, "sqlite")  # SQLite's rowid, so the table is its own index

events = Table(
    "events",
    ledger_metadata,
    Column("position", _POSITION, primary_key=True, autoincrement=False),
    Column("originator_id", UuidBytes, nullable=False),
    Column("version", Integer, nullable=False),
    Column("topic", String, nullable=False),
    Column("recorded_at", BigInteger, nullable=False, comment="microseconds since 1970, UTC; never falls"),
    Column("command_id", UuidBytes, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Index("events_stream", "originator_id", "version", unique=True),
)

log_head = Table(
    "log_head",
    ledger_metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="log_head_single"),
)

snapshots = Table(
    "snapshots",
    ledger_metadata,
    Column("originator_id", UuidBytes, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("topic", String, nullable=False),
    Column("state", LargeBinary, nullable=False),
)
