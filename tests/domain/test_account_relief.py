"""Points given as relief are spent only beside as many earned ones (rule 14)."""

from __future__ import annotations

from datetime import date

import pytest

from points.domain.account import Account, HoldExceeded, HoldPurpose, InsufficientPoints, Taken
from points.domain.values import AmountFen, Origin, Points
from tests.domain.examples import BUDGET, SCHEME, an_account, give
from tests.domain.scenario import NOW, given, id_of

TODAY, MAY, JUNE = date(2026, 4, 15), date(2026, 5, 31), date(2026, 6, 30)
HOLD = id_of("hold")


def relieve(account: Account, points: int, expires_on: date) -> None:
    account.issue(
        NOW,
        points=Points(points),
        value_fen=AmountFen(100),
        budget_id=BUDGET,
        scheme_id=SCHEME,
        scheme_version=1,
        origin=Origin.RELIEF,
        earned_on=date(2026, 4, 1),
        expires_on=expires_on,
        record_id=id_of("record"),
        activity_id=id_of("activity"),
    )


def relieved(relief_points: int, earned_points: int) -> Account:
    """Lot 1 is relief and ends first, lot 2 is earned."""
    account = an_account()
    relieve(account, relief_points, MAY)
    give(account, earned_points, JUNE)
    return account


def choose(account: Account, points: int) -> tuple[Taken, ...]:
    return account.choose(Points(points), TODAY, frozenset({SCHEME}))


@pytest.mark.parametrize(("points", "relief_points"), [(1, 0), (2, 1), (9, 4), (10, 5), (20, 10)], ids=str)
def test_relief_pays_at_most_half_though_it_ends_first(points: int, relief_points: int) -> None:
    chosen = dict(choose(relieved(10, 30), points))
    assert (chosen.get(1, 0), chosen[2]) == (relief_points, points - relief_points)


def test_relief_alone_pays_nothing() -> None:
    account = an_account()
    relieve(account, 10, MAY)
    given(account).when(lambda a: choose(a, 1)).then_refused(
        InsufficientPoints, asked_points=1, spendable_points=0
    )


@pytest.mark.parametrize("asked_points", [21, 100, 1_000])
def test_a_refusal_names_the_most_that_would_be_granted(asked_points: int) -> None:
    account = relieved(100, 10)
    given(account).when(lambda a: choose(a, asked_points)).then_refused(
        InsufficientPoints, asked_points=asked_points, spendable_points=20
    )
    assert choose(account, 20) == (Taken(1, 10), Taken(2, 10))


def test_a_part_of_a_hold_mixes_relief_and_earned_points_like_any_sale() -> None:
    account = relieved(10, 10)
    account.hold(NOW, hold_id=HOLD, purpose=HoldPurpose.AUTHORISATION, taken=choose(account, 20), until=NOW)
    assert account.choose_held(HOLD, Points(8)) == (Taken(1, 4), Taken(2, 4))
    assert account.choose_held(HOLD, Points(20)) == (Taken(1, 10), Taken(2, 10))


def test_what_is_left_of_a_hold_pays_as_far_as_earned_points_match_the_relief() -> None:
    account = relieved(10, 10)
    account.hold(NOW, hold_id=HOLD, purpose=HoldPurpose.ALLOWANCE, taken=choose(account, 20), until=NOW)
    for _ in range(4):
        taken = account.choose_held(HOLD, Points(1))
        account.redeem_held(NOW, redemption_id=id_of("sale"), hold_id=HOLD, taken=taken)
    given(account).when(lambda a: a.choose_held(HOLD, Points(13))).then_refused(
        HoldExceeded, asked_points=13, held_points=12
    )
