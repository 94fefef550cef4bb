"""The tables of the keys. They live with the events: without them nothing that was signed can be checked."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table, Text

from points.ledger.metadata import ledger_metadata

ACTIVE = "active"
REVOKED = "revoked"

signing_keys = Table(
    "signing_keys",
    ledger_metadata,
    Column("key_id", LargeBinary(4), primary_key=True),
    Column("kinds", String(120), nullable=False),  # purposes, sorted, with commas between
    Column("public", LargeBinary(32), nullable=False),
    Column("wrapped", LargeBinary(60), nullable=True),  # gone once the key no longer signs
    Column("signs_from_s", BigInteger, nullable=False),
    Column("signs_until_s", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),
)

# One row a tenant. Rows are found by their key only, so this is also where the keys are listed; `stamp` is
# new with every change, so that a process sees in one look whether what it holds in memory is still so.
key_set = Table(
    "key_set",
    ledger_metadata,
    Column("tenant", LargeBinary(16), primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    Column("stamp", LargeBinary(16), nullable=False),
    Column("key_ids", LargeBinary, nullable=False),
    Column("root_public", LargeBinary(32), nullable=False),
    Column("root_mark", String(8), nullable=False),
    Column("document", Text, nullable=True),
)
