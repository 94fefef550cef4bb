"""A small county behind a real server: one volunteer with points, one shop with a till, one notice open."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import uvicorn

from api.app import create_app
from points.access import Actor
from points.application.tools import Call
from points.bootstrap import Exchange, Settings, create_store
from points.domain.calendar import SHANGHAI
from tests.support.paths import ROOT

START = datetime(2026, 11, 2, 9, 0, tzinfo=SHANGHAI)
COUNTY, COMMUNITY = "500233", "500233001001"
CAPS = {
    "redemption_points": 100,
    "person_day_points": 1_000,
    "till_day_points": 5_000,
    "merchant_day_points": 9_000,
}


@dataclass
class World:
    """The open exchange, where it answers, and its people."""

    exchange: Exchange
    url: str
    clerk: Actor
    second: Actor
    number: str
    till_token: str
    admin_id: UUID
    merchant_id: UUID
    keys: Iterator[int] = field(default_factory=count)

    def call(self, actor: Actor) -> Call:
        return Call(actor, f"browser-{next(self.keys)}")

    def enrolment_digits(self) -> str:
        """A one-time code for the volunteer's phone."""
        digits: str = self.exchange.volunteers.enrol(self.call(self.clerk), self.number, self.second).body[
            "digits"
        ]
        return digits

    def register_another(self) -> None:
        """One more volunteer of the community."""
        nth = next(self.keys)
        first = f"990000{19600101 + nth % 20}{nth % 1000:03}"
        total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first))
        self.exchange.volunteers.register(
            self.call(self.clerk),
            name="乙某",
            identity_number=first + "10X98765432"[total % 11],
            phone=f"1990000{nth % 10_000:04}",
            area=COMMUNITY,
        )

    def balance(self) -> int:
        balance: int = self.exchange.accounts.balance(self.call(self.clerk), self.number)["balance"]
        return balance


@contextmanager
def running_world(folder: Path) -> Iterator[World]:
    settings = Settings(f"sqlite:///{folder}/s.db", fixed_at=START)
    made = create_store(settings, (ROOT / "demo" / "areas.csv").read_bytes(), demo=True)
    exchange = Exchange.open(settings)
    try:
        people = _set_up(exchange, exchange.authenticate(made["token"], START))
    finally:
        exchange.close()
    exchange = Exchange.open(replace(settings, fixed_at=START + timedelta(days=9)))
    exchange.follow()
    with _server(exchange) as url:
        yield World(exchange, url, **people)


def _set_up(ex: Exchange, admin: Actor) -> dict[str, Any]:
    keys = count()

    def call(actor: Actor, **later: int) -> Call:
        return Call(actor, f"world-{next(keys)}", START + timedelta(**later))

    def hired(role: str) -> Actor:
        digits = ex.staff.add(call(admin), name=role, role=role, area=COUNTY).body["digits"]
        return ex.authenticate(ex.sign_in.redeem_code(digits, START)["token"], START)

    clerk, second, reviewer, other = (hired(role) for role in ("county", "township", "reviewer", "reviewer"))
    drafted = ex.schemes.draft(
        call(clerk),
        name="县积分制",
        area=COUNTY,
        in_force_from=datetime(2026, 1, 1, tzinfo=SHANGHAI).date(),
        rates=[("*", "supplementary", 1, 2)],
        rounding="down",
        value_fen=100,
        expires_after_months=12,
    )
    ex.schemes.approve(call(reviewer), UUID(drafted.body["scheme_id"]))
    fund = UUID(ex.funds.open(call(clerk), name="县财政", kind="fiscal", area=COUNTY).body["fund_id"])
    ex.funds.receive(call(clerk), fund, amount_fen=1_000_000, source="县财政局")
    ex.funds.reserve(call(clerk), fund, area=COUNTY, period="2026", amount_fen=1_000_000)
    shop = ex.merchants.enrol(
        call(clerk),
        name="幸福爱心超市",
        kind="supermarket",
        area=COUNTY,
        pay_fen=100,
        caps=CAPS,
        valid_from=START.date(),
        valid_until=datetime(2027, 12, 31, tzinfo=SHANGHAI).date(),
    )
    merchant_id = UUID(shop.body["merchant_id"])
    ex.merchants.approve(call(reviewer), merchant_id)
    till_token: str = ex.tills.enrol(call(clerk), merchant_id).body["token"]
    person = ex.volunteers.register(
        call(clerk),
        name="王小明",
        identity_number="11010519491231002X",
        phone="13800000001",
        area=COMMUNITY,
    )
    number: str = person.body["volunteer_number"]

    def serve(day: int, activity: str, minutes: int, **later: int) -> None:
        ex.hours.issue(
            call(clerk, **later),
            volunteer_number=number,
            minutes=minutes,
            kind="environment",
            on=datetime(2026, 11, day, tzinfo=SHANGHAI).date(),
            activity=activity,
            reason="纸质签到表",
            area=COMMUNITY,
        )

    serve(1, "河岸清扫", 240)
    ex.reviews.review_all(call(reviewer, minutes=1))
    ex.notices.give(call(clerk, minutes=2))
    ex.confirmations.confirm(call(clerk, days=7))
    serve(9, "社区花园", 90, days=8)
    for who in (reviewer, other):
        ex.reviews.review_all(call(who, days=8))
    ex.notices.give(call(clerk, days=8))
    return {
        "clerk": clerk,
        "second": second,
        "number": number,
        "till_token": till_token,
        "admin_id": admin.id,
        "merchant_id": merchant_id,
    }


@contextmanager
def _server(exchange: Exchange) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(exchange), log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()
