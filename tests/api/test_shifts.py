"""Shifts over HTTP: opened by the office, never joined by it."""

from __future__ import annotations

from tests.api.conftest import COUNTY, Store


def test_the_office_opens_a_shift_but_does_not_sign_up_for_people(store: Store) -> None:
    office = store.hire("county")
    span = {"starts_at": "2026-11-20T09:00:00+08:00", "ends_at": "2026-11-20T11:00:00+08:00"}
    wish = {"name": "清洁家园", "kind": "environment", "area": COUNTY, **span}
    activity = store.api.post("/v1/activities", office, json=wish).json()["activity_id"]
    opened = store.api.post(f"/v1/activities/{activity}/shifts", office, json={**span, "places": 2})
    assert opened.status_code == 201, opened.text
    shift = opened.json()["shift_id"]
    assert store.api.post(f"/v1/shifts/{shift}/sign-ups", office).status_code == 403
    assert store.api.post(f"/v1/shifts/{shift}/closures", office).status_code == 201
