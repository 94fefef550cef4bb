"""Merchants, their agreements and tills."""

from __future__ import annotations

from uuid import UUID

from points.domain.merchant import Caps
from points.projections import merchants
from tests.projections.world import CLERK, COUNTY, REVIEWER, World


def test_a_merchants_agreements_show_terms_and_who_approved_them(world: World) -> None:
    merchant, _ = world.merchant()

    with world.reading() as connection:
        (agreement,) = merchants.agreements_of(connection, merchant.id)

    assert agreement.schemes == (UUID(int=55), UUID(int=56))
    assert (agreement.pay_fen, agreement.caps) == (90, Caps(100, 200, 300, 400))
    assert (agreement.made_by, agreement.approved_by) == (CLERK, REVIEWER)


def test_a_suspended_merchant_is_shown_so_until_it_resumes(world: World) -> None:
    merchant, _ = world.merchant()
    merchant.suspend(world.clock(), suspended_by=CLERK)
    world.keep(merchant)
    with world.reading() as connection:
        suspended = merchants.get(connection, merchant.id)
    merchant.resume(world.clock(), resumed_by=CLERK)
    world.keep(merchant)
    with world.reading() as connection:
        resumed = merchants.get(connection, merchant.id)

    assert suspended is not None
    assert suspended.suspended
    assert resumed is not None
    assert not resumed.suspended


def test_a_revoked_till_is_still_listed(world: World) -> None:
    merchant, till = world.merchant()
    world.projector.catch_up()
    till.revoke(world.clock(), revoked_by=CLERK)
    world.keep(till)

    with world.reading() as connection:
        listed = merchants.tills_of(connection, merchant.id, limit=5)
        assert merchants.till(connection, till.id) == listed[0]
        assert merchants.till(connection, world.ids()) is None
        assert merchants.tills_of(connection, merchant.id, limit=5, after=till.id) == []

    assert listed == [merchants.Till(till.id, merchant.id, 1, revoked=True)]


def test_merchants_of_an_area_and_below_come_in_pages(world: World) -> None:
    world.areas()
    made = [world.merchant()[0] for _ in range(3)]

    with world.reading() as connection:
        first = merchants.in_area(connection, COUNTY, limit=2)
        rest = merchants.in_area(connection, COUNTY, limit=2, after=first[-1].merchant_id)
        unknown = merchants.get(connection, world.ids())

    assert [merchant.merchant_id for merchant in first + rest] == [merchant.id for merchant in made]
    assert unknown is None
