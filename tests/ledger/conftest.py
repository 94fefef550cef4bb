"""Doubles of the port to rows: one in memory, one on a real SQLite file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Table, and_, create_engine, delete, event, insert, select, update

from points.ledger.master_key import MasterKey, TenantKeys
from points.ledger.metadata import ledger_metadata
from points.ledger.rows import Rows


def _whole_key(table: Table, key: Mapping[str, Any]) -> tuple[Any, ...]:
    columns = [column.name for column in table.primary_key.columns]
    assert sorted(columns) == sorted(key), "every access is by whole primary key"
    return tuple(key[name] for name in columns)


class RowsInMemory:
    """The port over dictionaries."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}

    def find(self, table: Table, **key: Any) -> Mapping[str, Any] | None:
        return self._rows(table).get(_whole_key(table, key))

    def insert(self, table: Table, **values: Any) -> None:
        key = tuple(values[column.name] for column in table.primary_key.columns)
        assert key not in self._rows(table), "the caller has looked first"
        unknown = values.keys() - table.columns.keys()
        assert not unknown
        self._rows(table)[key] = {name: values.get(name) for name in table.columns.keys()}  # noqa: SIM118  a column collection iterates over columns, not names

    def update(self, table: Table, key: Mapping[str, Any], **values: Any) -> None:
        row = self._rows(table)[_whole_key(table, key)]
        self._rows(table)[_whole_key(table, key)] = row | values

    def delete(self, table: Table, **key: Any) -> None:
        self._rows(table).pop(_whole_key(table, key), None)

    def _rows(self, table: Table) -> dict[tuple[Any, ...], dict[str, Any]]:
        return self._tables.setdefault(table.name, {})


class RowsOnConnection:
    """The port over a connection, statement by statement."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, table: Table, **key: Any) -> Mapping[str, Any] | None:
        query = select(table).where(self._is(table, key))
        row = self._connection.execute(query).mappings().one_or_none()
        return None if row is None else {str(name): value for name, value in row.items()}

    def insert(self, table: Table, **values: Any) -> None:
        self._connection.execute(insert(table).values(**values))

    def update(self, table: Table, key: Mapping[str, Any], **values: Any) -> None:
        changed = self._connection.execute(update(table).where(self._is(table, key)).values(**values))
        assert changed.rowcount == 1

    def delete(self, table: Table, **key: Any) -> None:
        self._connection.execute(delete(table).where(self._is(table, key)))

    @staticmethod
    def _is(table: Table, key: Mapping[str, Any]) -> Any:
        _whole_key(table, key)
        return and_(*(table.c[name] == value for name, value in key.items()))


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def sqlite_engine(sqlite_file: Path) -> Iterator[Engine]:
    """An engine that overwrites what is deleted, as the store's own must for erasure to hold."""
    engine = create_engine(f"sqlite:///{sqlite_file}")
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA secure_delete = ON").close())
    ledger_metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_connection(sqlite_engine: Engine) -> Iterator[Connection]:
    with sqlite_engine.connect() as connection:
        yield connection


@pytest.fixture
def sqlite_rows(sqlite_connection: Connection) -> Rows:
    return RowsOnConnection(sqlite_connection)


@pytest.fixture(params=["memory", "sqlite"])
def rows(request: pytest.FixtureRequest) -> Rows:
    """Each behaviour is asked of both."""
    if request.param == "memory":
        return RowsInMemory()
    found: Rows = request.getfixturevalue("sqlite_rows")
    return found


@pytest.fixture
def tenant_keys() -> TenantKeys:
    return TenantKeys(MasterKey(bytes(range(32))), b"tenant-of-a-test")
