"""Holds: points pinned to their lots for an authorised sale, or for a phone that goes offline."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from points.domain.account import (
    Account,
    HoldExceeded,
    HoldNotFound,
    HoldPurpose,
    InsufficientPoints,
    ReleaseCause,
    Taken,
)
from points.domain.errors import Invalid
from points.domain.values import Points
from points.ledger.snapshots import Snapshots
from tests.domain.examples import SCHEME, an_account, give
from tests.domain.scenario import A_SECOND, NOW, event, given, id_of, state

TODAY = date(2026, 4, 15)
TOMORROW = TODAY + timedelta(days=1)
JUNE, JULY = date(2026, 6, 30), date(2026, 7, 31)
HOLD, OTHER_HOLD, SALE = id_of("hold"), id_of("other hold"), id_of("sale")
UNTIL = NOW + timedelta(hours=26)


def choose(account: Account, points: int, today: date = TODAY) -> tuple[Taken, ...]:
    return account.choose(Points(points), today, frozenset({SCHEME}))


def hold(account: Account, points: int, hold_id: UUID = HOLD) -> None:
    taken = choose(account, points)
    account.hold(NOW, hold_id=hold_id, purpose=HoldPurpose.ALLOWANCE, taken=taken, until=UNTIL)


def capture(account: Account, points: int, hold_id: UUID = HOLD) -> tuple[Taken, ...]:
    taken = account.choose_held(hold_id, Points(points))
    account.redeem_held(NOW, redemption_id=SALE, hold_id=hold_id, taken=taken)
    return taken


def two_lots(june_points: int = 10, july_points: int = 10) -> Account:
    account = an_account()
    give(account, june_points, JUNE)
    give(account, july_points, JULY)
    return account


def test_a_hold_pins_the_lots_that_would_have_paid() -> None:
    account = two_lots()
    given(account).when(lambda a: hold(a, 15)).then(
        event(Account.PointsHeld, hold_id=HOLD, purpose="allowance", taken=(Taken(1, 10), Taken(2, 5)))
    )
    assert (account.balance_points, account.held_points) == (20, 15)


def test_held_points_stay_in_the_balance_and_cannot_be_spent() -> None:
    account = two_lots()
    hold(account, 15)
    assert choose(account, 5) == (Taken(2, 5),)
    given(account).when(lambda a: choose(a, 6)).then_refused(
        InsufficientPoints, asked_points=6, spendable_points=5
    )


def test_what_is_held_cannot_be_held_again() -> None:
    account = two_lots()
    hold(account, 15)
    given(account).when(lambda a: hold(a, 6, OTHER_HOLD)).then_refused(
        InsufficientPoints, asked_points=6, spendable_points=5
    )


def test_one_hold_pays_several_sales_one_after_another() -> None:
    account = two_lots()
    hold(account, 15)
    assert capture(account, 8) == (Taken(1, 8),)
    assert capture(account, 4) == (Taken(1, 2), Taken(2, 2))
    assert (account.balance_points, account.held_points) == (8, 3)
    given(account).when(lambda a: capture(a, 4)).then_refused(HoldExceeded, asked_points=4, held_points=3)


def test_a_sale_from_a_hold_leaves_other_holds_alone() -> None:
    account = two_lots()
    hold(account, 8)
    hold(account, 8, OTHER_HOLD)
    capture(account, 8)
    assert account.holds[OTHER_HOLD].taken == {1: 2, 2: 6}
    assert capture(account, 8, OTHER_HOLD) == (Taken(1, 2), Taken(2, 6))
    assert account.held_points == 0


@pytest.mark.parametrize("points", [0, -5])
def test_a_sale_from_a_hold_is_of_at_least_one_point(points: int) -> None:
    account = two_lots()
    hold(account, 5)
    given(account).when(lambda a: capture(a, points)).then_refused(
        Invalid, field="points", rule="not-positive"
    )


def test_a_released_hold_pays_nothing_and_its_rest_can_be_spent() -> None:
    account = two_lots()
    hold(account, 15)
    capture(account, 4)
    given(account).when(lambda a: a.release(NOW, HOLD, ReleaseCause.RETURNED)).then(
        event(Account.HoldReleased, hold_id=HOLD, released=(Taken(1, 6), Taken(2, 5)), cause="returned")
    )
    assert choose(account, 16) == (Taken(1, 6), Taken(2, 10))
    given(account).when(lambda a: capture(a, 1)).then_refused(
        HoldNotFound, subject="hold", reference=str(HOLD)
    )


def test_a_hold_is_released_once() -> None:
    account = two_lots()
    hold(account, 15)
    account.release(NOW, HOLD, ReleaseCause.VOIDED)
    given(account).when(lambda a: a.release(NOW, HOLD, ReleaseCause.VOIDED)).then_nothing()


def test_a_hold_lapses_after_its_last_instant_and_not_at_it() -> None:
    account = two_lots()
    hold(account, 15)
    given(account).when(lambda a: a.release_lapsed(UNTIL)).then_nothing()
    given(account).when(lambda a: a.release_lapsed(UNTIL + A_SECOND)).then(
        event(Account.HoldReleased, hold_id=HOLD, cause="lapsed")
    )
    assert account.held_points == 0


def test_the_expiry_run_takes_what_is_not_held_and_the_rest_once_it_is_free() -> None:
    account = an_account()
    give(account, 10, TODAY)
    hold(account, 4)
    given(account).when(lambda a: a.expire(NOW, TOMORROW)).then(
        event(Account.PointsExpired, expired=(Taken(1, 6),))
    )
    assert account.balance_points == 4
    given(account).when(lambda a: a.expire(NOW, TOMORROW)).then_nothing()
    account.release(NOW, HOLD, ReleaseCause.LAPSED)
    assert sum(points for points, _ in account.due(TOMORROW).values()) == 4
    given(account).when(lambda a: a.expire(NOW, TOMORROW)).then(
        event(Account.PointsExpired, expired=(Taken(1, 4),))
    )


def test_a_held_lot_that_ended_still_pays_the_sale_it_was_promised_to() -> None:
    account = an_account()
    give(account, 10, TODAY)
    hold(account, 10)
    account.expire(NOW, TOMORROW + timedelta(days=60))
    assert capture(account, 10) == (Taken(1, 10),)
    assert (account.balance_points, account.held_points, account.queue) == (0, 0, [])


def test_a_refund_into_a_lot_that_is_partly_held_leaves_the_hold_as_it_was() -> None:
    account = two_lots()
    taken = choose(account, 6)
    account.redeem(NOW, redemption_id=SALE, taken=taken)
    hold(account, 4)
    restored, _ = account.plan_restore(taken, TODAY)
    account.restore(NOW, redemption_id=SALE, refund_no=1, restored=restored)
    assert (account.lots[1].points, account.lots[1].held) == (10, 4)
    assert choose(account, 16) == (Taken(1, 6), Taken(2, 10))


def test_a_snapshot_keeps_the_holds() -> None:
    account = two_lots()
    hold(account, 15)
    capture(account, 4)
    topic, stored = Snapshots().encode(account)
    loaded = Snapshots().decode(account.id, account.version, topic, stored)
    assert loaded is not None
    assert state(loaded) == state(account)


def test_a_snapshot_of_another_shape_is_not_used() -> None:
    topic, stored = Snapshots().encode(two_lots())
    assert Snapshots().decode(HOLD, 3, topic, bytes(8) + stored[8:]) is None
