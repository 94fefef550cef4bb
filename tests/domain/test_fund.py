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
