"""A person is forgotten at their wish, on both databases, and the books still add up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from points.application.erasures import ErasureWaits
from points.application.volunteers import VolunteerNotFound
from points.bootstrap import Settings
from points.domain.errors import NotAllowed, PointsError
from points.projections import funds
from tests.application.market import START, Market
from tests.application.test_ways_to_pay import Resident, code_of, resident

NAME, PHONE = "甲某", "19900000001"


@pytest.fixture
def market(database_url: str, tmp_path: Path) -> Iterator[Market]:
    market = Market(Settings(database_url, master_key_file=tmp_path / "key", fixed_at=START))
    yield market
    market.exchange.close()


def erase(market: Market, who: Resident) -> int:
    points: int = market.exchange.erasures.erase(market.call(market.clerk), who.number).body[
        "returned_points"
    ]
    return points


def test_whoever_is_erased_cannot_be_found_or_read_and_the_points_go_back_to_their_fund(
    market: Market,
) -> None:
    ex, who = market.exchange, resident(market, 50)
    ex.redeeming.redeem(market.call(market.till), points=8, code=code_of(market, who))
    assert ex.erasures.copy(market.call(who.phone), who.number)["profile"]["name"] == NAME
    assert erase(market, who) == 42
    with pytest.raises(VolunteerNotFound):
        ex.volunteers.move(market.call(market.clerk), who.number, "500233001001")
    with pytest.raises(PointsError, match=r"revoked|not-authenticated"):
        ex.paying.payment_code(market.call(who.phone))
    with ex.tools.reading() as connection:
        found = funds.conservation(connection, market.funds[0])
    assert found.holds
    assert found.held_points == 0
    assert ex.audit.verify_store()["ok"]


def test_nothing_that_a_person_is_known_by_is_left_in_the_log(market: Market) -> None:
    ex, who = market.exchange, resident(market, 5)
    erase(market, who)
    rows = ex.tools.recorder.read_page(0, 10_000)
    for known in (NAME, PHONE, "99000019600101001"):
        assert not any(known.encode() in row.state for row in rows)


def test_an_erased_person_may_register_again_as_somebody_new(market: Market) -> None:
    who = resident(market, 5)
    erase(market, who)
    assert resident(market, 5).number != who.number


def test_an_erasure_waits_for_what_is_undecided(market: Market) -> None:
    ex, who = market.exchange, resident(market, 50)
    made = ex.authorisations.authorise(market.call(market.till), points=30, code=code_of(market, who))
    with pytest.raises(ErasureWaits, match="hold"):
        erase(market, who)
    ex.authorisations.void(market.call(market.till), UUID(made.body["id"]))
    market.now += timedelta(minutes=1)
    assert erase(market, who) == 50


def test_asking_again_under_the_same_key_answers_as_at_first(market: Market) -> None:
    who, call = resident(market, 5), market.call(market.clerk)
    first = market.exchange.erasures.erase(call, who.number)
    again = market.exchange.erasures.erase(call, who.number)
    assert (again.replayed, again.body) == (True, first.body)


def test_a_shop_cannot_have_anybody_erased(market: Market) -> None:
    who = resident(market, 5)
    with pytest.raises(NotAllowed):
        market.exchange.erasures.erase(market.call(market.till), who.number)
