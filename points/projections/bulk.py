"""One statement for all rows of a page: plain tuples under SQL that Core compiled once.

On SQLite they run through the driver's `executemany`. On PostgreSQL new rows are copied in, and changes travel
as one array a column, so that a page costs one round trip however long it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from psycopg import sql
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Executable,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeDecorator, TypeEngine

Row = Sequence[Any]


class Bulk:
    """`names` are the columns that a row's values stand for, in their order."""

    def __init__(self, sqlite_text: str, on_postgresql: Executable, names: Sequence[str]) -> None:
        self._sqlite_text = sqlite_text
        self._on_postgresql = on_postgresql
        self._names = tuple(names)

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        if not rows:
            return
        if connection.dialect.name == "sqlite":
            connection.connection.cursor().executemany(self._sqlite_text, rows)
            return
        columns = zip(self._names, zip(*rows, strict=True), strict=True)
        connection.execute(self._on_postgresql, {_parameter(name): list(values) for name, values in columns})


class Insert:
    """New rows, every column in the table's order."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._sqlite_text = _sqlite(insert(table))
        self._types = [_COPIED[type(_plain(column))] for column in table.columns]

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        if not rows:
            return
        if connection.dialect.name == "sqlite":
            connection.connection.cursor().executemany(self._sqlite_text, rows)
            return
        schema = connection.get_execution_options()["schema_translate_map"][None]
        into = sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(sql.Identifier(schema, self._table.name))
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(into) as copy:
            copy.set_types(self._types)
            for row in rows:
                copy.write_row(row)


_COPIED: dict[type[TypeEngine[Any]], str] = {
    LargeBinary: "bytea",
    String: "varchar",
    Text: "text",
    BigInteger: "int8",
    SmallInteger: "int2",
    Boolean: "bool",
}


@cache
def insert_many(table: Table) -> Insert:
    return Insert(table)


@cache
def add_many(table: Table) -> Bulk:
    """Rows hold the key, then a difference for each other column; a new key starts with it."""
    return _upsert(table, lambda old, new: old + new)


@cache
def put_many(table: Table) -> Bulk:
    """Rows hold every column, in the table's order, and replace the row with their key."""
    return _upsert(table, lambda _, new: new)


def _upsert(table: Table, merge: Callable[[Any, Any], Any]) -> Bulk:
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key.columns]
    others = [name for name in names if name not in keys]
    on_sqlite = sqlite.insert(table)
    arrays = select(*(func.unnest(_array(column)) for column in table.columns))
    on_postgresql = postgresql.insert(table).from_select(names, arrays)

    def merged(new: Any) -> dict[str, Any]:
        return {name: merge(table.c[name], new[name]) for name in others}

    return Bulk(
        _sqlite(on_sqlite.on_conflict_do_update(index_elements=keys, set_=merged(on_sqlite.excluded))),
        on_postgresql.on_conflict_do_update(index_elements=keys, set_=merged(on_postgresql.excluded)),
        names,
    )


@cache
def update_many(table: Table, setting: tuple[str, ...], adding: tuple[str, ...]) -> Bulk:
    """Rows hold the new values of `setting`, the differences of `adding`, then the key."""
    keys = [column.name for column in table.primary_key.columns]
    names = [*setting, *adding, *keys]

    def changed(new: Any) -> list[tuple[ColumnElement[Any], Any]]:
        return [(table.c[n], new(n)) for n in setting] + [(table.c[n], table.c[n] + new(n)) for n in adding]

    on_sqlite = update(table).where(*(table.c[n] == bindparam(_parameter(n)) for n in keys))
    page = func.unnest(*(_array(table.c[n]) for n in names)).table_valued(*names, name="page")
    page = page.render_derived()
    on_postgresql = update(table).where(*(table.c[n] == page.c[n] for n in keys))
    return Bulk(
        _sqlite(on_sqlite.ordered_values(*changed(lambda n: bindparam(_parameter(n))))),
        on_postgresql.ordered_values(*changed(lambda n: page.c[n])),
        names,
    )


def _parameter(column_name: str) -> str:
    # Core keeps the columns' own names for itself.
    return f"page_{column_name}"


def _array(column: Column[Any]) -> ColumnElement[Any]:
    return bindparam(_parameter(column.name), type_=ARRAY(_plain(column)))


def _plain(column: Column[Any]) -> TypeEngine[Any]:
    """The database's own type: values come as the log has them, and nothing is left to convert."""
    plain: TypeEngine[Any] = column.type
    while isinstance(plain, TypeDecorator):
        plain = plain.impl_instance
    return plain


def _sqlite(statement: Any) -> str:
    return str(statement.compile(dialect=sqlite.dialect(paramstyle="qmark")))
