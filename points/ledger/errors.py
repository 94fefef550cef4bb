"""What the ledger floor refuses, and how it fails. Facts are paths and random ids, never what a vault holds."""

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


class MasterKeyExists(Refused):
    """A master key lies there already. Overwriting it would make every sealed value unreadable for ever."""

    path: str


class MasterKeyUnwritable(Unavailable):
    """The file system did not take the new key."""

    path: str


class MasterKeyMissing(Unavailable):
    """The store has no master key where it was told to look, and never makes a new one by itself."""

    path: str


class MasterKeyUnreadable(Unavailable):
    """The file is there but cannot be read, or does not hold a key of the right length."""

    path: str


class MasterKeyExposed(Unavailable):
    """Others than its owner may read the key file."""

    path: str
    mode: str


class MasterKeyWrong(Unavailable):
    """A master key, but not the one that this store was made with."""


class VaultSubjectMissing(NotFound):
    """No key for this subject: it was never opened, or it was erased."""


class VaultEntryMissing(NotFound):
    """No readable entry by this reference: it never was, or its subject was erased."""


class VaultEntryForeign(Refused):
    """The entry belongs to another subject than the one to be erased."""

    ref: UUID


class VaultDamaged(Unavailable):
    """Sealed bytes do not open under their own key, tenant, subject and reference: changed, or moved."""

    table: str
    reference: UUID


class AlreadyIndexed(Refused):
    """The value is taken, within this index, by another subject."""

    index: str
    subject_id: UUID


class IdempotencyKeyReused(Refused):
    """The same actor sent the same key on the same route with another input."""

    route: str


class ShortCodeTaken(Refused):
    """These digits stand for another code: draw again."""


class StoreMissing(Unavailable):
    """There is no store here: `points init` makes one."""

    place: str


class StoreNeedsMigration(Unavailable):
    """The store is of an earlier format; `points migrate` takes it forward."""

    found: int
    known: int


class StoreFormatUnknown(Unavailable):
    """The store was made by a program of another format."""

    found: int
    known: int
