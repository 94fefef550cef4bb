"""Appointing and revoking staff."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.sign_in import offer_code
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.volunteers import find_volunteer
from points.domain.errors import Invalid
from points.domain.merchant import Merchant
from points.domain.staff import Staff
from points.domain.values import Role
from points.projections import staff as staff_model

SIGN_IN_FOR = timedelta(hours=18)
_OF_AN_AREA = frozenset(
    {Role.COUNTY, Role.TOWNSHIP, Role.COMMUNITY, Role.REVIEWER, Role.AUDITOR, Role.GRID_WORKER}
)
_OF_A_MERCHANT = frozenset({Role.MERCHANT_OWNER, Role.CASHIER})


class StaffDesk:
    """Who works here."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def add(
        self,
        call: Call,
        *,
        name: str,
        role: str,
        area: str | None = None,
        merchant_id: UUID | None = None,
        volunteer_number: str | None = None,
    ) -> Answer:
        """Appoint someone; the body's `digits` sign them in once, within 18 hours.

        Raises NotAllowed, Invalid (role, area, merchant), AreaNotFound, StreamNotFound.
        """
        access.require(call.actor, Act.ADD_STAFF)
        known_role = self._check(name, role, area, merchant_id)

        def decide(work: Work) -> Body:
            if merchant_id is not None:
                work.unit.get(Merchant, merchant_id)
            volunteer_id = find_volunteer(work, volunteer_number).id if volunteer_number is not None else None
            staff_id = work.new_id()
            work.vault.open_subject(staff_id)
            staff = Staff.appoint(
                work.at,
                staff_id,
                role=known_role,
                area_code=area,
                merchant_id=merchant_id,
                volunteer_id=volunteer_id,
                profile_ref=work.vault.put(staff_id, {"name": name}),
                appointed_by=call.actor.id,
            )
            work.unit.add(staff)
            code = offer_code(work, staff_id, SIGN_IN_FOR)
            staff.offer_sign_in(
                work.at, session_id=code.id, offered_by=call.actor.id, expires_at=code.expires_at
            )
            return {
                "staff_id": str(staff_id),
                "digits": code.digits,
                "expires_at": code.expires_at.isoformat(),
            }

        told = [name, role, area, str(merchant_id), volunteer_number]
        return self._tools.change(call, "staff.add", told, decide)

    def _check(self, name: str, role: str, area: str | None, merchant_id: UUID | None) -> Role:
        if not name.strip():
            raise Invalid(field="name", rule="missing")
        if role not in _OF_AN_AREA | _OF_A_MERCHANT | {Role.ADMIN}:
            raise Invalid(field="role", rule="role-unknown")
        known = Role(role)
        if known in _OF_AN_AREA:
            if area is None:
                raise Invalid(field="area", rule="missing")
            self._tools.areas(area).get(area)
        if known in _OF_A_MERCHANT and merchant_id is None:
            raise Invalid(field="merchant", rule="missing")
        return known

    def revoke(self, call: Call, staff_id: UUID) -> Answer:
        """End an appointment, its tokens and codes with it. Raises NotAllowed, StreamNotFound."""
        access.require(call.actor, Act.ADD_STAFF)

        def decide(work: Work) -> Body:
            work.unit.get(Staff, staff_id).revoke(work.at, revoked_by=call.actor.id)
            work.credentials.revoke_all(staff_id)
            return {"staff_id": str(staff_id)}

        return self._tools.change(call, "staff.revoke", str(staff_id), decide)

    def list(self, call: Call, *, limit: int, after: UUID | None = None) -> Body:
        access.require(call.actor, Act.READ_STAFF)
        with self._tools.reading() as connection:
            members = staff_model.page(connection, limit, after)
        with self._tools.looking() as desk:
            names = desk.vault.get_many([member.profile_ref for member in members])
        items: list[dict[str, Any]] = [
            {
                "staff_id": str(member.staff_id),
                "name": names.get(member.profile_ref, {}).get("name"),
                "role": member.role.value,
                "area": member.area_code,
                "merchant_id": member.merchant_id and str(member.merchant_id),
                "revoked": member.revoked,
            }
            for member in members
        ]
        return {"staff": items, "next": str(members[-1].staff_id) if len(members) == limit else None}
