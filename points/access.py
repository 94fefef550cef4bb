"""Who may do what, and where. Default deny: an act that is not listed for a role is refused.

A use case asks once with the act and, where the thing acted on lies in an area, that area and those above it;
where it belongs to a merchant, that merchant. Nobody holds both hands of one approval: those who enter and
publish do not review, and those who review enter nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from points.domain.errors import NotAllowed, Refused
from points.domain.values import Role


class NotAuthenticated(Refused):
    """No token, or none that is known, valid and unrevoked."""


class OutsideScope(NotAllowed):
    """The act is the role's, but not in this area or at this merchant."""


class Act(StrEnum):
    """Everything that can be done, as the access matrix names it."""

    ADD_STAFF = "add-staff"
    READ_STAFF = "read-staff"
    IMPORT_AREAS = "import-areas"
    REGISTER_VOLUNTEER = "register-volunteer"
    READ_VOLUNTEER = "read-volunteer"
    READ_PROFILE = "read-profile"
    ENROL_DEVICE = "enrol-device"
    APPROVE_DEVICE = "approve-device"
    PLAN_ACTIVITY = "plan-activity"
    READ_ACTIVITIES = "read-activities"
    RECORD_HOURS = "record-hours"
    READ_HOURS = "read-hours"
    REVIEW_HOURS = "review-hours"
    GIVE_NOTICE = "give-notice"
    CONFIRM_HOURS = "confirm-hours"
    OBJECT = "object"
    ANSWER_OBJECTION = "answer-objection"
    DRAFT_SCHEME = "draft-scheme"
    APPROVE_SCHEME = "approve-scheme"
    READ_SCHEMES = "read-schemes"
    MANAGE_FUNDS = "manage-funds"
    READ_FUNDS = "read-funds"
    ENROL_MERCHANT = "enrol-merchant"
    APPROVE_MERCHANT = "approve-merchant"
    READ_MERCHANTS = "read-merchants"
    ENROL_TILL = "enrol-till"
    REVOKE_TILL = "revoke-till"
    MAKE_MERCHANT_CODE = "make-merchant-code"
    MAKE_PAYMENT_CODE = "make-payment-code"
    REDEEM = "redeem"
    REFUND = "refund"
    READ_REDEMPTIONS = "read-redemptions"
    RUN_EXPIRY = "run-expiry"
    AUDIT = "audit"
    END_OWN_SESSIONS = "end-own-sessions"


_OFFICE = frozenset({Role.COUNTY, Role.TOWNSHIP, Role.COMMUNITY})
_LOOKERS = _OFFICE | {Role.REVIEWER, Role.AUDITOR}
_FIELD = _OFFICE | {Role.GRID_WORKER}

ALLOWED: Mapping[Act, frozenset[Role]] = {
    Act.ADD_STAFF: frozenset({Role.ADMIN}),
    Act.READ_STAFF: frozenset({Role.ADMIN, Role.AUDITOR}),
    Act.IMPORT_AREAS: frozenset({Role.COUNTY}),
    Act.REGISTER_VOLUNTEER: _FIELD,
    Act.READ_VOLUNTEER: _LOOKERS | {Role.GRID_WORKER, Role.VOLUNTEER},
    Act.READ_PROFILE: _FIELD | {Role.VOLUNTEER},
    Act.ENROL_DEVICE: _FIELD,
    Act.APPROVE_DEVICE: _FIELD | {Role.REVIEWER},
    Act.PLAN_ACTIVITY: _OFFICE,
    Act.READ_ACTIVITIES: _LOOKERS | {Role.GRID_WORKER, Role.VOLUNTEER},
    Act.RECORD_HOURS: _OFFICE,
    Act.READ_HOURS: _LOOKERS | {Role.VOLUNTEER},
    Act.REVIEW_HOURS: frozenset({Role.REVIEWER}),
    Act.GIVE_NOTICE: _OFFICE,
    Act.CONFIRM_HOURS: _OFFICE,
    Act.OBJECT: _FIELD | {Role.REVIEWER, Role.AUDITOR, Role.VOLUNTEER},
    Act.ANSWER_OBJECTION: frozenset({Role.REVIEWER}),
    Act.DRAFT_SCHEME: frozenset({Role.COUNTY}),
    Act.APPROVE_SCHEME: frozenset({Role.REVIEWER}),
    Act.READ_SCHEMES: _LOOKERS | {Role.GRID_WORKER, Role.VOLUNTEER, Role.MERCHANT_OWNER},
    Act.MANAGE_FUNDS: frozenset({Role.COUNTY}),
    Act.READ_FUNDS: _LOOKERS,
    Act.ENROL_MERCHANT: frozenset({Role.COUNTY}),
    Act.APPROVE_MERCHANT: frozenset({Role.REVIEWER}),
    Act.READ_MERCHANTS: _LOOKERS | {Role.MERCHANT_OWNER},
    Act.ENROL_TILL: frozenset({Role.COUNTY}),
    Act.REVOKE_TILL: frozenset({Role.COUNTY, Role.MERCHANT_OWNER}),
    Act.MAKE_MERCHANT_CODE: frozenset({Role.COUNTY, Role.MERCHANT_OWNER}),
    Act.MAKE_PAYMENT_CODE: frozenset({Role.VOLUNTEER}),
    Act.REDEEM: frozenset({Role.TILL}),
    Act.REFUND: frozenset({Role.TILL, Role.MERCHANT_OWNER}),
    Act.READ_REDEMPTIONS: frozenset({Role.TILL, Role.MERCHANT_OWNER, Role.COUNTY, Role.AUDITOR}),
    Act.RUN_EXPIRY: frozenset({Role.COUNTY}),
    Act.AUDIT: frozenset({Role.AUDITOR}),
    Act.END_OWN_SESSIONS: frozenset(Role),
}

# These look at the whole tenant; every other staff role acts within the area of its appointment.
_EVERYWHERE = frozenset({Role.ADMIN, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks. `id` is the staff member, the till or the phone; it stands in events and records.

    A volunteer acts through a phone: `volunteer_id` is then the person. Staff may have one too: their own
    entry in the register, so that nobody reviews their own hours.
    """

    id: UUID
    role: Role
    area_code: str | None = None
    merchant_id: UUID | None = None
    volunteer_id: UUID | None = None


def require(actor: Actor, act: Act) -> None:
    """Raises NotAllowed unless the role may do this at all."""
    if actor.role not in ALLOWED[act]:
        raise NotAllowed(action=act.value)


def require_in_area(actor: Actor, act: Act, area_path: Sequence[str]) -> None:
    """As `require`, and the actor's area must cover the thing's. `area_path`: its area, then those above."""
    require(actor, act)
    if actor.role not in _EVERYWHERE and actor.area_code not in area_path:
        raise OutsideScope(action=act.value)


def require_for_merchant(actor: Actor, act: Act, merchant_id: UUID, area_path: Sequence[str] = ()) -> None:
    """As `require`: the merchant's own people and tills, or staff whose area covers the merchant's."""
    require(actor, act)
    if actor.merchant_id is not None:
        if actor.merchant_id != merchant_id:
            raise OutsideScope(action=act.value)
    elif actor.role not in _EVERYWHERE and actor.area_code not in area_path:
        raise OutsideScope(action=act.value)


def require_for_volunteer(actor: Actor, act: Act, volunteer_id: UUID, area_path: Sequence[str]) -> None:
    """As `require`: the person themselves, or staff whose area covers where the person lives."""
    require(actor, act)
    if actor.role is Role.VOLUNTEER:
        if actor.volunteer_id != volunteer_id:
            raise OutsideScope(action=act.value)
    elif actor.role not in _EVERYWHERE and actor.area_code not in area_path:
        raise OutsideScope(action=act.value)
