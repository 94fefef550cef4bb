"""How far each endpoint has been told, and what still waits. Losing these tables costs nothing but repeats."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, Table

from points.ledger.metadata import UuidBytes

webhook_metadata = MetaData()

cursors = Table(
    "webhook_cursors",
    webhook_metadata,
    Column("webhook_id", UuidBytes, primary_key=True),
    Column(
        "position", BigInteger, nullable=False, comment="everything up to it was delivered or waits below"
    ),
)

letters = Table(
    "webhook_letters",
    webhook_metadata,
    Column("webhook_id", UuidBytes, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("first_at_us", BigInteger, nullable=False),
    Column("next_at_us", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column(
        "status", Integer, nullable=False, comment="HTTP status of the last attempt; 0 where none answered"
    ),
    Column("dead", Boolean, nullable=False),
    Index("webhook_letters_due", "dead", "next_at_us"),
)
