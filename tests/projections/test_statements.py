"""Statements: what happened to an account, newest first."""

from __future__ import annotations

from datetime import date

from points.domain.calendar import to_us
from points.projections.statements import Movement, statement
from tests.projections.world import World


def test_each_movement_names_its_kind_and_its_signed_points(world: World) -> None:
    budget, account, (_, till) = world.budget(world.fund()), world.account(), world.merchant()
    world.issue(account, budget, 10, expires_on=date(2026, 6, 20))
    world.refund(world.redeem(account, till, 4), account, 1)
    world.clock.advance(days=7)
    world.expire(account, [budget])

    with world.reading() as connection:
        groups = statement(connection, account.id, limit=10)

    assert [(group.kind, group.points) for group in groups] == [
        (Movement.EXPIRED, -7),
        (Movement.REFUNDED, 1),
        (Movement.REDEEMED, -4),
        (Movement.ISSUED, 10),
    ]
    assert groups[0].occurred_at_us == to_us(world.clock())


def test_a_movement_over_several_lots_is_one_group_with_a_line_for_each(world: World) -> None:
    first, second = world.budget(world.fund()), world.budget(world.fund())
    account, (_, till) = world.account(), world.merchant()
    world.issue(account, first, 10, expires_on=date(2026, 9, 1))
    world.issue(account, second, 10)
    redemption = world.redeem(account, till, 15)

    with world.reading() as connection:
        (group,) = statement(connection, account.id, limit=1)

    assert group.points == -15
    assert [(line.lot_no, line.points, line.fund_id) for line in group.lines] == [
        (1, -10, first.fund_id),
        (2, -5, second.fund_id),
    ]
    assert {line.redemption_id for line in group.lines} == {redemption.id}
    assert {line.record_id for line in group.lines} == {None}


def test_an_issue_names_the_service_behind_it(world: World) -> None:
    account = world.account()
    world.issue(account, world.budget(world.fund()), 10)

    with world.reading() as connection:
        (group,) = statement(connection, account.id, limit=1)

    assert group.lines[0].record_id is not None
    assert group.lines[0].redemption_id is None


def test_it_comes_in_pages_of_movements(world: World) -> None:
    budget, account, other = world.budget(world.fund()), world.account(), world.account()
    for points in (1, 2, 3):
        world.issue(account, budget, points)
        world.issue(other, budget, 100)

    with world.reading() as connection:
        first = statement(connection, account.id, limit=2)
        rest = statement(connection, account.id, limit=2, before=first[-1].position)
        end = statement(connection, account.id, limit=2, before=rest[-1].position)

    assert [group.points for group in first + rest] == [3, 2, 1]
    assert end == []
