"""A settlement over HTTP, from the statement to the files that the bank and the office get."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook

from api.app import create_app
from points.bootstrap import Settings
from tests.api.conftest import COUNTY, Api
from tests.application.market import PAY_FEN, START, Market


class Office:
    """A market with its people's tokens."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.api = Api(create_app(market.exchange))
        self.clerk, self.first, self.second = (
            self.token("county"),
            self.token("reviewer"),
            self.token("reviewer"),
        )
        self.owner = self.token("merchant_owner")

    def token(self, role: str) -> str:
        where: dict[str, Any] = (
            {"merchant_id": self.market.merchant} if role == "merchant_owner" else {"area": COUNTY}
        )
        added = self.market.exchange.staff.add(
            self.market.call(self.market.admin), name="n", role=role, **where
        )
        token: str = self.market.exchange.sign_in.redeem_code(added.body["digits"], self.market.now)["token"]
        return token

    def ask(self, method: str, url: str, token: str, **kwargs: Any) -> Any:
        headers = {"Points-Now": self.market.now.isoformat(), "Accept-Language": "en"}
        return self.api.ask(method, url, token, headers=headers | kwargs.pop("headers", {}), **kwargs)

    def post(self, url: str, token: str, **body: Any) -> dict[str, Any]:
        answer = self.ask("POST", url, token, json=body)
        assert answer.status_code == 201, answer.text
        assert answer.headers["Points-Position"] == str(answer.json()["position"])
        told: dict[str, Any] = answer.json()
        return told

    def get(self, url: str, token: str) -> Any:
        answer = self.ask("GET", url, token)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    market = Market(Settings(f"sqlite:///{tmp_path / 's.db'}", fixed_at=START))
    yield Office(market)
    market.exchange.close()


def test_a_statement_is_disputed_agreed_approved_and_paid(office: Office) -> None:
    market = office.market
    sale = market.pay(market.person(60, 60), 80)
    wrong = market.pay(market.person(20), 20)
    market.refund(sale, 10)
    merchant = f"/v1/merchants/{market.merchant}"
    first = office.post(f"{merchant}/settlements", office.clerk, period="2026-11")
    raised = office.post(
        f"/v1/redemptions/{wrong}/disputes", office.owner, reason="twice", evidence=["ab" * 32]
    )
    second = office.post(f"{merchant}/settlements", office.clerk, period="2026-11")
    statements = office.get(f"{merchant}/statements", office.owner)["statements"]
    assert [(s["settlement_id"], s["state"]) for s in statements] == [
        (second["settlement_id"], "drawn_up"),
        (first["settlement_id"], "withdrawn"),
    ]
    settlement = f"/v1/settlements/{second['settlement_id']}"
    office.post(f"{settlement}/confirmations", office.owner)
    early = office.ask("POST", f"{settlement}/payments", office.clerk, json={})
    assert (early.status_code, early.json()["type"].rsplit("/", 1)[1]) == (409, "settlement-not-approved")
    assert early.json()["approvals"] == 0
    office.post(f"{settlement}/approvals", office.first)
    office.post(f"{settlement}/approvals", office.second)
    office.post(f"{settlement}/orders", office.clerk)
    office.post(f"{settlement}/failures", office.clerk, reason="closed account")
    paid = office.post(f"{settlement}/payments", office.clerk, reference="B-7")
    assert (paid["state"], paid["orders"], paid["pay_fen"]) == ("paid", 2, 70 * PAY_FEN)
    shown = office.get(settlement, office.clerk)
    assert (shown["reference"], shown["rounding"], shown["held_out_redemptions"]) == (
        "B-7",
        "exact",
        [str(wrong)],
    )
    page = office.get(f"{settlement}/lines?limit=1", office.owner)
    rest = office.get(f"{settlement}/lines?after={page['next']}", office.owner)
    assert [line["points"] for line in page["lines"] + rest["lines"]] == [80, -10]
    assert office.get("/v1/reconciliation", office.clerk)["ok"]
    assert office.get("/v1/settlements?state=paid", office.first)["statements"][0]["approvals"] == 2

    decision = {"outcome": "refused", "reason": "receipt shows both"}
    dispute = f"/v1/disputes/{raised['dispute_id']}"
    office.post(f"{dispute}/decisions", office.first, **decision)
    told = office.get(dispute, office.owner)
    assert (told["outcome"], told["decision"], told["evidence"]) == (
        "refused",
        decision["reason"],
        ["ab" * 32],
    )


def test_the_files_carry_exact_amounts_and_no_formula(office: Office) -> None:
    market = office.market
    market.pay(market.person(60, 60), 75)
    drawn = office.post(f"/v1/merchants/{market.merchant}/settlements", office.clerk, period="2026-11")
    settlement = f"/v1/settlements/{drawn['settlement_id']}"
    merchant = f"/v1/merchants/{market.merchant}"
    office.post(f"{merchant}/payees", office.owner, holder="=王", bank="农商行", account_number="6200")
    office.post(f"{merchant}/payee-approvals", office.first)
    office.post(f"{settlement}/confirmations", office.owner)
    office.post(f"{settlement}/approvals", office.first)
    office.post(f"{settlement}/approvals", office.second)
    office.post(f"{settlement}/orders", office.clerk)
    # Named after the order was made: it goes where it was meant to go.
    office.post(f"{merchant}/payees", office.owner, holder="别人", bank="农商行", account_number="6299")
    documents = f"{settlement}/documents"
    sheet = office.ask("GET", f"{documents}/csv", office.clerk)
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    head, *rows = csv.reader(io.StringIO(sheet.content.decode("utf-8-sig")))
    assert head[2:7] == ["Account holder", "Bank", "Account number", "Fund", "Amount (yuan)"]
    assert {tuple(row[2:5]) for row in rows} == {("'=王", "农商行", "6200")}
    assert [row[5:7] for row in rows] == [["fiscal", "54.00"], ["donation", "13.50"]]
    assert {row[1] for row in rows} == {"'=爱心超市"}

    book = load_workbook(io.BytesIO(office.ask("GET", f"{documents}/xlsx", office.owner).content))
    order, lines = book.worksheets
    payee = next(row for row in order.iter_rows() if row[0].value == "Merchant")[1]
    assert (payee.value, payee.data_type) == ("=爱心超市", "s")
    assert [cell.value for cell in lines[2]][2:] == ["redemption", lines[2][3].value, 75, "67.50"]
    assert UUID(str(lines[2][3].value))
    printed = office.ask("GET", f"{documents}/pdf", office.clerk)
    assert printed.headers["content-type"] == "application/pdf"
    assert printed.content.startswith(b"%PDF-")
    assert office.ask("GET", f"{documents}/pdf", office.clerk).content == printed.content
    refused = office.ask("GET", f"{documents}/doc", office.clerk)
    assert (refused.status_code, refused.json()["rule"]) == (422, "document-kind-unknown")


def test_alarms_are_looked_for_listed_and_decided(office: Office) -> None:
    market = office.market
    market.pay(market.person(400), 400)
    assert office.post("/v1/alarm-runs", office.clerk)["raised"] == 1
    (alarm,) = office.get("/v1/alarms?open_only=true", office.first)["alarms"]
    decision = {"outcome": "upheld", "reason": "nobody saw her"}
    office.post(f"/v1/alarms/{alarm['alarm_id']}/decisions", office.first, **decision)
    shown = office.get(f"/v1/alarms/{alarm['alarm_id']}", office.second)
    assert (shown["outcome"], shown["reason"]) == ("upheld", "nobody saw her")
    assert office.get("/v1/alarms?open_only=true", office.first)["alarms"] == []
