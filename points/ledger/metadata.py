"""The one collection of tables that live with the events and cannot be rebuilt from them."""

from __future__ import annotations

from sqlalchemy import LargeBinary, MetaData, Uuid

ledger_metadata = MetaData()

# 16 raw bytes on SQLite (text would double the index), the native type on PostgreSQL.
UUID_COLUMN = LargeBinary(16).with_variant(Uuid(as_uuid=True), "postgresql")
