"""Lots: the earliest expiry is spent first, a refund restores the very lots it took."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from points.domain.account import Account, InsufficientPoints, Restored, Taken
from points.domain.errors import Invalid
from points.domain.values import Points
from tests.domain.examples import (
    BUDGET,
    OTHER_BUDGET,
    OTHER_SCHEME,
    SCHEME,
    VOLUNTEER,
    an_account,
    give,
)
from tests.domain.scenario import NOW, event, given, id_of, started

TODAY = date(2026, 4, 15)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
JUNE, JULY = date(2026, 6, 30), date(2026, 7, 31)
ONE_SCHEME = frozenset({SCHEME})


def choose(account: Account, points: int, today: date = TODAY) -> tuple[Taken, ...]:
    return account.choose(Points(points), today, ONE_SCHEME)


def spend(account: Account, points: int, today: date = TODAY) -> tuple[Taken, ...]:
    taken = choose(account, points, today)
    account.redeem(NOW, redemption_id=id_of("redemption"), taken=taken)
    return taken


def put_back(account: Account, *taken: Taken, today: date = TODAY) -> tuple[Taken, ...]:
    """Refund; returns what went to its fund instead."""
    restored, closed = account.plan_restore(taken, today)
    account.restore(NOW, redemption_id=id_of("redemption"), refund_no=1, restored=restored)
    return closed


def left(account: Account) -> dict[int, int]:
    return {lot_no: lot.points for lot_no, lot in account.lots.items()}


def test_an_account_opens_empty() -> None:
    account = started(an_account(), event(Account.Opened, volunteer_id=VOLUNTEER))
    assert account.balance_points == 0


def test_points_are_issued_as_a_lot_that_knows_why_it_exists() -> None:
    account = an_account()
    number = (
        given(account)
        .when(lambda a: give(a, 30, JUNE))
        .then(
            event(
                Account.PointsIssued,
                lot_no=1,
                points=30,
                value_fen=100,
                budget_id=BUDGET,
                scheme_id=SCHEME,
                scheme_version=1,
                origin="earned",
                earned_on=date(2026, 4, 1),
                expires_on=JUNE,
                record_id=id_of("record"),
                activity_id=id_of("activity"),
            )
        )
    )
    assert (number, account.balance_points) == (1, 30)


@pytest.mark.parametrize("points", [0, -5])
def test_a_lot_holds_at_least_one_point(points: int) -> None:
    given(an_account()).when(lambda a: give(a, points, JUNE)).then_refused(
        Invalid, field="points", rule="not-positive"
    )


# Spending


def test_the_earliest_expiry_is_spent_first_and_what_never_expires_last() -> None:
    account = an_account()
    for expires_on in (None, JULY, JUNE):
        give(account, 10, expires_on)
    assert choose(account, 25) == (Taken(3, 10), Taken(2, 10), Taken(1, 5))


def test_of_lots_that_expire_together_the_older_is_spent_first() -> None:
    account = an_account()
    for _ in range(3):
        give(account, 10, JUNE)
    assert choose(account, 21) == (Taken(1, 10), Taken(2, 10), Taken(3, 1))


def test_of_lots_that_never_expire_the_older_is_spent_first() -> None:
    account = an_account()
    give(account, 10, None)
    give(account, 10, None)
    assert choose(account, 11) == (Taken(1, 10), Taken(2, 1))


def test_lots_of_schemes_that_the_shop_does_not_take_are_left_alone() -> None:
    account = an_account()
    give(account, 10, JUNE, scheme_id=OTHER_SCHEME)
    give(account, 10, JULY)
    assert choose(account, 10) == (Taken(2, 10),)
    given(account).when(lambda a: choose(a, 11)).then_refused(
        InsufficientPoints, asked_points=11, spendable_points=10
    )


def test_a_lot_is_spendable_on_its_last_day_and_not_after() -> None:
    account = an_account()
    give(account, 10, TODAY)
    assert choose(account, 10, TODAY) == (Taken(1, 10),)
    given(account).when(lambda a: choose(a, 1, TOMORROW)).then_refused(
        InsufficientPoints, asked_points=1, spendable_points=0
    )


def test_all_points_can_be_spent_and_not_one_more() -> None:
    account = an_account()
    give(account, 10, JUNE)
    given(account).when(lambda a: choose(a, 11)).then_refused(
        InsufficientPoints, asked_points=11, spendable_points=10
    )
    given(account).when(lambda a: spend(a, 10)).then(
        event(Account.PointsRedeemed, redemption_id=id_of("redemption"), taken=(Taken(1, 10),))
    )
    assert account.balance_points == 0
    given(account).when(lambda a: choose(a, 1)).then_refused(
        InsufficientPoints, asked_points=1, spendable_points=0
    )


@pytest.mark.parametrize("points", [0, -5])
def test_spending_is_of_at_least_one_point(points: int) -> None:
    account = an_account()
    give(account, 10, JUNE)
    given(account).when(lambda a: choose(a, points)).then_refused(
        Invalid, field="points", rule="not-positive"
    )


def test_a_partly_spent_lot_stays_in_its_turn() -> None:
    account = an_account()
    give(account, 10, JUNE)
    give(account, 10, JULY)
    spend(account, 4)
    assert choose(account, 7) == (Taken(1, 6), Taken(2, 1))


# Refunds


def test_a_refund_restores_the_very_lots_it_took() -> None:
    account = an_account()
    give(account, 10, JUNE)
    give(account, 10, None)
    taken = spend(account, 15)
    given(account).when(lambda a: put_back(a, *taken)).then(
        event(
            Account.PointsRestored,
            redemption_id=id_of("redemption"),
            refund_no=1,
            restored=(Restored(1, 10, JUNE), Restored(2, 5, None)),
        )
    )
    assert left(account) == {1: 10, 2: 10}
    assert choose(account, 11) == (Taken(1, 10), Taken(2, 1))


def test_a_refund_into_an_expired_lot_can_be_spent_for_30_days() -> None:
    account = an_account()
    give(account, 10, TODAY)
    taken = spend(account, 10)
    refund_day = TODAY + timedelta(days=5)
    assert put_back(account, *taken, today=refund_day) == ()
    last_day = refund_day + timedelta(days=30)
    assert account.lots[1].expires_on == last_day
    assert choose(account, 10, last_day) == (Taken(1, 10),)
    given(account).when(lambda a: choose(a, 10, last_day + timedelta(days=1))).then_refused(
        InsufficientPoints, asked_points=10, spendable_points=0
    )


def test_a_refund_on_the_lots_last_day_does_not_lengthen_it() -> None:
    account = an_account()
    give(account, 10, TODAY)
    put_back(account, *spend(account, 10), today=TODAY)
    assert account.lots[1].expires_on == TODAY


def test_a_lot_takes_refunds_until_30_days_after_its_end_and_then_its_fund_does() -> None:
    account = an_account()
    give(account, 10, TODAY)
    taken = spend(account, 10)
    last_day = TODAY + timedelta(days=30)
    assert account.plan_restore(taken, last_day) == ((Restored(1, 10, last_day + timedelta(days=30)),), ())
    assert account.plan_restore(taken, last_day + timedelta(days=1)) == ((), taken)


def test_a_refund_is_split_between_open_lots_and_the_funds_of_closed_ones() -> None:
    account = an_account()
    give(account, 10, TODAY)
    give(account, 10, JULY)
    taken = spend(account, 15)
    assert account.plan_restore(taken, JUNE) == ((Restored(2, 5, JULY),), (Taken(1, 10),))


def test_a_refund_into_a_lot_that_still_holds_points_counts_them_once() -> None:
    account = an_account()
    give(account, 10, JUNE)
    put_back(account, *spend(account, 4))
    assert account.queue == [(JUNE, 1)]
    assert choose(account, 10) == (Taken(1, 10),)


# The expiry run


def test_the_run_empties_the_lots_that_ended_before_the_day() -> None:
    account = an_account()
    give(account, 10, YESTERDAY)
    give(account, 10, TODAY)
    give(account, 10, None)
    given(account).when(lambda a: a.expire(NOW, TODAY)).then(
        event(
            Account.PointsExpired,
            as_of=TODAY,
            expired=(Taken(1, 10),),
            forget_before=TODAY - timedelta(days=30),
        )
    )
    assert account.balance_points == 20


def test_the_run_changes_nothing_where_nothing_ended() -> None:
    account = an_account()
    give(account, 10, TODAY)
    given(account).when(lambda a: a.expire(NOW, TODAY)).then_nothing()


def test_a_second_run_of_the_day_finds_nothing() -> None:
    account = an_account()
    give(account, 10, YESTERDAY)
    account.expire(NOW, TODAY)
    given(account).when(lambda a: a.expire(NOW, TODAY)).then_nothing()


def test_what_is_due_is_told_by_budget_in_points_and_money() -> None:
    account = an_account()
    give(account, 10, YESTERDAY, value_fen=100)
    give(account, 5, YESTERDAY, value_fen=200)
    give(account, 3, YESTERDAY, budget_id=OTHER_BUDGET, value_fen=50)
    give(account, 9, TODAY)
    assert account.due(TODAY) == {BUDGET: (15, 2_000), OTHER_BUDGET: (3, 150)}


def test_only_what_is_left_of_a_lot_expires() -> None:
    account = an_account()
    give(account, 10, TODAY)
    spend(account, 4)
    given(account).when(lambda a: a.expire(NOW, TOMORROW)).then(
        event(Account.PointsExpired, expired=(Taken(1, 6),))
    )


def test_an_empty_lot_is_forgotten_once_no_refund_can_reach_it() -> None:
    account = an_account()
    give(account, 10, TODAY)
    taken = spend(account, 10)
    give(account, 1, TODAY + timedelta(days=29))
    give(account, 1, TODAY + timedelta(days=30))
    account.expire(NOW, TODAY + timedelta(days=30))
    assert set(left(account)) == {1, 2, 3}
    account.expire(NOW, TODAY + timedelta(days=31))
    assert set(left(account)) == {2, 3}
    assert account.plan_restore(taken, TODAY + timedelta(days=31)) == ((), taken)


def test_an_empty_lot_that_never_expires_is_kept_for_refunds() -> None:
    account = an_account()
    give(account, 10, None)
    taken = spend(account, 10)
    give(account, 1, YESTERDAY)
    account.expire(NOW, date(2030, 1, 1))
    assert account.plan_restore(taken, date(2030, 1, 1)) == ((Restored(1, 10, None),), ())


def test_lot_numbers_go_on_after_lots_were_forgotten() -> None:
    account = an_account()
    give(account, 10, YESTERDAY)
    account.expire(NOW, TODAY + timedelta(days=60))
    assert left(account) == {}
    assert give(account, 10, None) == 2


def test_redeeming_and_refunding_in_circles_prolongs_a_lot_once() -> None:
    account = an_account()
    give(account, 10, JUNE)
    taken = account.choose(Points(10), JUNE, frozenset({SCHEME}))
    late = JUNE + timedelta(days=20)
    account.redeem(NOW, redemption_id=id_of("first"), taken=taken)
    restored, _ = account.plan_restore(taken, late)
    account.restore(NOW, redemption_id=id_of("first"), refund_no=1, restored=restored)
    until = late + timedelta(days=30)
    assert restored == (Restored(1, 10, until),)
    account.redeem(NOW, redemption_id=id_of("second"), taken=taken)
    assert account.plan_restore(taken, until) == ((Restored(1, 10, until),), ())
    assert account.plan_restore(taken, until + timedelta(days=1)) == ((), taken)
