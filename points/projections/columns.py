"""Columns of the read models. Ids and days stay as the log has them, so that projecting converts nothing."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Dialect, LargeBinary, MetaData, SmallInteger, String, TypeDecorator

read_metadata = MetaData()


class IdBytes(TypeDecorator[UUID]):
    """A UUID as its 16 bytes, on both databases."""

    impl = LargeBinary(16)
    cache_ok = True

    def process_bind_param(self, value: UUID | bytes | None, dialect: Dialect) -> bytes | None:
        return value.bytes if isinstance(value, UUID) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        return None if value is None else UUID(bytes=bytes(value))


class Day(TypeDecorator[date]):
    """A day as ISO text, which sorts as days do."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: date | str | None, dialect: Dialect) -> str | None:
        return value.isoformat() if isinstance(value, date) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


def id_column(name: str, *, key: bool = False, optional: bool = False) -> Column[UUID]:
    return Column(name, IdBytes, primary_key=key, nullable=optional)


def day_column(name: str, *, key: bool = False, optional: bool = False) -> Column[date]:
    return Column(name, Day, primary_key=key, nullable=optional)


def text_column(name: str, *, optional: bool = False) -> Column[str]:
    return Column(name, String, nullable=optional)


def count_column(name: str, *, key: bool = False, optional: bool = False) -> Column[int]:
    """Points, fen, microseconds, positions: anything that may outgrow 32 bits."""
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=optional)


def small_column(name: str, *, key: bool = False, optional: bool = False) -> Column[int]:
    return Column(name, SmallInteger, primary_key=key, autoincrement=False, nullable=optional)
