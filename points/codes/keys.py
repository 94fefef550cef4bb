"""Public keys: what each may sign, when, and which must never be trusted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from points.codes.errors import KeyRejected
from points.codes.token import TENANT_BYTES, Kind

KEY_ID_BYTES = 4
PUBLIC_BYTES = 32

_KEY_ID_DOMAIN = b"VPX-KID"
_FIELD_PRIME = 2**255 - 19
_CURVE_D = -121665 * pow(121666, -1, _FIELD_PRIME) % _FIELD_PRIME
_Y_BITS = 2**255 - 1
_Y_OF_ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
# A point's order does not change with the sign of x, so five values of y name all eight weak points.
_WEAK_Y = frozenset({0, 1, _FIELD_PRIME - 1, _Y_OF_ORDER_8, _FIELD_PRIME - _Y_OF_ORDER_8})


class Purpose(StrEnum):
    """What a key signs: codes of one kind, checkpoints of the record, or the key set itself."""

    ACTIVITY = "activity"
    PAYMENT = "payment"
    MERCHANT = "merchant"
    RECEIPT = "receipt"
    CERTIFICATE = "certificate"
    DEVICE_PAYMENT = "device_payment"
    ENROLMENT = "enrolment"
    CARD = "card"
    CHECKPOINT = "checkpoint"
    ROOT = "root"


PURPOSE_OF: Mapping[Kind, Purpose] = {kind: Purpose(kind.label) for kind in Kind}


def key_id_of(tenant: bytes, public: bytes) -> bytes:
    """Four bytes that name a key inside one tenant; that no two share them is seen to when one is made."""
    if len(tenant) != TENANT_BYTES or len(public) != PUBLIC_BYTES:
        raise ValueError((len(tenant), len(public)))
    return sha256(_KEY_ID_DOMAIN + tenant + public).digest()[:KEY_ID_BYTES]


def refuse_weak_key(public: bytes) -> None:
    """Raise KeyRejected for a key under which a signature proves nothing.

    Libraries load the eight points of small order, and for them there are signatures that fit many messages.
    A second spelling of a point, or bytes that are no point, would load as well.
    """
    if len(public) != PUBLIC_BYTES:
        raise KeyRejected(rule="length")
    y = int.from_bytes(public, "little") & _Y_BITS
    if y % _FIELD_PRIME in _WEAK_Y:
        raise KeyRejected(rule="small_order")
    if y >= _FIELD_PRIME:
        raise KeyRejected(rule="not_canonical")
    numerator, denominator = y * y - 1, _CURVE_D * y * y + 1
    # x² = numerator / denominator has a root just if their product is a square: Euler's criterion.
    if pow(numerator * denominator, (_FIELD_PRIME - 1) // 2, _FIELD_PRIME) != 1:
        raise KeyRejected(rule="not_on_curve")


@dataclass(frozen=True)
class VerifyingKey:
    """A public key with what it may sign, and from when until when. It signs in [from, until)."""

    key_id: bytes
    kinds: frozenset[Purpose]
    public: bytes
    signs_from_s: int
    signs_until_s: int
    revoked: bool = False

    @cached_property
    def verifier(self) -> Ed25519PublicKey:
        """Made once: loading a key costs a good part of a verification."""
        return Ed25519PublicKey.from_public_bytes(self.public)

    def signs_at(self, at_s: int) -> bool:
        return self.signs_from_s <= at_s < self.signs_until_s


class KeyLookup(Protocol):
    """The keys that a checker trusts for one tenant."""

    def find(self, key_id: bytes) -> VerifyingKey | None:
        """The key with this id, revoked ones included, or None."""


class KeySet:
    """A tenant's keys at one sequence number; never changed, only replaced."""

    def __init__(self, tenant: bytes, sequence: int, keys: tuple[VerifyingKey, ...]) -> None:
        self.tenant = tenant
        self.sequence = sequence
        self._by_id = {key.key_id: key for key in keys}

    def find(self, key_id: bytes) -> VerifyingKey | None:
        return self._by_id.get(key_id)

    def __iter__(self) -> Iterator[VerifyingKey]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)
