"""Where what is said about people lives, so that events never hold it and erasure can take it back.

Each subject (a person, an activity, an import …) has a random key of its own. Entries are sealed under that
key; the key is wrapped by the master key. Destroying the one small key row makes every copy of the subject's
entries unreadable, while the ledger keeps its references and still adds up.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, LargeBinary, Table

from points.domain.ids import IdSource
from points.ledger.errors import VaultDamaged, VaultEntryForeign, VaultEntryMissing, VaultSubjectMissing
from points.ledger.master_key import KEY_BYTES, Purpose, RandomSource, TenantKeys
from points.ledger.metadata import UuidBytes, ledger_metadata
from points.ledger.rows import Rows

vault_keys = Table(
    "vault_keys",
    ledger_metadata,
    Column("subject_id", UuidBytes, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
)

vault_entries = Table(
    "vault_entries",
    ledger_metadata,
    Column("ref", UuidBytes, primary_key=True),
    Column("subject_id", UuidBytes, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

_FORMAT = b"\x01"
_NONCE_BYTES = 12
_HEADER_BYTES = len(_FORMAT) + _NONCE_BYTES
_KEY_LABEL = b"VPX-VAULT-KEY\0v1\0"
_ENTRY_LABEL = b"VPX-VAULT-ENTRY\0v1\0"
_TEXT = "text"

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, str]).decode


def _seal(cipher: AESGCM, plain: bytes, bound: bytes, random: RandomSource) -> bytes:
    # Random nonces are safe here: a subject seals a few entries, a tenant wraps far fewer than 2^32 keys.
    nonce = random(_NONCE_BYTES)
    return _FORMAT + nonce + cipher.encrypt(nonce, plain, bound)


def _unseal(cipher: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    """The plain bytes; InvalidTag for anything but exactly what `_seal` made with the same `bound`."""
    if sealed[:1] != _FORMAT or len(sealed) < _HEADER_BYTES:
        raise InvalidTag
    return cipher.decrypt(sealed[1:_HEADER_BYTES], sealed[_HEADER_BYTES:], bound)


class VaultKeys:
    """Makes, wraps and unwraps subjects' keys; lives as long as the process and is shared by its threads.

    Unwrapped keys are kept for the `cached_max` subjects last used. A kept key counts only for the very bytes
    it was unwrapped from, which the caller reads each time: an erasure by another process is seen at once,
    and a key whose row was undone with its command is never used again.
    """

    def __init__(self, keys: TenantKeys, random: RandomSource = os.urandom, cached_max: int = 4096) -> None:
        self.tenant = keys.tenant
        self.random = random
        self._wrapping = AESGCM(keys.subkey(Purpose.VAULT_WRAP))
        self._cached_max = cached_max
        self._cached: OrderedDict[UUID, tuple[bytes, AESGCM]] = OrderedDict()
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"VaultKeys(tenant={self.tenant.hex()})"

    def make_wrapped(self, subject_id: UUID) -> bytes:
        """A new random key for this subject, wrapped; readable only for this subject of this tenant."""
        return _seal(self._wrapping, self.random(KEY_BYTES), self._bound(subject_id), self.random)

    def cipher(self, subject_id: UUID, wrapped: bytes) -> AESGCM:
        """The subject's cipher; raises VaultDamaged when the wrapped key is not this subject's own."""
        with self._lock:
            cached = self._cached.get(subject_id)
            if cached is not None and cached[0] == wrapped:
                self._cached.move_to_end(subject_id)
                return cached[1]
        try:
            cipher = AESGCM(_unseal(self._wrapping, wrapped, self._bound(subject_id)))
        except InvalidTag:
            raise VaultDamaged(table=vault_keys.name, reference=subject_id) from None
        with self._lock:
            self._cached[subject_id] = (wrapped, cipher)
            self._cached.move_to_end(subject_id)
            while len(self._cached) > self._cached_max:
                self._cached.popitem(last=False)
        return cipher

    def forget(self, subject_id: UUID) -> None:
        """Drop the subject's key from memory."""
        with self._lock:
            self._cached.pop(subject_id, None)

    def _bound(self, subject_id: UUID) -> bytes:
        return _KEY_LABEL + self.tenant + subject_id.bytes


class Vault:
    """Sealed entries by reference, as one command or one reader sees them; costs nothing to make."""

    def __init__(self, rows: Rows, keys: VaultKeys, ids: IdSource) -> None:
        self._rows = rows
        self._keys = keys
        self._ids = ids

    def open_subject(self, subject_id: UUID) -> None:
        """Give the subject a key, if it has none. An erased subject's id is never opened again."""
        if self._rows.find(vault_keys, subject_id=subject_id) is None:
            wrapped = self._keys.make_wrapped(subject_id)
            self._rows.insert(vault_keys, subject_id=subject_id, wrapped=wrapped)

    def put(self, subject_id: UUID, fields: Mapping[str, str]) -> UUID:
        """Seal the fields as one entry and return its reference; VaultSubjectMissing without a key."""
        cipher = self._cipher(subject_id)
        if cipher is None:
            raise VaultSubjectMissing(subject="vault_subject", reference=str(subject_id))
        ref = self._ids()
        sealed = self._sealed(cipher, subject_id, ref, fields)
        self._rows.insert(vault_entries, ref=ref, subject_id=subject_id, sealed=sealed)
        return ref

    def put_text(self, subject_id: UUID, text: str) -> UUID:
        """Seal one text, such as a reason, as an entry."""
        return self.put(subject_id, {_TEXT: text})

    def get(self, ref: UUID) -> dict[str, str] | None:
        """The entry's fields, or None once its subject is erased; VaultDamaged if it was tampered with."""
        entry = self._rows.find(vault_entries, ref=ref)
        if entry is None:
            return None
        subject_id = entry["subject_id"]
        cipher = self._cipher(subject_id)
        if cipher is None:
            return None
        try:
            return _decode(_unseal(cipher, entry["sealed"], self._bound(subject_id, ref)))
        except InvalidTag:
            raise VaultDamaged(table=vault_entries.name, reference=ref) from None

    def get_text(self, ref: UUID) -> str | None:
        """What `put_text` sealed, or None once its subject is erased."""
        fields = self.get(ref)
        return None if fields is None else fields[_TEXT]

    def get_many(self, refs: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
        """The entries that can still be read, by reference."""
        found = ((ref, self.get(ref)) for ref in refs)
        return {ref: fields for ref, fields in found if fields is not None}

    def replace(self, ref: UUID, fields: Mapping[str, str]) -> None:
        """Put corrected fields in the place of the old; VaultEntryMissing if nothing readable is there."""
        entry = self._rows.find(vault_entries, ref=ref)
        cipher = None if entry is None else self._cipher(entry["subject_id"])
        if entry is None or cipher is None:
            raise VaultEntryMissing(subject="vault_entry", reference=str(ref))
        sealed = self._sealed(cipher, entry["subject_id"], ref, fields)
        self._rows.update(vault_entries, {"ref": ref}, sealed=sealed)

    def destroy(self, subject_id: UUID, refs: Iterable[UUID] = ()) -> None:
        """Erase the subject: its key goes, and with it every entry, here and in every copy; those named by
        `refs` are removed as well. Doing it again, as after a restore, changes nothing.

        Raises VaultEntryForeign, before anything is changed, if a reference is another subject's.
        """
        own = list(refs)
        for ref in own:
            entry = self._rows.find(vault_entries, ref=ref)
            if entry is not None and entry["subject_id"] != subject_id:
                raise VaultEntryForeign(ref=ref)
        self._rows.delete(vault_keys, subject_id=subject_id)
        for ref in own:
            self._rows.delete(vault_entries, ref=ref)
        self._keys.forget(subject_id)

    def _cipher(self, subject_id: UUID) -> AESGCM | None:
        row = self._rows.find(vault_keys, subject_id=subject_id)
        if row is None:
            self._keys.forget(subject_id)
            return None
        return self._keys.cipher(subject_id, row["wrapped"])

    def _sealed(self, cipher: AESGCM, subject_id: UUID, ref: UUID, fields: Mapping[str, str]) -> bytes:
        return _seal(cipher, _encode(dict(fields)), self._bound(subject_id, ref), self._keys.random)

    def _bound(self, subject_id: UUID, ref: UUID) -> bytes:
        return _ENTRY_LABEL + self._keys.tenant + subject_id.bytes + ref.bytes
