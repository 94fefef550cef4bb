"""Random lives of money: whatever is redeemed, refunded, settled, disputed and paid, every fen is somewhere.

After every step, per fund: what came in is free, reserved, paid or owed; what is committed backs what people hold and
what merchants are owed; nothing was paid twice; and the reconciliation finds no difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from points.bootstrap import Settings
from points.domain.errors import Refused
from points.domain.settlement import SettlementAlreadyPaid
from points.projections import funds
from tests.application.market import PAY_FEN, START, VALUE_FEN, Market

STEPS = 60


class Money:
    """One shop, two funds, two people; weeks go by."""

    def __init__(self, market: Market, seed: int) -> None:
        self.market = market
        self.random = Random(seed)  # noqa: S311  # repeatable on purpose
        until = (START + timedelta(days=150)).date()
        self.people = [market.person(600, 600, until=until) for _ in range(2)]
        self.sales: list[UUID] = []
        self.disputes: list[UUID] = []
        self.drawn: list[UUID] = []
        self.kept_points = 0
        self.done: Counter[str] = Counter()

    def step(self) -> None:
        steps: list[tuple[Callable[[], None], int]] = [
            (self.redeem, 8),
            (self.refund, 5),
            (self.dispute, 2),
            (self.decide, 2),
            (self.settle, 3),
            (self.pay_out, 3),
            (self.expire, 1),
        ]
        (chosen,) = self.random.choices([do for do, _ in steps], [weight for _, weight in steps])
        try:
            chosen()
        except Refused as refusal:
            self.done[refusal.slug()] += 1
        else:
            self.done[chosen.__name__] += 1
        self.check()

    def redeem(self) -> None:
        points = self.random.randint(1, 120)
        self.market.at(days=self.random.randint(0, 5))
        self.sales.append(self.market.pay(self.random.choice(self.people), points))
        self.kept_points += points

    def refund(self) -> None:
        if self.sales:
            points = self.random.randint(1, 60)
            self.market.refund(self.random.choice(self.sales), points)
            self.kept_points -= points

    def dispute(self) -> None:
        if self.sales:
            ex, call = self.market.exchange, self.market.call(self.market.owner)
            raised = ex.disputes.raise_(call, self.random.choice(self.sales), reason="r")
            self.disputes.append(UUID(raised.body["dispute_id"]))

    def decide(self) -> None:
        if self.disputes:
            points = self.random.choice((0, 1))
            self.market.exchange.disputes.decide(
                self.market.call(self.market.reviewer),
                self.disputes.pop(0),
                outcome="upheld" if points else "refused",
                reason="r",
                refund_points=points,
            )
            self.kept_points -= points

    def settle(self) -> None:
        """The statement of the month that is, or of the next, once it has begun."""
        self.market.at(days=self.random.choice((0, 31)))
        self.drawn.append(UUID(str(self.market.settle(f"{self.market.now:%Y-%m}")["settlement_id"])))

    def pay_out(self) -> None:
        if not self.drawn:
            return
        market, settlement = self.market, self.drawn[-1]
        self.clear_alarms()
        if self.random.random() < 0.5:
            market.exchange.settling.confirm(market.call(market.owner), settlement)
        else:
            market.at(days=14)
        market.approve(settlement)
        market.pay_out(settlement)
        with pytest.raises(SettlementAlreadyPaid):
            market.pay_out(settlement)

    def clear_alarms(self) -> None:
        """Two people are all the trade there is, and that is what an alarm says."""
        alarms, call, reviewer = self.market.exchange.alarms, self.market.call, self.market.reviewer
        for alarm in alarms.list(call(reviewer), area=None, open_only=True, limit=50)["alarms"]:
            alarms.decide(call(reviewer), UUID(alarm["alarm_id"]), outcome="cleared", reason="two people")

    def expire(self) -> None:
        self.market.exchange.expiry.run(self.market.call(self.market.clerk))

    def check(self) -> None:
        report = self.market.exchange.reconciliation.run(self.market.call(self.market.clerk))
        assert report["ok"], report
        for merchant in report["merchants"]:
            assert merchant["earned_fen"] == self.kept_points * PAY_FEN
        with self.market.exchange.tools.reading() as connection:
            for fund_id in self.market.funds:
                fund = funds.get(connection, fund_id)
                assert fund is not None
                liability = funds.liability(connection, fund_id)
                points = funds.conservation(connection, fund_id)
                assert points.holds
                assert liability.held_fen == points.held_points * VALUE_FEN
                # Cash in hand covers what is reserved; claims are on top of it, never part of it.
                assert fund.received_fen - fund.paid_fen - fund.reserved_fen >= 0
                self.done["claims"] += fund.claims_fen > 0
                budgets = funds.budgets_of(connection, fund_id, 10)
                committed_fen = sum(budget.committed_fen for budget in budgets)
                assert committed_fen == liability.held_fen + liability.takings_value_fen


@pytest.mark.parametrize("seed", range(4))
def test_every_fen_is_somewhere_after_every_step(tmp_path: Path, seed: int) -> None:
    market = Market(Settings(f"sqlite:///{tmp_path / 's.db'}", fixed_at=START))
    money = Money(market, seed)
    try:
        for _ in range(STEPS):
            money.step()
    finally:
        market.exchange.close()
    # The life was worth judging: these things did happen in it.
    for happened in ("redeem", "refund", "settle", "pay_out", "dispute"):
        assert money.done[happened], money.done
    assert money.done["claims"], money.done
