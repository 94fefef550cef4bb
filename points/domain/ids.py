"""Identifiers: time-ordered, so that the store's unique index grows at its end instead of everywhere."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from uuid import UUID

IdSource = Callable[[], UUID]

_RANDOM_BITS = 62
_COUNT_MAX = 0xFFF
_VERSION_7 = 0x7 << 76
_VARIANT = 0x2 << 62


class TimeOrderedIds:
    """UUIDs of version 7 (RFC 9562) that rise within a process even inside one millisecond.

    The 12 bits after the millisecond count what was handed out in it; when they run over, the millisecond is
    borrowed from the future rather than the order given up.
    """

    def __init__(self, clock_ms: Callable[[], int] | None = None) -> None:
        self._clock_ms = clock_ms or (lambda: time.time_ns() // 1_000_000)
        self._lock = threading.Lock()
        self._last_ms = 0
        self._count = 0

    def __call__(self) -> UUID:
        with self._lock:
            now_ms = self._clock_ms()
            if now_ms > self._last_ms:
                self._last_ms, self._count = now_ms, 0
            else:
                self._count += 1
                if self._count > _COUNT_MAX:
                    self._last_ms, self._count = self._last_ms + 1, 0
            milliseconds, count = self._last_ms, self._count
        random = int.from_bytes(os.urandom(8)) >> (64 - _RANDOM_BITS)
        return UUID(int=milliseconds << 80 | _VERSION_7 | count << 64 | _VARIANT | random)
