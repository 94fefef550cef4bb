"""A county with one shop and a few people who hold points, built by the shortest way: tests start at the till."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from points.access import Actor
from points.application.tools import Answer, Work
from points.bootstrap import Settings
from points.codes.token import Kind, Token, redemption_id
from points.domain import naming
from points.domain.account import Account
from points.domain.budget import Budget
from points.domain.calendar import SHANGHAI
from points.domain.device import Device
from points.domain.redemption import PaidBy
from points.domain.values import AmountFen, Origin, Points, Role
from points.ledger.unit import Unit
from points.ledger.writer import Command
from points.merchants.redeeming import Payment
from tests.application.test_main_job import COUNTY, County

START = datetime(2026, 11, 2, 9, 0, tzinfo=SHANGHAI)
VALUE_FEN, PAY_FEN = 100, 90


@dataclass(frozen=True)
class Person:
    volunteer_id: UUID
    account_id: UUID
    device_id: UUID
    actor: Actor


class Market(County):
    """The county's clerk and reviewers, a scheme, two funds, and a shop that pays 90 fen for a point worth 100."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        ex = self.exchange
        self.nonce = 0
        self.clerk, self.other_clerk = self.staff("county"), self.staff("county")
        self.reviewer, self.second_reviewer = self.staff("reviewer"), self.staff("reviewer")
        drafted = ex.schemes.draft(
            self.call(self.clerk),
            name="s",
            area=COUNTY,
            in_force_from=date(2026, 1, 1),
            rates=[("*", "supplementary", 1, 30)],
            rounding="down",
            value_fen=VALUE_FEN,
        )
        self.scheme = UUID(drafted.body["scheme_id"])
        ex.schemes.approve(self.call(self.reviewer), self.scheme)
        self.funds, self.budgets = [], []
        for kind in ("fiscal", "donation"):
            fund, budget = self._fund(kind)
            self.funds.append(fund)
            self.budgets.append(budget)
        self.merchant, self.till, self.owner = self.shop()

    def _fund(self, kind: str, fen: int = 1_000_000) -> tuple[UUID, UUID]:
        ex, call = self.exchange, self.call
        fund = UUID(ex.funds.open(call(self.clerk), name=kind, kind=kind, area=COUNTY).body["fund_id"])
        ex.funds.receive(call(self.clerk), fund, amount_fen=fen, source=kind)
        reserved = ex.funds.reserve(call(self.clerk), fund, area=COUNTY, period="2026", amount_fen=fen // 2)
        return fund, UUID(reserved.body["budget_id"])

    def shop(self) -> tuple[UUID, Actor, Actor]:
        """Another shop: its id, a till and its owner."""
        ex, call = self.exchange, self.call
        names = ("redemption_points", "person_day_points", "till_day_points", "merchant_day_points")
        shop = ex.merchants.enrol(
            call(self.clerk),
            name="=爱心超市",
            kind="supermarket",
            area=COUNTY,
            pay_fen=PAY_FEN,
            caps=dict.fromkeys(names, 10_000),
            valid_from=date(2026, 1, 1),
            valid_until=date(2030, 1, 1),
        )
        merchant = UUID(shop.body["merchant_id"])
        ex.merchants.approve(call(self.reviewer), merchant)
        till = ex.authenticate(ex.tills.enrol(call(self.clerk), merchant).body["token"], self.now)
        added = ex.staff.add(call(self.admin), name="o", role="merchant_owner", merchant_id=merchant)
        owner = ex.sign_in.redeem_code(added.body["digits"], self.now)["token"]
        return merchant, till, ex.authenticate(owner, self.now)

    def person(self, *points: int, until: date | None = None) -> Person:
        """Somebody with so many points of each fund, in its order."""
        tools = self.exchange.tools
        volunteer, device = tools.new_id(), tools.new_id()
        account = naming.account_id(tools.tenant, volunteer)

        def decide(unit: Unit) -> None:
            unit.add(Account.open(unit.at, account, volunteer_id=volunteer))
            # Enrolled long ago: the cap of new phones is not what these tests are about.
            unit.add(Device.enrol(unit.at - timedelta(days=30), device, volunteer_id=volunteer))

        tools.writer.run(Command(tools.new_id(), decide, fixed_at=self.now))
        actor = Actor(device, Role.VOLUNTEER, volunteer_id=volunteer)
        person = Person(volunteer, account, device, actor)
        for fund, some in enumerate(points):
            self.issue(person, fund, some, until)
        return person

    def open_account(self, volunteer_id: UUID, account_id: UUID) -> None:
        tools = self.exchange.tools

        def decide(work: Work) -> None:
            work.unit.add(Account.open(work.at, account_id, volunteer_id=volunteer_id))

        tools.writer.run(tools.command(self.call(self.clerk), decide))

    def issue(self, person: Person, fund: int, points: int, until: date | None = None) -> None:
        tools = self.exchange.tools

        def decide(work: Work) -> None:
            value_fen = AmountFen(VALUE_FEN)
            budget = work.unit.get(Budget, self.budgets[fund])
            account = work.unit.get(Account, person.account_id)
            lot_no = account.issue(
                work.at,
                points=Points(points),
                value_fen=value_fen,
                budget_id=budget.id,
                scheme_id=self.scheme,
                scheme_version=1,
                origin=Origin.EARNED,
                earned_on=work.today,
                expires_on=until,
                record_id=work.new_id(),
                activity_id=work.new_id(),
            )
            budget.issue(
                work.at, account_id=account.id, lot_no=lot_no, points=Points(points), value_fen=value_fen
            )

        tools.writer.run(tools.command(self.call(self.clerk), decide))

    def pay(self, person: Person, points: int, till: Actor | None = None) -> UUID:
        """The person pays at the till; the redemption's id."""
        tools = self.exchange.tools
        self.nonce += 1
        at_s = int(self.now.timestamp())
        signing = tools.command(self.call(self.clerk), lambda work: work.signer(Kind.PAYMENT).key.key_id)
        key_id = tools.writer.run(signing).value
        nonce = self.nonce.to_bytes(8)
        token = Token(Kind.PAYMENT, key_id, bytes(12), 0, nonce, at_s, 60, 10_000)
        rid = redemption_id(tools.tenant.bytes, key_id, nonce, at_s)
        payment = Payment(token, rid, person.account_id, person.device_id, PaidBy.PAYMENT_CODE)
        call = self.call(till or self.till)
        tools.writer.run(self.exchange.redeeming.confirming(call, payment, Points(points)))
        return rid

    def refund(self, redemption: UUID, points: int, owner: Actor | None = None) -> Answer:
        return self.exchange.refunds.refund(
            self.call(owner or self.owner), redemption, points=points, reason="r"
        )

    def settle(self, period: str = "2026-11", merchant: UUID | None = None) -> dict[str, object]:
        drawn = self.exchange.settling.draw_up(
            self.call(self.clerk), merchant or self.merchant, period=period
        )
        return drawn.body

    def approve(self, settlement: UUID) -> None:
        for reviewer in (self.reviewer, self.second_reviewer):
            self.exchange.settling.approve(self.call(reviewer), settlement)

    def pay_out(self, settlement: UUID) -> Answer:
        return self.exchange.settling.pay(self.call(self.clerk), settlement, reference="B-1")

    def carry_through(self, period: str = "2026-11") -> UUID:
        """Draw up, confirm, approve, pay."""
        settlement = UUID(str(self.settle(period)["settlement_id"]))
        self.exchange.settling.confirm(self.call(self.owner), settlement)
        self.approve(settlement)
        self.pay_out(settlement)
        return settlement

    def fund(self, place: int) -> dict[str, object]:
        return self.exchange.funds.show(self.call(self.clerk), self.funds[place])

    def reconciled(self) -> bool:
        return bool(self.exchange.reconciliation.run(self.call(self.clerk))["ok"])
