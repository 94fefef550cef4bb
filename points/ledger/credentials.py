"""Bearer tokens: who is speaking, known by a secret of which the store keeps only the hash.

A token has a fixed prefix and a checksum, so that scanners find one that was published by mistake and a typing
error is told from a revoked token without asking the database. The secret is 32 random bytes, which is why a
plain SHA-256 suffices where a password would need a slow hash.
"""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from points.domain.calendar import to_us
from points.ledger.master_key import RandomSource
from points.ledger.metadata import UuidBytes, ledger_metadata
from points.ledger.rows import Rows

credentials = Table(
    "credentials",
    ledger_metadata,
    Column("token_hash", LargeBinary(32), primary_key=True),
    Column("actor_kind", String(8), nullable=False),
    Column("actor_id", UuidBytes, nullable=False),
    Column("issued_at_us", BigInteger, nullable=False),
    Column("expires_at_us", BigInteger, nullable=True),
)

# Rows are reached by primary key only: this is how all tokens of one actor are found when it is revoked.
actor_credentials = Table(
    "actor_credentials",
    ledger_metadata,
    Column("actor_id", UuidBytes, primary_key=True),
    Column("token_hashes", LargeBinary, nullable=False),
)

PREFIX: Final = "vpx_"
_SECRET_BYTES = 32
_HASH_BYTES = 32
_CHECK_BYTES = 4
_NAME_BYTES = 8
_CHECK_CHARS = 6
_TOKEN = re.compile(r"\Avpx_[stdp][A-Za-z0-9_-]{49}\Z")


class Session(NamedTuple):
    """One token that is alive, named by the beginning of its hash, which tells nothing of the token."""

    session_id: str
    issued_at_us: int
    expires_at_us: int | None


class ActorKind(StrEnum):
    """Who a token speaks for."""

    STAFF = "staff"
    TILL = "till"
    DEVICE = "device"
    POS = "pos"


class Credentials:
    """Issues, recognises and revokes tokens."""

    def __init__(self, rows: Rows, random: RandomSource = os.urandom) -> None:
        self._rows = rows
        self._random = random

    def issue(self, actor_kind: ActorKind, actor_id: UUID, now: datetime, valid_for_s: int | None) -> str:
        """A new token's text, which exists nowhere else; None is a token that lasts until it is revoked.

        The actor's tokens that have expired by now are cleared away on the occasion.
        """
        token = _with_check(PREFIX + actor_kind[0] + _text(self._random(_SECRET_BYTES)))
        token_hash = _hash(token)
        until = None if valid_for_s is None else to_us(now + timedelta(seconds=valid_for_s))
        self._rows.insert(
            credentials,
            token_hash=token_hash,
            actor_kind=actor_kind.value,
            actor_id=actor_id,
            issued_at_us=to_us(now),
            expires_at_us=until,
        )
        held = self._hashes(actor_id)
        alive = [known for known in held or () if self._keep(known, now)]
        token_hashes = b"".join([*alive, token_hash])
        if held is None:
            self._rows.insert(actor_credentials, actor_id=actor_id, token_hashes=token_hashes)
        else:
            self._rows.update(actor_credentials, {"actor_id": actor_id}, token_hashes=token_hashes)
        return token

    def outdate(self, actor_id: UUID, until: datetime) -> None:
        """Let every token that the actor has now end at the latest then: its successor has been issued."""
        until_us = to_us(until)
        for token_hash in self._hashes(actor_id) or ():
            row = self._rows.find(credentials, token_hash=token_hash)
            if row is not None and (row["expires_at_us"] is None or row["expires_at_us"] > until_us):
                self._rows.update(credentials, {"token_hash": token_hash}, expires_at_us=until_us)

    def resolve(self, token: str, now: datetime) -> tuple[ActorKind, UUID] | None:
        """Who speaks, or None: mistyped, unknown, revoked and expired look alike from outside."""
        if not well_formed(token):
            return None
        row = self._rows.find(credentials, token_hash=_hash(token))
        if row is None or _expired(row["expires_at_us"], now):
            return None
        return ActorKind(row["actor_kind"]), row["actor_id"]

    def revoke(self, token: str) -> None:
        """End one token, as at signing out; no change if it is none."""
        if not well_formed(token):
            return
        token_hash = _hash(token)
        row = self._rows.find(credentials, token_hash=token_hash)
        if row is None:
            return
        self._rows.delete(credentials, token_hash=token_hash)
        others = [known for known in self._hashes(row["actor_id"]) or () if known != token_hash]
        key = {"actor_id": row["actor_id"]}
        self._rows.update(actor_credentials, key, token_hashes=b"".join(others))

    def sessions(self, actor_id: UUID, now: datetime) -> list[Session]:
        """The actor's living tokens, in the order of their making."""
        found: list[Session] = []
        for token_hash in self._hashes(actor_id) or ():
            row = self._rows.find(credentials, token_hash=token_hash)
            if row is not None and not _expired(row["expires_at_us"], now):
                found.append(Session(_name(token_hash), row["issued_at_us"], row["expires_at_us"]))
        return found

    def revoke_session(self, actor_id: UUID, session_id: str) -> None:
        """End the actor's token of that name; no change if there is none."""
        held = self._hashes(actor_id)
        if held is None:
            return
        others = [known for known in held if _name(known) != session_id]
        for token_hash in set(held) - set(others):
            self._rows.delete(credentials, token_hash=token_hash)
        self._rows.update(actor_credentials, {"actor_id": actor_id}, token_hashes=b"".join(others))

    def revoke_all(self, actor_id: UUID) -> None:
        """End every token of the actor; no change if it has none."""
        for token_hash in self._hashes(actor_id) or ():
            self._rows.delete(credentials, token_hash=token_hash)
        self._rows.delete(actor_credentials, actor_id=actor_id)

    def _hashes(self, actor_id: UUID) -> list[bytes] | None:
        row = self._rows.find(actor_credentials, actor_id=actor_id)
        if row is None:
            return None
        joined: bytes = row["token_hashes"]
        return [joined[start : start + _HASH_BYTES] for start in range(0, len(joined), _HASH_BYTES)]

    def _keep(self, token_hash: bytes, now: datetime) -> bool:
        row = self._rows.find(credentials, token_hash=token_hash)
        if row is not None and not _expired(row["expires_at_us"], now):
            return True
        self._rows.delete(credentials, token_hash=token_hash)
        return False


def session_id_of(token: str) -> str:
    """The name under which a token is listed."""
    return _name(_hash(token))


def _name(token_hash: bytes) -> str:
    return token_hash[:_NAME_BYTES].hex()


def well_formed(token: str) -> bool:
    """Whether the text has a token's shape and its checksum is right; says nothing about its validity."""
    return _TOKEN.match(token) is not None and token == _with_check(token[:-_CHECK_CHARS])


def _with_check(unchecked: str) -> str:
    return unchecked + _text(zlib.crc32(unchecked.encode()).to_bytes(_CHECK_BYTES, "big"))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _expired(expires_at_us: int | None, now: datetime) -> bool:
    return expires_at_us is not None and to_us(now) >= expires_at_us
