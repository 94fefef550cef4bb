"""A settlement goes one way: stated, agreed, approved by two, ordered, paid; and never twice."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest

from points.domain.settlement import (
    NothingToSettle,
    Settlement,
    SettlementAlreadyApproved,
    SettlementAlreadyConfirmed,
    SettlementAlreadyDisputed,
    SettlementAlreadyOrdered,
    SettlementAlreadyPaid,
    SettlementApprovedByDrawer,
    SettlementApprovedByOnePerson,
    SettlementIsWithdrawn,
    SettlementNotApproved,
    SettlementNotOrdered,
    SettlementPaidByApprover,
    StatementWindowClosed,
    StatementWindowOpen,
)
from points.domain.settlement_book import (
    Held,
    PayeeApprovedByNamer,
    PayeeNotNamed,
    SettlementBook,
    SettlementNotLatest,
    SettlementOvertaken,
    SettlementPeriodTaken,
)
from tests.domain.examples import NOVEMBER, a_book, a_drawing, a_settlement, stated
from tests.domain.scenario import NOW, event, given, id_of, start_refused, started

COUNTY, OWNER, PAYER = id_of("county"), id_of("owner"), id_of("payer")
REVIEWER, SECOND = id_of("reviewer"), id_of("second reviewer")
AFTER_THE_WINDOW = NOW + timedelta(days=6)


def approved() -> Settlement:
    settlement = a_settlement()
    settlement.approve(NOW, approved_by=REVIEWER)
    settlement.approve(NOW, approved_by=SECOND)
    return settlement


def ordered() -> Settlement:
    settlement = approved()
    settlement.order(AFTER_THE_WINDOW, payee_ref=None, ordered_by=PAYER)
    return settlement


def pay(settlement: Settlement, by: UUID = PAYER) -> None:
    settlement.pay(AFTER_THE_WINDOW, paid_on=date(2026, 4, 21), reference_ref=None, paid_by=by)


def test_what_is_paid_is_the_sum_of_the_shares() -> None:
    started(a_settlement(stated(pay_fen=900)), event(Settlement.DrawnUp, pay_fen=900, lines=3))


def test_a_settlement_without_lines_is_none() -> None:
    start_refused(lambda: a_settlement(stated(lines=0)), NothingToSettle)


def test_two_persons_approve_and_neither_drew_it_up() -> None:
    settlement = a_settlement()
    given(settlement).when(lambda s: s.approve(NOW, approved_by=COUNTY)).then_refused(
        SettlementApprovedByDrawer
    )
    given(settlement).when(lambda s: s.approve(NOW, approved_by=REVIEWER)).then(
        event(Settlement.Approved, approval_no=1)
    )
    given(settlement).when(lambda s: s.approve(NOW, approved_by=REVIEWER)).then_refused(
        SettlementApprovedByOnePerson
    )
    given(settlement).when(
        lambda s: s.order(AFTER_THE_WINDOW, payee_ref=None, ordered_by=PAYER)
    ).then_refused(SettlementNotApproved, approvals=1)
    given(settlement).when(lambda s: s.approve(NOW, approved_by=SECOND)).then(
        event(Settlement.Approved, approval_no=2)
    )
    given(settlement).when(lambda s: s.approve(NOW, approved_by=id_of("third"))).then_refused(
        SettlementAlreadyApproved
    )


def test_it_is_ordered_after_the_window_or_once_the_merchant_agreed() -> None:
    last_day = date(2026, 4, 20)
    given(approved()).when(
        lambda s: s.order(NOW + timedelta(days=5, hours=14), payee_ref=None, ordered_by=PAYER)
    ).then_refused(StatementWindowOpen, dispute_until=last_day)
    given(approved()).when(lambda s: s.order(AFTER_THE_WINDOW, payee_ref=None, ordered_by=PAYER)).then(
        event(Settlement.Ordered, order_no=1, amount_fen=900)
    )
    agreed = approved()
    agreed.confirm(NOW, confirmed_by=OWNER)
    given(agreed).when(lambda s: s.order(NOW, payee_ref=None, ordered_by=PAYER)).then(
        event(Settlement.Ordered)
    )


def test_whoever_approved_neither_orders_nor_pays() -> None:
    given(approved()).when(
        lambda s: s.order(AFTER_THE_WINDOW, payee_ref=None, ordered_by=SECOND)
    ).then_refused(SettlementPaidByApprover)
    given(ordered()).when(lambda s: pay(s, REVIEWER)).then_refused(SettlementPaidByApprover)


def test_it_is_paid_once() -> None:
    settlement = ordered()
    given(settlement).when(pay).then(event(Settlement.Paid, order_no=1, amount_fen=900))
    for again in (
        pay,
        lambda s: s.order(AFTER_THE_WINDOW, payee_ref=None, ordered_by=PAYER),
        lambda s: s.fail(NOW, reason_ref=id_of("reason"), recorded_by=PAYER),
        lambda s: s.withdraw(NOW, withdrawn_by=COUNTY),
        lambda s: s.dispute_line(NOW, redemption_id=id_of("r"), dispute_id=id_of("d")),
        lambda s: s.confirm(NOW, confirmed_by=OWNER),
    ):
        given(settlement).when(again).then_refused(SettlementAlreadyPaid)


def test_an_order_succeeds_or_fails_before_there_is_another() -> None:
    settlement = ordered()
    order = lambda s: s.order(AFTER_THE_WINDOW, payee_ref=None, ordered_by=PAYER)  # noqa: E731  # said three times below
    fail = lambda s: s.fail(NOW, reason_ref=id_of("reason"), recorded_by=PAYER)  # noqa: E731  # as above
    given(settlement).when(order).then_refused(SettlementAlreadyOrdered)
    given(settlement).when(fail).then(event(Settlement.PaymentFailed, order_no=1))
    given(settlement).when(pay).then_refused(SettlementNotOrdered)
    given(settlement).when(fail).then_refused(SettlementNotOrdered)
    given(settlement).when(order).then(event(Settlement.Ordered, order_no=2))
    given(settlement).when(pay).then(event(Settlement.Paid, order_no=2))


def test_a_disputed_line_stops_everything_but_withdrawal() -> None:
    settlement = a_settlement()
    given(settlement).when(
        lambda s: s.dispute_line(NOW, redemption_id=id_of("r"), dispute_id=id_of("d"))
    ).then(event(Settlement.LineDisputed, redemption_id=id_of("r")))
    for stopped in (
        lambda s: s.approve(NOW, approved_by=REVIEWER),
        lambda s: s.order(AFTER_THE_WINDOW, payee_ref=None, ordered_by=PAYER),
        lambda s: s.confirm(NOW, confirmed_by=OWNER),
    ):
        given(settlement).when(stopped).then_refused(SettlementAlreadyDisputed)
    given(settlement).when(lambda s: s.withdraw(NOW, withdrawn_by=COUNTY)).then(event(Settlement.Withdrawn))
    given(settlement).when(lambda s: s.approve(NOW, approved_by=REVIEWER)).then_refused(SettlementIsWithdrawn)


def test_the_merchant_disputes_within_the_window_unless_it_has_agreed() -> None:
    settlement = a_settlement()
    settlement.check_merchant_may_dispute(NOW)
    with pytest.raises(StatementWindowClosed):
        settlement.check_merchant_may_dispute(AFTER_THE_WINDOW)
    settlement.confirm(NOW, confirmed_by=OWNER)
    given(settlement).when(lambda s: s.check_merchant_may_dispute(NOW)).then_refused(
        SettlementAlreadyConfirmed
    )
    given(settlement).when(lambda s: s.confirm(NOW, confirmed_by=OWNER)).then_refused(
        SettlementAlreadyConfirmed
    )


def test_what_is_with_the_bank_is_neither_withdrawn_nor_disputed() -> None:
    given(ordered()).when(lambda s: s.withdraw(NOW, withdrawn_by=COUNTY)).then_refused(
        SettlementAlreadyOrdered
    )
    given(ordered()).when(
        lambda s: s.dispute_line(NOW, redemption_id=id_of("r"), dispute_id=id_of("d"))
    ).then_refused(SettlementAlreadyOrdered)


# The book


DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))


def test_each_entry_begins_where_the_last_one_ended() -> None:
    book = a_book()
    given(book).when(lambda b: b.draw(NOW, a_drawing())).then(event(SettlementBook.Drawn, after_position=0))
    given(book).when(lambda b: b.draw(NOW, a_drawing("next", DECEMBER, (19, 30)))).then_refused(
        SettlementOvertaken
    )
    given(book).when(lambda b: b.draw(NOW, a_drawing("next", DECEMBER, (20, 30)))).then(
        event(SettlementBook.Drawn, after_position=20, until_position=30)
    )


def test_periods_neither_overlap_nor_run_backwards() -> None:
    book = a_book()
    book.draw(NOW, a_drawing())
    for period in (
        NOVEMBER,
        (date(2026, 11, 30), date(2026, 12, 30)),
        (date(2026, 10, 1), date(2026, 10, 2)),
    ):
        drawing = a_drawing("next", period, (20, 30))
        given(book).when(partial(SettlementBook.draw, at=NOW, drawing=drawing)).then_refused(
            SettlementPeriodTaken, drawn_until=NOVEMBER[1]
        )


def test_only_the_latest_entry_is_withdrawn_and_its_number_is_not_used_again() -> None:
    book = a_book()
    book.draw(NOW, a_drawing())
    book.draw(NOW, a_drawing("next", DECEMBER, (20, 30)))
    given(book).when(lambda b: b.withdraw(NOW, id_of("settlement"))).then_refused(SettlementNotLatest)
    given(book).when(lambda b: b.withdraw(NOW, id_of("next"))).then(event(SettlementBook.Withdrawn))
    assert book.through_position == 20
    again = a_drawing("again", DECEMBER, (20, 40))
    given(book).when(lambda b: b.draw(NOW, again)).then_refused(SettlementOvertaken)
    given(book).when(lambda b: b.draw(NOW, again._replace(revision_no=2))).then(
        event(SettlementBook.Drawn, revision_no=2)
    )


def test_a_redemption_held_out_is_stated_only_up_to_where_it_was_held() -> None:
    book = a_book()
    held = Held(id_of("held"), 5)
    book.draw(NOW, a_drawing(held=(held,)))
    positions = (5, 6, 20, 21)
    assert [book.drawing_of(id_of("held"), at) is not None for at in positions] == [True, False, False, False]
    assert [book.drawing_of(id_of("other"), at) is not None for at in positions] == [True, True, True, False]
    book.draw(NOW, a_drawing("next", DECEMBER, (20, 30)))
    (november, december) = book.drawings
    assert [book.drawing_of(id_of("held"), at) for at in positions] == [november, *[december] * 3]


def test_a_second_person_approves_where_a_merchants_money_goes() -> None:
    book = a_book()
    given(book).when(lambda b: b.approve_payee(NOW, approved_by=REVIEWER)).then_refused(PayeeNotNamed)
    book.name_payee(NOW, payee_ref=id_of("payee"), named_by=OWNER)
    assert book.payee_ref is None
    given(book).when(lambda b: b.approve_payee(NOW, approved_by=OWNER)).then_refused(PayeeApprovedByNamer)
    given(book).when(lambda b: b.approve_payee(NOW, approved_by=REVIEWER)).then(
        event(SettlementBook.PayeeApproved, payee_ref=id_of("payee"))
    )
    book.name_payee(NOW, payee_ref=id_of("another"), named_by=OWNER)
    assert book.payee_ref == id_of("payee")
