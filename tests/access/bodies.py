"""The least that an endpoint takes, made from its own schema: enough to get as far as the question of who asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_TEXT = {
    "uuid": "00000000-0000-7000-8000-000000000000",
    "date": "2026-11-20",
    "date-time": "2026-11-20T09:00:00+08:00",
    "time": "09:00",
}
EXAMPLES: dict[str, dict[str, Any]] = {
    "open_fund": {"kind": "fiscal"},
    "receive_money": {"received_on": "2026-11-09", "document_sha256": "0" * 64},
    "reserve_budget": {"period": "2026"},
    "enrol_merchant": {"kind": "supermarket"},
    "draft_scheme": {"rounding": "down", "time_class": "verified"},
    "withdraw_scheme": {"version": 1},
    "simulate_scheme": {"from": "2026-01", "to": "2026-06"},
    "compare_scheme_versions": {"before": 1, "after": 1},
    "propose_adjustment": {"kind": "correction", "points": 1},
    "change_category": {"category": "teacher"},
    "list_expiring_points": {},
    "check_in": {"code": "8" * 253, "captured_at": None, "activity_id": None},
    "check_out": {"code": "8" * 253, "captured_at": None, "activity_id": None},
    "redeem": {"code": "8" * 253},
    "authorise": {"code": "8" * 253},
    "issue_card": {"pin": "482915"},
    "set_pin": {"pin": "482915"},
    "plan_activity": {"kind": "environment"},
    "issue_hours": {"kind": "environment", "starts_at": "09:00"},
    "confirm": {"due": True},
    "found_organisation": {"kind": "school"},
    "assign_post": {"kind": "grid_worker"},
    "add_area": {"code": "50023300100109", "level": "grid", "parent": "500233001001"},
    "give_consent": {"purpose": "photo"},
    "withdraw_consent": {"purpose": "photo"},
    "record_guardian": {"identity_number": "990000198001010012", "phone": "19900000001", "name": "甲某"},
    "list_menu_item": {"kind": "environment"},
    "hold_meeting": {"kind": "joint", "held_on": "2026-11-09"},
    "charge_cadre": {"rank": "office_cadre"},
    "propose_task": {"kind": "survey"},
    "count_visits": {"month": "2026-11"},
    "give_notice": {"all": True},
    "draw_settlement": {"period": "2026-11"},
    "show_settlement_document": {"kind": "csv"},
    "decide_dispute": {"outcome": "upheld"},
    "decide_alarm": {"outcome": "cleared"},
    "register_webhook": {"url": "https://8.8.8.8/points"},
}
"""Members whose plainest value would stop a request before it is asked who it comes from."""

_FILE = b"name,area\n"


def least(schema: Schema, document: Schema, known: Mapping[str, Any]) -> Any:
    """A value that the schema takes; members with a name in `known` get that value."""
    schema = _resolved(schema, document)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return least(schema[choice][0], document, known)
    kind = schema.get("type")
    if kind == "object":
        wanted = [*schema.get("required", ()), *(n for n in known if n in schema.get("properties", {}))]
        members = dict.fromkeys(wanted)
        parts = schema.get("properties", {})
        return {
            name: known[name] if name in known else least(parts.get(name, {}), document, known)
            for name in members
        }
    if kind == "array":
        return [least(schema.get("items", {}), document, known) for _ in range(schema.get("minItems", 0))]
    return _plain(kind, schema)


def _plain(kind: Any, schema: Schema) -> Any:
    if kind == "integer":
        return int(schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1))  # the document writes 1.0
    if kind == "boolean":
        return True
    return _TEXT.get(schema.get("format", ""), "x" * max(schema.get("minLength", 1), 1))


def request_of(operation: Schema, document: Schema, known: Mapping[str, Any]) -> dict[str, Any]:
    """What the client is to send: a JSON body, or a form with a file, or nothing."""
    content = operation.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        form = _resolved(content["multipart/form-data"]["schema"], document)
        fields = {n: str(known.get(n, "x")) for n in form.get("required", ()) if n != "file"}
        return {"files": {"file": ("list.csv", _FILE)}, "data": fields}
    if "application/json" in content:
        return {"json": least(content["application/json"]["schema"], document, known)}
    return {}


def _resolved(schema: Schema, document: Schema) -> Schema:
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        schema = found
    return schema
