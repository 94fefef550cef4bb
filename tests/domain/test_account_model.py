"""Random accounts judged by a model without lots to count: a flat list, one entry for every single point."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from points.domain.account import (
    Account,
    HoldExceeded,
    HoldPurpose,
    InsufficientPoints,
    ReleaseCause,
    Taken,
)
from points.domain.redemption import Redemption
from points.domain.values import Points
from tests.domain.examples import OTHER_SCHEME, SCHEME, a_redemption, an_account, give
from tests.domain.scenario import NOW, assert_replays, given, id_of, state

START = date(2026, 1, 31)
GRACE_DAYS = 30


class Issue(NamedTuple):
    points: int
    in_days: int | None
    scheme_id: UUID


class Redeem(NamedTuple):
    points: int


class Refund(NamedTuple):
    number: int
    points: int


class Pin(NamedTuple):
    """Points are set aside."""

    points: int


class Capture(NamedTuple):
    """Part of a hold pays a sale."""

    number: int
    points: int


class Release(NamedTuple):
    number: int


class Pass(NamedTuple):
    """Days go by; the expiry run of each morning may have been missed, but not before a refund."""

    days: int
    run: bool


Step = Issue | Redeem | Refund | Pin | Capture | Release | Pass


@dataclass
class PointModel:
    """Every point is its lot's number, in exactly one of five places."""

    ends: dict[int, date | None] = field(default_factory=dict)
    schemes: dict[int, UUID] = field(default_factory=dict)
    held: list[int] = field(default_factory=list)
    pinned: list[list[int]] = field(default_factory=list)
    spent: list[list[int]] = field(default_factory=list)
    expired: list[int] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)
    issued: int = 0
    prolonged: set[int] = field(default_factory=set)

    def issue(self, lot_no: int, points: int, expires_on: date | None, scheme_id: UUID) -> None:
        self.ends[lot_no] = expires_on
        self.schemes[lot_no] = scheme_id
        self.held += [lot_no] * points
        self.issued += points

    def over(self, lot_no: int, today: date) -> bool:
        end = self.ends[lot_no]
        return end is not None and today > end

    def spendable(self, today: date) -> list[int]:
        """Single points, the next to be spent first."""
        fit = [p for p in self.held if self.schemes[p] == SCHEME and not self.over(p, today)]
        return sorted(fit, key=lambda lot_no: (self.ends[lot_no] or date.max, lot_no))

    def redeem(self, points: int, today: date) -> list[int]:
        spent = self.spendable(today)[:points]
        for point in spent:
            self.held.remove(point)
        self.spent.append(spent)
        return spent

    def pin(self, points: int, today: date) -> None:
        aside = self.spendable(today)[:points]
        for point in aside:
            self.held.remove(point)
        self.pinned.append(aside)

    def capture(self, number: int, points: int) -> list[int]:
        """Even of a lot that has ended meanwhile: it was promised before."""
        aside = sorted(self.pinned[number], key=lambda lot_no: (self.ends[lot_no] or date.max, lot_no))
        self.pinned[number] = aside[points:]
        self.spent.append(aside[:points])
        return aside[:points]

    def release(self, number: int) -> None:
        self.held += self.pinned[number]
        self.pinned[number] = []

    @property
    def aside(self) -> list[int]:
        return [point for hold in self.pinned for point in hold]

    def refund(self, number: int, points: int, today: date) -> None:
        """The points spent last come back first, each into its lot, unless that closed."""
        back = [self.spent[number].pop() for _ in range(points)]
        new_ends = dict(self.ends)
        for point in back:
            end = self.ends[point]
            grace = timedelta(days=0 if point in self.prolonged else GRACE_DAYS)
            if end is not None and today > end + grace:
                self.returned.append(point)
                continue
            self.held.append(point)
            if self.over(point, today):
                new_ends[point] = today + timedelta(days=GRACE_DAYS)
        # Once only: whoever redeems and refunds in circles does not keep points alive.
        self.prolonged |= {point for point, end in new_ends.items() if end != self.ends[point]}
        self.ends = new_ends

    def run(self, today: date) -> None:
        self.expired += [point for point in self.held if self.over(point, today)]
        self.held = [point for point in self.held if not self.over(point, today)]

    @property
    def everywhere(self) -> int:
        with_shops = sum(map(len, self.spent))
        return len(self.held) + len(self.aside) + with_shops + len(self.expired) + len(self.returned)


class Twins:
    """The account and the model, asked the same."""

    def __init__(self) -> None:
        self.account: Account = an_account()
        self.redemptions: list[Redemption] = []
        self.model = PointModel()
        self.today = START

    def do(self, step: Step) -> None:
        match step:
            case Issue(points, in_days, scheme_id):
                end = None if in_days is None else self.today + timedelta(days=in_days)
                self.model.issue(give(self.account, points, end, scheme_id=scheme_id), points, end, scheme_id)
            case Redeem(points):
                self.redeem(points)
            case Refund(number, points):
                self.refund(number, points)
            case Pin(points):
                self.pin(points)
            case Capture(number, points):
                self.capture(number, points)
            case Release(number):
                self.release(number)
            case Pass(days, run):
                self.today += timedelta(days=days)
                if run:
                    self.run()
        self.check()

    def redeem(self, points: int) -> None:
        spendable = len(self.model.spendable(self.today))
        outcome = given(self.account).when(
            lambda a: a.choose(Points(points), self.today, frozenset({SCHEME}))
        )
        if points > spendable:
            outcome.then_refused(InsufficientPoints, asked_points=points, spendable_points=spendable)
            return
        taken = outcome.then_nothing()
        self.account.redeem(NOW, redemption_id=id_of("redemption"), taken=taken)
        self.redemptions.append(a_redemption(*taken))
        singly = [lot_no for lot_no, of_lot in taken for _ in range(of_lot)]
        assert singly == self.model.redeem(points, self.today)

    def pin(self, points: int) -> None:
        if points > len(self.model.spendable(self.today)):
            return
        taken = self.account.choose(Points(points), self.today, frozenset({SCHEME}))
        hold_id = id_of(f"hold {len(self.model.pinned)}")
        self.account.hold(NOW, hold_id=hold_id, purpose=HoldPurpose.ALLOWANCE, taken=taken, until=NOW)
        self.model.pin(points, self.today)

    def capture(self, number: int, points: int) -> None:
        hold_id = id_of(f"hold {number}")
        if hold_id not in self.account.holds:
            return
        held = len(self.model.pinned[number])
        outcome = given(self.account).when(lambda a: a.choose_held(hold_id, Points(points)))
        if points > held:
            outcome.then_refused(HoldExceeded, asked_points=points, held_points=held)
            return
        taken = outcome.then_nothing()
        self.account.redeem_held(NOW, redemption_id=id_of("redemption"), hold_id=hold_id, taken=taken)
        self.redemptions.append(a_redemption(*taken))
        singly = [lot_no for lot_no, of_lot in taken for _ in range(of_lot)]
        assert singly == self.model.capture(number, points)

    def release(self, number: int) -> None:
        if number < len(self.model.pinned):
            self.account.release(NOW, id_of(f"hold {number}"), ReleaseCause.RETURNED)
            self.model.release(number)

    def refund(self, number: int, points: int) -> None:
        if number >= len(self.redemptions) or points > self.redemptions[number].refundable_points:
            return
        self.run()
        redemption = self.redemptions[number]
        portions = redemption.choose_refund(Points(points))
        taken = tuple(Taken(portion.lot_no, portion.points) for portion in portions)
        restored, returned = self.account.plan_restore(taken, self.today)
        assert sum(part.points for part in restored) + sum(part.points for part in returned) == points
        refund_no = redemption.refund(
            NOW,
            portions=portions,
            returned=returned,
            refunded_by=id_of("cashier"),
            reason_ref=id_of("reason"),
        )
        self.account.restore(NOW, redemption_id=id_of("redemption"), refund_no=refund_no, restored=restored)
        before = len(self.model.returned)
        self.model.refund(number, points, self.today)
        assert Counter(self.model.returned[before:]) == dict(returned)

    def run(self) -> None:
        due = self.account.due(self.today)
        before = len(self.model.expired)
        self.account.expire(NOW, self.today)
        self.model.run(self.today)
        gone = len(self.model.expired) - before
        assert sum(points for points, _ in due.values()) == gone
        assert sum(fen for _, fen in due.values()) == gone * 100
        assert not self.account.due(self.today)

    def check(self) -> None:
        lots, owned = self.account.lots, self.model.held + self.model.aside
        assert all(lot.points >= lot.held >= 0 for lot in lots.values())
        assert {lot_no: lot.points for lot_no, lot in lots.items() if lot.points} == Counter(owned)
        assert {lot_no: lot.held for lot_no, lot in lots.items() if lot.held} == Counter(self.model.aside)
        assert all(lot.expires_on == self.model.ends[lot_no] for lot_no, lot in lots.items())
        assert self.account.balance_points == len(owned)
        assert self.account.held_points == len(self.model.aside)
        assert self.model.everywhere == self.model.issued
        queue = sorted({(self.model.ends[p] or date.max, p) for p in owned})
        assert self.account.queue == queue


steps = st.one_of(
    st.builds(
        Issue,
        st.integers(1, 12),
        st.one_of(st.none(), st.integers(-5, 40)),
        st.sampled_from([SCHEME, SCHEME, OTHER_SCHEME]),
    ),
    st.builds(Redeem, st.integers(1, 20)),
    st.builds(Refund, st.integers(0, 4), st.integers(1, 10)),
    st.builds(Pin, st.integers(1, 12)),
    st.builds(Capture, st.integers(0, 3), st.integers(1, 8)),
    st.builds(Release, st.integers(0, 3)),
    st.builds(Pass, st.sampled_from([1, 5, 29, 30, 31]), st.booleans()),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@for_all(st.lists(steps, max_size=25))
def test_no_point_is_made_lost_or_spent_out_of_turn(life: list[Step]) -> None:
    twins = Twins()
    for step in life:
        twins.do(step)
    assert_replays(twins.account)
    for redemption in twins.redemptions:
        assert_replays(redemption)


def test_the_model_spends_the_earliest_expiry_first_and_the_older_lot_at_a_tie() -> None:
    model = PointModel()
    model.issue(1, 1, None, SCHEME)
    model.issue(2, 1, START, SCHEME)
    model.issue(3, 1, START, SCHEME)
    model.issue(4, 1, START, OTHER_SCHEME)
    assert model.spendable(START) == [2, 3, 1]


def test_an_expired_account_that_nobody_asks_stays_as_it_was() -> None:
    account = an_account()
    give(account, 3, START)
    before = state(account)
    assert not account.due(START)
    assert state(account) == before
