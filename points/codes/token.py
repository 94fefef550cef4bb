"""The signed part of a QR code: 104 bytes with one layout, and its one form in decimal digits.

There is no algorithm field and nothing optional, so there is nothing that a parser could be talked into. The
layout is drawn in docs/codes.md.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from uuid import UUID

from points.codes.errors import CodeMalformed

VERSION = 1
TENANT_BYTES = 16
SIGNED_BYTES = 40
TOKEN_BYTES = 104
DIGITS = 253
PREFIX = "87"

_DOMAIN = b"VPX-QR\0v1\0"
_REDEMPTION_DOMAIN = b"VPX-RID"
_LAYOUT = struct.Struct(">BB4s12sI8sIHI")
_DIGITS_FORM = re.compile(r"\A87[0-9]{251}\Z", re.ASCII)
_LIMIT = 1 << (8 * TOKEN_BYTES)
_U16_MAX = 0xFFFF
_U32_MAX = 0xFFFF_FFFF
_LOW_NIBBLE = 0x0F
_HOUR_S = 3600

Sign = Callable[[bytes], bytes]


class Kind(IntEnum):
    """What a code is for. It is signed, and the reader says beforehand which one it expects."""

    ACTIVITY = 1
    PAYMENT = 2
    MERCHANT = 3
    RECEIPT = 4
    CERTIFICATE = 5
    DEVICE_PAYMENT = 6
    ENROLMENT = 7
    CARD = 8

    @property
    def label(self) -> str:
        """The kind's name as key sets and error facts carry it."""
        return self.name.lower()


KINDS = {int(kind): kind for kind in Kind}
SINGLE_USE = frozenset({Kind.PAYMENT, Kind.DEVICE_PAYMENT, Kind.ENROLMENT})
UNLIMITED_IN_TIME = frozenset({Kind.RECEIPT, Kind.CERTIFICATE, Kind.CARD})
_FOR_AN_AUDIENCE = frozenset({Kind.PAYMENT, Kind.DEVICE_PAYMENT})
_CAPPED = frozenset({Kind.PAYMENT, Kind.DEVICE_PAYMENT})
_WITHOUT_POINTS = frozenset({Kind.ACTIVITY, Kind.CERTIFICATE, Kind.ENROLMENT})


@dataclass(frozen=True, slots=True)
class Token:
    """What a code says. One that breaks the rules of its kind cannot be made, signed or parsed.

    `time_to_live` is seconds, or hours for a merchant code, or 0 where the kind does not expire. `points` is
    the most the code may take, or the amount bound in it. Raises CodeMalformed.
    """

    kind: Kind
    key_id: bytes
    subject: bytes
    audience: int
    nonce: bytes
    not_before_s: int
    time_to_live: int
    points: int

    def __post_init__(self) -> None:
        rule = _broken_rule(self)
        if rule is not None:
            raise CodeMalformed(rule=rule)

    @property
    def valid_until_s(self) -> int | None:
        """The last second in which the code is good, or None for a kind that can only be revoked."""
        if self.kind in UNLIMITED_IN_TIME:
            return None
        unit_s = _HOUR_S if self.kind is Kind.MERCHANT else 1
        return self.not_before_s + self.time_to_live * unit_s


def _broken_rule(token: Token) -> str | None:
    """The first rule that the fields break, by the name that CodeMalformed carries."""
    kind = token.kind
    rules = (
        ("key_id", len(token.key_id) == 4),  # noqa: PLR2004 the layout's own widths read best beside the field
        ("subject", len(token.subject) == 12),  # noqa: PLR2004 as above
        ("nonce", len(token.nonce) == 8),  # noqa: PLR2004 as above
        ("not_before", 0 <= token.not_before_s <= _U32_MAX),
        ("audience", 0 <= token.audience <= (_U32_MAX if kind in _FOR_AN_AUDIENCE else 0)),
        ("time_to_live", 0 <= token.time_to_live <= (0 if kind in UNLIMITED_IN_TIME else _U16_MAX)),
        ("time_to_live", token.time_to_live > 0 or kind in UNLIMITED_IN_TIME),
        ("points", 0 <= token.points <= (0 if kind in _WITHOUT_POINTS else _U32_MAX)),
        ("points", token.points > 0 or kind not in _CAPPED),
    )
    return next((name for name, kept in rules if not kept), None)


def signed_part(token: Token) -> bytes:
    """The first 40 bytes: all that the code says."""
    return _LAYOUT.pack(
        VERSION << 4 | token.kind,
        0,
        token.key_id,
        token.subject,
        token.audience,
        token.nonce,
        token.not_before_s,
        token.time_to_live,
        token.points,
    )


def signing_input(tenant: bytes, signed: bytes) -> bytes:
    """What is signed: the tenant is bound in, so that it need not be sent and cannot be swapped."""
    if len(tenant) != TENANT_BYTES:
        raise ValueError(tenant)
    return _DOMAIN + tenant + signed


def encode(token: Token, tenant: bytes, sign: Sign) -> bytes:
    """The 104 bytes of a code; `sign` is an Ed25519 private key's `sign`."""
    signed = signed_part(token)
    return signed + sign(signing_input(tenant, signed))


def nibbles(raw: bytes) -> tuple[int, int]:
    """Version and kind as they stand in the first byte, before either is known to be good."""
    return raw[0] >> 4, raw[0] & _LOW_NIBBLE


def decode(raw: bytes) -> Token:
    """The fields of a code whose signature nobody has looked at yet. Raises CodeMalformed."""
    if len(raw) != TOKEN_BYTES:
        raise CodeMalformed(rule="length")
    version, kind = nibbles(raw)
    if version != VERSION:
        raise CodeMalformed(rule="version")
    if kind not in KINDS:
        raise CodeMalformed(rule="kind")
    if raw[1]:
        raise CodeMalformed(rule="flags")
    return Token(KINDS[kind], *_LAYOUT.unpack_from(raw)[2:])


def to_digits(raw: bytes) -> str:
    """The printed form: 253 digits, the one alphabet that URLs, scanners and input methods leave alone."""
    if len(raw) != TOKEN_BYTES:
        raise CodeMalformed(rule="length")
    return f"{PREFIX}{int.from_bytes(raw):0{DIGITS - len(PREFIX)}d}"


def from_digits(digits: str) -> bytes:
    """The 104 bytes again. `int()` alone would also take full-width digits, underscores, signs and spaces."""
    if not _DIGITS_FORM.match(digits):
        raise CodeMalformed(rule="digits")
    number = int(digits[len(PREFIX) :])
    if number >= _LIMIT:
        raise CodeMalformed(rule="range")
    return number.to_bytes(TOKEN_BYTES)


def redemption_id(tenant: bytes, key_id: bytes, nonce: bytes, not_before_s: int) -> UUID:
    """The one id that a single-use code can give to what it starts: a redemption, or a device's enrolment.

    Whoever sends the code again arrives at the same id, whatever else the request says. It begins with the
    time, as the store's index wants it.
    """
    if len(tenant) != TENANT_BYTES:
        raise ValueError(tenant)
    digest = sha256(_REDEMPTION_DOMAIN + tenant + key_id + nonce).digest()
    octets = bytearray(not_before_s.to_bytes(4) + digest[:12])
    octets[6] = 0x80 | octets[6] & 0x0F
    octets[8] = 0x80 | octets[8] & 0x3F
    return UUID(bytes=bytes(octets))
