"""Points that leave an account for another, for their fund, or by an adjustment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from points.domain import transfers
from points.domain.account import Account, InsufficientPoints, Taken
from points.domain.account_events import Received
from points.domain.errors import Invalid
from points.domain.transfers import GiftDayCapExceeded, GiftToOneself, GiftYearCapExceeded, TransferPurpose
from points.domain.values import Points
from tests.domain.examples import BUDGET, OTHER_BUDGET, SCHEME, an_account, credit, give, hand_over
from tests.domain.scenario import NOW, event, given, id_of

TODAY = date(2026, 4, 15)
SOON, LATER = TODAY + timedelta(days=10), TODAY + timedelta(days=100)


def another() -> Account:
    return Account.open(NOW, id_of("other account"), volunteer_id=id_of("other"))


def test_a_gift_moves_lots_with_everything_they_are() -> None:
    giver, taker = an_account(), another()
    give(giver, 10, LATER)
    give(giver, 5, SOON, budget_id=OTHER_BUDGET, value_fen=200)
    given(giver, taker).when(lambda g: hand_over(g, taker, 8)).then(
        event(
            Account.PointsGiven,
            purpose="gift",
            to_account_id=taker.id,
            taken=(Taken(2, 5), Taken(1, 3)),
            taken_on=TODAY,
        ),
        event(
            Account.PointsReceived,
            from_account_id=giver.id,
            received=(
                Received(
                    1, 2, 5, 200, OTHER_BUDGET, SCHEME, 1, "earned", date(2026, 4, 1), SOON,
                    id_of("record"), id_of("activity"),
                ),
                Received(
                    2, 1, 3, 100, BUDGET, SCHEME, 1, "earned", date(2026, 4, 1), LATER,
                    id_of("record"), id_of("activity"),
                ),
            ),
        ),
    )  # fmt: skip
    assert (giver.balance_points, taker.balance_points) == (7, 8)


def test_relief_stays_with_whom_it_was_granted_to() -> None:
    giver = an_account()
    credit(giver, 10, LATER)
    give(giver, 2, LATER)
    given(giver, another()).when(lambda g: hand_over(g, another(), 3)).then_refused(
        InsufficientPoints, asked_points=3, spendable_points=2
    )


def test_nobody_gives_to_themselves() -> None:
    giver = an_account()
    give(giver, 10, LATER)
    given(giver).when(lambda g: hand_over(g, g, 3)).then_refused(GiftToOneself)


def check(account: Account, points: int, today: date = TODAY) -> None:
    transfers.check_gift(account, points, today, day_cap=10, year_cap=15)


def test_gifts_are_capped_by_day_and_by_year() -> None:
    giver = an_account()
    give(giver, 100, None)
    hand_over(giver, another(), 8)
    given(giver).when(lambda g: check(g, 2)).then_nothing()
    given(giver).when(lambda g: check(g, 3)).then_refused(GiftDayCapExceeded, asked_points=3, left_points=2)
    tomorrow = TODAY + timedelta(days=1)
    given(giver).when(lambda g: check(g, 7, tomorrow)).then_nothing()
    given(giver).when(lambda g: check(g, 8, tomorrow)).then_refused(
        GiftYearCapExceeded, asked_points=8, left_points=7
    )
    given(giver).when(lambda g: check(g, 10, date(2027, 1, 1))).then_nothing()


def test_what_goes_to_the_own_household_counts_towards_no_cap() -> None:
    giver = an_account()
    give(giver, 100, None)
    hand_over(giver, another(), 50, TransferPurpose.POOLING)
    given(giver).when(lambda g: check(g, 10)).then_nothing()


def correct(account: Account, points: int) -> tuple[Taken, ...]:
    return transfers.correct(
        NOW, account, points, TODAY, adjustment_id=id_of("adjustment"), record_id=id_of("wrong")
    )


def earn(account: Account, points: int, record: str, expires_on: date | None = LATER) -> int:
    lot_no = give(account, points, expires_on)
    account.lots[lot_no].record_id = id_of(record)
    return lot_no


def test_a_correction_takes_the_records_own_points_first_then_others_and_the_rest_is_owed() -> None:
    account = an_account()
    give(account, 4, SOON)
    own = give(account, 10, LATER)
    spent = account.choose(Points(8), TODAY, frozenset({SCHEME}))
    account.redeem(NOW, redemption_id=id_of("sale"), taken=spent)
    credit(account, 50, LATER)
    own_record = account.lots[own].record_id
    assert own_record is not None
    taken = (
        given(account)
        .when(
            lambda a: transfers.correct(
                NOW, a, 10, TODAY, adjustment_id=id_of("adjustment"), record_id=own_record
            )
        )
        .then(event(Account.PointsDebited, taken=(Taken(own, 6),), debt_points=4))
    )
    assert taken == (Taken(own, 6),)
    assert account.balance_points == 50  # relief answers for no mistake


def test_a_debt_is_set_off_against_the_next_points_and_no_more_than_is_owed() -> None:
    account = an_account()
    correct(account, 7)
    assert account.debt_points == 7
    first = give(account, 5, LATER)
    given(account).when(lambda a: transfers.set_off(NOW, a, first)).then(
        event(Account.DebtSetOff, lot_no=first, points=5)
    )
    second = give(account, 5, LATER)
    assert (
        given(account)
        .when(lambda a: transfers.set_off(NOW, a, second))
        .then(event(Account.DebtSetOff, lot_no=second, points=2))
        == 2
    )
    given(account).when(lambda a: transfers.set_off(NOW, a, second)).then_nothing()
    assert (account.balance_points, account.debt_points) == (3, 0)


def test_a_deduction_touches_the_same_activity_alone_and_makes_no_debt() -> None:
    account = an_account()
    lot_no = give(account, 5, LATER)

    def deduct(points: int, activity: str = "activity") -> tuple[Taken, ...]:
        return transfers.deduct(
            NOW,
            account,
            points,
            TODAY,
            adjustment_id=id_of("adjustment"),
            activity_id=id_of(activity),
        )

    given(account).when(lambda _: deduct(1, "elsewhere")).then_refused(
        InsufficientPoints, asked_points=1, spendable_points=0
    )
    given(account).when(lambda _: deduct(6)).then_refused(
        InsufficientPoints, asked_points=6, spendable_points=5
    )
    given(account).when(lambda _: deduct(5)).then(
        event(Account.PointsDebited, taken=(Taken(lot_no, 5),), debt_points=0)
    )


def announce(account: Account, days: int = 30, today: date = TODAY) -> tuple[Taken, ...]:
    return transfers.announce_expiry(NOW, account, today, today + timedelta(days=days))


def test_each_lots_end_is_told_once_and_a_later_lot_is_told_too() -> None:
    account = an_account()
    give(account, 5, SOON)
    give(account, 5, LATER)
    give(account, 5, None)
    given(account).when(announce).then(event(Account.ExpiryAnnounced, announced=(Taken(1, 5),)))
    given(account).when(announce).then_nothing()
    late = give(account, 3, SOON)
    given(account).when(announce).then(event(Account.ExpiryAnnounced, announced=(Taken(late, 3),)))
    given(account).when(lambda a: announce(a, 100)).then(
        event(Account.ExpiryAnnounced, announced=(Taken(2, 5),))
    )


def test_what_has_ended_is_not_told_as_if_it_were_coming() -> None:
    account = an_account()
    give(account, 5, TODAY - timedelta(days=1))
    given(account).when(announce).then_nothing()


@pytest.mark.parametrize("points", [0, -1])
def test_nothing_is_no_number_of_points(points: int) -> None:
    account = an_account()
    give(account, 5, LATER)
    for decide in (lambda a: transfers.choose(a, points, TODAY), lambda a: correct(a, points)):
        given(account).when(decide).then_refused(Invalid, field="points", rule="not-positive")


def test_money_is_told_by_the_budget_behind_it() -> None:
    account = an_account()
    give(account, 5, LATER)
    give(account, 3, LATER, budget_id=OTHER_BUDGET, value_fen=200)
    assert transfers.by_budget(account, (Taken(1, 2), Taken(2, 3), Taken(1, 1))) == {
        BUDGET: (3, 300),
        OTHER_BUDGET: (3, 600),
    }
