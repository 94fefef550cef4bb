"""The main job through the use cases, on both databases: hours become points, points become bread."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from points.access import Actor, OutsideScope
from points.application.tools import Call
from points.bootstrap import Exchange, Settings, create_store
from points.codes.errors import CodeExpired
from points.domain.budget import BudgetExhausted
from points.domain.calendar import SHANGHAI
from points.domain.errors import NotAllowed
from points.domain.redemption import CodeAlreadyUsed
from points.domain.till import TillRevoked
from tests.support.paths import ROOT

DEMO = ROOT / "demo"
START = datetime(2026, 11, 2, 9, 0, tzinfo=SHANGHAI)
COUNTY = "500233"


class County:
    """A store with its people; each call is made as somebody, at a moment."""

    def __init__(self, settings: Settings) -> None:
        made = create_store(settings, (DEMO / "areas.csv").read_bytes(), demo=True)
        self.exchange = Exchange.open(settings)
        self.now = START
        self.keys = 0
        self.admin = self.exchange.authenticate(made["token"], self.now)

    def at(self, **later: float) -> None:
        self.now += timedelta(**later)

    def call(self, actor: Actor, key: str | None = None) -> Call:
        self.keys += 1
        return Call(actor, key or f"key-{self.keys}", self.now)

    def staff(self, role: str, area: str = COUNTY) -> Actor:
        added = self.exchange.staff.add(self.call(self.admin), name=role, role=role, area=area)
        signed_in = self.exchange.sign_in.redeem_code(added.body["digits"], self.now)
        return self.exchange.authenticate(signed_in["token"], self.now)


@pytest.fixture
def county(database_url: str, tmp_path: Path) -> Iterator[County]:
    county = County(Settings(database_url, master_key_file=tmp_path / "key", fixed_at=START))
    yield county
    county.exchange.close()


def scheme_and_money(county: County, clerk: Actor, reviewer: Actor, fen: int) -> UUID:
    ex = county.exchange
    drafted = ex.schemes.draft(
        county.call(clerk),
        name="县积分制",
        area=COUNTY,
        in_force_from=datetime(2026, 1, 1, tzinfo=SHANGHAI).date(),
        rates=[("*", "supplementary", 1, 30)],
        rounding="down",
        value_fen=100,
    )
    ex.schemes.approve(county.call(reviewer), UUID(drafted.body["scheme_id"]))
    fund = UUID(ex.funds.open(county.call(clerk), name="财政", kind="fiscal", area=COUNTY).body["fund_id"])
    ex.funds.receive(county.call(clerk), fund, amount_fen=fen, source="县财政局")
    ex.funds.reserve(county.call(clerk), fund, area=COUNTY, period="2026", amount_fen=fen)
    return fund


def enrol_till(county: County, clerk: Actor, reviewer: Actor) -> tuple[Actor, UUID]:
    ex = county.exchange
    shop = ex.merchants.enrol(
        county.call(clerk),
        name="爱心超市",
        kind="supermarket",
        area=COUNTY,
        pay_fen=100,
        caps={
            "redemption_points": 100,
            "person_day_points": 200,
            "till_day_points": 2_000,
            "merchant_day_points": 5_000,
        },
        valid_from=county.now.date(),
        valid_until=datetime(2027, 12, 31, tzinfo=SHANGHAI).date(),
    )
    merchant_id = UUID(shop.body["merchant_id"])
    ex.merchants.approve(county.call(reviewer), merchant_id)
    till = ex.tills.enrol(county.call(clerk), merchant_id)
    return ex.authenticate(till.body["token"], county.now), UUID(till.body["till_id"])


def earn(county: County, clerk: Actor, reviewers: list[Actor]) -> dict[str, Any]:
    """Import the demo's people and hours, review, notice, confirm."""
    ex = county.exchange
    people = ex.volunteers.import_file(county.call(clerk), (DEMO / "roster.xlsx").read_bytes(), "r.xlsx")
    hours = ex.hours.import_file(
        county.call(clerk), (DEMO / "signin.xlsx").read_bytes(), "s.xlsx", area=COUNTY, reason="补录"
    )
    county.at(minutes=1)
    for reviewer in reviewers:
        ex.reviews.review_all(county.call(reviewer))
    given = ex.notices.give(county.call(clerk))
    county.at(days=7)
    confirmed = ex.confirmations.confirm(county.call(clerk))
    return {"people": people, "hours": hours, "given": given, "confirmed": confirmed}


def enrol_phone(county: County, clerk: Actor, second: Actor, number: str) -> Actor:
    code = county.exchange.volunteers.enrol(county.call(clerk), number, second)
    token = county.exchange.sign_in.redeem_code(code.body["digits"], county.now)["token"]
    return county.exchange.authenticate(token, county.now)


def test_hours_from_the_sheets_become_points_that_a_shop_takes_once(county: County) -> None:
    ex = county.exchange
    clerk, second = county.staff("county"), county.staff("township")
    reviewers = [county.staff("reviewer"), county.staff("reviewer")]
    fund = scheme_and_money(county, clerk, reviewers[0], 5_000_000)
    till, till_id = enrol_till(county, clerk, reviewers[0])
    earned = earn(county, clerk, reviewers)

    truth = json.loads((ROOT / "tests/application/sheets/sample/truth.json").read_text())
    assert (earned["people"].accepted, earned["people"].duplicate) == (177, 7)
    assert earned["hours"].accepted == truth["signin"]["accepted"]
    assert earned["confirmed"]["refused"] == []
    assert earned["confirmed"]["confirmed"] == earned["given"]["given"] == earned["hours"].accepted

    again = ex.hours.import_file(
        county.call(clerk), (DEMO / "signin.csv").read_bytes(), "s.csv", area=COUNTY, reason="补录"
    )
    assert (again.accepted, again.duplicate) == (0, earned["hours"].accepted)

    number = number_with_most(county)
    phone = enrol_phone(county, clerk, second, number)
    before = ex.accounts.balance(county.call(phone), number)
    code = ex.paying.payment_code(county.call(phone)).body["digits"]
    paid = ex.redeeming.redeem(county.call(till), code=code, points=20)
    assert not paid.replayed
    county.at(minutes=10)
    replay = ex.redeeming.redeem(county.call(till), code=code, points=20)
    assert replay.replayed
    assert replay.body == paid.body
    with pytest.raises(CodeAlreadyUsed):
        ex.redeeming.redeem(county.call(till), code=code, points=19)

    sale = UUID(paid.body["id"])
    ex.refunds.refund(county.call(till), sale, points=5, reason="退货")
    after = ex.accounts.balance(county.call(phone), number)
    assert after["balance"] == before["balance"] - 15
    ex.refunds.refund(county.call(till), sale, points=15, reason="退货")
    assert ex.accounts.balance(county.call(phone), number)["lots"] == before["lots"]
    lines = ex.accounts.statement(county.call(phone), number, limit=50)["lines"]
    assert {line["kind"] for line in lines} == {"issued", "redeemed", "refunded"}
    assert all(line["fund"] == "财政" and line["activity"] for line in lines)

    shown = ex.funds.show(county.call(clerk), fund)
    assert shown["points"]["balanced"]
    assert shown["liability"]["owed_fen"] <= shown["reserved_fen"]

    ex.tills.revoke(county.call(clerk), till_id)
    with pytest.raises(TillRevoked):
        ex.redeeming.redeem(county.call(till), code=code, points=20)

    auditor = county.staff("auditor")
    ex.audit.make_checkpoint(county.call(auditor))
    assert ex.audit.verify(county.call(auditor))["ok"]


def number_with_most(county: County) -> str:
    auditor = county.staff("auditor")
    best, most = "", -1
    from points.projections import volunteers  # noqa: PLC0415  # only this helper looks behind the use cases

    with county.exchange.tools.reading() as connection:
        people = volunteers.in_area(connection, COUNTY, 500)
    for person in people:
        number = person.volunteer_number
        balance = county.exchange.accounts.balance(county.call(auditor), number)["balance"]
        if balance > most:
            best, most = number, balance
    return best


def test_points_are_not_issued_beyond_the_money_that_was_reserved(county: County) -> None:
    clerk = county.staff("county")
    reviewers = [county.staff("reviewer"), county.staff("reviewer")]
    fund = scheme_and_money(county, clerk, reviewers[0], 10_000)
    earned = earn(county, clerk, reviewers)
    assert {r["type"] for r in earned["confirmed"]["refused"]} == {BudgetExhausted.slug()}
    shown = county.exchange.funds.show(county.call(clerk), fund)
    assert shown["liability"]["held_fen"] <= 10_000
    assert earned["confirmed"]["points"] * 100 == shown["liability"]["held_fen"]


def test_a_dry_run_says_what_the_real_run_does_and_does_nothing(county: County) -> None:
    ex, clerk = county.exchange, county.staff("county")
    roster = (DEMO / "roster.xlsx").read_bytes()
    head = ex.tools.recorder.read_head()
    dry = ex.volunteers.import_file(county.call(clerk), roster, "r.xlsx", dry_run=True).body()
    assert ex.tools.recorder.read_head() == head
    real = ex.volunteers.import_file(county.call(clerk), roster, "r.xlsx").body()
    assert dry.pop("position") is None
    assert real.pop("position") > head.position
    assert dry == real


def test_each_role_does_its_own_part_only_and_only_at_home(county: County) -> None:
    ex, clerk = county.exchange, county.staff("county")
    town, reviewer = county.staff("community", "500233001"), county.staff("reviewer")
    person = {"name": "测试", "identity_number": "990000198501030001", "phone": "19900000000"}
    with pytest.raises(OutsideScope):
        ex.volunteers.register(county.call(town), area="500233102", **person)
    with pytest.raises(NotAllowed):
        ex.volunteers.register(county.call(reviewer), area=COUNTY, **person)
    till, _ = _till_without_scheme(county, clerk, reviewer)
    with pytest.raises(NotAllowed):
        ex.paying.payment_code(county.call(till))
    with pytest.raises(NotAllowed):
        ex.funds.open(county.call(till), name="x", kind="fiscal", area=COUNTY)


def _till_without_scheme(county: County, clerk: Actor, reviewer: Actor) -> tuple[Actor, UUID]:
    scheme_and_money(county, clerk, reviewer, 100)
    return enrol_till(county, clerk, reviewer)


def test_a_payment_code_ends_after_a_minute(county: County) -> None:
    ex = county.exchange
    clerk, reviewer = county.staff("county"), county.staff("reviewer")
    till, _ = _till_without_scheme(county, clerk, reviewer)
    number = ex.volunteers.register(
        county.call(clerk),
        area=COUNTY,
        name="测试",
        identity_number="990000198501030001",
        phone="19900000000",
    ).body["volunteer_number"]
    code = ex.volunteers.enrol(county.call(clerk), number)
    phone = ex.authenticate(ex.sign_in.redeem_code(code.body["digits"], county.now)["token"], county.now)
    digits = ex.paying.payment_code(county.call(phone)).body["digits"]
    county.at(seconds=91)
    with pytest.raises(CodeExpired):
        ex.redeeming.redeem(county.call(till), code=digits, points=1)
