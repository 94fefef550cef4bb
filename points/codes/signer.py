"""A private key at work."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from points.codes.errors import CodeKeyNotForKind, CodeOutsideKeyWindow, CodeUnknownKey
from points.codes.keys import PURPOSE_OF, VerifyingKey
from points.codes.token import Token, encode


@dataclass(frozen=True)
class Signer:
    """Signs only what its key was made for, and only what begins while the key signs."""

    tenant: bytes
    key: VerifyingKey
    private: Ed25519PrivateKey

    def sign(self, message: bytes) -> bytes:
        """A bare Ed25519 signature, for checkpoints."""
        return self.private.sign(message)

    def sign_token(self, token: Token) -> bytes:
        """The 104 bytes. Raises CodeUnknownKey, CodeKeyNotForKind and CodeOutsideKeyWindow."""
        key_id = self.key.key_id.hex()
        if token.key_id != self.key.key_id:
            raise CodeUnknownKey(key_id=token.key_id.hex())
        if PURPOSE_OF[token.kind] not in self.key.kinds:
            raise CodeKeyNotForKind(key_id=key_id, kind=token.kind.label)
        if not self.key.signs_at(token.not_before_s):
            raise CodeOutsideKeyWindow(key_id=key_id, not_before_s=token.not_before_s)
        return encode(token, self.tenant, self.private.sign)
