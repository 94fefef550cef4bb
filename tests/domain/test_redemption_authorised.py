"""A sale in two steps: authorised, then captured for at most as much, or voided, or lapsed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from points.domain.redemption import (
    AuthorisationClosed,
    AuthorisationLapsed,
    CaptureExceedsAuthorisation,
    CodeAlreadyUsed,
    PaidBy,
    Portion,
    Redemption,
    RefundExceedsRedemption,
    RefundNotToday,
)
from points.domain.values import Points
from tests.domain.examples import ACCOUNT, BUDGET, MERCHANT, TILL, a_redemption
from tests.domain.scenario import A_SECOND, NOW, at, event, given, id_of, started

UNTIL = at("2026-04-22 09:00")


def authorised(points: int = 30) -> Redemption:
    return Redemption.authorise(
        NOW,
        id_of("sale"),
        account_id=ACCOUNT,
        device_id=id_of("phone"),
        merchant_id=MERCHANT,
        till_id=TILL,
        paid_by=PaidBy.PAYMENT_CODE,
        agreement_no=2,
        points=Points(points),
        pay_fen=80,
        until=UNTIL,
    )


def capture(sale: Redemption, points: int, when: datetime = NOW) -> None:
    sale.capture(when, Points(points), (Portion(1, points, BUDGET, 100, 80),))


def test_an_authorised_sale_has_paid_nothing_yet() -> None:
    sale = started(authorised(), event(Redemption.Authorised, points=30, agreement_no=2, pay_fen=80))
    assert sale.refundable_points == 0
    given(sale).when(lambda s: s.choose_refund(Points(1))).then_refused(
        RefundExceedsRedemption, asked_points=1, refundable_points=0
    )


@pytest.mark.parametrize("points", [1, 29, 30])
def test_it_is_captured_for_all_or_for_less(points: int) -> None:
    sale = authorised()
    given(sale).when(lambda s: capture(s, points)).then(
        event(Redemption.Captured, points=points, merchant_id=MERCHANT, till_id=TILL, agreement_no=2)
    )
    assert (sale.points, sale.refundable_points) == (points, points)


def test_it_is_not_captured_for_more() -> None:
    given(authorised()).when(lambda s: capture(s, 31)).then_refused(
        CaptureExceedsAuthorisation, asked_points=31, authorised_points=30
    )


def test_it_is_captured_until_its_last_instant_and_not_after() -> None:
    given(authorised()).when(lambda s: capture(s, 30, UNTIL)).then(event(Redemption.Captured))
    given(authorised()).when(lambda s: capture(s, 30, UNTIL + A_SECOND)).then_refused(AuthorisationLapsed)


def test_it_is_captured_once() -> None:
    sale = authorised()
    capture(sale, 10)
    given(sale).when(lambda s: capture(s, 10)).then_refused(AuthorisationClosed)
    given(sale).when(lambda s: s.void(NOW, voided_by=TILL)).then_refused(AuthorisationClosed)


def test_a_voided_sale_can_neither_be_captured_nor_voided_again() -> None:
    sale = authorised()
    given(sale).when(lambda s: s.void(NOW, voided_by=TILL)).then(event(Redemption.Voided, voided_by=TILL))
    given(sale).when(lambda s: capture(s, 10)).then_refused(AuthorisationClosed)
    given(sale).when(lambda s: s.void(NOW, voided_by=TILL)).then_refused(AuthorisationClosed)


def test_a_sale_confirmed_at_once_was_never_open() -> None:
    given(a_redemption()).when(lambda s: capture(s, 10)).then_refused(AuthorisationClosed)


def test_the_code_of_an_authorised_sale_is_never_told_as_paid() -> None:
    """Else the till would hand out goods for points that are only held."""
    sale = authorised()
    given(sale).when(lambda s: s.check_same_sale(TILL, 30)).then_refused(CodeAlreadyUsed)
    capture(sale, 30)
    given(sale).when(lambda s: s.check_same_sale(TILL, 30)).then_refused(CodeAlreadyUsed)
    given(a_redemption()).when(lambda s: s.check_same_sale(TILL, s.points)).then_nothing()


def test_it_is_dated_in_the_log_by_its_capture() -> None:
    """A settlement drawn between the two steps does not state it yet."""
    sale = authorised()
    capture(sale, 30)
    assert (sale.sale_version, a_redemption().sale_version) == (2, 1)


def test_a_till_refunds_it_on_the_day_of_its_capture() -> None:
    sale, next_day = authorised(), NOW + timedelta(days=1)
    capture(sale, 30, next_day)
    given(sale).when(lambda s: s.check_till_may_refund(next_day, TILL)).then_nothing()
    given(sale).when(lambda s: s.check_till_may_refund(NOW, TILL)).then_refused(RefundNotToday)
