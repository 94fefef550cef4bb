"""Schemes and their versions."""

from __future__ import annotations

from datetime import date

from points.domain.scheme import Scheme
from points.domain.scheme_terms import Rate, Terms
from points.domain.values import AmountFen, Points, Rounding
from points.projections import schemes
from tests.projections.world import CLERK, COUNTY, REVIEWER, TOWN, VILLAGE, World

TERMS = Terms(
    date(2026, 1, 1), (Rate("*", "verified", 10, 60),), Rounding.HALF_EVEN, AmountFen(100), 12, Points(5)
)


def opened(world: World, area_code: str = TOWN) -> Scheme:
    scheme = Scheme.open(
        world.clock(), world.ids(), area_code=area_code, name_ref=world.ids(), opened_by=CLERK
    )
    scheme.draft(world.clock(), TERMS, drafted_by=CLERK)
    world.keep(scheme)
    return scheme


def test_a_scheme_shows_its_versions_with_their_terms(world: World) -> None:
    scheme = opened(world)

    with world.reading() as connection:
        found = schemes.get(connection, scheme.id)

    assert found is not None
    assert found.versions == (
        schemes.SchemeVersion(1, TERMS.in_force_from, TERMS.rates, "half_even", 100, 12, 5, CLERK, None),
    )


def test_an_approved_version_names_who_put_it_in_force(world: World) -> None:
    scheme = opened(world)
    world.projector.catch_up()
    scheme.approve(world.clock(), 1, approved_by=REVIEWER)
    world.keep(scheme)

    with world.reading() as connection:
        found = schemes.get(connection, scheme.id)

    assert found is not None
    assert found.versions[0].approved_by == REVIEWER


def test_schemes_of_the_nearest_area_come_first(world: World) -> None:
    county, town = opened(world, COUNTY), opened(world, TOWN)

    with world.reading() as connection:
        found = schemes.for_area(connection, [VILLAGE, TOWN, COUNTY])

    assert [scheme.scheme_id for scheme in found] == [town.id, county.id]


def test_schemes_come_in_pages(world: World) -> None:
    made = [opened(world) for _ in range(3)]

    with world.reading() as connection:
        first = schemes.page(connection, limit=2)
        rest = schemes.page(connection, limit=2, after=first[-1].scheme_id)
        unknown = schemes.get(connection, world.ids())

    assert [scheme.scheme_id for scheme in first + rest] == [scheme.id for scheme in made]
    assert unknown is None
