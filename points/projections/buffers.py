"""What one page changes in one table, gathered in memory and written at the page's end.

A table's primary key stands first among its columns, so a row starts with its key.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from typing import Any, Protocol

from sqlalchemy import Connection, Table

from points.projections.bulk import add_many, insert_many, put_many, update_many

Key = tuple[Any, ...]


class Buffer(Protocol):
    """Changes of one table."""

    table: Table

    def flush(self, connection: Connection) -> None:
        """Write what was gathered; `clear` follows."""

    def clear(self) -> None:
        """Forget everything: written, or given up."""


class Lines:
    """Rows that are only ever added."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._rows: list[tuple[Any, ...]] = []
        self.insert = self._rows.append

    def flush(self, connection: Connection) -> None:
        insert_many(self.table).run(connection, self._rows)

    def clear(self) -> None:
        self._rows.clear()


class Rows:
    """Rows that are added once and changed by key, last value wins."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._places = {column.name: place for place, column in enumerate(table.columns)}
        self._key_length = len(table.primary_key.columns)
        self.new: dict[Key, list[Any]] = {}
        self._set: dict[Key, dict[str, Any]] = {}
        self._add: defaultdict[str, dict[Key, int]] = defaultdict(dict)

    def insert(self, *values: Any) -> None:
        self.new[values[: self._key_length]] = list(values)

    def set(self, key: Key, **values: Any) -> None:
        row = self.new.get(key)
        if row is None:
            self._set.setdefault(key, {}).update(values)
            return
        for name, value in values.items():
            row[self._places[name]] = value

    def add(self, key: Key, name: str, difference: int) -> None:
        row = self.new.get(key)
        if row is not None:
            row[self._places[name]] += difference
            return
        sums = self._add[name]
        sums[key] = sums.get(key, 0) + difference

    def flush(self, connection: Connection) -> None:
        insert_many(self.table).run(connection, list(self.new.values()))
        by_columns: dict[tuple[str, ...], list[Key]] = {}
        for key, values in self._set.items():
            by_columns.setdefault(tuple(values), []).append((*values.values(), *key))
        for names, rows in by_columns.items():
            update_many(self.table, names, ()).run(connection, rows)
        for name, sums in self._add.items():
            changes = [(difference, *key) for key, difference in sums.items() if difference]
            update_many(self.table, (), (name,)).run(connection, changes)

    def clear(self) -> None:
        self.new.clear()
        self._set.clear()
        self._add.clear()


class Latest:
    """Rows that are stated as a whole, perhaps again; the last word wins."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._key_length = len(table.primary_key.columns)
        self._rows: dict[Key, tuple[Any, ...]] = {}

    def put(self, *values: Any) -> None:
        self._rows[values[: self._key_length]] = values

    def flush(self, connection: Connection) -> None:
        put_many(self.table).run(connection, list(self._rows.values()))

    def clear(self) -> None:
        self._rows.clear()


class Sums:
    """Totals by key; all columns beside the key are added up."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._sums: dict[Key, tuple[int, ...]] = {}

    def add(self, key: Key, *differences: int) -> None:
        """A difference for each column beside the key, in their order."""
        sums = self._sums.get(key)
        self._sums[key] = differences if sums is None else tuple(map(operator.add, sums, differences))

    def gathered(self) -> list[tuple[Key, tuple[int, ...]]]:
        """What was added up and not yet written."""
        return list(self._sums.items())

    def flush(self, connection: Connection) -> None:
        add_many(self.table).run(connection, [(*key, *sums) for key, sums in self._sums.items()])

    def clear(self) -> None:
        self._sums.clear()
