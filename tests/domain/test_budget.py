"""Points without cover cannot exist: a budget backs what was reserved, to the fen."""

from __future__ import annotations

from datetime import date

from points.domain.budget import Budget, BudgetExhausted
from points.domain.errors import Invalid
from points.domain.values import AmountFen, Points
from tests.domain.examples import ACCOUNT, COMMUNITY, FUND, a_budget, issue_from
from tests.domain.scenario import NOW, event, given, id_of, start_refused, started


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
