"""Finding a subject by a value that is stored nowhere in the clear.

A table of plain hashes would fall to trying all phone numbers; a digest under a key from outside the database
does not. Each index has a key of its own, so the same value in two indexes shows no relation.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Callable
from typing import Final
from uuid import UUID

from sqlalchemy import Column, LargeBinary, String, Table

from points.domain.errors import Invalid
from points.ledger.errors import AlreadyIndexed
from points.ledger.master_key import Purpose, TenantKeys
from points.ledger.metadata import UuidBytes, ledger_metadata
from points.ledger.rows import Rows

blind_indexes = Table(
    "blind_indexes",
    ledger_metadata,
    Column("name", String(32), primary_key=True),
    Column("digest16", LargeBinary(16), primary_key=True),
    Column("subject_id", UuidBytes, nullable=False),
)

PHONE: Final = "phone"
IDENTITY_NUMBER: Final = "identity_number"
VOLUNTEER_NUMBER: Final = "volunteer_number"
ACTIVITY: Final = "activity"
BILL: Final = "bill"

_DIGEST_BYTES = 16
_MOBILE_DIGITS = 11
_COUNTRY_CODES = ("0086", "86")
_SEPARATOR = "\x1f"


def activity_value(*parts: str) -> str:
    """What tells one activity from another (area, day, name), as one value that no other parts can give."""
    return _SEPARATOR.join(_text(part).replace(_SEPARATOR, "") for part in parts)


class BlindIndexes:
    """Values claimed by subjects, each by one subject within an index.

    Values are compared in their normal form: full-width and half-width characters alike, phones by their
    digits without the country code, identity numbers without spaces and in capitals, all else without
    surplus spaces or case.
    """

    def __init__(self, rows: Rows, keys: TenantKeys) -> None:
        self._rows = rows
        self._keys = keys

    def lookup(self, name: str, value: str) -> UUID | None:
        """The subject that claimed the value, or None."""
        row = self._rows.find(blind_indexes, name=name, digest16=self._digest(name, value))
        if row is None:
            return None
        found: UUID = row["subject_id"]
        return found

    def claim(self, name: str, value: str, subject_id: UUID) -> None:
        """Take the value for the subject; AlreadyIndexed if it is another's. Claiming one's own is no change.

        Raises Invalid for a value that is empty in its normal form, which everyone without one would share.
        """
        digest = self._digest(name, value)
        row = self._rows.find(blind_indexes, name=name, digest16=digest)
        if row is None:
            self._rows.insert(blind_indexes, name=name, digest16=digest, subject_id=subject_id)
        elif row["subject_id"] != subject_id:
            raise AlreadyIndexed(index=name, subject_id=row["subject_id"])

    def release(self, name: str, value: str) -> None:
        """Give the value up, as at a correction or an erasure; no change if nobody holds it."""
        self._rows.delete(blind_indexes, name=name, digest16=self._digest(name, value))

    def _digest(self, name: str, value: str) -> bytes:
        normal = _NORMAL_FORMS.get(name, _text)(value)
        if not normal:
            raise Invalid(field=name, rule="empty")
        key = self._keys.subkey(Purpose.BLIND_INDEX, name)
        return hmac.digest(key, normal.encode(errors="surrogatepass"), "sha256")[:_DIGEST_BYTES]


def _text(value: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", value).split()).casefold()


def _digits(value: str) -> str:
    # Decimal digits of any script count as what they mean; NFKC has already made the full-width ones plain.
    folded = unicodedata.normalize("NFKC", value)
    return "".join(str(unicodedata.decimal(sign)) for sign in folded if sign.isdecimal())


def _phone(value: str) -> str:
    digits = _digits(value)
    for code in _COUNTRY_CODES:
        national = digits.removeprefix(code)
        if national != digits and len(national) == _MOBILE_DIGITS:
            return national
    return digits


def _identity_number(value: str) -> str:
    return "".join(unicodedata.normalize("NFKC", value).split()).upper()


_NORMAL_FORMS: Final[dict[str, Callable[[str], str]]] = {
    PHONE: _phone,
    IDENTITY_NUMBER: _identity_number,
    VOLUNTEER_NUMBER: _digits,
}
