"""From a row to its leaf: the one place that fixes which bytes the tree commits to.

entry = tenant (16) ‖ position u64 ‖ originator_id (16) ‖ version u32 ‖ recorded_at i64, µs since 1970 UTC ‖
command_id (16) ‖ length u16 ‖ topic UTF-8 ‖ length u32 ‖ state, all big-endian.
leaf = SHA-256(0x00 ‖ entry), as RFC 9162 section 2.1.1 has it. The leaf's index is position − 1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from hashlib import sha256

from points.ledger.audit.errors import EntryMalformed
from points.ledger.event_row import EventRow

LEAF_PREFIX = b"\x00"
ID_BYTES = 16

_HEAD = struct.Struct(">Q16sIq16s")
_TOPIC_LENGTH = struct.Struct(">H")
_STATE_LENGTH = struct.Struct(">I")

# A store without strict types can hold text where a number belongs; that is a finding, not a crash.
_NOT_AN_ENTRY = (struct.error, TypeError, ValueError, AttributeError)


def entry(tenant: bytes, row: EventRow) -> bytes:
    """The bytes of one row, as the leaf commits to them; EntryMalformed if the columns cannot be any."""
    prefix = _tenant(tenant)
    # Packing pads a short id with zeros: without this check two different rows would have one leaf.
    try:
        if len(row.originator_id) != ID_BYTES or len(row.command_id) != ID_BYTES:
            raise EntryMalformed(position=row.position)
        head = _HEAD.pack(row.position, row.originator_id, row.version, row.recorded_at_us, row.command_id)
        return prefix + head + _topic(row.topic) + _STATE_LENGTH.pack(len(row.state)) + row.state
    except _NOT_AN_ENTRY as error:
        raise EntryMalformed(position=row.position) from error


def leaf_hash(tenant: bytes, row: EventRow) -> bytes:
    return sha256(LEAF_PREFIX + entry(tenant, row)).digest()


def leaf_hashes(tenant: bytes, rows: Iterable[EventRow]) -> list[bytes]:
    """The leaves of many rows. This is the hot loop of verification, hence the local names."""
    prefix = LEAF_PREFIX + _tenant(tenant)
    pack_head, pack_length, digest_of = _HEAD.pack, _STATE_LENGTH.pack, sha256
    topics: dict[str, bytes] = {}
    leaves: list[bytes] = []
    add = leaves.append
    position = 0
    try:
        for row in rows:
            position, originator_id, version, topic, recorded_at_us, command_id, state = row
            topic_bytes = topics.get(topic) or topics.setdefault(topic, _topic(topic))
            if len(originator_id) != ID_BYTES or len(command_id) != ID_BYTES:
                raise EntryMalformed(position=position)
            head = pack_head(position, originator_id, version, recorded_at_us, command_id)
            add(digest_of(prefix + head + topic_bytes + pack_length(len(state)) + state).digest())
    except _NOT_AN_ENTRY as error:
        raise EntryMalformed(position=position) from error
    return leaves


def _topic(topic: str) -> bytes:
    text = topic.encode()
    return _TOPIC_LENGTH.pack(len(text)) + text


def _tenant(tenant: bytes) -> bytes:
    if len(tenant) != ID_BYTES:
        raise ValueError(tenant)
    return tenant
