"""What merchants took."""

from __future__ import annotations

from datetime import date

from points.domain.account import Account
from points.domain.till import Till
from points.projections import takings
from tests.projections.world import World

JUNE = (date(2026, 6, 1), date(2026, 6, 30))


def customer(world: World) -> Account:
    account = world.account()
    world.issue(account, world.budget(world.fund()), 100)
    return account


def test_a_tills_day_adds_up_points_and_what_they_pay(world: World) -> None:
    account, (merchant, till) = customer(world), world.merchant()
    world.redeem(account, till, 10)
    world.projector.catch_up()
    world.redeem(account, till, 5)

    with world.reading() as connection:
        (day,) = takings.by_day(connection, merchant.id, *JUNE)

    assert (day.day, day.redemptions, day.points, day.pay_fen) == (date(2026, 6, 15), 2, 15, 1_350)


def test_a_refund_lessens_the_day_on_which_it_is_made(world: World) -> None:
    account, (merchant, till) = customer(world), world.merchant()
    redemption = world.redeem(account, till, 10)
    world.projector.catch_up()
    world.clock.advance(days=2)
    world.refund(redemption, account, 4)

    with world.reading() as connection:
        first, second = takings.by_day(connection, merchant.id, *JUNE)
        found = takings.get(connection, redemption.id)

    assert (first.refunded_points, first.net_pay_fen) == (0, 900)
    assert (second.day, second.refunds, second.refunded_points) == (date(2026, 6, 17), 1, 4)
    assert second.net_pay_fen == -360
    assert found is not None
    assert (found.points, found.refunded_points, found.refunded_pay_fen) == (10, 4, 360)


def test_a_refund_on_the_same_page_finds_its_till(world: World) -> None:
    account, (merchant, till) = customer(world), world.merchant()
    world.refund(world.redeem(account, till, 10), account, 10)

    with world.reading() as connection:
        (day,) = takings.by_day(connection, merchant.id, *JUNE)

    assert (day.till_id, day.net_pay_fen) == (till.id, 0)


def test_days_outside_the_period_are_left_out(world: World) -> None:
    account, (merchant, till) = customer(world), world.merchant()
    world.redeem(account, till, 10)

    with world.reading() as connection:
        assert takings.by_day(connection, merchant.id, date(2026, 6, 16), date(2026, 6, 30)) == []
        assert takings.by_day(connection, merchant.id, date(2026, 6, 1), date(2026, 6, 14)) == []


def test_a_merchants_redemptions_come_newest_first_in_pages(world: World) -> None:
    account, (merchant, till) = customer(world), world.merchant()
    other = Till.enrol(world.clock(), world.ids(), merchant_id=merchant.id, number=2, enrolled_by=till.id)
    world.keep(other)
    made = [world.redeem(account, each, 1) for each in (till, other, till)]

    with world.reading() as connection:
        first = takings.of_merchant(connection, merchant.id, limit=2)
        rest = takings.of_merchant(connection, merchant.id, limit=2, before=first[-1].position)
        of_till = takings.of_merchant(connection, merchant.id, limit=9, till_id=other.id)
        unknown = takings.get(connection, world.ids())

    assert [each.redemption_id for each in first + rest] == [each.id for each in made[::-1]]
    assert [each.redemption_id for each in of_till] == [made[1].id]
    assert unknown is None
