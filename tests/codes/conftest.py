"""A tenant with a fixed key for every kind, so that a code can be made in one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import ColumnElement, Connection, Table, create_engine, select

from points.codes.keys import PURPOSE_OF, KeySet, VerifyingKey, key_id_of
from points.codes.tables import key_set, signing_keys
from points.codes.token import UNLIMITED_IN_TIME, Kind, Token, encode, to_digits
from points.ledger.metadata import ledger_metadata

START_S = 1_790_000_000
WINDOW_S = 7 * 86_400


@dataclass(frozen=True)
class Issuer:
    """Signs codes of every kind for one tenant, each kind with a key of its own."""

    tenant: bytes

    start_s: int = START_S

    def private(self, kind: Kind) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(sha256(self.tenant + kind.label.encode()).digest())

    def key(self, kind: Kind, *, revoked: bool = False) -> VerifyingKey:
        public = self.private(kind).public_key().public_bytes_raw()
        key_id = key_id_of(self.tenant, public)
        kinds = frozenset({PURPOSE_OF[kind]})
        return VerifyingKey(key_id, kinds, public, self.start_s, self.start_s + WINDOW_S, revoked)

    @property
    def keys(self) -> KeySet:
        return KeySet(self.tenant, 1, tuple(self.key(kind) for kind in Kind))

    def token(
        self, kind: Kind, *, not_before_s: int | None = None, lives: int = 60, audience: int = 0
    ) -> Token:
        return Token(
            kind=kind,
            key_id=self.key(kind).key_id,
            subject=bytes(range(12)),
            audience=audience,
            nonce=bytes(range(8)),
            not_before_s=self.start_s if not_before_s is None else not_before_s,
            time_to_live=0 if kind in UNLIMITED_IN_TIME else lives,
            points=100 if kind in {Kind.PAYMENT, Kind.DEVICE_PAYMENT} else 0,
        )

    def raw(self, token: Token) -> bytes:
        return encode(token, self.tenant, self.private(token.kind).sign)

    def digits(self, token: Token) -> str:
        return to_digits(self.raw(token))


@pytest.fixture
def issuer() -> Issuer:
    return Issuer(bytes(range(16)))


@pytest.fixture
def other_issuer() -> Issuer:
    return Issuer(bytes(range(16, 32)))


def _same(table: Table, key: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    return [table.c[name] == value for name, value in key.items()]


class TableRows:
    """The port to rows, straight on a database: what the key ring needs, without a writer around it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.reads = 0

    def find(self, table: Table, **key: Any) -> Mapping[str, Any] | None:
        self.reads += 1
        row = self._connection.execute(select(table).where(*_same(table, key))).mappings().first()
        return None if row is None else {str(name): value for name, value in row.items()}

    def insert(self, table: Table, **values: Any) -> None:
        self._connection.execute(table.insert().values(**values))

    def update(self, table: Table, key: Mapping[str, Any], **values: Any) -> None:
        self._connection.execute(table.update().where(*_same(table, key)).values(**values))

    def delete(self, table: Table, **key: Any) -> None:
        self._connection.execute(table.delete().where(*_same(table, key)))


@pytest.fixture
def rows() -> Iterator[TableRows]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        ledger_metadata.create_all(connection, tables=[signing_keys, key_set])
        yield TableRows(connection)
    engine.dispose()
