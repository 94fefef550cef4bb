"""The one secret outside the database, and everything derived from it.

No part of the system uses the master key itself: each purpose and tenant has a key of its own, derived by
HKDF-SHA256 (RFC 5869), so that a value made for one purpose means nothing to another, nor to another tenant.
"""

from __future__ import annotations

import hmac
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from points.ledger.errors import (
    MasterKeyExists,
    MasterKeyExposed,
    MasterKeyMissing,
    MasterKeyUnreadable,
    MasterKeyUnwritable,
    MasterKeyWrong,
)

KEY_BYTES = 32
TENANT_BYTES = 16
FINGERPRINT_BYTES = 16

_LABEL = b"VPX-KDF\0v1\0"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO

RandomSource = Callable[[int], bytes]


class Purpose(StrEnum):
    """What a derived key is for. The names go into the derivation: they never change."""

    VAULT_WRAP = "vault-wrap"
    BLIND_INDEX = "blind-index"
    IDEMPOTENCY = "idempotency"
    SIGNING_KEY_WRAP = "signing-key-wrap"
    CREDENTIALS = "credentials"
    SHORT_CODES = "short-codes"


class MasterKey:
    """Thirty-two random bytes that can only be derived from, never read back."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError("a master key has 32 bytes")
        self._secret = secret

    def __repr__(self) -> str:
        return "MasterKey(hidden)"

    def subkey(self, purpose: Purpose, tenant: bytes, detail: str = "") -> bytes:
        """Thirty-two bytes for one purpose within one tenant; `detail` parts a purpose further."""
        if len(tenant) != TENANT_BYTES:
            raise ValueError("a tenant has 16 bytes")
        return self._derive(KEY_BYTES, tenant + purpose.encode() + b"\0" + detail.encode())

    def fingerprint(self) -> bytes:
        """Sixteen bytes that name this key and give nothing of it away; kept in the store by `init`."""
        return self._derive(FINGERPRINT_BYTES, bytes(TENANT_BYTES) + b"key-check\0")

    def check(self, fingerprint: bytes) -> None:
        """Raise MasterKeyWrong unless this key has that fingerprint: asked before anything is sealed."""
        if not hmac.compare_digest(self.fingerprint(), fingerprint):
            raise MasterKeyWrong

    def _derive(self, length: int, info: bytes) -> bytes:
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=_LABEL + info).derive(self._secret)


class TenantKeys:
    """The derived keys of one tenant, each derived once: hot paths ask for the same few all day."""

    __slots__ = ("_derived", "_master", "tenant")

    def __init__(self, master: MasterKey, tenant: bytes) -> None:
        if len(tenant) != TENANT_BYTES:
            raise ValueError("a tenant has 16 bytes")
        self.tenant = tenant
        self._master = master
        self._derived: dict[tuple[Purpose, str], bytes] = {}

    def __repr__(self) -> str:
        return f"TenantKeys(tenant={self.tenant.hex()})"

    def subkey(self, purpose: Purpose, detail: str = "") -> bytes:
        """As MasterKey.subkey, for this tenant. `detail` comes from the program, never from input."""
        known = self._derived.get((purpose, detail))
        if known is None:
            known = self._derived[purpose, detail] = self._master.subkey(purpose, self.tenant, detail)
        return known


def create(path: Path, random: RandomSource = os.urandom) -> MasterKey:
    """Make a new key file that only its owner can read.

    Raises MasterKeyExists rather than overwrite, MasterKeyUnwritable when the file system fails. The file and
    its directory are on disk before anything can be sealed under a key that a power cut would lose.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    except FileExistsError:
        raise MasterKeyExists(path=str(path)) from None
    except OSError as error:
        raise MasterKeyUnwritable(path=str(path)) from error
    secret = random(KEY_BYTES)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        _sync_directory(path.parent)
    except OSError as error:
        with suppress(OSError):
            path.unlink()
        raise MasterKeyUnwritable(path=str(path)) from error
    return MasterKey(secret)


def load(path: Path) -> MasterKey:
    """Read the key; raises MasterKeyMissing, MasterKeyExposed or MasterKeyUnreadable, and never makes one."""
    try:
        with path.open("rb") as file:
            # Asked of the open file, not of its name: nothing can be put in its place between the two.
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            secret = file.read(KEY_BYTES + 1)
    except FileNotFoundError:
        raise MasterKeyMissing(path=str(path)) from None
    except OSError as error:
        raise MasterKeyUnreadable(path=str(path)) from error
    if mode & _OTHERS:
        raise MasterKeyExposed(path=str(path), mode=f"{mode:04o}")
    if len(secret) != KEY_BYTES:
        raise MasterKeyUnreadable(path=str(path))
    return MasterKey(secret)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
