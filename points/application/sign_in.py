"""One-time codes (kind 7) that make a phone or a desk somebody's, and the tokens they turn into."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from points.access import Actor, NotAuthenticated
from points.application.tools import Body, Tools, Work
from points.codes.checking import check_usable, key_of, verify
from points.codes.text import extract_digits
from points.codes.token import Kind, Token, encode, redemption_id, to_digits
from points.domain.device import Device
from points.domain.staff import SignInNotOffered, Staff
from points.domain.till import Till
from points.domain.values import Role
from points.domain.volunteer import EnrolmentNotOffered, Volunteer
from points.ledger.connection_rows import CommittedRows
from points.ledger.credentials import ActorKind, Credentials
from points.ledger.unit import Unit
from points.ledger.writer import Command

STAFF_TOKEN_FOR = timedelta(days=30)
_NONCE_BYTES = 8
_MAX_SECONDS = 65_535  # what a code's time to live can say


class OneTimeCode(NamedTuple):
    """`id` is the phone or session that exists once the code is used: the code names it, so it is used once."""

    id: UUID
    digits: str
    expires_at: datetime


def offer_code(work: Work, target_id: UUID, valid_for: timedelta) -> OneTimeCode:
    """Make a code for a volunteer or a staff member; the caller records the offer on their stream."""
    signer = work.signer(Kind.ENROLMENT)
    nonce = os.urandom(_NONCE_BYTES)
    not_before_s = int(work.at.timestamp())
    valid_for_s = min(int(valid_for.total_seconds()), _MAX_SECONDS)
    token = Token(
        Kind.ENROLMENT,
        signer.key.key_id,
        work.subjects.issue(Kind.ENROLMENT, target_id, now=work.at),
        0,
        nonce,
        not_before_s,
        valid_for_s,
        0,
    )
    tenant = work.tenant.bytes
    return OneTimeCode(
        redemption_id(tenant, signer.key.key_id, nonce, not_before_s),
        to_digits(encode(token, tenant, signer.sign)),
        work.at + timedelta(seconds=valid_for_s),
    )


class SignIn:
    """Turns codes into tokens, and tokens into actors."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def redeem_code(self, digits: str, fixed_at: datetime | None = None) -> Body:
        """The phone's or desk's side: the token is shown here and exists nowhere else.

        Raises the refusals of codes (CodeExpired, …), EnrolmentNotOffered, SignInNotOffered.
        """
        tools = self._tools
        plain = extract_digits(digits.strip())

        def decide(unit: Unit) -> Body:
            work = Work(unit, tools)
            keys = work.key_ring.current()
            token = verify(plain, expected=Kind.ENROLMENT, tenant=tools.tenant.bytes, keys=keys)
            code_id = redemption_id(tools.tenant.bytes, token.key_id, token.nonce, token.not_before_s)
            subject = work.subjects.resolve(token.subject)
            if subject is None:
                raise EnrolmentNotOffered
            check_usable(token, key_of(token, keys), now_s=int(work.at.timestamp()))
            volunteer = unit.seek(Volunteer, subject.target_id)
            if volunteer is not None:
                return self._enrol(work, volunteer, code_id)
            staff = unit.seek(Staff, subject.target_id)
            if staff is None:
                raise SignInNotOffered
            return self._sign_in(work, staff, code_id)

        outcome = tools.writer.run(Command(tools.new_id(), decide, fixed_at=fixed_at))
        return {**outcome.value, "position": outcome.position}

    def _enrol(self, work: Work, volunteer: Volunteer, device_id: UUID) -> Body:
        volunteer.accept_device(work.at, device_id=device_id)
        work.unit.add(Device.enrol(work.at, device_id, volunteer_id=volunteer.id))
        token = work.credentials.issue(ActorKind.DEVICE, device_id, work.at, None)
        return {
            "token": token,
            "role": Role.VOLUNTEER.value,
            "volunteer_number": volunteer.volunteer_number,
            "expires_at": None,
        }

    def _sign_in(self, work: Work, staff: Staff, session_id: UUID) -> Body:
        staff.sign_in(work.at, session_id=session_id)
        # A demo store's clock may be set years ahead within minutes: its tokens last.
        valid_for_s = None if self._tools.demo else int(STAFF_TOKEN_FOR.total_seconds())
        token = work.credentials.issue(ActorKind.STAFF, staff.id, work.at, valid_for_s)
        ends_at = None if valid_for_s is None else (work.at + STAFF_TOKEN_FOR).isoformat()
        return {
            "token": token,
            "role": staff.role.value,
            "staff_id": str(staff.id),
            "expires_at": ends_at,
        }

    def authenticate(self, token: str | None, fixed_at: datetime | None = None) -> Actor:
        """Who holds the token. Commands ask again under the head whether the holder may still act.

        Raises NotAuthenticated, the same for a missing, unknown, expired and revoked token.
        """
        if token is None:
            raise NotAuthenticated
        tools = self._tools
        with tools.engine.connect() as connection:
            found = Credentials(CommittedRows(connection)).resolve(token, fixed_at or tools.now())
            if found is None:
                raise NotAuthenticated
            kind, actor_id = found
            loaded = tools.writer.loader.load(connection, [actor_id])
        holder = loaded.get(actor_id)
        if kind is ActorKind.STAFF and isinstance(holder, Staff) and not holder.revoked:
            return Actor(actor_id, holder.role, holder.area_code, holder.merchant_id, holder.volunteer_id)
        if isinstance(holder, Till) and not holder.revoked:
            role = Role.POS if kind is ActorKind.POS else Role.TILL
            return Actor(actor_id, role, merchant_id=holder.merchant_id)
        if kind is ActorKind.DEVICE and isinstance(holder, Device) and not holder.revoked:
            return Actor(actor_id, Role.VOLUNTEER, volunteer_id=holder.volunteer_id)
        raise NotAuthenticated
