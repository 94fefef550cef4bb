"""What is done to many records at once, and money in and out, on a real store."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.api.conftest import COUNTY, Store

COMMUNITY_AREA = "500233001001"
PERSON = {
    "name": "王小明",
    "identity_number": "11010519491231002X",
    "phone": "13800000001",
    "area": COMMUNITY_AREA,
}


def _record(store: Store, county: str) -> str:
    """Hours of the day before, entered by the county."""
    person = store.api.post("/v1/volunteers", county, json=PERSON)
    assert person.status_code == 201, person.text
    wish: dict[str, Any] = {
        "volunteer_number": person.json()["volunteer_number"],
        "minutes": 90,
        "kind": "environment",
        "on": "2026-11-09",
        "activity": "清扫",
        "reason": "纸质签到",
        "area": COMMUNITY_AREA,
    }
    entered = store.api.post("/v1/service-records", county, json=wish)
    assert entered.status_code == 201, entered.text
    record_id: str = entered.json()["record_id"]
    return record_id


def test_reviews_notices_and_confirmations_run_over_all_and_tell_what_stopped(store: Store) -> None:
    county, reviewer = store.hire("county"), store.hire("reviewer", area=COUNTY)
    record_id = _record(store, county)

    reviewed = store.api.post("/v1/reviews", reviewer, json={"all": True})
    assert (reviewed.status_code, reviewed.json()["reviewed"]) == (201, 1), reviewed.text
    assert reviewed.headers["Points-Position"] == str(reviewed.json()["position"])

    given = store.api.post("/v1/notices", county, json={"all": True})
    assert (given.status_code, given.json()["given"]) == (201, 1), given.text
    assert given.headers["Points-Position"] == str(given.json()["position"])

    early = store.api.post("/v1/confirmations", county, json={"record_ids": [record_id]})
    assert early.headers["Points-Position"] == str(early.json()["position"])
    (refused,) = early.json()["refused"]
    assert (refused["record_id"], refused["type"]) == (record_id, "notice-still-open")
    assert refused["closes_on"] == given.json()["closes_on"]
    assert "facts" not in refused

    due = store.api.post("/v1/confirmations", county, json={"due": True})
    assert (due.status_code, due.json()["confirmed"], due.json()["refused"]) == (201, 0, [])


def test_an_open_notice_shows_everybody_the_line_but_not_the_name(store: Store) -> None:
    county, reviewer = store.hire("county"), store.hire("reviewer", area=COUNTY)
    record_id = _record(store, county)
    store.api.post("/v1/reviews", reviewer, json={"all": True})
    store.api.post("/v1/notices", county, json={"all": True})
    shown = store.api.get("/v1/notices", params={"area": COMMUNITY_AREA})
    assert shown.json()["notices"][0]["lines"][0]["record_id"] == record_id
    assert PERSON["name"] not in shown.text
    assert store.api.get("/v1/notices", params={"on": "2001-01-01"}).json()["notices"] == []


def test_a_run_asked_for_again_under_its_key_answers_as_it_first_did(store: Store) -> None:
    county, reviewer = store.hire("county"), store.hire("reviewer", area=COUNTY)
    _record(store, county)
    again = {"headers": {"Idempotency-Key": "mondays-reviews"}}
    first = store.api.post("/v1/reviews", reviewer, json={"all": True}, **again)
    second = store.api.post("/v1/reviews", reviewer, json={"all": True}, **again)
    assert (first.status_code, second.status_code) == (201, 200), second.text
    assert first.json()["reviewed"] == 1
    assert second.json() == first.json()


@pytest.mark.parametrize("body", [{}, {"all": False}, {"all": 1}])
def test_a_run_over_everything_is_asked_for_by_name(store: Store, body: dict[str, Any]) -> None:
    reviewer = store.hire("reviewer")
    assert store.api.post("/v1/reviews", reviewer, json=body).status_code == 422


def _fund(store: Store, county: str) -> str:
    opened = store.api.post("/v1/funds", county, json={"name": "基金", "kind": "fiscal", "area": COUNTY})
    fund_id: str = opened.json()["fund_id"]
    return fund_id


def test_money_received_is_in_its_fund(store: Store) -> None:
    county = store.hire("county")
    fund = f"/v1/funds/{_fund(store, county)}"
    receipt = {
        "amount_fen": 5_000,
        "source": "财政局",
        "received_on": "2026-01-05",
        "document_sha256": "ab" * 32,
    }
    key = {"Idempotency-Key": "one"}
    first = store.api.post(f"{fund}/receipts", county, json=receipt, headers=key)
    again = store.api.post(f"{fund}/receipts", county, json=receipt, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert store.api.get(fund, county).json()["received_fen"] == 5_000


@pytest.mark.parametrize(
    "wrong",
    [{"amount_fen": 0}, {"document_sha256": "ab"}, {"document_sha256": "zz" * 32}, {"amount_fen": 1.5}],
)
def test_a_receipt_that_makes_no_sense_is_refused(store: Store, wrong: dict[str, Any]) -> None:
    county = store.hire("county")
    receipt = {"amount_fen": 1, "source": "财政局", **wrong}
    assert store.api.post(f"/v1/funds/{UUID(int=1)}/receipts", county, json=receipt).status_code == 422


def test_takings_are_shown_to_who_may_see_the_merchant(store: Store) -> None:
    county = store.hire("county")
    scheme = {
        "name": "方案",
        "area": COUNTY,
        "in_force_from": "2026-01-01",
        "rates": [{"kind": "environment", "time_class": "verified", "points": 1, "per_minutes": 60}],
        "rounding": "down",
        "value_fen": 10,
    }
    drafted = store.api.post("/v1/schemes", county, json=scheme)
    assert drafted.status_code == 201, drafted.text
    wish = {
        "name": "超市",
        "kind": "supermarket",
        "area": COUNTY,
        "pay_fen": 10,
        "caps": {
            "redemption_points": 10,
            "person_day_points": 10,
            "till_day_points": 10,
            "merchant_day_points": 10,
        },
        "valid_from": "2026-01-01",
        "valid_until": "2036-01-01",
        "schemes": [drafted.json()["scheme_id"]],
    }
    enrolled = store.api.post("/v1/merchants", county, json=wish)
    assert enrolled.status_code == 201, enrolled.text
    takings = f"/v1/merchants/{enrolled.json()['merchant_id']}/takings"
    assert store.api.get(takings, county).json() == {"days": []}
    assert store.api.get(f"{takings}?from_day=2026-01-01&until_day=2026-01-31", county).status_code == 200
    assert store.api.get(takings, store.admin).status_code == 403


def test_the_expiry_run_says_what_it_took_and_is_the_countys(store: Store) -> None:
    ran = store.api.post("/v1/expiry-runs", store.hire("county"))
    assert (ran.status_code, ran.json()["expired_points"]) == (201, 0)
    assert ran.headers["Points-Position"] == str(ran.json()["position"])
    assert store.api.post("/v1/expiry-runs", store.admin).status_code == 403
