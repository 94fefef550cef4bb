"""Settlements through the use cases, on both databases: stated, agreed, approved by two, paid once, reconciled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from points.access import OutsideScope
from points.bootstrap import Settings
from points.domain.alarm import AlarmDecidedByRaiser, AlarmStillOpen
from points.domain.dispute import DisputeAlreadyRaised, DisputeAnsweredByRaiser
from points.domain.errors import NotAllowed
from points.domain.settlement import (
    NothingToSettle,
    SettlementAlreadyConfirmed,
    SettlementAlreadyDisputed,
    SettlementAlreadyOrdered,
    SettlementAlreadyPaid,
    SettlementApprovedByDrawer,
    SettlementApprovedByOnePerson,
    SettlementNotApproved,
    SettlementPaidByApprover,
    StatementWindowClosed,
    StatementWindowOpen,
)
from points.domain.settlement_book import SettlementPeriodTaken
from points.merchants.errors import (
    DisputeNotFound,
    PreviousSettlementOpen,
    SettlementNotFound,
    StatementDigestDiffers,
)
from points.merchants.redeeming import RedemptionNotFound
from points.projections.dues import due_lines
from tests.application.market import PAY_FEN, START, VALUE_FEN, Market


@pytest.fixture
def market(database_url: str, tmp_path: Path) -> Iterator[Market]:
    market = Market(Settings(database_url, master_key_file=tmp_path / "key", fixed_at=START))
    yield market
    market.exchange.close()


def test_a_month_is_stated_disputed_redrawn_paid_and_reconciled(market: Market) -> None:
    ex, call = market.exchange, market.call
    person = market.person(60, 60)
    first = market.pay(person, 80)
    wrong = market.pay(person, 20)
    market.refund(first, 10)

    drawn = market.settle()
    assert (drawn["pay_fen"], drawn["lines"]) == (90 * PAY_FEN, 4)  # an event's part in each budget
    disputed = ex.disputes.raise_(call(market.owner), wrong, reason="amount", evidence=["ab" * 32])
    with pytest.raises(SettlementAlreadyDisputed):
        ex.settling.approve(call(market.reviewer), UUID(str(drawn["settlement_id"])))
    redrawn = market.settle()
    assert (redrawn["revision"], redrawn["held_out"], redrawn["pay_fen"]) == (2, 1, 70 * PAY_FEN)
    settlement = UUID(str(redrawn["settlement_id"]))
    lines = ex.statements.lines(call(market.owner), settlement, limit=10)["lines"]
    assert [(line["kind"], line["points"], line["pay_fen"]) for line in lines] == [
        ("sale", 80, 80 * PAY_FEN),
        ("refund", -10, -10 * PAY_FEN),
    ]
    assert len(lines[0]["parts"]) == 2

    ex.settling.confirm(call(market.owner), settlement)
    market.approve(settlement)
    assert market.reconciled()
    market.pay_out(settlement)
    assert market.reconciled()
    fiscal, donation = market.fund(0), market.fund(1)
    assert (fiscal["paid_fen"], donation["paid_fen"]) == (60 * PAY_FEN, 10 * PAY_FEN)
    assert fiscal["available_fen"] == 500_000 + 60 * (VALUE_FEN - PAY_FEN)
    for fund in (fiscal, donation):
        assert fund["points"]["balanced"]  # type: ignore[index]  # a document

    upheld = ex.disputes.decide(
        call(market.reviewer),
        UUID(disputed.body["dispute_id"]),
        outcome="upheld",
        reason="receipt shows five",
        refund_points=15,
    )
    assert upheld.body["refund_no"] == 1
    market.at(days=30)
    later = market.carry_through("2026-12")
    assert ex.statements.show(call(market.owner), later)["pay_fen"] == 5 * PAY_FEN
    assert market.reconciled()


def test_a_settlement_is_paid_once_whatever_is_asked_again(market: Market) -> None:
    ex, call = market.exchange, market.call
    market.pay(market.person(50), 50)
    settlement = market.carry_through()
    with pytest.raises(SettlementAlreadyPaid):
        market.pay_out(settlement)
    with pytest.raises(SettlementAlreadyPaid):
        ex.settling.order(call(market.clerk), settlement)
    with pytest.raises(SettlementAlreadyPaid):
        ex.settling.withdraw(call(market.clerk), settlement)
    with pytest.raises(SettlementPeriodTaken):
        market.settle()
    with pytest.raises(NothingToSettle):
        market.settle("2026-12")
    assert market.fund(0)["paid_fen"] == 50 * PAY_FEN
    assert market.reconciled()


def test_drawer_approvers_and_payer_are_different_people(market: Market) -> None:
    ex, call = market.exchange, market.call
    market.pay(market.person(50), 50)
    settlement = UUID(str(market.settle()["settlement_id"]))
    with pytest.raises(SettlementApprovedByDrawer):
        ex.settling.approve(call(market.clerk), settlement)
    with pytest.raises(SettlementNotApproved):
        market.pay_out(settlement)
    ex.settling.approve(call(market.other_clerk), settlement)
    with pytest.raises(SettlementApprovedByOnePerson):
        ex.settling.approve(call(market.other_clerk), settlement)
    ex.settling.approve(call(market.reviewer), settlement)
    with pytest.raises(StatementWindowOpen):
        market.pay_out(settlement)
    market.at(days=9)  # five working days, whatever the weekends
    with pytest.raises(SettlementPaidByApprover):
        ex.settling.pay(call(market.other_clerk), settlement)
    with pytest.raises(NotAllowed):
        ex.settling.pay(call(market.owner), settlement)
    with pytest.raises(NotAllowed):
        ex.settling.draw_up(call(market.owner), market.merchant, period="2026-12")
    market.pay_out(settlement)


def test_a_failed_order_is_made_again_and_only_one_is_with_the_bank(market: Market) -> None:
    ex, call = market.exchange, market.call
    market.pay(market.person(50), 50)
    settlement = UUID(str(market.settle()["settlement_id"]))
    ex.settling.confirm(call(market.owner), settlement)
    with pytest.raises(SettlementAlreadyConfirmed):
        ex.disputes.raise_(call(market.owner), market_sale(market, settlement), reason="late thought")
    market.approve(settlement)
    assert ex.settling.order(call(market.clerk), settlement).body["orders"] == 1
    with pytest.raises(SettlementAlreadyOrdered):
        ex.settling.order(call(market.clerk), settlement)
    ex.settling.fail(call(market.clerk), settlement, reason="account closed")
    assert ex.settling.order(call(market.clerk), settlement).body["orders"] == 2
    assert market.fund(0)["paid_fen"] == 0
    market.pay_out(settlement)
    assert market.fund(0)["paid_fen"] == 50 * PAY_FEN


def market_sale(market: Market, settlement: UUID) -> UUID:
    lines = market.exchange.statements.lines(market.call(market.owner), settlement, limit=1)["lines"]
    return UUID(lines[0]["redemption_id"])


def test_a_refund_after_settlement_is_netted_in_the_next_and_blocks_its_money_until_then(
    market: Market,
) -> None:
    person = market.person(100)
    sale = market.pay(person, 100)
    market.carry_through()
    before = market.fund(0)
    market.refund(sale, 30)
    claimed = market.fund(0)
    assert claimed["claims_fen"] == 30 * VALUE_FEN
    assert claimed["available_fen"] == before["available_fen"] - 30 * VALUE_FEN  # type: ignore[operator]  # fen
    assert market.reconciled()

    # Refunds alone: nothing is paid, the debt is carried on.
    market.at(days=30)
    empty = market.settle("2026-12")
    assert empty["pay_fen"] == 0
    settlement = UUID(str(empty["settlement_id"]))
    market.exchange.settling.confirm(market.call(market.owner), settlement)
    market.approve(settlement)
    market.pay_out(settlement)
    assert market.reconciled()
    assert market.fund(0)["claims_fen"] == 30 * VALUE_FEN

    market.issue(person, 0, 40)
    market.pay(person, 60)
    market.at(days=30)
    paid = market.carry_through("2027-01")
    shown = market.exchange.statements.show(market.call(market.clerk), paid)
    assert shown["pay_fen"] == (60 - 30) * PAY_FEN
    after = market.fund(0)
    assert after["claims_fen"] == 0
    assert after["paid_fen"] == (100 - 30 + 60) * PAY_FEN
    assert after["points"]["balanced"]  # type: ignore[index]  # a document
    assert market.reconciled()
    # What the past-state sums say at the log's end is what the live tables say.
    stood = market.exchange.fund_reports.liability(market.call(market.clerk), market.funds[0])
    live = after["liability"]
    assert stood["covered"]
    for name in ("held_fen", "takings_pay_fen", "owed_fen"):
        assert stood[name] == live[name]  # type: ignore[index]  # a document
    assert stood["reserved_fen"] == after["reserved_fen"]


def test_only_the_next_settlement_takes_what_was_recorded_after_its_predecessor(market: Market) -> None:
    person = market.person(90)
    market.pay(person, 30)
    market.at(days=40)
    market.pay(person, 20)
    november = market.settle("2026-11")
    assert november["pay_fen"] == 30 * PAY_FEN
    with pytest.raises(PreviousSettlementOpen):
        market.settle("2026-12")
    market.exchange.settling.confirm(market.call(market.owner), UUID(str(november["settlement_id"])))
    market.approve(UUID(str(november["settlement_id"])))
    market.pay_out(UUID(str(november["settlement_id"])))
    assert market.settle("2026-12")["pay_fen"] == 20 * PAY_FEN
    with pytest.raises(SettlementPeriodTaken):
        market.settle("2026-Q4")


def test_a_volunteers_dispute_keeps_a_redemption_out_until_it_is_decided(market: Market) -> None:
    ex, call = market.exchange, market.call
    person, other = market.person(50), market.person(10)
    disputed, fine = market.pay(person, 20), market.pay(person, 30)
    raised = ex.disputes.raise_(call(person.actor), disputed, reason="I was not there")
    with pytest.raises(DisputeAlreadyRaised):
        ex.disputes.raise_(call(person.actor), disputed, reason="again")
    with pytest.raises(RedemptionNotFound):
        ex.disputes.raise_(call(other.actor), fine, reason="not mine")
    drawn = market.settle()
    assert (drawn["pay_fen"], drawn["held_out"]) == (30 * PAY_FEN, 1)
    listed = ex.disputes.list(call(market.owner), limit=10)["disputes"]
    assert [each["redemption_id"] for each in listed] == [str(disputed)]
    ex.disputes.answer(
        call(market.owner), UUID(raised.body["dispute_id"]), text="camera", evidence=["cd" * 32]
    )
    ex.disputes.decide(
        call(market.reviewer), UUID(raised.body["dispute_id"]), outcome="refused", reason="seen on camera"
    )
    settlement = UUID(str(drawn["settlement_id"]))
    ex.settling.confirm(call(market.owner), settlement)
    market.approve(settlement)
    market.pay_out(settlement)
    market.at(days=30)
    assert market.settle("2026-12")["pay_fen"] == 20 * PAY_FEN
    assert market.reconciled()


def test_a_volunteer_sees_what_is_disputed_about_the_own_redemptions_from_any_phone(market: Market) -> None:
    ex, call = market.exchange, market.call
    person, other = market.person(50), market.person(10)
    sale = market.pay(person, 50)
    dispute = UUID(ex.disputes.raise_(call(market.owner), sale, reason="amount").body["dispute_id"])
    (listed,) = ex.disputes.list(call(person.actor), limit=10)["disputes"]
    assert listed["dispute_id"] == str(dispute)
    assert ex.disputes.show(call(person.actor), dispute)["reason"] == "amount"
    assert ex.disputes.list(call(other.actor), limit=10)["disputes"] == []
    with pytest.raises(DisputeNotFound):
        ex.disputes.show(call(other.actor), dispute)
    with pytest.raises(DisputeNotFound):
        ex.disputes.answer(call(other.actor), dispute, text="not mine")
    with pytest.raises(DisputeAnsweredByRaiser):
        ex.disputes.answer(call(market.owner), dispute, text="I say so again")
    ex.disputes.answer(call(person.actor), dispute, text="it was fifty")


def test_a_line_of_an_earlier_settlement_is_not_disputed_in_the_window_of_a_later_one(market: Market) -> None:
    person = market.person(100)
    sale = market.pay(person, 50)
    market.carry_through()
    market.at(days=30)
    market.pay(person, 20)
    market.settle("2026-12")
    with pytest.raises(SettlementAlreadyConfirmed):
        market.exchange.disputes.raise_(market.call(market.owner), sale, reason="last month's")


def test_the_merchants_window_closes(market: Market) -> None:
    sale = market.pay(market.person(50), 50)
    market.settle()
    market.at(days=20)
    with pytest.raises(StatementWindowClosed):
        market.exchange.disputes.raise_(market.call(market.owner), sale, reason="too late")


def test_an_alarm_holds_the_payout_until_somebody_else_decides(market: Market) -> None:
    ex, call = market.exchange, market.call
    market.pay(market.person(400), 400)
    settlement = UUID(str(market.settle()["settlement_id"]))
    ex.settling.confirm(call(market.owner), settlement)
    market.approve(settlement)
    with pytest.raises(AlarmStillOpen):
        market.pay_out(settlement)
    (alarm,) = ex.alarms.list(call(market.reviewer), area=None, open_only=True, limit=10)["alarms"]
    assert (alarm["kind"], alarm["measures"][0]["value"]) == ("person_concentration", 100)
    assert ex.merchant_alarms.look(call(market.clerk))["raised"] == 0
    with pytest.raises(AlarmDecidedByRaiser):
        ex.alarms.decide(call(market.clerk), UUID(alarm["alarm_id"]), outcome="cleared", reason="x")
    ex.alarms.decide(
        call(market.reviewer), UUID(alarm["alarm_id"]), outcome="cleared", reason="the only customer so far"
    )
    assert ex.alarms.show(call(market.reviewer), UUID(alarm["alarm_id"]))["outcome"] == "cleared"
    market.pay_out(settlement)


def test_a_line_changed_after_its_digest_stops_approval_and_payment(market: Market) -> None:
    market.pay(market.person(50), 50)
    settlement = UUID(str(market.settle()["settlement_id"]))
    with market.exchange.tools.read_store.engine.begin() as connection:
        connection.execute(update(due_lines).values(pay_fen=due_lines.c.pay_fen + 1))
    with pytest.raises(StatementDigestDiffers):
        market.exchange.settling.approve(market.call(market.reviewer), settlement)


def test_merchants_see_their_own_statements_and_no_others(market: Market) -> None:
    ex, call = market.exchange, market.call
    market.pay(market.person(50), 50)
    settlement = UUID(str(market.settle()["settlement_id"]))
    _, _, stranger = market.shop()
    with pytest.raises(SettlementNotFound):
        ex.statements.show(call(stranger), settlement)
    with pytest.raises(SettlementNotFound):
        ex.settling.confirm(call(stranger), settlement)
    assert ex.statements.list(call(stranger), limit=10)["statements"] == []
    own = ex.statements.show(call(market.owner), settlement)
    assert all("value_fen" not in share for share in own["shares"])
    elsewhere = market.staff("reviewer", "500233001")
    with pytest.raises(OutsideScope):
        ex.settling.approve(call(elsewhere), settlement)


def grace(market: Market) -> Any:
    person = market.person(40, until=date(2026, 11, 10))
    return person, market.pay(person, 40)


def test_a_refund_prolongs_an_expired_lot_once_and_then_goes_to_the_fund(market: Market) -> None:
    person, sale = grace(market)
    market.at(days=20)
    market.refund(sale, 40)
    again = market.pay(person, 40)
    market.at(days=31)
    refunded = market.refund(again, 40)
    assert refunded.body["points"] == 40
    fund = market.fund(0)
    assert (fund["points"]["closed"], fund["points"]["held"]) == (40, 0)  # type: ignore[index]  # a document
    assert fund["points"]["balanced"]  # type: ignore[index]  # a document
