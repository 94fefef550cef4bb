"""Any position of the log can be asked, across the edges of blocks too; uses are told by kind of shop."""

from __future__ import annotations

import pytest

from points.projections import fund_history, fund_uses
from tests.projections.world import World


def test_every_position_adds_up_to_what_was_true_there(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fund_history, "BLOCK_POSITIONS", 4)
    fund = world.fund(100_000)
    budget = world.budget(fund, amount_fen=80_000)
    account, (_, till) = world.account(), world.merchant()
    issued, expected = 0, {}
    for points in (30, 20, 10, 5, 1):
        world.issue(account, budget, points)
        issued += points
        expected[world.recorder.read_head().position] = issued
    sale = world.redeem(account, till, 40)
    sold_at = world.recorder.read_head().position
    world.refund(sale, account, 15)
    with world.reading() as connection:

        def stood(position: int) -> fund_history.Stood:
            return fund_history.stood_at(
                connection, world.recorder.read_page, world.codecs, fund.id, position
            )

        assert {position: stood(position).issued_points for position in expected} == expected
        assert (stood(0).received_fen, stood(0).reserved_fen, stood(0).covered) == (0, 0, True)
        assert (stood(sold_at).redeemed_points, stood(sold_at).held_fen) == (40, 2_600)
        now = stood(world.recorder.read_head().position)
        assert (now.redeemed_points, now.redeemed_pay_fen, now.owed_fen) == (25, 2_250, 4_100 + 2_250)
        (use,) = fund_uses.uses(connection, fund.id)
        assert (use.merchant_kind, use.points, use.pay_fen) == ("supermarket", 25, 2_250)


def test_a_refund_of_an_earlier_page_learns_its_shop_from_the_takings(world: World) -> None:
    fund = world.fund()
    budget = world.budget(fund)
    account, (_, till) = world.account(), world.merchant()
    world.issue(account, budget, 30)
    sale = world.redeem(account, till, 30)
    world.projector.catch_up()
    world.refund(sale, account, 10)
    with world.reading() as connection:
        assert [(use.points, use.pay_fen) for use in fund_uses.uses(connection, fund.id)] == [(20, 1_800)]
