"""Points without cover cannot exist: a budget backs what was reserved, to the fen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from points.domain.budget import (
    Budget,
    BudgetClosed,
    BudgetExhausted,
    BudgetOutsideParent,
    BudgetPeriodRuns,
)
from points.domain.errors import Invalid
from points.domain.values import AmountFen, Points
from tests.domain.examples import ACCOUNT, COMMUNITY, FUND, OTHER_BUDGET, a_budget, issue_from
from tests.domain.scenario import NOW, at, event, given, id_of, start_refused, started


def test_a_budget_opens_for_a_fund_an_area_and_a_period() -> None:
    budget = started(
        a_budget(10_000),
        event(
            Budget.Opened,
            fund_id=FUND,
            area_code=COMMUNITY,
            period_from=date(2026, 1, 1),
            period_until=date(2026, 12, 31),
            amount_fen=10_000,
        ),
    )
    assert budget.available_fen == 10_000


def test_a_period_does_not_end_before_it_starts() -> None:
    start_refused(
        lambda: a_budget(period_from=date(2026, 1, 2), period_until=date(2026, 1, 1)),
        Invalid,
        field="period",
        rule="ends-before-start",
    )


def test_a_period_of_one_day_covers_that_day_alone() -> None:
    budget = a_budget(period_from=date(2026, 1, 2), period_until=date(2026, 1, 2))
    days = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)]
    assert [budget.covers(day) for day in days] == [False, True, False]


def test_points_are_issued_to_the_last_fen_and_not_beyond() -> None:
    budget = a_budget(1_000)
    given(budget).when(lambda b: issue_from(b, 11, value_fen=91)).then_refused(
        BudgetExhausted, asked_fen=1_001, available_fen=1_000
    )
    given(budget).when(lambda b: issue_from(b, 10, value_fen=100)).then(
        event(Budget.PointsIssued, account_id=ACCOUNT, lot_no=1, points=10, value_fen=100)
    )
    given(budget).when(lambda b: issue_from(b, 1, value_fen=1)).then_refused(
        BudgetExhausted, asked_fen=1, available_fen=0
    )


def test_an_increase_backs_more_points() -> None:
    budget = a_budget(1_000)
    issue_from(budget, 10)
    given(budget).when(lambda b: b.increase(NOW, AmountFen(100))).then(
        event(Budget.Increased, amount_fen=100)
    )
    given(budget).when(lambda b: issue_from(b, 1)).then(event(Budget.PointsIssued, points=1))
    assert budget.available_fen == 0


def test_money_of_points_that_will_never_be_spent_leaves_the_budget() -> None:
    budget = a_budget(1_000)
    issue_from(budget, 10)
    given(budget).when(
        lambda b: b.give_back(NOW, account_id=ACCOUNT, points=Points(4), amount_fen=AmountFen(400))
    ).then(event(Budget.PointsReturned, account_id=ACCOUNT, points=4, amount_fen=400))
    assert (budget.reserved_fen, budget.committed_fen, budget.available_fen) == (600, 600, 0)


# Handing down, and the end of a period


def handed_down(budget: Budget, amount_fen: int, child: Budget | None = None) -> None:
    child = child or a_budget(amount_fen, id_=OTHER_BUDGET)
    budget.allocate(NOW, child=child, amount_fen=AmountFen(amount_fen), allocated_by=id_of("county"))


def test_money_that_went_down_backs_nothing_here_any_more() -> None:
    budget = a_budget(10_000)
    given(budget).when(lambda b: handed_down(b, 9_000)).then(
        event(Budget.Allocated, child_id=OTHER_BUDGET, amount_fen=9_000, allocated_by=id_of("county"))
    )
    given(budget).when(lambda b: issue_from(b, 11)).then_refused(
        BudgetExhausted, asked_fen=1_100, available_fen=1_000
    )


def test_money_behind_points_does_not_go_down() -> None:
    budget = a_budget(10_000)
    issue_from(budget, 50)
    given(budget).when(lambda b: handed_down(b, 5_001)).then_refused(
        BudgetExhausted, asked_fen=5_001, available_fen=5_000
    )


def test_what_goes_down_stays_within_its_period_and_an_activity_hands_nothing_down() -> None:
    budget = a_budget(10_000)
    later = a_budget(100, id_=OTHER_BUDGET, period_until=date(2027, 1, 1))
    given(budget).when(lambda b: handed_down(b, 100, later)).then_refused(
        BudgetOutsideParent, area_code=COMMUNITY
    )
    budget.place_under(NOW, parent_id=id_of("parent"), activity_id=id_of("activity"))
    given(budget).when(lambda b: handed_down(b, 100)).then_refused(BudgetOutsideParent, area_code=COMMUNITY)


AFTER = at("2027-01-04 09:00")


def close(budget: Budget, carried_to: UUID | None = None) -> int:
    return budget.close(AFTER, carried_to=carried_to, closed_by=id_of("county"))


def test_a_budget_is_closed_after_its_period_and_gives_up_what_backs_nothing() -> None:
    budget = a_budget(10_000)
    issue_from(budget, 30)
    given(budget).when(
        lambda b: b.close(at("2026-12-31 23:59"), carried_to=None, closed_by=id_of("county"))
    ).then_refused(BudgetPeriodRuns, period_until=date(2026, 12, 31))
    rest_fen = given(budget).when(close).then(event(Budget.Closed, rest_fen=7_000, carried_to=None))
    assert rest_fen == 7_000
    assert (budget.reserved_fen, budget.committed_fen) == (3_000, 3_000)


def test_a_closed_budget_backs_what_it_backed_and_nothing_new() -> None:
    budget = a_budget(10_000)
    issue_from(budget, 30)
    close(budget)
    decisions: tuple[Callable[[Budget], Any], ...] = (
        lambda b: issue_from(b, 1),
        lambda b: b.increase(NOW, AmountFen(1)),
        lambda b: handed_down(b, 1),
        close,
    )
    for decide in decisions:
        given(budget).when(decide).then_refused(BudgetClosed, area_code=COMMUNITY)
    given(budget).when(
        lambda b: b.give_back(AFTER, account_id=id_of("a"), points=Points(30), amount_fen=AmountFen(3_000))
    ).then(event(Budget.PointsReturned, points=30))
    assert (budget.reserved_fen, budget.committed_fen) == (0, 0)


@pytest.mark.parametrize("below_percent", [-1, 101])
def test_an_alarm_lies_between_nothing_and_everything(below_percent: int) -> None:
    given(a_budget()).when(
        lambda b: b.set_alarm(NOW, below_percent=below_percent, set_by=id_of("county"))
    ).then_refused(Invalid, field="below-percent", rule="range")


def test_money_of_a_paid_settlement_leaves_the_budget_at_the_value_of_its_points() -> None:
    budget = a_budget(1_000)
    issue_from(budget, 10)
    given(budget).when(
        lambda b: b.settle(
            NOW,
            settlement_id=id_of("settlement"),
            merchant_id=id_of("merchant"),
            points=4,
            value_fen=400,
            pay_fen=360,
        )
    ).then(event(Budget.Settled, points=4, value_fen=400, pay_fen=360))
    assert (budget.reserved_fen, budget.committed_fen, budget.available_fen) == (600, 600, 0)
