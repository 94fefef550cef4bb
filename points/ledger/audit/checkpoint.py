"""Signed tree heads: C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint) in a C2SP signed note, Ed25519.

The body is three lines: the origin `points/` + tenant in hex, the size in decimal, the root in base64. We
write no extension lines, which the specification advises against, so the time of making stands beside the
text in the table and is not signed; in a checkpoint of others' making they are read over.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from points.ledger.audit.errors import CheckpointMalformed, CheckpointNotTrusted
from points.ledger.audit.tree import HASH_BYTES

Sign = Callable[[bytes], bytes]
"""Ed25519 over the message with the tenant's checkpoint key."""

_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_SIGNATURE_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_SIGNATURES_MAX = 64


class NoteSignature(NamedTuple):
    name: str
    key_id: bytes
    signature: bytes


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes
    body: bytes
    signatures: tuple[NoteSignature, ...]


def origin_of(tenant: bytes) -> str:
    return f"points/{tenant.hex()}"


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes by which a signature line names its key; a hint, not a proof."""
    return sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:_KEY_ID_BYTES]


def sign_checkpoint(tenant: bytes, size: int, root: bytes, sign: Sign, public: bytes) -> str:
    """The signed text. Whoever calls this has made sure that the tree still contains every earlier one."""
    origin = origin_of(tenant)
    body = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"
    signature = key_id(origin, public) + sign(body.encode())
    return f"{body}\n— {origin} {base64.b64encode(signature).decode()}\n"


def parse_checkpoint(text: str) -> Checkpoint:
    """The parts of a checkpoint, nothing verified yet; CheckpointMalformed with the rule that it breaks."""
    if _CONTROL.search(text):
        raise CheckpointMalformed(rule="control-character")
    body, separator, signed = text.rpartition("\n\n")
    if not separator or not signed.endswith("\n"):
        raise CheckpointMalformed(rule="note")
    lines = body.split("\n")
    if len(lines) < 3 or not all(lines):  # noqa: PLR2004 - origin, size, root
        raise CheckpointMalformed(rule="body")
    origin, size, root = lines[:3]
    if not _SIZE.fullmatch(size):
        raise CheckpointMalformed(rule="size")
    root_bytes = _decoded(root, "root")
    if len(root_bytes) != HASH_BYTES:
        raise CheckpointMalformed(rule="root")
    return Checkpoint(origin, int(size), root_bytes, f"{body}\n".encode(), _signatures(signed))


def verify_checkpoint(text: str, public_keys: Iterable[bytes], *, tenant: bytes | None = None) -> Checkpoint:
    """The checkpoint, if one of these keys signed it under its origin's name, and for this tenant if named.

    CheckpointNotTrusted otherwise. Signatures of keys that we do not know, a witness's say, count for nothing
    and do no harm; a wrong signature by a known key refuses the whole.
    """
    checkpoint = parse_checkpoint(text)
    origin = checkpoint.origin
    if tenant is not None and origin != origin_of(tenant):
        raise CheckpointNotTrusted(origin=origin, rule="origin")
    known = {key_id(origin, public): public for public in public_keys}
    ours = [line for line in checkpoint.signatures if line.name == origin and line.key_id in known]
    if not ours:
        raise CheckpointNotTrusted(origin=origin, rule="unknown-key")
    for line in ours:
        try:
            Ed25519PublicKey.from_public_bytes(known[line.key_id]).verify(line.signature, checkpoint.body)
        except InvalidSignature as error:
            raise CheckpointNotTrusted(origin=origin, rule="signature") from error
    return checkpoint


def _signatures(signed: str) -> tuple[NoteSignature, ...]:
    lines = signed.removesuffix("\n").split("\n")
    if len(lines) > _SIGNATURES_MAX:
        raise CheckpointMalformed(rule="signatures")
    return tuple(_signature(line) for line in lines)


def _signature(line: str) -> NoteSignature:
    parts = _SIGNATURE_LINE.fullmatch(line)
    if parts is None:
        raise CheckpointMalformed(rule="signature-line")
    blob = _decoded(parts[2], "signature-line")
    if len(blob) <= _KEY_ID_BYTES:
        raise CheckpointMalformed(rule="signature-line")
    return NoteSignature(parts[1], blob[:_KEY_ID_BYTES], blob[_KEY_ID_BYTES:])


def _decoded(text: str, rule: str) -> bytes:
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CheckpointMalformed(rule=rule) from error
    # One byte string has one spelling, or a text could be changed without its meaning changing.
    if base64.b64encode(decoded).decode() != text:
        raise CheckpointMalformed(rule=rule)
    return decoded
