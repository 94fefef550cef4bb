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
    ERASE_VOLUNTEER = "erase-volunteer"
    REGISTER_VOLUNTEER = "register-volunteer"
    READ_VOLUNTEER = "read-volunteer"
    READ_PROFILE = "read-profile"
    ENROL_DEVICE = "enrol-device"
    APPROVE_DEVICE = "approve-device"
    PLAN_ACTIVITY = "plan-activity"
    READ_ACTIVITIES = "read-activities"
    SIGN_UP = "sign-up"
    CHECK_IN = "check-in"
    SHOW_ACTIVITY_CODE = "show-activity-code"
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
    WITHDRAW_SCHEME = "withdraw-scheme"
    SIMULATE_SCHEME = "simulate-scheme"
    MANAGE_FUNDS = "manage-funds"
    READ_FUNDS = "read-funds"
    ALLOCATE_BUDGET = "allocate-budget"
    ENROL_MERCHANT = "enrol-merchant"
    APPROVE_MERCHANT = "approve-merchant"
    READ_MERCHANTS = "read-merchants"
    ENROL_TILL = "enrol-till"
    REVOKE_TILL = "revoke-till"
    MAKE_MERCHANT_CODE = "make-merchant-code"
    MAKE_PAYMENT_CODE = "make-payment-code"
    PAY_MERCHANT = "pay-merchant"
    ISSUE_CARD = "issue-card"
    MANAGE_OFFERS = "manage-offers"
    READ_OFFERS = "read-offers"
    REDEEM = "redeem"
    REFUND = "refund"
    READ_REDEMPTIONS = "read-redemptions"
    RUN_EXPIRY = "run-expiry"
    READ_EXPIRY = "read-expiry"
    GIVE_POINTS = "give-points"
    PROPOSE_ADJUSTMENT = "propose-adjustment"
    APPROVE_ADJUSTMENT = "approve-adjustment"
    APPEAL = "appeal"
    READ_ADJUSTMENTS = "read-adjustments"
    AUDIT = "audit"
    DRAW_SETTLEMENT = "draw-settlement"
    CONFIRM_SETTLEMENT = "confirm-settlement"
    APPROVE_SETTLEMENT = "approve-settlement"
    PAY_SETTLEMENT = "pay-settlement"
    NAME_PAYEE = "name-payee"
    APPROVE_PAYEE = "approve-payee"
    READ_SETTLEMENTS = "read-settlements"
    RECONCILE = "reconcile"
    RAISE_DISPUTE = "raise-dispute"
    DECIDE_DISPUTE = "decide-dispute"
    READ_DISPUTES = "read-disputes"
    RAISE_ALARMS = "raise-alarms"
    DECIDE_ALARM = "decide-alarm"
    READ_ALARMS = "read-alarms"
    MANAGE_WEBHOOKS = "manage-webhooks"
    MANAGE_HOUSEHOLDS = "manage-households"
    READ_HOUSEHOLDS = "read-households"
    MANAGE_ORGANISATIONS = "manage-organisations"
    READ_ORGANISATIONS = "read-organisations"
    ASSIGN_POSTS = "assign-posts"
    READ_POSTS = "read-posts"
    ADD_AREAS = "add-areas"
    RECORD_CONSENT = "record-consent"
    STATE_ABILITIES = "state-abilities"
    READ_ABILITIES = "read-abilities"
    READ_MINORS = "read-minors"
    RECORD_GUARDIAN = "record-guardian"
    PROPOSE_STARS = "propose-stars"
    AWARD_STARS = "award-stars"
    REQUEST_CERTIFICATE = "request-certificate"
    ISSUE_CERTIFICATE = "issue-certificate"
    REVOKE_CERTIFICATE = "revoke-certificate"
    READ_CERTIFICATES = "read-certificates"
    MANAGE_MENU = "manage-menu"
    READ_MENU = "read-menu"
    RECORD_RESIDENT = "record-resident"
    PLACE_REQUEST = "place-request"
    DISPATCH_REQUEST = "dispatch-request"
    CLAIM_REQUEST = "claim-request"
    ANSWER_REQUEST = "answer-request"
    RATE_REQUEST = "rate-request"
    READ_REQUESTS = "read-requests"
    PUBLISH_LISTING = "publish-listing"
    CLAIM_LISTING = "claim-listing"
    READ_LISTINGS = "read-listings"
    OPEN_ISSUE = "open-issue"
    HANDLE_ISSUE = "handle-issue"
    SPEAK_ON_ISSUE = "speak-on-issue"
    READ_ISSUES = "read-issues"
    RECORD_GOVERNANCE = "record-governance"
    READ_GOVERNANCE = "read-governance"
    PROPOSE_TASK = "propose-task"
    ADMIT_TASK = "admit-task"
    FUND_TASK = "fund-task"
    READ_TASKS = "read-tasks"
    END_OWN_SESSIONS = "end-own-sessions"


_OFFICE = frozenset({Role.COUNTY, Role.TOWNSHIP, Role.COMMUNITY})
_LOOKERS = _OFFICE | {Role.REVIEWER, Role.AUDITOR}
_FIELD = _OFFICE | {Role.GRID_WORKER}

ALLOWED: Mapping[Act, frozenset[Role]] = {
    Act.ADD_STAFF: frozenset({Role.ADMIN}),
    Act.READ_STAFF: frozenset({Role.ADMIN, Role.AUDITOR}),
    Act.IMPORT_AREAS: frozenset({Role.COUNTY}),
    Act.ERASE_VOLUNTEER: _OFFICE,
    Act.REGISTER_VOLUNTEER: _FIELD,
    Act.READ_VOLUNTEER: _LOOKERS | {Role.GRID_WORKER, Role.VOLUNTEER},
    Act.READ_PROFILE: _FIELD | {Role.VOLUNTEER},
    Act.ENROL_DEVICE: _FIELD,
    Act.APPROVE_DEVICE: _FIELD | {Role.REVIEWER},
    Act.PLAN_ACTIVITY: _OFFICE,
    Act.READ_ACTIVITIES: _LOOKERS | {Role.GRID_WORKER, Role.VOLUNTEER},
    Act.SIGN_UP: frozenset({Role.VOLUNTEER}),
    Act.CHECK_IN: frozenset({Role.VOLUNTEER}),
    Act.SHOW_ACTIVITY_CODE: _FIELD,
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
    Act.WITHDRAW_SCHEME: frozenset({Role.COUNTY, Role.REVIEWER}),
    Act.SIMULATE_SCHEME: _LOOKERS,
    Act.MANAGE_FUNDS: frozenset({Role.COUNTY}),
    Act.READ_FUNDS: _LOOKERS,
    Act.ALLOCATE_BUDGET: _OFFICE,
    Act.ENROL_MERCHANT: frozenset({Role.COUNTY}),
    Act.APPROVE_MERCHANT: frozenset({Role.REVIEWER}),
    Act.READ_MERCHANTS: _LOOKERS | {Role.MERCHANT_OWNER},
    Act.ENROL_TILL: frozenset({Role.COUNTY}),
    Act.REVOKE_TILL: frozenset({Role.COUNTY, Role.MERCHANT_OWNER}),
    Act.MAKE_MERCHANT_CODE: frozenset({Role.COUNTY, Role.MERCHANT_OWNER}),
    Act.MAKE_PAYMENT_CODE: frozenset({Role.VOLUNTEER}),
    Act.PAY_MERCHANT: frozenset({Role.VOLUNTEER}),
    Act.ISSUE_CARD: _FIELD,
    Act.MANAGE_OFFERS: frozenset({Role.COUNTY, Role.MERCHANT_OWNER}),
    Act.READ_OFFERS: _LOOKERS | {Role.MERCHANT_OWNER, Role.CASHIER, Role.TILL, Role.POS, Role.VOLUNTEER},
    Act.REDEEM: frozenset({Role.TILL, Role.POS}),
    Act.REFUND: frozenset({Role.TILL, Role.POS, Role.MERCHANT_OWNER}),
    Act.READ_REDEMPTIONS: frozenset(
        {Role.TILL, Role.POS, Role.CASHIER, Role.MERCHANT_OWNER, Role.COUNTY, Role.AUDITOR}
    ),
    Act.RUN_EXPIRY: frozenset({Role.COUNTY}),
    Act.READ_EXPIRY: _LOOKERS,
    Act.GIVE_POINTS: frozenset({Role.VOLUNTEER}),
    Act.PROPOSE_ADJUSTMENT: frozenset({Role.COUNTY, Role.TOWNSHIP}),
    Act.APPROVE_ADJUSTMENT: frozenset({Role.REVIEWER}),
    Act.APPEAL: _FIELD | {Role.VOLUNTEER},
    Act.READ_ADJUSTMENTS: _LOOKERS | {Role.VOLUNTEER},
    Act.AUDIT: frozenset({Role.AUDITOR}),
    Act.DRAW_SETTLEMENT: frozenset({Role.COUNTY}),
    Act.CONFIRM_SETTLEMENT: frozenset({Role.MERCHANT_OWNER}),
    Act.APPROVE_SETTLEMENT: frozenset({Role.REVIEWER, Role.COUNTY}),
    Act.PAY_SETTLEMENT: frozenset({Role.COUNTY}),
    Act.NAME_PAYEE: frozenset({Role.COUNTY, Role.MERCHANT_OWNER}),
    Act.APPROVE_PAYEE: frozenset({Role.REVIEWER}),
    Act.READ_SETTLEMENTS: frozenset({Role.COUNTY, Role.REVIEWER, Role.AUDITOR, Role.MERCHANT_OWNER}),
    Act.RECONCILE: frozenset({Role.COUNTY, Role.AUDITOR}),
    Act.RAISE_DISPUTE: frozenset({Role.VOLUNTEER, Role.MERCHANT_OWNER}),
    Act.DECIDE_DISPUTE: frozenset({Role.REVIEWER, Role.COUNTY}),
    Act.READ_DISPUTES: frozenset(
        {Role.COUNTY, Role.REVIEWER, Role.AUDITOR, Role.MERCHANT_OWNER, Role.VOLUNTEER}
    ),
    Act.RAISE_ALARMS: frozenset({Role.COUNTY, Role.TOWNSHIP, Role.AUDITOR}),
    Act.DECIDE_ALARM: frozenset({Role.REVIEWER, Role.COUNTY}),
    Act.READ_ALARMS: _LOOKERS,
    Act.MANAGE_WEBHOOKS: frozenset({Role.MERCHANT_OWNER, Role.COUNTY}),
    Act.MANAGE_HOUSEHOLDS: _FIELD,
    Act.READ_HOUSEHOLDS: _FIELD | {Role.REVIEWER, Role.AUDITOR, Role.VOLUNTEER},
    Act.MANAGE_ORGANISATIONS: _OFFICE,
    Act.READ_ORGANISATIONS: _LOOKERS | {Role.GRID_WORKER},
    Act.ASSIGN_POSTS: _OFFICE,
    Act.READ_POSTS: _LOOKERS | {Role.GRID_WORKER},
    Act.ADD_AREAS: _OFFICE,
    Act.RECORD_CONSENT: _FIELD | {Role.VOLUNTEER},
    Act.STATE_ABILITIES: _FIELD | {Role.VOLUNTEER},
    Act.READ_ABILITIES: _FIELD,
    Act.READ_MINORS: _FIELD,
    Act.RECORD_GUARDIAN: _FIELD,
    Act.PROPOSE_STARS: _OFFICE,
    Act.AWARD_STARS: frozenset({Role.REVIEWER}),
    Act.REQUEST_CERTIFICATE: _OFFICE | {Role.VOLUNTEER},
    Act.ISSUE_CERTIFICATE: frozenset({Role.REVIEWER}),
    Act.REVOKE_CERTIFICATE: frozenset({Role.REVIEWER}),
    Act.READ_CERTIFICATES: _LOOKERS | {Role.VOLUNTEER},
    Act.MANAGE_MENU: _OFFICE,
    Act.READ_MENU: _LOOKERS | {Role.GRID_WORKER, Role.VOLUNTEER},
    Act.RECORD_RESIDENT: _FIELD,
    Act.PLACE_REQUEST: _FIELD | {Role.VOLUNTEER},
    Act.DISPATCH_REQUEST: _OFFICE,
    Act.CLAIM_REQUEST: _OFFICE | {Role.VOLUNTEER},
    Act.ANSWER_REQUEST: _FIELD | {Role.VOLUNTEER},
    Act.RATE_REQUEST: _FIELD | {Role.VOLUNTEER},
    Act.READ_REQUESTS: _LOOKERS | {Role.GRID_WORKER, Role.VOLUNTEER},
    Act.PUBLISH_LISTING: _OFFICE | {Role.VOLUNTEER},
    Act.CLAIM_LISTING: _OFFICE | {Role.VOLUNTEER},
    Act.READ_LISTINGS: _LOOKERS | {Role.GRID_WORKER, Role.VOLUNTEER},
    Act.OPEN_ISSUE: _FIELD | {Role.VOLUNTEER},
    Act.HANDLE_ISSUE: _FIELD,
    Act.SPEAK_ON_ISSUE: _FIELD | {Role.VOLUNTEER},
    Act.READ_ISSUES: _LOOKERS | {Role.GRID_WORKER, Role.VOLUNTEER},
    Act.RECORD_GOVERNANCE: _OFFICE,
    Act.READ_GOVERNANCE: _LOOKERS,
    Act.PROPOSE_TASK: _OFFICE,
    Act.ADMIT_TASK: frozenset({Role.REVIEWER}),
    Act.FUND_TASK: frozenset({Role.COUNTY, Role.TOWNSHIP}),
    Act.READ_TASKS: _LOOKERS,
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
