"""One page of a table by its id, which is by age: what most lists are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, select

T = TypeVar("T")


def by_id(
    connection: Connection,
    table: Table,
    make: Callable[..., T],
    *where: ColumnElement[bool],
    limit: int,
    after: UUID | None = None,
) -> list[T]:
    """The first rows that the conditions let through; `after` is the last one seen."""
    key: Any = next(iter(table.primary_key.columns))
    statement = select(table).where(*where)
    if after is not None:
        statement = statement.where(key > after)
    return [make(*row) for row in connection.execute(statement.order_by(key).limit(limit))]


def one(connection: Connection, table: Table, make: Callable[..., T], id_: UUID) -> T | None:
    key: Any = next(iter(table.primary_key.columns))
    row = connection.execute(select(table).where(key == id_)).one_or_none()
    return None if row is None else make(*row)
