"""The answers already given, so that a request sent twice is carried out once.

Written in the same commit as the events it answers for. Neither the key nor the input can be read from a row,
and the answer kept is ids, position and receipt only: the caller rebuilds a full body, with whatever personal
data it shows, from the read models.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, LargeBinary, Table

from points.domain.calendar import from_us, to_us
from points.domain.errors import Invalid
from points.ledger.errors import IdempotencyKeyReused
from points.ledger.metadata import ledger_metadata
from points.ledger.rows import Rows

idempotency = Table(
    "idempotency",
    ledger_metadata,
    Column("scope_digest", LargeBinary(16), primary_key=True),
    Column("input_hash", LargeBinary(16), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("created_at_us", BigInteger, nullable=False),
    Column("response", LargeBinary, nullable=False),
)

_DIGEST_BYTES = 16
_LENGTH_BYTES = 2
# One byte apart, so that no scope digest can ever be read as an input hash.
_SCOPE, _INPUT = b"\x01", b"\x02"
_VISIBLE_ASCII = re.compile(r"\A[\x21-\x7e]{1,200}\Z")


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered the first time: the position it was written at, and the answer's bytes."""

    position: int
    created_at: datetime
    response: bytes


def check_key(key: str) -> None:
    """Raise Invalid unless the key is 1 to 200 visible ASCII characters."""
    if not _VISIBLE_ASCII.match(key):
        raise Invalid(field="idempotency_key", rule="visible-ascii-1-200")


class Idempotency:
    """Answers by actor, route and key."""

    def __init__(self, rows: Rows, subkey: bytes) -> None:
        self._rows = rows
        self._subkey = subkey

    def find(self, actor: UUID, route: str, key: str, canonical_input: bytes) -> StoredAnswer | None:
        """The answer already given, or None.

        Raises IdempotencyKeyReused when the key came with another input, Invalid when it is no key at all.
        """
        scope = self._scope(actor, route, key)
        row = self._rows.find(idempotency, scope_digest=scope)
        if row is None:
            return None
        if not hmac.compare_digest(row["input_hash"], self._input_hash(scope, canonical_input)):
            raise IdempotencyKeyReused(route=route)
        return StoredAnswer(row["position"], from_us(row["created_at_us"]), row["response"])

    def store(
        self,
        actor: UUID,
        route: str,
        key: str,
        canonical_input: bytes,
        *,
        position: int,
        response: bytes,
        now: datetime,
    ) -> None:
        """Keep the first answer; the caller has looked first, and `response` holds no personal data."""
        scope = self._scope(actor, route, key)
        self._rows.insert(
            idempotency,
            scope_digest=scope,
            input_hash=self._input_hash(scope, canonical_input),
            position=position,
            created_at_us=to_us(now),
            response=response,
        )

    def _scope(self, actor: UUID, route: str, key: str) -> bytes:
        check_key(key)
        named = route.encode()
        told = _SCOPE + actor.bytes + len(named).to_bytes(_LENGTH_BYTES, "big") + named + key.encode()
        return self._digest(told)

    def _input_hash(self, scope: bytes, canonical_input: bytes) -> bytes:
        # Bound to the scope: equal inputs of two people cannot be recognised in the table.
        return self._digest(_INPUT + scope + canonical_input)

    def _digest(self, told: bytes) -> bytes:
        return hmac.digest(self._subkey, told, "sha256")[:_DIGEST_BYTES]
