"""Time and identifiers under a test's control, in the shapes that the exchange is handed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

NOON = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
"""Noon in Shanghai on an ordinary working Monday."""


class FixedClock:
    """A clock that stands until it is moved, and moves only forward."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = _utc(now)

    def __call__(self) -> datetime:
        return self._now

    def now_ms(self) -> int:
        """Milliseconds since 1970, exact: for sources of time-ordered identifiers."""
        return (self._now - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)

    def advance(self, **amount: float) -> datetime:
        """Move on by the named units, as `timedelta` names them, and tell the new time."""
        return self.move_to(self._now + timedelta(**amount))

    def move_to(self, moment: datetime) -> datetime:
        """Move on to a moment that has an offset."""
        moment = _utc(moment)
        if moment < self._now:
            raise ValueError(f"the clock stands at {self._now.isoformat()}, after {moment.isoformat()}")
        self._now = moment
        return moment


class CountedIds:
    """Identifiers of version 7 that count from one: the same in every run, and in order."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def __call__(self) -> UUID:
        return UUID(int=0x7 << 76 | 0x2 << 62 | next(self._numbers))


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no offset")
    return moment.astimezone(UTC)
