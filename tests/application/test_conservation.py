"""Random lives of points, judged by a model that knows nothing of lots: a flat list of single points.

After every step: what each person holds, what each fund issued, and where each point went are equal to the model's;
a refusal changes nothing. The real writer, use cases, counters and read models run; only the model is simple.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from points.access import Actor
from points.application.money_back import return_money
from points.application.tools import Call, Work
from points.bootstrap import Exchange, Settings, create_store
from points.codes.token import Kind, Token, redemption_id
from points.domain import naming, transfers
from points.domain.account import Account, Taken
from points.domain.budget import Budget, BudgetExhausted
from points.domain.calendar import SHANGHAI
from points.domain.device import Device
from points.domain.errors import Refused
from points.domain.redemption import PaidBy
from points.domain.values import AmountFen, Origin, Points
from points.ledger.unit import Unit
from points.ledger.writer import Command
from points.merchants.redeeming import Payment
from points.projections import funds
from tests.support.paths import ROOT

START = datetime(2026, 11, 2, 9, 0, tzinfo=SHANGHAI)
COUNTY = "500233"
PEOPLE, VALUE_FEN, BUDGET_FEN = 2, 100, 60_000
GRACE = timedelta(days=30)


@dataclass(frozen=True)
class OnePoint:
    """A single point: whose, from which fund, of which lot, until when, and the sale it is in."""

    person: int
    fund: int
    lot: int
    until: date
    sale: int | None = None
    gone: str | None = None
    relief: bool = False
    prolonged: bool = False


class Lives(RuleBasedStateMachine):
    """Two people, two funds, one till."""

    def __init__(self) -> None:
        super().__init__()
        self.dir = Path(tempfile.mkdtemp())
        self.now = START
        self.points: list[OnePoint] = []
        self.sales: list[tuple[UUID, list[int]]] = []
        self.lots = 0
        self.nonce = 0
        self.left_fen = [BUDGET_FEN, BUDGET_FEN]
        self.debts = [0, 0]
        self._open()

    def teardown(self) -> None:
        self.exchange.close()
        shutil.rmtree(self.dir)

    # The world

    def _open(self) -> None:
        where = Settings(f"sqlite:///{self.dir / 's.db'}", fixed_at=START)
        made = create_store(where, (ROOT / "demo/areas.csv").read_bytes(), demo=True)
        self.exchange = ex = Exchange.open(where)
        self.admin = ex.authenticate(made["token"], self.now)
        self.clerk, reviewer = self._staff("county"), self._staff("reviewer")
        self.scheme = UUID(
            ex.schemes.draft(
                self._call(self.clerk),
                name="s",
                area=COUNTY,
                in_force_from=date(2026, 1, 1),
                rates=[("*", "supplementary", 1, 30)],
                rounding="down",
                value_fen=VALUE_FEN,
            ).body["scheme_id"]
        )
        ex.schemes.approve(self._call(reviewer), self.scheme)
        self.funds, self.budgets = [], []
        for kind in ("fiscal", "donation"):
            fund = UUID(
                ex.funds.open(self._call(self.clerk), name=kind, kind=kind, area=COUNTY).body["fund_id"]
            )
            ex.funds.receive(self._call(self.clerk), fund, amount_fen=BUDGET_FEN, source=kind)
            reserved = ex.funds.reserve(
                self._call(self.clerk), fund, area=COUNTY, period="2026", amount_fen=BUDGET_FEN
            )
            self.funds.append(fund)
            self.budgets.append(UUID(reserved.body["budget_id"]))
        self._shop(reviewer)
        self.accounts: list[UUID] = []
        self.devices: list[UUID] = []
        for _ in range(PEOPLE):
            self._person()

    def _shop(self, reviewer: Actor) -> None:
        ex = self.exchange
        shop = ex.merchants.enrol(
            self._call(self.clerk),
            name="m",
            kind="supermarket",
            area=COUNTY,
            pay_fen=VALUE_FEN,
            caps=dict.fromkeys(
                ("redemption_points", "person_day_points", "till_day_points", "merchant_day_points"), 10_000
            ),
            valid_from=date(2026, 1, 1),
            valid_until=date(2030, 1, 1),
        )
        merchant = UUID(shop.body["merchant_id"])
        ex.merchants.approve(self._call(reviewer), merchant)
        token = ex.tills.enrol(self._call(self.clerk), merchant).body["token"]
        self.till = ex.authenticate(token, self.now)
        self.owner = self._owner(merchant)

    def _owner(self, merchant: UUID) -> Actor:
        added = self.exchange.staff.add(
            self._call(self.admin), name="o", role="merchant_owner", merchant_id=merchant
        )
        signed_in = self.exchange.sign_in.redeem_code(added.body["digits"], self.now)
        return self.exchange.authenticate(signed_in["token"], self.now)

    def _staff(self, role: str) -> Actor:
        added = self.exchange.staff.add(self._call(self.admin), name=role, role=role, area=COUNTY)
        signed_in = self.exchange.sign_in.redeem_code(added.body["digits"], self.now)
        return self.exchange.authenticate(signed_in["token"], self.now)

    def _person(self) -> None:
        tools = self.exchange.tools
        volunteer, device = tools.new_id(), tools.new_id()
        account = naming.account_id(tools.tenant, volunteer)

        def decide(unit: Unit) -> None:
            unit.add(Account.open(unit.at, account, volunteer_id=volunteer))
            # Enrolled long ago, so that the cap of new phones does not stand in the way of the model.
            unit.add(Device.enrol(unit.at - timedelta(days=30), device, volunteer_id=volunteer))

        tools.writer.run(Command(tools.new_id(), decide, fixed_at=self.now))
        self.accounts.append(account)
        self.devices.append(device)

    def _call(self, actor: Actor) -> Call:
        self.nonce += 1
        return Call(actor, f"k{self.nonce}", self.now)

    @property
    def today(self) -> date:
        return self.now.date()

    # What can happen

    @rule(
        person=st.integers(0, 1), fund=st.integers(0, 1), points=st.integers(1, 400), days=st.integers(0, 90)
    )
    def issue(self, person: int, fund: int, points: int, days: int) -> None:
        until = self.today + timedelta(days=days)
        tools = self.exchange.tools

        def decide(work: Work) -> None:
            budget = work.unit.get(Budget, self.budgets[fund])
            budget.check_issue(Points(points), AmountFen(VALUE_FEN))
            account = work.unit.get(Account, self.accounts[person])
            lot_no = account.issue(
                work.at,
                points=Points(points),
                value_fen=AmountFen(VALUE_FEN),
                budget_id=budget.id,
                scheme_id=self.scheme,
                scheme_version=1,
                origin=Origin.EARNED,
                earned_on=self.today,
                expires_on=until,
                record_id=work.new_id(),
                activity_id=work.new_id(),
            )
            budget.issue(
                work.at,
                account_id=account.id,
                lot_no=lot_no,
                points=Points(points),
                value_fen=AmountFen(VALUE_FEN),
            )
            return_money(work, account, (Taken(lot_no, transfers.set_off(work.at, account, lot_no)),))

        covered = points * VALUE_FEN <= self.left_fen[fund]
        try:
            tools.writer.run(tools.command(self._call(self.clerk), decide))
        except BudgetExhausted:
            assert not covered
            return
        assert covered
        self.left_fen[fund] -= points * VALUE_FEN
        owed = min(points, self.debts[person])
        self.debts[person] -= owed
        self.points += [OnePoint(person, fund, self.lots, until, gone="returned")] * owed
        self.points += [OnePoint(person, fund, self.lots, until)] * (points - owed)
        self.lots += 1

    @rule(person=st.integers(0, 1), points=st.integers(1, 150))
    def redeem(self, person: int, points: int) -> None:
        order = sorted(
            (
                place
                for place, p in enumerate(self.points)
                if p.person == person and p.sale is None and p.gone is None and p.until >= self.today
            ),
            key=lambda place: (self.points[place].until, self.points[place].lot),
        )
        self.nonce += 1
        payment = self._payment(person)
        command = self.exchange.redeeming.confirming(self._call(self.till), payment, Points(points))
        try:
            self.exchange.tools.writer.run(command)
        except Refused:
            assert len(order) < points
            return
        assert len(order) >= points
        for place in order[:points]:
            self.points[place] = replace(self.points[place], sale=len(self.sales))
        self.sales.append((payment.redemption_id, order[:points]))
        again = self.exchange.tools.writer.run(command)
        assert again.value.replayed

    def _payment(self, person: int) -> Payment:
        tools, nonce = self.exchange.tools, self.nonce.to_bytes(8)
        at_s = int(self.now.timestamp())
        signing = tools.command(self._call(self.clerk), lambda work: work.signer(Kind.PAYMENT).key.key_id)
        key_id = tools.writer.run(signing).value
        token = Token(Kind.PAYMENT, key_id, bytes(12), 0, nonce, at_s, 60, 10_000)
        rid = redemption_id(tools.tenant.bytes, key_id, nonce, at_s)
        return Payment(token, rid, self.accounts[person], self.devices[person], PaidBy.PAYMENT_CODE)

    @precondition(lambda self: self.sales)
    @rule(data=st.data(), points=st.integers(1, 150))
    def refund(self, data: st.DataObject, points: int) -> None:
        sale = data.draw(st.integers(0, len(self.sales) - 1))
        # Last taken first, as if the sale had been smaller to begin with.
        taken = [place for place in reversed(self.sales[sale][1]) if self.points[place].sale == sale]
        try:
            self.exchange.refunds.refund(
                self._call(self.owner), self.sales[sale][0], points=points, reason="r"
            )
        except Refused:
            assert points > len(taken)
            return
        assert points <= len(taken)
        self._expire(self.points[taken[0]].person)  # a refund into a lot never revives what had expired in it
        self._put_back(taken[:points])

    def _put_back(self, places: list[int]) -> None:
        for place in places:
            p = self.points[place]
            if p.until + (timedelta(0) if p.prolonged else GRACE) < self.today:
                self.points[place] = replace(p, sale=None, gone="closed")
            elif p.until < self.today:
                self._extend(p.lot, self.today + GRACE)
                self.points[place] = replace(self.points[place], sale=None)
            else:
                self.points[place] = replace(p, sale=None)

    def _extend(self, lot: int, until: date) -> None:
        """The days of grace are given once: after them a refund goes to the fund."""
        self.points = [
            replace(p, until=until, prolonged=True) if p.lot == lot and p.gone is None else p
            for p in self.points
        ]

    @rule()
    def expire(self) -> None:
        self.exchange.expiry.run(self._call(self.clerk))
        for person in range(PEOPLE):
            self._expire(person)

    def _expire(self, person: int) -> None:
        for place, p in enumerate(self.points):
            if p.person == person and p.sale is None and p.gone is None and p.until < self.today:
                self.points[place] = replace(p, gone="expired")

    @rule(days=st.integers(1, 40))
    def days_pass(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(person=st.integers(0, 1), points=st.integers(1, 100))
    def give(self, person: int, points: int) -> None:
        order = self._earned(person)
        covered = len(order) >= points
        transfer_id = self.exchange.tools.new_id()

        def decide(work: Work) -> None:
            giver, taker = (work.unit.get(Account, self.accounts[who]) for who in (person, 1 - person))
            transfers.transfer(
                work.at,
                giver,
                taker,
                transfers.choose(giver, points, work.today),
                transfer_id=transfer_id,
                purpose=transfers.TransferPurpose.GIFT,
                on=work.today,
                reason_ref=transfer_id,
            )

        if not self._refused(decide, covered):
            lots: dict[int, int] = {}
            for place in order[:points]:
                p = self.points[place]
                if p.lot not in lots:
                    lots[p.lot] = self.lots
                    self.lots += 1
                self.points[place] = replace(p, person=1 - person, lot=lots[p.lot])

    @rule(person=st.integers(0, 1), points=st.integers(1, 100))
    def donate(self, person: int, points: int) -> None:
        order = self._earned(person)

        def decide(work: Work) -> None:
            giver = work.unit.get(Account, self.accounts[person])
            taken = transfers.choose(giver, points, work.today)
            transfers.donate(work.at, giver, taken, donation_id=work.new_id(), reason_ref=work.new_id())
            return_money(work, giver, taken)

        if not self._refused(decide, len(order) >= points):
            self._go_back(order[:points])

    @rule(person=st.integers(0, 1), fund=st.integers(0, 1), points=st.integers(1, 50))
    def grant_relief(self, person: int, fund: int, points: int) -> None:
        until = self.today + timedelta(days=60)

        def decide(work: Work) -> None:
            budget = work.unit.get(Budget, self.budgets[fund])
            budget.check_issue(Points(points), AmountFen(VALUE_FEN))
            account = work.unit.get(Account, self.accounts[person])
            lot_no = transfers.credit(
                work.at,
                account,
                adjustment_id=work.new_id(),
                points=Points(points),
                value_fen=AmountFen(VALUE_FEN),
                budget_id=budget.id,
                scheme_id=self.scheme,
                scheme_version=1,
                origin=Origin.RELIEF,
                earned_on=self.today,
                expires_on=until,
            )
            budget.issue(
                work.at,
                account_id=account.id,
                lot_no=lot_no,
                points=Points(points),
                value_fen=AmountFen(VALUE_FEN),
            )

        if not self._refused(decide, points * VALUE_FEN <= self.left_fen[fund]):
            self.left_fen[fund] -= points * VALUE_FEN
            self.points += [OnePoint(person, fund, self.lots, until, relief=True)] * points
            self.lots += 1

    @rule(person=st.integers(0, 1), points=st.integers(1, 200))
    def take_back(self, person: int, points: int) -> None:
        """A correction of a record that is not in the account any more: it takes what there is, the rest is owed."""
        order = self._earned(person)

        def decide(work: Work) -> None:
            account = work.unit.get(Account, self.accounts[person])
            taken = transfers.correct(
                work.at, account, points, work.today, adjustment_id=work.new_id(), record_id=work.new_id()
            )
            return_money(work, account, taken)

        assert not self._refused(decide, covered=True)
        self._go_back(order[:points])
        self.debts[person] += max(0, points - len(order))

    def _earned(self, person: int) -> list[int]:
        """Places of a person's earned points that have not ended, in the order in which they go."""
        mine = [
            place
            for place, p in enumerate(self.points)
            if p.person == person
            and p.sale is None
            and p.gone is None
            and p.until >= self.today
            and not p.relief
        ]
        return sorted(mine, key=lambda place: (self.points[place].until, self.points[place].lot))

    def _go_back(self, places: list[int]) -> None:
        for place in places:
            self.points[place] = replace(self.points[place], gone="returned")

    def _refused(self, decide: Callable[[Work], None], covered: bool) -> bool:
        """Whether it was refused, which is exactly where the model says so."""
        tools = self.exchange.tools
        try:
            tools.writer.run(tools.command(self._call(self.clerk), decide))
        except Refused:
            assert not covered
            return True
        assert covered
        return False

    # What must hold

    @invariant()
    def every_point_is_where_the_model_says(self) -> None:
        with self.exchange.tools.reading() as connection:
            for fund, fund_id in enumerate(self.funds):
                mine = [p for p in self.points if p.fund == fund]
                found = funds.conservation(connection, fund_id)
                assert found.holds
                assert found.issued_points == len(mine)
                assert found.held_points == sum(p.sale is None and p.gone is None for p in mine)
                assert found.expired_points == sum(p.gone == "expired" for p in mine)
                assert found.returned_points == sum(p.gone == "returned" for p in mine)
                with_shops = found.redeemed_points - found.refunded_points
                assert with_shops == sum(p.sale is not None for p in mine)
        with self.exchange.tools.engine.connect() as connection:
            loaded = self.exchange.tools.writer.loader.load(connection, self.accounts)
        for person, account_id in enumerate(self.accounts):
            account = loaded[account_id]
            assert isinstance(account, Account)
            assert all(lot.points >= 0 for lot in account.lots.values())
            held = [p for p in self.points if p.person == person and p.sale is None and p.gone is None]
            assert account.balance_points == len(held)
            assert account.debt_points == self.debts[person]


Lives.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestLives = Lives.TestCase
