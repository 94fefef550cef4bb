"""Whatever happens in a county, and wherever pages end: the read models add up and a rebuild agrees."""

from __future__ import annotations

import random
import tempfile
from datetime import date
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from points.domain.account import Account
from points.domain.budget import Budget
from points.domain.redemption import Redemption
from points.domain.till import Till
from points.domain.volunteer import Volunteer
from points.projections import funds
from points.projections.accounts import balance
from points.projections.models import all_models
from points.projections.rebuild import rebuild
from tests.projections.world import CLERK, OTHER_VILLAGE, VILLAGE, World
from tests.support.clock import CountedIds, FixedClock


class County:
    """Does one random thing at a time, as the seed says, and projects now and then."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self.random = random.Random(seed)  # noqa: S311  # a seeded run, no secret
        world.areas()
        self.fund = world.fund()
        self.budgets: list[Budget] = [world.budget(self.fund) for _ in range(2)]
        self.accounts: list[Account] = [world.account() for _ in range(3)]
        self.tills: list[Till] = [world.merchant()[1] for _ in range(2)]
        self.volunteers: list[Volunteer] = []
        self.redemptions: list[tuple[Redemption, Account]] = []

    def live(self, steps: int) -> None:
        acts = (self.issue, self.redeem, self.refund, self.expire, self.register, self.move, self.serve)
        for _ in range(steps):
            self.random.choice(acts)()
            if self.random.random() < 0.3:
                self.world.projector.catch_up()
            self.world.clock.advance(days=self.random.choice((0, 0, 1, 7)))

    def issue(self) -> None:
        expires_on = self.random.choice((None, date(2026, 7, 1), date(2026, 9, 1)))
        account, budget = self.random.choice(self.accounts), self.random.choice(self.budgets)
        self.world.issue(account, budget, self.random.randint(1, 9), expires_on=expires_on)

    def redeem(self) -> None:
        account = self.random.choice(self.accounts)
        today = self.world.today()
        spendable = sum(lot.points for lot in account.lots.values() if not lot.expired(today))
        if spendable:
            points = self.random.randint(1, spendable)
            redemption = self.world.redeem(account, self.random.choice(self.tills), points)
            self.redemptions.append((redemption, account))

    def refund(self) -> None:
        open_ones = [(r, a) for r, a in self.redemptions if r.refundable_points]
        if open_ones:
            redemption, account = self.random.choice(open_ones)
            points = self.random.randint(1, redemption.refundable_points)
            self.world.refund(redemption, account, points, self.budgets)

    def expire(self) -> None:
        self.world.expire(self.random.choice(self.accounts), self.budgets)

    def register(self) -> None:
        self.volunteers.append(self.world.volunteer(self.random.choice((VILLAGE, OTHER_VILLAGE))))

    def move(self) -> None:
        if not self.volunteers:
            return
        volunteer, at = self.random.choice(self.volunteers), self.world.clock()
        area_code = self.random.choice((VILLAGE, OTHER_VILLAGE))
        if volunteer.withdrawn:
            volunteer.come_back(at, area_code=area_code, returned_by=CLERK)
        elif self.random.random() < 0.3:
            volunteer.withdraw(at, withdrawn_by=CLERK)
        else:
            volunteer.move(at, area_code=area_code, moved_by=CLERK)
        self.world.keep(volunteer)

    def serve(self) -> None:
        if self.volunteers:
            self.world.serve(self.random.choice(self.volunteers), self.world.today())


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32), steps=st.integers(1, 40))
def test_read_models_add_up_and_a_rebuild_agrees_with_them(seed: int, steps: int) -> None:
    with tempfile.TemporaryDirectory() as directory:
        world = World(f"sqlite:///{Path(directory) / 'store.db'}", FixedClock(), CountedIds())
        county = County(world, seed)
        county.live(steps)

        with world.reading() as connection:
            for account in county.accounts:
                held = balance(connection, account.id, world.today())
                assert held.points == account.balance_points
                assert [lot.lot_no for lot in held.lots] == [lot_no for _, lot_no in account.queue]
            assert funds.conservation(connection, county.fund.id).holds
            kept = {b.budget_id: b for b in funds.budgets_of(connection, county.fund.id, limit=10)}
            for budget in county.budgets:
                assert kept[budget.id].available_fen == budget.available_fen
        report = rebuild(world.projector, world.codecs, all_models())

        assert report.differences == ()
        assert report.switched
        world.close()
