"""Schemes over HTTP: rules stated in a draft, a trial of it, its notice, and two versions in the reader's words."""

from __future__ import annotations

from tests.api.conftest import COUNTY, Store

DRAFT = {
    "name": "县积分制",
    "area": COUNTY,
    "in_force_from": "2026-01-01",
    "rates": [{"kind": "*", "time_class": "verified", "points": 1, "per_minutes": 30}],
    "rounding": "down",
    "value_fen": 100,
}
RULES = {
    "day_cap_points": 8,
    "coefficients": [{"category": "student", "numerator": 1, "denominator": 2}],
    "windows": [{"from_month": 3, "from_day": 20, "until_month": 3, "until_day": 31}],
    "notice_working_days": 3,
}


def test_a_scheme_is_drafted_tried_out_compared_approved_and_shown(store: Store) -> None:
    county, reviewer = store.hire("county"), store.hire("reviewer")
    first = store.api.post("/v1/schemes", county, json=DRAFT).json()
    path = f"/v1/schemes/{first['scheme_id']}"
    later = DRAFT | {"scheme_id": first["scheme_id"], "in_force_from": "2027-01-01", "rules": RULES}
    assert store.api.post("/v1/schemes", county, json=later).json()["version"] == 2

    tried = store.api.get(f"{path}/simulation?from=2026-01&to=2026-06", reviewer).json()
    assert (tried["version"], tried["records"], tried["points"]) == (2, 0, 0)
    refused = store.api.get(f"{path}/simulation?from=2026-06&to=2026-01", reviewer)
    assert (refused.status_code, refused.json()["rule"]) == (422, "ends-before-start")

    compared = store.api.get(
        f"{path}/comparison?before=1&after=2", reviewer, headers={"Accept-Language": "en"}
    ).json()
    sentences = [change["sentence"] for change in compared["changes"]]
    assert "The coefficient of any other service, students, is 1/2 instead of 1." in sentences
    assert "A person now earns at most 8 points a day." in sentences

    approved = store.api.post(f"{path}/approvals", reviewer, json={"version": 2})
    assert approved.status_code == 201, approved.text
    assert approved.json()["notice_closes_on"] == "2026-11-13"
    (shown,) = store.api.get("/v1/schemes/notices").json()["schemes"]
    assert shown["versions"][0]["rules"]["day_cap_points"] == 8
    taken_back = store.api.post(f"{path}/versions/2/withdrawals", reviewer, json={"reason": "异议成立"})
    assert taken_back.status_code == 201
    assert store.api.get("/v1/schemes/notices").json()["schemes"] == []


def test_rules_that_make_no_sense_are_refused_by_their_field(store: Store) -> None:
    county = store.hire("county")
    answer = store.api.post("/v1/schemes", county, json=DRAFT | {"rules": {"period": "week"}})
    assert answer.status_code == 422
    wrong = {"coefficients": [{"category": "mayor", "numerator": 1, "denominator": 2}]}
    refused = store.api.post("/v1/schemes", county, json=DRAFT | {"rules": wrong}).json()
    assert (refused["field"], refused["rule"]) == ("coefficients", "category-unknown")
