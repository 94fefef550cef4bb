"""Money, and whether the points add up."""

from __future__ import annotations

from datetime import date

from points.domain.values import AmountFen
from points.projections import funds
from tests.projections.world import COUNTY, TOWN, VILLAGE, World


def test_a_fund_shows_what_it_received_and_what_is_set_aside(world: World) -> None:
    fund = world.fund(received_fen=10_000)
    world.budget(fund, amount_fen=4_000)

    with world.reading() as connection:
        found = funds.get(connection, fund.id)

    assert found is not None
    assert (found.received_fen, found.reserved_fen, found.available_fen) == (10_000, 4_000, 6_000)


def test_money_taken_back_is_free_again(world: World) -> None:
    fund = world.fund(received_fen=10_000)
    budget = world.budget(fund, amount_fen=4_000)
    world.projector.catch_up()
    fund.take_back(world.clock(), budget_id=budget.id, amount_fen=AmountFen(1_000))
    world.keep(fund)

    with world.reading() as connection:
        found = funds.get(connection, fund.id)

    assert found is not None
    assert (found.reserved_fen, found.returned_fen) == (3_000, 1_000)


def test_budgets_are_found_by_the_nearest_area_first(world: World) -> None:
    fund = world.fund()
    county, village = world.budget(fund, COUNTY), world.budget(fund, VILLAGE)

    with world.reading() as connection:
        found = funds.find_budgets(connection, [VILLAGE, TOWN, COUNTY], date(2026, 12, 31))
        none = funds.find_budgets(connection, [VILLAGE, TOWN, COUNTY], date(2027, 1, 1))

    assert [budget.budget_id for budget in found] == [village.id, county.id]
    assert none == []


def test_funds_and_their_budgets_come_in_pages(world: World) -> None:
    made = [world.fund() for _ in range(3)]
    budgets = [world.budget(made[0], amount_fen=100) for _ in range(2)]

    with world.reading() as connection:
        first = funds.page(connection, limit=2)
        rest = funds.page(connection, limit=2, after=first[-1].fund_id)
        one = funds.budgets_of(connection, made[0].id, limit=1)
        other = funds.budgets_of(connection, made[0].id, limit=1, after=one[-1].budget_id)

    assert [fund.fund_id for fund in first + rest] == [fund.id for fund in made]
    assert [budget.budget_id for budget in one + other] == [budget.id for budget in budgets]


def test_a_redemption_moves_the_liability_from_the_person_to_the_shop(world: World) -> None:
    fund = world.fund()
    account, (_, till) = world.account(), world.merchant()
    world.issue(account, world.budget(fund), 30)
    redemption = world.redeem(account, till, 12)
    world.refund(redemption, account, 2)

    with world.reading() as connection:
        owed = funds.liability(connection, fund.id)

    assert owed == funds.Liability(fund.id, held_fen=2_000, takings_value_fen=1_000, takings_pay_fen=900)
    assert owed.owed_fen == 2_900


def test_every_point_of_a_fund_is_somewhere(world: World) -> None:
    fund = world.fund()
    budget, account, (_, till) = world.budget(fund), world.account(), world.merchant()
    world.issue(account, budget, 10, expires_on=date(2026, 6, 20))
    redemption = world.redeem(account, till, 4)
    world.issue(account, budget, 30)
    world.clock.advance(days=40)
    world.expire(account, [budget])
    world.refund(redemption, account, 3, [budget])

    with world.reading() as connection:
        found = funds.conservation(connection, fund.id)

    assert found.holds
    assert (found.issued_points, found.held_points) == (40, 30)
    assert (found.redeemed_points, found.refunded_points) == (4, 3)
    assert (found.expired_points, found.closed_points) == (6, 3)


def test_points_that_appear_from_nowhere_break_the_sum(world: World) -> None:
    fund = world.fund()
    world.issue(world.account(), world.budget(fund), 10)

    with world.reading() as connection:
        found = funds.conservation(connection, fund.id)

    assert found.holds
    assert not funds.Conservation(fund.id, 10, 11, 0, 0, 0, 0, found.held_fen, found.backed_fen).holds
    assert not funds.Conservation(fund.id, 10, 10, 0, 0, 0, 0, found.held_fen + 1, found.backed_fen).holds
