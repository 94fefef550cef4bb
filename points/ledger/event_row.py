"""One stored event as plain values: what the recorder reads and what the audit hashes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class EventRow(NamedTuple):
    """A row of `events`. Positions are gapless from 1, in commit order; a stream's versions run from 1."""

    position: int
    originator_id: bytes
    version: int
    topic: str
    recorded_at_us: int
    command_id: bytes
    state: bytes


ReadEvents = Callable[[int, int], Sequence[EventRow]]
"""`read(after, limit)`: up to `limit` rows with positions above `after`, rising; empty at the end."""
