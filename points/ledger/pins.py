"""The PINs of printed cards, as argon2 hashes: never in an event, never in a log."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from points.ledger.metadata import UuidBytes, ledger_metadata

pins = Table(
    "card_pins",
    ledger_metadata,
    Column("card_id", UuidBytes, primary_key=True),
    Column("pin_hash", String, nullable=False),
)
