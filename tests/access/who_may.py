"""Who may ask what, written from the contract and not from the code: the matrix test compares the two."""

from __future__ import annotations

from typing import NamedTuple

PUBLIC = frozenset({"*"})
OFFICE = frozenset({"county", "township", "community"})
FIELD = OFFICE | {"grid_worker"}
LOOKERS = OFFICE | {"reviewer", "auditor"}
STAFF_ROLES = LOOKERS | {"admin", "grid_worker", "merchant_owner", "cashier"}
EVERYBODY = STAFF_ROLES | {"till", "pos", "volunteer"}


class Row(NamedTuple):
    """`scoped` says whether people of another township, or another merchant, are turned away too."""

    roles: frozenset[str]
    scoped: bool = False


def may(*roles: str | frozenset[str], scoped: bool = False) -> Row:
    named = frozenset().union(*({role} if isinstance(role, str) else role for role in roles))
    return Row(named, scoped)


WHO_MAY: dict[str, Row] = {
    # The outside looks at these
    "livez": may(PUBLIC),
    "readyz": may(PUBLIC),
    "metrics": may(PUBLIC),
    "show_keys": may(PUBLIC),
    "list_areas": may(PUBLIC),
    "show_area": may(PUBLIC),
    "registration_rate": may(PUBLIC),
    "list_notices": may(PUBLIC),
    "list_checkpoints": may(PUBLIC),
    "prove_event": may(PUBLIC),
    "sign_in": may(PUBLIC),
    # People and places
    "add_staff": may("admin"),
    "revoke_staff": may("admin"),
    "list_staff": may("admin", "auditor"),
    "import_areas": may("county"),
    "import_residents": may("county"),
    "register_volunteer": may(FIELD, scoped=True),
    "import_volunteers": may(FIELD),
    "show_volunteer": may(LOOKERS, "grid_worker", "volunteer", scoped=True),
    "enrol_device": may(FIELD, scoped=True),
    "change_category": may(FIELD, scoped=True),
    "move_volunteer": may(FIELD, scoped=True),
    "withdraw_volunteer": may(FIELD, scoped=True),
    "return_volunteer": may(FIELD, scoped=True),
    # Service
    "plan_activity": may(OFFICE, scoped=True),
    "list_activities": may(LOOKERS, "grid_worker", "volunteer"),
    "issue_hours": may(OFFICE, scoped=True),
    "import_hours": may(OFFICE, scoped=True),
    "list_service_records": may(LOOKERS, scoped=True),
    "show_service_record": may(LOOKERS, "volunteer", scoped=True),
    "list_hours_of_volunteer": may(LOOKERS, "volunteer", scoped=True),
    "review": may("reviewer", scoped=True),
    "review_all": may("reviewer"),
    "give_notice": may(OFFICE),
    "confirm": may(OFFICE),
    "object": may(FIELD, "reviewer", "auditor", "volunteer"),
    "answer_objection": may("reviewer", scoped=True),
    # Points and money
    "draft_scheme": may("county"),
    "approve_scheme": may("reviewer"),
    "list_schemes": may(LOOKERS, "grid_worker", "volunteer", "merchant_owner"),
    "show_scheme": may(LOOKERS, "grid_worker", "volunteer", "merchant_owner"),
    "withdraw_scheme": may("county", "reviewer", scoped=True),
    "list_scheme_notices": may(PUBLIC),
    "simulate_scheme": may(LOOKERS),
    "compare_scheme_versions": may(LOOKERS, "grid_worker", "volunteer", "merchant_owner"),
    "open_fund": may("county"),
    "receive_money": may("county"),
    "reserve_budget": may("county"),
    "show_fund_liability": may(LOOKERS),
    "list_receipts": may(LOOKERS),
    "show_fund_sources": may(LOOKERS),
    "show_fund_report": may(LOOKERS),
    "export_fund_report": may(LOOKERS),
    "allocate_budget": may(OFFICE, scoped=True),
    "set_budget_alarm": may(OFFICE, scoped=True),
    "close_budget": may("county"),
    "list_budget_alarms": may(LOOKERS, scoped=True),
    "list_funds": may(LOOKERS),
    "show_fund": may(LOOKERS),
    "show_account": may(LOOKERS, "grid_worker", "volunteer", scoped=True),
    "show_statement": may(LOOKERS, "grid_worker", "volunteer", scoped=True),
    "run_expiry": may("county"),
    "announce_expiry": may("county"),
    "list_expiring_points": may(LOOKERS, scoped=True),
    "give_points": may("volunteer"),
    "donate_points": may("volunteer"),
    "propose_adjustment": may("county", "township", scoped=True),
    "list_adjustments": may(LOOKERS, "volunteer"),
    "show_adjustment": may(LOOKERS, "volunteer", scoped=True),
    "approve_adjustment": may("reviewer", scoped=True),
    "reject_adjustment": may("reviewer", "county", "township", scoped=True),
    "appeal_adjustment": may(FIELD, "volunteer", scoped=True),
    "answer_appeal": may("reviewer", scoped=True),
    # Merchants
    "enrol_merchant": may("county"),
    "approve_merchant": may("reviewer"),
    "list_merchants": may(LOOKERS, "merchant_owner"),
    "show_merchant": may(LOOKERS, "merchant_owner", scoped=True),
    "show_takings": may(LOOKERS, "merchant_owner", scoped=True),
    "make_merchant_code": may("county", "merchant_owner", scoped=True),
    "enrol_till": may("county"),
    "revoke_till": may("county", "merchant_owner", scoped=True),
    "make_payment_code": may("volunteer"),
    "redeem": may("till"),
    "refund": may("till", "merchant_owner", scoped=True),
    "show_redemption": may("till", "merchant_owner", "county", "auditor", scoped=True),
    # Audit
    "make_checkpoint": may("auditor"),
    "verify_log": may("auditor"),
    "export_log": may("auditor"),
}
