"""A tenant with a fixed key for every kind, so that a code can be made in one line."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from points.codes.keys import PURPOSE_OF, KeySet, VerifyingKey, key_id_of
from points.codes.token import UNLIMITED_IN_TIME, Kind, Token, encode, to_digits

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
