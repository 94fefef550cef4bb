"""Payment codes: what a volunteer's own phone, and nobody else's, shows at a till."""

from __future__ import annotations

import os
from datetime import timedelta

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.codes.short import make_short_code
from points.codes.token import Kind, Token, encode, signed_part, to_digits
from points.domain import naming
from points.domain.device import Device
from points.domain.errors import NotAllowed
from points.domain.volunteer import Volunteer
from points.ledger.errors import ShortCodeTaken

PAYMENT_CODE_FOR_S = 60
PAYMENT_CODE_CAP_POINTS = 100
_NONCE_BYTES = 8


class Paying:
    """The volunteer's side of the till."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def payment_code(self, call: Call) -> Answer:
        """A code good for a minute and for at most 100 points, with twelve digits beside it to type.

        Raises NotAllowed for anybody but a volunteer's phone, DeviceRevoked, VolunteerWithdrawn.
        """
        access.require(call.actor, Act.MAKE_PAYMENT_CODE)
        volunteer_id = call.actor.volunteer_id
        if volunteer_id is None:
            raise NotAllowed(action=Act.MAKE_PAYMENT_CODE.value)

        def decide(work: Work) -> Body:
            work.unit.get(Device, call.actor.id).require_active()
            work.unit.get(Volunteer, volunteer_id).require_active()
            at_s = int(work.at.timestamp())
            account_id = naming.account_id(work.tenant, volunteer_id)
            signer = work.signer(Kind.PAYMENT)
            token = Token(
                Kind.PAYMENT,
                signer.key.key_id,
                work.subjects.issue(Kind.PAYMENT, account_id, call.actor.id, now=work.at),
                0,
                os.urandom(_NONCE_BYTES),
                at_s,
                PAYMENT_CODE_FOR_S,
                PAYMENT_CODE_CAP_POINTS,
            )
            expires_at = work.at.replace(microsecond=0) + timedelta(seconds=PAYMENT_CODE_FOR_S)
            return {
                "digits": to_digits(encode(token, work.tenant.bytes, signer.sign)),
                "short_code": _short_code(work, token),
                "expires_at": expires_at.isoformat(),
                "cap_points": PAYMENT_CODE_CAP_POINTS,
            }

        return self._tools.change(call, "paying.payment-code", [], decide)


def _short_code(work: Work, token: Token) -> str:
    expires_at = work.at + timedelta(seconds=PAYMENT_CODE_FOR_S)
    while True:
        digits = make_short_code()
        try:
            work.short_codes.put(digits, signed_part(token), expires_at)
        except ShortCodeTaken:
            continue
        return digits
