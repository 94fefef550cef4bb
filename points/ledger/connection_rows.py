"""Rows as committed, for readers: the same port without the power to change anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table

from points.ledger.unit import find_row


class CommittedRows:
    """The `Rows` port over a reading connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, table: Table, **key: Any) -> Mapping[str, Any] | None:
        return find_row(self._connection, table, key)

    def insert(self, table: Table, **values: Any) -> None:
        raise RuntimeError(table.name)  # a program's slip: readers change nothing

    def update(self, table: Table, key: Mapping[str, Any], **values: Any) -> None:
        raise RuntimeError(table.name)

    def delete(self, table: Table, **key: Any) -> None:
        raise RuntimeError(table.name)
