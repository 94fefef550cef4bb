"""What the ledger floor refuses, and how it fails."""

from __future__ import annotations

from uuid import UUID

from points.domain.errors import NotFound, Refused, Unavailable


class StreamNotFound(NotFound):
    """No aggregate of that kind has this id."""


class ClockBackwards(Refused):
    """A demo store's hand-set clock may not stand before the last recorded instant."""

    asked_at_us: int
    last_recorded_at_us: int


class WriterBusy(Unavailable):
    """The queue of commands is full. Nothing was done; try again after the stated time."""

    retry_after_s: int


class StoreUnavailable(Unavailable):
    """The store could not be reached or written. Nothing was done."""

    reason: str


class OutcomeUnknown(Unavailable):
    """The connection broke during the commit and the store cannot be asked yet: done, or not.

    Asking again with the same key gives the answer, and does nothing twice.
    """

    command_id: UUID
