"""Budgets and reports of a fund over HTTP."""

from __future__ import annotations

from tests.api.conftest import COUNTY, Store

TOWN = "500233001"


def test_money_is_handed_down_watched_and_reported(store: Store) -> None:
    county, auditor = store.hire("county"), store.hire("auditor")
    opened = store.api.post("/v1/funds", county, json={"name": "n", "kind": "fiscal", "area": COUNTY})
    fund = opened.json()["fund_id"]
    store.api.post(f"/v1/funds/{fund}/receipts", county, json={"amount_fen": 900, "source": "县财政局"})
    reserved = store.api.post(
        f"/v1/funds/{fund}/budgets", county, json={"area": COUNTY, "period": "2026", "amount_fen": 800}
    ).json()
    below = {"area": TOWN, "amount_fen": 300}
    path = f"/v1/budgets/{reserved['budget_id']}"
    handed = store.api.post(f"{path}/allocations", county, json=below)
    assert handed.status_code == 201, handed.text
    assert handed.json()["parent_id"] == reserved["budget_id"]
    too_much = store.api.post(f"{path}/allocations", county, json=below | {"amount_fen": 501})
    assert (too_much.status_code, too_much.json()["available_fen"]) == (409, 500)
    runs = store.api.post(f"{path}/closures", county, json={})
    assert (runs.status_code, runs.json()["period_until"]) == (409, "2026-12-31")

    assert store.api.post(f"{path}/alarm-levels", county, json={"below_percent": 100}).status_code == 201
    assert store.api.get("/v1/budgets/alarms", auditor).json() == {"alarms": [], "next": None}
    now = store.api.get(f"/v1/funds/{fund}/liability", auditor).json()
    assert (now["received_fen"], now["reserved_fen"], now["owed_fen"], now["covered"]) == (900, 800, 0, True)
    both = store.api.get(
        f"/v1/funds/{fund}/liability",
        auditor,
        params={"at": "2026-11-10T09:00:00+08:00", "position": 1},
    )
    assert (both.status_code, both.json()["rule"]) == (422, "exactly-one")
    (receipt,) = store.api.get(f"/v1/funds/{fund}/receipts", auditor).json()["receipts"]
    assert receipt["source"] == "县财政局"
    (source,) = store.api.get(f"/v1/funds/{fund}/sources", auditor).json()["sources"]
    assert source["available_fen"] == 100
    report = store.api.get(f"/v1/funds/{fund}/report", auditor).json()
    assert [budget["reserved_fen"] for budget in report["budgets"]].count(300) == 1
    book = store.api.get(f"/v1/funds/{fund}/report.xlsx", auditor)
    assert book.content.startswith(b"PK")
