"""The real application under test: a store, the processes that serve it, and a few people."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from points.access import Actor
from points.application.tools import Call
from points.bootstrap import Exchange, Settings, create_store
from points.domain.calendar import SHANGHAI
from tests.simulation import model
from tests.support.paths import ROOT

START = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)
COUNTY = "500233"
AREAS = ("500233001001", "500233002001")
"""Each with a budget of its own."""
PEOPLE = 4
BUDGETS_FEN = (2_000, 8_000)
TILLS_OF = (0, 0, 1)
PROCESSES = 2
_FIRST_IDENTITY = 19600101


class County:
    """`processes` share nothing but the store; each step is carried out by one of them."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.settings = Settings(database_url, master_key_file=folder / "key", fixed_at=START)
        made = create_store(self.settings, (ROOT / "demo/areas.csv").read_bytes(), demo=True)
        self.now = START
        self._keys = 0
        self.processes = [Exchange.open(self.settings) for _ in range(PROCESSES)]
        self.admin = self.processes[0].authenticate(made["token"], self.now)
        self.clerk = self.staff("county")
        self.reviewers = [self.staff("reviewer") for _ in range(4)]
        self._money()
        self._shops()
        self.numbers = [self._register(person) for person in range(PEOPLE)]
        self.phones = [self._enrol(number) for number in self.numbers]
        self.now += timedelta(days=4)  # the cap of new phones does not stand in the model's way

    def call(self, actor: Actor, key: str | None = None) -> Call:
        self._keys += 1
        return Call(actor, key or f"key-{self._keys}", self.now)

    def reopen(self, number: int) -> None:
        """A process ended without a word; another starts in its place."""
        dead = self.processes[number].tools
        dead.writer.close()  # as the system closes what a dead process held
        dead.engine.dispose()
        dead.read_store.engine.dispose()
        self.processes[number] = Exchange.open(self.settings)

    def close(self) -> None:
        for exchange in self.processes:
            exchange.close()

    def staff(self, role: str, **where: Any) -> Actor:
        exchange = self.processes[0]
        place = where or {"area": COUNTY}
        added = exchange.staff.add(self.call(self.admin), name=role, role=role, **place)
        signed_in = exchange.sign_in.redeem_code(added.body["digits"], self.now)
        return exchange.authenticate(signed_in["token"], self.now)

    def _money(self) -> None:
        exchange = self.processes[0]
        scheme = exchange.schemes.draft(
            self.call(self.clerk),
            name="s",
            area=COUNTY,
            in_force_from=date(2026, 1, 1),
            rates=[("*", "supplementary", 1, model.MINUTES_A_POINT)],
            rounding="down",
            value_fen=model.VALUE_FEN,
            expires_after_months=model.LIFE_MONTHS,
        )
        exchange.schemes.approve(self.call(self.reviewers[0]), UUID(scheme.body["scheme_id"]))
        self.funds: list[UUID] = []
        for area, amount_fen in zip(AREAS, BUDGETS_FEN, strict=True):
            fund = UUID(
                exchange.funds.open(self.call(self.clerk), name=area, kind="fiscal", area=COUNTY).body[
                    "fund_id"
                ]
            )
            exchange.funds.receive(self.call(self.clerk), fund, amount_fen=amount_fen, source="s")
            exchange.funds.reserve(
                self.call(self.clerk), fund, area=area, period="2026", amount_fen=amount_fen
            )
            self.funds.append(fund)

    def _shops(self) -> None:
        exchange = self.processes[0]
        caps = {
            "redemption_points": model.REDEMPTION_CAP,
            "person_day_points": model.PERSON_DAY_CAP,
            "till_day_points": model.TILL_DAY_CAP,
            "merchant_day_points": model.MERCHANT_DAY_CAP,
        }
        self.owners: list[Actor] = []
        self.tills: list[Actor] = []
        merchants: list[UUID] = []
        for _ in range(max(TILLS_OF) + 1):
            shop = exchange.merchants.enrol(
                self.call(self.clerk),
                name="m",
                kind="supermarket",
                area=COUNTY,
                pay_fen=model.VALUE_FEN,
                caps=caps,
                valid_from=date(2026, 1, 1),
                valid_until=date(2030, 1, 1),
            )
            merchants.append(UUID(shop.body["merchant_id"]))
            exchange.merchants.approve(self.call(self.reviewers[0]), merchants[-1])
            self.owners.append(self.staff("merchant_owner", merchant_id=merchants[-1]))
        for shop_number in TILLS_OF:
            enrolled = exchange.tills.enrol(self.call(self.clerk), merchants[shop_number])
            self.tills.append(exchange.authenticate(enrolled.body["token"], self.now))

    def _register(self, person: int) -> str:
        answer = self.processes[0].volunteers.register(
            self.call(self.clerk),
            name="甲某",
            identity_number=_identity_number(person),
            phone=f"1990000{person:04}",
            area=AREAS[person % len(AREAS)],
        )
        number: str = answer.body["volunteer_number"]
        return number

    def _enrol(self, number: str) -> Actor:
        exchange = self.processes[0]
        offered = exchange.volunteers.enrol(self.call(self.clerk), number)
        signed_in = exchange.sign_in.redeem_code(offered.body["digits"], self.now)
        return exchange.authenticate(signed_in["token"], self.now)


def _identity_number(person: int) -> str:
    """Nobody's: the region 990000 does not exist."""
    first = f"990000{_FIRST_IDENTITY + person}001"
    weights = [pow(2, 17 - place, 11) for place in range(17)]
    total = sum(int(digit) * weight for digit, weight in zip(first, weights, strict=True))
    return first + "10X98765432"[total % 11]
