"""A fund never reserves more than it received."""

from __future__ import annotations

from datetime import date

import pytest

from points.domain.errors import Invalid
from points.domain.fund import Fund, FundExhausted
from points.domain.values import AmountFen
from tests.domain.examples import BUDGET, COMMUNITY, a_fund, receive, reserve
from tests.domain.scenario import NOW, event, given, id_of, started


def test_a_fund_opens_empty() -> None:
    fund = started(a_fund(), event(Fund.Opened, kind="fiscal", area_code="500233", opened_by=id_of("county")))
    assert fund.available_fen == 0


def test_money_is_received_from_a_source() -> None:
    fund = a_fund()
    given(fund).when(lambda f: receive(f, 5_000)).then(
        event(
            Fund.MoneyReceived,
            receipt_id=id_of("receipt"),
            amount_fen=5_000,
            source_ref=id_of("source"),
            document=b"\x02" * 32,
            received_on=date(2026, 4, 1),
            recorded_by=id_of("county"),
        )
    )
    assert fund.available_fen == 5_000


@pytest.mark.parametrize("amount_fen", [0, -1])
def test_no_money_is_neither_received_nor_reserved(amount_fen: int) -> None:
    fund = a_fund(5_000)
    given(fund).when(lambda f: receive(f, amount_fen)).then_refused(
        Invalid, field="amount-fen", rule="not-positive"
    )
    given(fund).when(lambda f: reserve(f, amount_fen)).then_refused(
        Invalid, field="amount-fen", rule="not-positive"
    )


def test_a_fund_can_be_reserved_to_the_last_fen_and_not_one_more() -> None:
    fund = a_fund(5_000)
    given(fund).when(lambda f: reserve(f, 5_001)).then_refused(
        FundExhausted, asked_fen=5_001, available_fen=5_000
    )
    given(fund).when(lambda f: reserve(f, 5_000)).then(
        event(
            Fund.BudgetReserved,
            budget_id=BUDGET,
            area_code=COMMUNITY,
            amount_fen=5_000,
            reserved_by=id_of("county"),
        )
    )
    given(fund).when(lambda f: reserve(f, 1)).then_refused(FundExhausted, asked_fen=1, available_fen=0)


def test_money_that_came_back_can_be_reserved_again() -> None:
    fund = a_fund(5_000)
    reserve(fund, 5_000)
    given(fund).when(lambda f: f.take_back(NOW, budget_id=BUDGET, amount_fen=AmountFen(700))).then(
        event(Fund.MoneyReturned, budget_id=BUDGET, amount_fen=700)
    )
    given(fund).when(lambda f: reserve(f, 701)).then_refused(FundExhausted, asked_fen=701, available_fen=700)
    given(fund).when(lambda f: reserve(f, 700)).then(event(Fund.BudgetReserved))


def settle(fund: Fund, *, claims_fen: int = 0) -> None:
    fund.pay_out(
        NOW,
        settlement_id=id_of("settlement"),
        merchant_id=id_of("merchant"),
        budget_id=BUDGET,
        value_fen=1_000,
        pay_fen=900,
        claims_fen=claims_fen,
    )


def test_what_a_merchant_is_paid_is_gone_and_what_the_points_were_worth_beyond_it_is_free_again() -> None:
    fund = a_fund(5_000)
    reserve(fund, 5_000)
    given(fund).when(settle).then(event(Fund.PaidOut, value_fen=1_000, pay_fen=900))
    assert (fund.reserved_fen, fund.paid_fen) == (4_000, 900)
    given(fund).when(lambda f: reserve(f, 101)).then_refused(FundExhausted, asked_fen=101, available_fen=100)
    given(fund).when(lambda f: reserve(f, 100)).then(event(Fund.BudgetReserved))


def test_nothing_is_reserved_against_money_that_a_merchant_still_owes() -> None:
    fund = a_fund(5_000)
    reserve(fund, 3_000)
    given(fund).when(
        lambda f: f.raise_claim(
            NOW,
            redemption_id=id_of("redemption"),
            refund_no=1,
            merchant_id=id_of("merchant"),
            budget_id=BUDGET,
            amount_fen=AmountFen(500),
        )
    ).then(event(Fund.ClaimRaised, amount_fen=500))
    given(fund).when(lambda f: reserve(f, 1_501)).then_refused(
        FundExhausted, asked_fen=1_501, available_fen=1_500
    )
    given(fund).when(lambda f: settle(f, claims_fen=500)).then(event(Fund.PaidOut, claims_fen=500))
    assert (fund.claims_fen, fund.available_fen) == (0, 5_000 - 2_000 - 900)
