"""Private keys at rest: sealed under the master key, and bound to what they are for."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from points.codes.errors import SigningKeySealed
from points.codes.keys import Purpose

MASTER_KEY_BYTES = 32

_NONCE_BYTES = 12
_DOMAIN = b"VPX-WRAP\0v1\0"

RandomBytes = Callable[[int], bytes]


def kinds_text(kinds: AbstractSet[Purpose]) -> str:
    """The purposes in the one order in which they are stored and bound."""
    return ",".join(sorted(kinds))


class Wrapping:
    """Seals and opens one tenant's private keys. A row copied to another tenant, id or kind stays shut."""

    def __init__(self, master_key: bytes, tenant: bytes, random_bytes: RandomBytes) -> None:
        if len(master_key) != MASTER_KEY_BYTES:
            raise ValueError(len(master_key))
        self._cipher = AESGCM(master_key)
        self._tenant = tenant
        self._random_bytes = random_bytes

    def wrap(self, private: Ed25519PrivateKey, key_id: bytes, kinds: AbstractSet[Purpose]) -> bytes:
        """Nonce, sealed private key and tag: 60 bytes."""
        nonce = self._random_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, private.private_bytes_raw(), self._bound(key_id, kinds))

    def unwrap(self, wrapped: bytes, key_id: bytes, kinds: AbstractSet[Purpose]) -> Ed25519PrivateKey:
        """The private key. Raises SigningKeySealed."""
        nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        try:
            return Ed25519PrivateKey.from_private_bytes(
                self._cipher.decrypt(nonce, sealed, self._bound(key_id, kinds))
            )
        except (InvalidTag, ValueError):
            raise SigningKeySealed(key_id=key_id.hex()) from None

    def _bound(self, key_id: bytes, kinds: AbstractSet[Purpose]) -> bytes:
        return _DOMAIN + self._tenant + key_id + kinds_text(kinds).encode("ascii")
