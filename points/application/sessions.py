"""One's own sessions: each phone, desk and till that is signed in, to be looked at and ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from points import access
from points.access import Act, Actor
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain.calendar import from_us
from points.domain.device import Device
from points.domain.errors import NotFound
from points.domain.values import Role
from points.domain.volunteer import Volunteer
from points.ledger.credentials import ActorKind, session_id_of

_KINDS = {Role.VOLUNTEER: ActorKind.DEVICE, Role.TILL: ActorKind.TILL, Role.POS: ActorKind.POS}


class SessionNotFound(NotFound):
    """No such session, or none of the asker's."""


class Sessions:
    """Where one is signed in. A volunteer's phones are each a device of its own."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def list(self, call: Call, token: str | None) -> list[dict[str, Any]]:
        """The living sessions, the oldest first; `token` marks the one that asks."""
        access.require(call.actor, Act.END_OWN_SESSIONS)
        current = None if token is None else session_id_of(token)
        now = call.fixed_at or self._tools.now()
        holders = self._holders(call.actor)
        with self._tools.looking() as desk:
            return [
                {
                    "session_id": session.session_id,
                    "since": from_us(session.issued_at_us).isoformat(),
                    "current": session.session_id == current,
                }
                for holder in holders
                for session in desk.credentials.sessions(holder, now)
            ]

    def open(self, call: Call) -> Answer:
        """A further session for the same till, so that ending a browser leaves the enrolment token alone."""
        access.require(call.actor, Act.END_OWN_SESSIONS)
        kind = _KINDS.get(call.actor.role, ActorKind.STAFF)

        def decide(work: Work) -> Body:
            return {"token": work.credentials.issue(kind, call.actor.id, work.at, None)}

        return self._tools.change(call, "sessions.open", [], decide)

    def end(self, call: Call, session_id: str) -> Answer:
        """End one. A volunteer's phone is taken out of use with it: a new code makes it one again.

        Raises SessionNotFound.
        """
        access.require(call.actor, Act.END_OWN_SESSIONS)
        holders = self._holders(call.actor)

        def decide(work: Work) -> Body:
            holder = _holder_of(work, holders, session_id)
            device = work.unit.seek(Device, holder) if call.actor.role is Role.VOLUNTEER else None
            if device is not None:
                device.revoke(work.at, revoked_by=call.actor.id)
                work.credentials.revoke_all(holder)
            else:
                work.credentials.revoke_session(holder, session_id)
            return {"session_id": session_id}

        return self._tools.change(call, "sessions.end", session_id, decide)

    def _holders(self, actor: Actor) -> tuple[UUID, ...]:
        """Whose tokens are the actor's: its own, or those of all the person's phones."""
        if actor.role is not Role.VOLUNTEER or actor.volunteer_id is None:
            return (actor.id,)
        with self._tools.engine.connect() as connection:
            found = self._tools.writer.loader.load(connection, [actor.volunteer_id])
        volunteer = found.get(actor.volunteer_id)
        return volunteer.devices if isinstance(volunteer, Volunteer) else ()


def _holder_of(work: Work, holders: tuple[UUID, ...], session_id: str) -> UUID:
    for holder in holders:
        if any(session.session_id == session_id for session in work.credentials.sessions(holder, work.at)):
            return holder
    raise SessionNotFound(subject="session", reference=session_id)
