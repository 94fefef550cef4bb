"""Where a reader may look, and who somebody is: asked alike by the menu, the ledger and the lists."""

from __future__ import annotations

from uuid import UUID

from points import access
from points.access import Act, Actor, OutsideScope
from points.application.tools import Call, Tools, Work
from points.domain.claims import Claimant, ClaimantKind
from points.domain.errors import Invalid, NotFound, Refused
from points.domain.resident import Resident
from points.domain.staff import Staff
from points.domain.values import AreaLevel, Role
from points.domain.volunteer import Volunteer
from points.ledger.blind_indexes import VOLUNTEER_NUMBER
from points.projections import volunteers as volunteer_model


class OwnerNotHere(Refused):
    """Who handles something is active staff whose area covers it."""


def person(actor: Actor) -> UUID:
    """Whom to hold to their word: the person behind a phone, or behind an appointment where it is known."""
    return actor.volunteer_id or actor.id


def township_of(tools: Tools, area_code: str) -> str:
    """The township that the area lies in; the area itself above that level."""
    areas = tools.areas(area_code)
    path = areas.path(area_code)
    return next((code for code in path if areas.level(code) is AreaLevel.TOWNSHIP), area_code)


def home_of(tools: Tools, actor: Actor) -> str:
    """Where a volunteer lives. Raises OutsideScope for one who is not in the register."""
    with tools.reading() as connection:
        volunteer = volunteer_model.get(connection, actor.volunteer_id) if actor.volunteer_id else None
    if volunteer is None:
        raise OutsideScope(action="read")
    return volunteer.area_code


def readable_area(tools: Tools, call: Call, act: Act, area: str | None) -> str:
    """The area a list is asked for, or one's own: a volunteer's is their township. Raises OutsideScope."""
    access.require(call.actor, act)
    if call.actor.role is Role.VOLUNTEER:
        own = township_of(tools, home_of(tools, call.actor))
        if area is not None and own not in tools.areas(area).path(area):
            raise OutsideScope(action=act.value)
        return area or own
    code = area or call.actor.area_code or tools.county_code
    access.require_in_area(call.actor, act, tools.areas(code).path(code))
    return code


def claimant_of(
    tools: Tools, call: Call, act: Act, area_code: str, kind: str | None, id_: UUID | None
) -> Claimant:
    """On whose behalf one comes forward: a volunteer for themselves, in their township; staff for others."""
    access.require(call.actor, act)
    path = tools.areas(area_code).path(area_code)
    if call.actor.role is Role.VOLUNTEER:
        if township_of(tools, home_of(tools, call.actor)) not in path:
            raise OutsideScope(action=act.value)
        if kind not in {None, ClaimantKind.VOLUNTEER}:
            raise Invalid(field="claimant", rule="unknown")
        return Claimant(ClaimantKind.VOLUNTEER, person(call.actor))
    access.require_in_area(call.actor, act, path)
    if kind not in {ClaimantKind.ORGANISATION, ClaimantKind.TEAM} or id_ is None:
        raise Invalid(field="claimant", rule="unknown")
    return Claimant(ClaimantKind(kind), id_)


def beneficiary(work: Work, number: str | None, resident_id: UUID | None) -> tuple[UUID, UUID]:
    """The one a request or an issue is for, with the reference of their contact; exactly one is named."""
    if (number is None) == (resident_id is None):
        raise Invalid(field="beneficiary", rule="one-of-two")
    if resident_id is not None:
        resident = work.unit.get(Resident, resident_id)
        resident.require_known()
        return resident.id, resident.profile_ref
    found = work.indexes.lookup(VOLUNTEER_NUMBER, number or "")
    if found is None:
        raise NotFound(subject="volunteer", reference=number or "")
    volunteer = work.unit.get(Volunteer, found)
    volunteer.require_active()
    return volunteer.id, volunteer.profile_ref


def require_owner(tools: Tools, work: Work, owner_id: UUID, area_code: str) -> None:
    """Raises OwnerNotHere unless the staff member is active and their area covers the place."""
    staff = work.unit.seek(Staff, owner_id)
    if staff is None or staff.revoked or staff.area_code not in tools.areas().path(area_code):
        raise OwnerNotHere
