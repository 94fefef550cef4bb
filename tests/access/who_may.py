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
    "open_shift": may(OFFICE),
    "close_shift": may(OFFICE),
    "mark_no_show": may(OFFICE),
    "sign_up": may("volunteer"),
    "cancel_sign_up": may("volunteer"),
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
    "redeem": may("till", "pos"),  # with a merchant code: volunteers, see test_ways_to_pay
    "redeem_batch": may("till", "pos"),
    "authorise": may("till", "pos"),
    "capture": may("till", "pos", scoped=True),
    "void": may("till", "pos", scoped=True),
    "preview_code": may("volunteer"),
    "issue_card": may(FIELD, scoped=True),
    "set_pin": may(FIELD),
    "revoke_card": may(FIELD),
    "list_offer": may("county", "merchant_owner", scoped=True),
    "change_offer": may("county", "merchant_owner"),
    "show_offers": may(LOOKERS, "merchant_owner", "cashier", "till", "pos", "volunteer"),
    "register_bill": may("county", "merchant_owner", scoped=True),
    "renew_agreement": may("county"),
    "suspend_merchant": may("county"),
    "resume_merchant": may("county"),
    "enrol_pos": may("county"),
    "rotate_pos": may("county"),
    "refund": may("till", "pos", "merchant_owner", scoped=True),
    "show_redemption": may("till", "pos", "cashier", "merchant_owner", "county", "auditor", scoped=True),
    # Settlements, disputes, alarms, notices to merchants
    "draw_settlement": may("county"),
    "list_statements": may("county", "reviewer", "auditor", "merchant_owner", scoped=True),
    "list_settlements": may("county", "reviewer", "auditor", "merchant_owner"),
    "show_settlement": may("county", "reviewer", "auditor", "merchant_owner", scoped=True),
    "list_settlement_lines": may("county", "reviewer", "auditor", "merchant_owner", scoped=True),
    "show_settlement_document": may("county", "reviewer", "auditor", "merchant_owner", scoped=True),
    "confirm_settlement": may("merchant_owner", scoped=True),
    "withdraw_settlement": may("county"),
    "approve_settlement": may("reviewer", "county", scoped=True),
    "order_settlement": may("county"),
    "pay_settlement": may("county"),
    "fail_settlement": may("county"),
    "name_payee": may("county", "merchant_owner", scoped=True),
    "approve_payee": may("reviewer", scoped=True),
    "reconcile": may("county", "auditor"),
    "raise_dispute": may("volunteer", "merchant_owner", scoped=True),
    "list_disputes": may("county", "reviewer", "auditor", "merchant_owner", "volunteer"),
    "show_dispute": may("county", "reviewer", "auditor", "merchant_owner", "volunteer", scoped=True),
    "answer_dispute": may("volunteer", "merchant_owner", scoped=True),
    "decide_dispute": may("reviewer", "county", scoped=True),
    "list_alarms": may(LOOKERS, scoped=True),
    "show_alarm": may(LOOKERS, scoped=True),
    "decide_alarm": may("reviewer", "county", scoped=True),
    "look_for_alarms": may("county", "township", "auditor"),
    "register_webhook": may("merchant_owner", "county", scoped=True),
    "list_webhooks": may("merchant_owner", "county", scoped=True),
    "remove_webhook": may("merchant_owner", "county", scoped=True),
    "replay_webhook": may("merchant_owner", "county", scoped=True),
    "list_dead_letters": may("merchant_owner", "county", scoped=True),
    # Audit
    "make_checkpoint": may("auditor"),
    "verify_log": may("auditor"),
    "export_log": may("auditor"),
}
