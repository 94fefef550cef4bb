"""One redemption: repeated safely, refunded within its total, last taken first."""

from __future__ import annotations

import pytest

from points.domain.account import Taken
from points.domain.errors import Invalid
from points.domain.redemption import (
    CodeAlreadyUsed,
    Portion,
    Redemption,
    RefundExceedsRedemption,
    RefundNotToday,
    RefundOfOtherTill,
)
from points.domain.values import Points
from tests.domain.examples import ACCOUNT, BUDGET, MERCHANT, TILL, a_redemption
from tests.domain.scenario import NOW, at, event, given, id_of, started


def portion(lot_no: int, points: int) -> Portion:
    return Portion(lot_no, points, BUDGET, 100, 90)


def refund(redemption: Redemption, points: int, returned: tuple[Taken, ...] = ()) -> int:
    return redemption.refund(
        NOW,
        portions=redemption.choose_refund(Points(points)),
        returned=returned,
        refunded_by=id_of("cashier"),
        reason_ref=id_of("reason"),
    )


def test_a_redemption_is_confirmed_at_once_with_all_it_took() -> None:
    started(
        a_redemption((1, 30), (2, 20)),
        event(
            Redemption.Confirmed,
            account_id=ACCOUNT,
            device_id=id_of("device"),
            merchant_id=MERCHANT,
            till_id=TILL,
            paid_by="payment_code",
            agreement_no=1,
            points=50,
            portions=(portion(1, 30), portion(2, 20)),
        ),
    )


def test_the_same_till_asking_for_the_same_points_repeats_its_question() -> None:
    given(a_redemption()).when(lambda r: r.check_same(TILL, 50)).then_nothing()


@pytest.mark.parametrize(("till", "points"), [("till", 49), ("till", 51), ("another till", 50)])
def test_any_other_use_of_the_code_is_a_second_one(till: str, points: int) -> None:
    given(a_redemption()).when(lambda r: r.check_same(id_of(till), points)).then_refused(CodeAlreadyUsed)


def test_a_repeated_question_is_known_after_a_refund_too() -> None:
    redemption = a_redemption()
    refund(redemption, 20)
    given(redemption).when(lambda r: r.check_same(TILL, 50)).then_nothing()


# Refunds


def test_a_refund_takes_back_what_was_taken_last() -> None:
    redemption = a_redemption((1, 30), (2, 20))
    number = (
        given(redemption)
        .when(lambda r: refund(r, 25))
        .then(
            event(
                Redemption.Refunded,
                refund_no=1,
                points=25,
                portions=(portion(2, 20), portion(1, 5)),
                returned=(),
                refunded_by=id_of("cashier"),
                reason_ref=id_of("reason"),
            )
        )
    )
    assert number == 1
    assert redemption.portions == (portion(1, 25),)


def test_refunds_in_parts_add_up_to_the_whole_and_no_further() -> None:
    redemption = a_redemption((1, 30), (2, 20))
    assert refund(redemption, 10) == 1
    given(redemption).when(lambda r: refund(r, 41)).then_refused(
        RefundExceedsRedemption, asked_points=41, refundable_points=40
    )
    given(redemption).when(lambda r: refund(r, 40)).then(
        event(Redemption.Refunded, refund_no=2, points=40, portions=(portion(2, 10), portion(1, 30)))
    )
    assert redemption.refundable_points == 0
    given(redemption).when(lambda r: refund(r, 1)).then_refused(
        RefundExceedsRedemption, asked_points=1, refundable_points=0
    )


def test_a_whole_refund_takes_back_every_portion() -> None:
    redemption = a_redemption((1, 30), (2, 20))
    given(redemption).when(lambda r: refund(r, 50)).then(
        event(Redemption.Refunded, portions=(portion(2, 20), portion(1, 30)))
    )


def test_more_than_was_redeemed_is_not_refunded() -> None:
    given(a_redemption()).when(lambda r: refund(r, 51)).then_refused(
        RefundExceedsRedemption, asked_points=51, refundable_points=50
    )


@pytest.mark.parametrize("points", [0, -1])
def test_a_refund_is_of_at_least_one_point(points: int) -> None:
    given(a_redemption()).when(lambda r: refund(r, points)).then_refused(
        Invalid, field="points", rule="not-positive"
    )


def test_a_refund_notes_what_went_to_the_fund_because_its_lot_had_closed() -> None:
    given(a_redemption()).when(lambda r: refund(r, 20, (Taken(2, 20),))).then(
        event(Redemption.Refunded, returned=(Taken(2, 20),))
    )


def test_a_refund_does_not_change_what_was_redeemed() -> None:
    redemption = a_redemption()
    refund(redemption, 20)
    assert (redemption.points, redemption.refundable_points) == (50, 30)


# What a till may refund


def test_a_till_refunds_its_own_redemption_until_the_end_of_the_day() -> None:
    redemption = a_redemption(when=at("2026-04-15 23:58"))
    given(redemption).when(lambda r: r.check_till_may_refund(at("2026-04-15 23:59"), TILL)).then_nothing()
    given(redemption).when(lambda r: r.check_till_may_refund(at("2026-04-16 00:00"), TILL)).then_refused(
        RefundNotToday
    )


def test_the_day_of_a_refund_ends_at_midnight_in_shanghai_not_in_utc() -> None:
    redemption = a_redemption(when=at("2026-04-15 07:59"))  # the 14th in UTC
    given(redemption).when(lambda r: r.check_till_may_refund(at("2026-04-15 08:00"), TILL)).then_nothing()


def test_a_till_does_not_refund_for_another() -> None:
    given(a_redemption()).when(lambda r: r.check_till_may_refund(NOW, id_of("another till"))).then_refused(
        RefundOfOtherTill
    )
