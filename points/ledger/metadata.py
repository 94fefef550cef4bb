"""The one collection of tables that live with the events and cannot be rebuilt from them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Dialect, LargeBinary, MetaData, TypeDecorator, Uuid
from sqlalchemy.types import TypeEngine

ledger_metadata = MetaData()


class UuidBytes(TypeDecorator[UUID]):
    """A UUID as 16 raw bytes on SQLite, where text would double the index, and natively elsewhere."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = Uuid(as_uuid=True) if dialect.name == "postgresql" else LargeBinary(16)
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> object:
        return value if value is None or dialect.name == "postgresql" else value.bytes

    def process_result_value(self, value: object, dialect: Dialect) -> UUID | None:
        if value is None or isinstance(value, UUID):
            return value
        if isinstance(value, bytes):
            return UUID(bytes=value)
        raise TypeError(type(value))
