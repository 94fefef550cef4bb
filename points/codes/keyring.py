"""A tenant's own keys: made ahead of time, replaced in turn, withdrawn at once, published under the root.

A ring sees the store through one command's rows, so a refused command leaves nothing behind in it. What
memory keeps between commands is in KeyCache, and is filed under names that a roll-back cannot make untrue.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from points.codes.errors import (
    CodeUnknownKey,
    KeySetMissing,
    KeySetNotCurrent,
    NoSigningKey,
    RootNotHere,
)
from points.codes.jwks import DEMO_ROOT, OFFLINE_ROOT, sign_jwks, unsigned_jwks, verify_jwks
from points.codes.keys import (
    KEY_ID_BYTES,
    PURPOSE_OF,
    KeySet,
    Purpose,
    VerifyingKey,
    key_id_of,
    refuse_weak_key,
)
from points.codes.signer import Signer
from points.codes.tables import ACTIVE, REVOKED, key_set, signing_keys
from points.codes.token import Kind
from points.codes.wrapping import RandomBytes, Wrapping, kinds_text
from points.ledger.rows import Rows

_DAY_S = 86_400
_YEAR_S = 365 * _DAY_S
PUBLISHED_AHEAD_S = 2 * _DAY_S
SIGNS_FOR_S: Mapping[Purpose, int] = {
    Purpose.ACTIVITY: 90 * _DAY_S,
    Purpose.PAYMENT: 7 * _DAY_S,
    Purpose.MERCHANT: 90 * _DAY_S,
    Purpose.RECEIPT: _YEAR_S,
    Purpose.CERTIFICATE: _YEAR_S,
    Purpose.ENROLMENT: 7 * _DAY_S,
    Purpose.CARD: _YEAR_S,
    Purpose.CHECKPOINT: _YEAR_S,
}
_STAMP_BYTES = 16
_ALWAYS_S = 2**40

NewPrivateKey = Callable[[], Ed25519PrivateKey]


@dataclass
class KeyCache:
    """What one process keeps in memory for one tenant: opened private keys and the set as last read."""

    privates: dict[bytes, Ed25519PrivateKey] = field(default_factory=dict)
    seen: tuple[bytes, KeySet] | None = None


class KeyRing:
    """The keys of one tenant as one command sees them. Times are Unix seconds, UTC."""

    def __init__(
        self,
        rows: Rows,
        tenant: bytes,
        master_key: bytes,
        *,
        cache: KeyCache | None = None,
        new_private: NewPrivateKey = Ed25519PrivateKey.generate,
        random_bytes: RandomBytes = os.urandom,
    ) -> None:
        self._rows = rows
        self._tenant = tenant
        self._master_key = master_key
        self._cache = cache if cache is not None else KeyCache()
        self._new_private = new_private
        self._random_bytes = random_bytes

    @property
    def _wrapping(self) -> Wrapping:
        """Made where a private key is opened or sealed; most rings only look at public halves."""
        return Wrapping(self._master_key, self._tenant, self._random_bytes)

    # Founding

    def found_demo(self) -> bytes:
        """Start the set with a root made here, and say so in what is published. The root's public half."""
        private = self._new_private()
        public = private.public_key().public_bytes_raw()
        self._insert(private, frozenset({Purpose.ROOT}), 0, _ALWAYS_S)
        self._start_set(public, DEMO_ROOT)
        return public

    def found(self, root_public: bytes) -> None:
        """Start the set under a root whose private half never comes here. Raises KeyRejected."""
        refuse_weak_key(root_public)
        self._start_set(root_public, OFFLINE_ROOT)

    # Looking

    def current(self) -> KeySet:
        """All keys, past and withdrawn ones included: one look at the store while nothing has changed."""
        row = self._set_row()
        seen = self._cache.seen
        if seen is not None and seen[0] == row["stamp"]:
            return seen[1]
        ids = row["key_ids"]
        keys = tuple(self._load(ids[at : at + KEY_ID_BYTES]) for at in range(0, len(ids), KEY_ID_BYTES))
        found = KeySet(self._tenant, row["sequence"], keys)
        self._cache.seen = (row["stamp"], found)
        return found

    def signing_key(self, kind: Kind | Purpose, at_s: int) -> Signer:
        """The key that signs what begins at this time. Raises NoSigningKey and SigningKeySealed."""
        purpose = kind if isinstance(kind, Purpose) else PURPOSE_OF[kind]
        usable = [key for key in self._active(purpose) if key.signs_at(at_s)]
        if not usable:
            raise NoSigningKey(purpose=purpose, at_s=at_s)
        key = max(usable, key=lambda key: key.signs_from_s)
        return Signer(self._tenant, key, self._private(key))

    # Changing

    def create(self, purpose: Purpose, from_s: int, until_s: int) -> VerifyingKey:
        """A new key that signs in [from, until). Its id is free: another is drawn until it is."""
        private = self._new_private()
        while self._rows.find(signing_keys, key_id=self._id_of(private)) is not None:
            private = self._new_private()
        key = self._insert(private, frozenset({purpose}), from_s, until_s)
        row = self._set_row()
        self._change(key_ids=row["key_ids"] + key.key_id, sequence=row["sequence"] + 1)
        return key

    def ensure(self, now_s: int) -> list[VerifyingKey]:
        """Make whatever key is missing now or soon, and forget private halves that have done their work.

        The next key is published two days before it signs, so that an offline till has it in time. Safe to
        run as often as one likes; the new keys are returned.
        """
        made = [key for purpose in SIGNS_FOR_S for key in self._ensure(purpose, now_s)]
        for key in self.current():
            if key.signs_until_s <= now_s:
                self._forget_private(key)
        return made

    def revoke(self, key_id: bytes) -> None:
        """Withdraw a key for good and destroy its private half; `ensure` then makes the one in its place.

        Raises CodeUnknownKey.
        """
        key = self.current().find(key_id)
        if key is None:
            raise CodeUnknownKey(key_id=key_id.hex())
        if key.revoked:
            return
        self._rows.update(signing_keys, {"key_id": key_id}, state=REVOKED)
        self._forget_private(key)
        self._change(sequence=self._set_row()["sequence"] + 1)

    def rise_after_restore(self, now_s: int) -> int:
        """Lift the sequence above all that was published after the backup was taken; the new one.

        Keys change far less than once a second, so the time itself is higher than any count of changes.
        """
        sequence = max(int(self._set_row()["sequence"]) + 1, now_s)
        self._change(sequence=sequence)
        return sequence

    # Publishing

    def jwks(self) -> dict[str, Any]:
        """The signed key set. Under an offline root it is the document last installed.

        Raises RootNotHere if none was installed yet.
        """
        row = self._set_row()
        if row["root_mark"] == DEMO_ROOT:
            return sign_jwks(self.unsigned_jwks(), self._root_private(row["root_public"]).sign)
        if row["document"] is None:
            raise RootNotHere(tenant=self._tenant.hex())
        document: dict[str, Any] = json.loads(row["document"])
        return document

    def unsigned_jwks(self) -> dict[str, Any]:
        """What the offline root is asked to sign."""
        return unsigned_jwks(self.current(), self._set_row()["root_mark"])

    def install(self, document: Mapping[str, Any]) -> None:
        """Publish a document that the offline root signed, if it says exactly what the store says now.

        Raises KeySetForged, StaleKeySet, KeySetMalformed and KeySetNotCurrent.
        """
        row = self._set_row()
        verify_jwks(document, row["root_public"], row["sequence"], tenant=self._tenant)
        if {name: document[name] for name in document if name != "signature"} != self.unsigned_jwks():
            raise KeySetNotCurrent(sequence=document["sequence"])
        self._change(document=json.dumps(dict(document), sort_keys=True))

    # Inside

    def _start_set(self, root_public: bytes, root_mark: str) -> None:
        self._rows.insert(
            key_set,
            tenant=self._tenant,
            sequence=0,
            stamp=self._random_bytes(_STAMP_BYTES),
            key_ids=b"",
            root_public=root_public,
            root_mark=root_mark,
            document=None,
        )

    def _set_row(self) -> Mapping[str, Any]:
        row = self._rows.find(key_set, tenant=self._tenant)
        if row is None:
            raise KeySetMissing(tenant=self._tenant.hex())
        return row

    def _change(self, **values: Any) -> None:
        stamp = self._random_bytes(_STAMP_BYTES)
        self._rows.update(key_set, {"tenant": self._tenant}, stamp=stamp, **values)

    def _id_of(self, private: Ed25519PrivateKey) -> bytes:
        return key_id_of(self._tenant, private.public_key().public_bytes_raw())

    def _insert(
        self, private: Ed25519PrivateKey, kinds: frozenset[Purpose], from_s: int, until_s: int
    ) -> VerifyingKey:
        key_id, public = self._id_of(private), private.public_key().public_bytes_raw()
        self._rows.insert(
            signing_keys,
            key_id=key_id,
            kinds=kinds_text(kinds),
            public=public,
            wrapped=self._wrapping.wrap(private, key_id, kinds),
            signs_from_s=from_s,
            signs_until_s=until_s,
            state=ACTIVE,
        )
        return VerifyingKey(key_id, kinds, public, from_s, until_s)

    def _row(self, key_id: bytes) -> Mapping[str, Any]:
        row = self._rows.find(signing_keys, key_id=key_id)
        if row is None:
            raise KeySetMissing(tenant=self._tenant.hex())
        return row

    def _load(self, key_id: bytes) -> VerifyingKey:
        row = self._row(key_id)
        kinds = frozenset(Purpose(kind) for kind in row["kinds"].split(","))
        revoked = row["state"] == REVOKED
        return VerifyingKey(key_id, kinds, row["public"], row["signs_from_s"], row["signs_until_s"], revoked)

    def _active(self, purpose: Purpose) -> list[VerifyingKey]:
        return [key for key in self.current() if purpose in key.kinds and not key.revoked]

    def _ensure(self, purpose: Purpose, now_s: int) -> list[VerifyingKey]:
        made = []
        if not any(key.signs_at(now_s) for key in self._active(purpose)):
            made.append(self.create(purpose, now_s, now_s + SIGNS_FOR_S[purpose]))
        end_s = max(key.signs_until_s for key in self._active(purpose))
        if end_s <= now_s + PUBLISHED_AHEAD_S:
            made.append(self.create(purpose, end_s, end_s + SIGNS_FOR_S[purpose]))
        return made

    def _private(self, key: VerifyingKey) -> Ed25519PrivateKey:
        """Opened once a process: the master key is used when a key is first needed, not for each code."""
        private = self._cache.privates.get(key.public)
        if private is None:
            wrapped = self._row(key.key_id)["wrapped"]
            if wrapped is None:
                raise NoSigningKey(purpose=kinds_text(key.kinds), at_s=key.signs_from_s)
            private = self._wrapping.unwrap(wrapped, key.key_id, key.kinds)
            self._cache.privates[key.public] = private
        return private

    def _forget_private(self, key: VerifyingKey) -> None:
        self._cache.privates.pop(key.public, None)
        if self._row(key.key_id)["wrapped"] is not None:
            self._rows.update(signing_keys, {"key_id": key.key_id}, wrapped=None)

    def _root_private(self, public: bytes) -> Ed25519PrivateKey:
        return self._private(self._load(key_id_of(self._tenant, public)))
