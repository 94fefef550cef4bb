"""The twelve digits beside a payment code's image, for a till whose camera fails.

They stand for the very token in the image. The digits are kept only as a keyed digest: who reads the table
cannot pay with it, and the token is kept without its signature.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, LargeBinary, Table

from points.domain.calendar import from_us, to_us
from points.domain.errors import Invalid
from points.ledger.errors import ShortCodeTaken
from points.ledger.metadata import ledger_metadata
from points.ledger.rows import Rows

TOKEN_BYTES = 40

short_codes = Table(
    "short_codes",
    ledger_metadata,
    Column("digest16", LargeBinary(16), primary_key=True),
    Column("token", LargeBinary(TOKEN_BYTES), nullable=False),
    Column("expires_at_us", BigInteger, nullable=False),
)

_DIGEST_BYTES = 16
_DIGITS = re.compile(r"\A[0-9]{12}\Z")


@dataclass(frozen=True, slots=True)
class ShortCode:
    """The unsigned bytes of the token that the digits stand for, and when they stop to do so."""

    token: bytes
    expires_at: datetime


class ShortCodes:
    """Tokens by their twelve digits."""

    def __init__(self, rows: Rows, subkey: bytes) -> None:
        self._rows = rows
        self._subkey = subkey

    def put(self, digits: str, token: bytes, expires_at: datetime) -> bytes:
        """Let the digits stand for the token's 40 unsigned bytes; returns the row's key, to purge it by.

        Raises ShortCodeTaken when they stand for a token already, expired or not: the caller draws again.
        """
        if len(token) != TOKEN_BYTES:
            raise ValueError("a token has 40 unsigned bytes")
        digest = self._digest(digits)
        if self._rows.find(short_codes, digest16=digest) is not None:
            raise ShortCodeTaken
        self._rows.insert(short_codes, digest16=digest, token=token, expires_at_us=to_us(expires_at))
        return digest

    def find(self, digits: str) -> ShortCode | None:
        """What the digits stand for, or None.

        An expired code is still found until it is purged: a till whose answer was lost asks again after the
        end, and is told of the redemption that was made.
        """
        row = self._rows.find(short_codes, digest16=self._digest(digits))
        return None if row is None else ShortCode(row["token"], from_us(row["expires_at_us"]))

    def purge(self, keys: Iterable[bytes]) -> None:
        """Remove the rows with these keys."""
        for key in keys:
            self._rows.delete(short_codes, digest16=key)

    def _digest(self, digits: str) -> bytes:
        if not _DIGITS.match(digits):
            raise Invalid(field="short_code", rule="twelve-digits")
        return hmac.digest(self._subkey, digits.encode(), "sha256")[:_DIGEST_BYTES]
