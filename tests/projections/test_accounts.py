"""Balances and lots, events in and queries out."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from points.projections import accounts
from tests.projections.world import World


def test_a_balance_is_the_sum_of_what_is_left_in_the_lots(world: World) -> None:
    budget, account = world.budget(world.fund()), world.account()
    _, till = world.merchant()
    world.issue(account, budget, 30, expires_on=date(2026, 12, 31))
    world.issue(account, budget, 20, expires_on=date(2026, 9, 30))
    world.redeem(account, till, 25)

    with world.reading() as connection:
        held = accounts.balance(connection, account.id, world.today())

    assert (held.points, held.spendable_points) == (25, 25)
    assert [(lot.lot_no, lot.points, lot.fund_id) for lot in held.lots] == [(1, 25, budget.fund_id)]


def test_lots_stand_in_the_order_in_which_they_are_spent(world: World) -> None:
    budget, account = world.budget(world.fund()), world.account()
    for expires_on in (None, date(2026, 12, 31), date(2026, 9, 30)):
        world.issue(account, budget, 5, expires_on=expires_on)

    with world.reading() as connection:
        held = accounts.balance(connection, account.id, world.today())

    assert [lot.lot_no for lot in held.lots] == [3, 2, 1]


def test_points_past_their_end_are_held_but_cannot_be_spent(world: World) -> None:
    budget, account = world.budget(world.fund()), world.account()
    world.issue(account, budget, 5, expires_on=date(2026, 6, 15))

    with world.reading() as connection:
        assert accounts.balance(connection, account.id, date(2026, 6, 15)).spendable_points == 5
        later = accounts.balance(connection, account.id, date(2026, 6, 16))

    assert (later.points, later.spendable_points) == (5, 0)


def test_an_expiry_empties_the_lot_and_the_account_is_no_longer_due(world: World) -> None:
    budget, account = world.budget(world.fund()), world.account()
    world.issue(account, budget, 5, expires_on=date(2026, 6, 15))
    world.clock.advance(days=1)
    with world.reading() as connection:
        assert accounts.accounts_due(connection, world.today(), limit=10) == [account.id]

    world.expire(account, [budget])

    with world.reading() as connection:
        assert accounts.accounts_due(connection, world.today(), limit=10) == []
        assert accounts.balance(connection, account.id, world.today()).points == 0


def test_accounts_that_are_due_come_in_pages(world: World) -> None:
    budget = world.budget(world.fund())
    due = [world.account() for _ in range(3)]
    for account in due:
        world.issue(account, budget, 5, expires_on=date(2026, 6, 14))

    with world.reading() as connection:
        first = accounts.accounts_due(connection, world.today(), limit=2)
        rest = accounts.accounts_due(connection, world.today(), limit=2, after=first[-1])

    assert [*first, *rest] == sorted(account.id for account in due)


def test_a_refund_into_an_expired_lot_brings_its_new_end(world: World) -> None:
    budget, account = world.budget(world.fund()), world.account()
    _, till = world.merchant()
    world.issue(account, budget, 9, expires_on=date(2026, 6, 15))
    redemption = world.redeem(account, till, 9)
    world.clock.advance(days=10)

    world.refund(redemption, account, 4)

    with world.reading() as connection:
        (lot,) = accounts.balance(connection, account.id, world.today()).lots
    assert (lot.points, lot.expires_on) == (4, date(2026, 7, 25))


def test_an_account_is_found_by_its_volunteer_and_back(world: World) -> None:
    account = world.account(volunteer_id=UUID(int=99))

    with world.reading() as connection:
        assert accounts.account_of(connection, UUID(int=99)) == account.id
        assert accounts.volunteer_of(connection, account.id) == UUID(int=99)
        assert accounts.account_of(connection, UUID(int=98)) is None
