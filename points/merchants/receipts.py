"""Receipt codes (kind 4): signed proof of a payment, the same text however often it is asked for."""

from __future__ import annotations

import hashlib
import time
from datetime import datetime
from uuid import UUID

from points.application.tools import Tools
from points.codes.errors import NoSigningKey
from points.codes.signer import Signer
from points.codes.token import Kind, Token, encode, to_digits
from points.domain.calendar import to_us

_SUBJECT_BYTES = 12
_NONCE_BYTES = 8
_NONCE_DOMAIN = b"VPX-RCPT"
_LOOK_AGAIN_AFTER_S = 5.0
_SECOND_US = 1_000_000


class Receipts:
    """Signs receipts outside the writer: a signature under the head would make everybody wait for it."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._signer: Signer | None = None
        self._looked_at = 0.0

    def code(self, redemption_id: UUID, points: int, confirmed_at: datetime) -> str | None:
        """The receipt's digits, or None once the key of that time has been destroyed, a year on."""
        at_s = to_us(confirmed_at) // _SECOND_US
        try:
            signer = self._signer_at(at_s)
        except NoSigningKey:
            return None
        nonce = hashlib.sha256(_NONCE_DOMAIN + redemption_id.bytes).digest()[:_NONCE_BYTES]
        subject = redemption_id.bytes[:_SUBJECT_BYTES]
        token = Token(Kind.RECEIPT, signer.key.key_id, subject, 0, nonce, at_s, 0, points)
        return to_digits(encode(token, self._tools.tenant.bytes, signer.sign))

    def _signer_at(self, at_s: int) -> Signer:
        now_s = time.monotonic()
        signer = self._signer
        fresh = now_s - self._looked_at < _LOOK_AGAIN_AFTER_S
        if signer is not None and fresh and signer.key.signs_at(at_s):
            return signer
        with self._tools.looking() as desk:
            signer = desk.key_ring.signing_key(Kind.RECEIPT, at_s)
        self._signer, self._looked_at = signer, now_s
        return signer
