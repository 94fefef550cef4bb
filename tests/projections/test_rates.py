"""Registration and active rates, exact."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from points.domain.area import Area
from points.domain.errors import Invalid
from points.domain.values import AreaLevel, Category
from points.projections import rates
from tests.projections.world import CLERK, COUNTY, OTHER_VILLAGE, TOWN, VILLAGE, World, at
from tests.support.clock import FixedClock


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(at("2024-03-01T12:00:00+08:00"))


@pytest.fixture(autouse=True)
def village(world: World) -> Area:
    """300 residents at the end of each year."""
    areas = {
        code: world.area(code, level, parent)
        for code, level, parent in (
            (COUNTY, AreaLevel.COUNTY, None),
            (TOWN, AreaLevel.TOWNSHIP, COUNTY),
            (VILLAGE, AreaLevel.COMMUNITY, TOWN),
        )
    }
    world.keep(*areas.values())
    for year in (2024, 2025):
        world.residents(areas[VILLAGE], year, 300)
    return areas[VILLAGE]


def rate(world: World, area: str, year: int) -> rates.Rates:
    with world.reading() as connection:
        return rates.registration_rate(connection, area, year, world.today())


def test_the_rate_is_registered_volunteers_by_residents_and_exact(world: World) -> None:
    for _ in range(59):
        world.volunteer()

    found = rate(world, COUNTY, 2024)

    assert (found.registered, found.residents, found.rate) == (59, 300, Fraction(59, 300))


def test_people_count_where_they_lived_at_the_end_of_that_year(world: World) -> None:
    world.keep(world.area(OTHER_VILLAGE, AreaLevel.COMMUNITY, TOWN))
    volunteer = world.volunteer()
    world.clock.move_to(at("2024-12-31T23:59:00+08:00"))
    volunteer.move(world.clock(), area_code=OTHER_VILLAGE, moved_by=CLERK)
    world.keep(volunteer)
    world.clock.move_to(at("2025-01-01T00:00:00+08:00"))
    volunteer.move(world.clock(), area_code=VILLAGE, moved_by=CLERK)
    world.keep(volunteer)

    assert [rate(world, VILLAGE, year).registered for year in (2024, 2025)] == [0, 1]
    assert [rate(world, OTHER_VILLAGE, year).registered for year in (2024, 2025)] == [1, 0]
    assert [rate(world, TOWN, year).registered for year in (2024, 2025)] == [1, 1]


def test_those_who_left_by_then_do_not_count_but_did_before(world: World) -> None:
    volunteer = world.volunteer()
    world.clock.move_to(at("2025-02-01T12:00:00+08:00"))
    volunteer.withdraw(world.clock(), withdrawn_by=CLERK)
    world.keep(volunteer)

    assert [rate(world, COUNTY, year).registered for year in (2024, 2025)] == [1, 0]


def test_without_residents_there_is_a_count_but_no_rate(world: World) -> None:
    world.keep(world.area(OTHER_VILLAGE, AreaLevel.COMMUNITY, TOWN))
    world.volunteer(OTHER_VILLAGE)

    found = rate(world, OTHER_VILLAGE, 2024)

    assert found == rates.Rates(OTHER_VILLAGE, 2024, None, 1, None, 0, None, None)


def test_the_change_compares_exact_ratios_of_two_year_ends(world: World, village: Area) -> None:
    world.volunteer()
    world.clock.move_to(at("2025-06-01T12:00:00+08:00"))
    world.volunteer()
    world.residents(village, 2025, 301)

    assert rate(world, VILLAGE, 2025).change == Fraction(2, 301) - Fraction(1, 300)
    assert rate(world, VILLAGE, 2024).change is None


def test_active_are_those_who_served_in_the_twelve_months_before(world: World) -> None:
    volunteer, idle = world.volunteer(), world.volunteer()
    world.serve(volunteer, date(2024, 2, 10))
    world.clock.move_to(at("2025-02-10T12:00:00+08:00"))
    assert rate(world, VILLAGE, 2025).active == 0
    assert rate(world, VILLAGE, 2024).active == 1

    world.serve(idle, date(2025, 2, 9))

    found = rate(world, VILLAGE, 2025)
    assert (found.active, found.active_rate) == (1, Fraction(1, 300))
    assert rate(world, VILLAGE, 2024).active == 1


def test_service_still_on_notice_makes_nobody_active(world: World) -> None:
    sheet, record_id = world.recorded(world.volunteer(), date(2024, 2, 10))
    world.review(sheet, record_id)
    world.give_notice(sheet, record_id)

    assert rate(world, VILLAGE, 2024).active == 0


@pytest.mark.parametrize("year", [2025, 0, -1])
def test_a_year_that_has_not_begun_is_refused(world: World, year: int) -> None:
    with pytest.raises(Invalid) as refused:
        rate(world, VILLAGE, year)

    assert refused.value.facts == {"field": "year", "rule": "year-out-of-range"}


def test_the_rates_by_category_add_up_to_the_whole(world: World) -> None:
    teacher = world.volunteer(category=Category.TEACHER)
    world.volunteer(category=Category.STUDENT)
    world.volunteer(category=Category.STUDENT)
    world.serve(teacher, date(2024, 2, 10))

    with world.reading() as connection:
        found = rates.rates_by_category(connection, COUNTY, 2024, world.today())

    assert found == [
        rates.CategoryRates("student", 2, Fraction(2, 300), 0),
        rates.CategoryRates("teacher", 1, Fraction(1, 300), 1),
    ]


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (Fraction(197, 1000), "0.1970"),
        (Fraction(0), "0.0000"),
        (Fraction(5, 100_000), "0.0000"),
        (Fraction(15, 100_000), "0.0002"),
        (Fraction(25, 100_000), "0.0002"),
        (Fraction(3, 2), "1.5000"),
    ],
)
def test_a_ratio_is_written_to_four_places_half_to_even(ratio: Fraction, text: str) -> None:
    assert rates.ratio_text(ratio) == text


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (Fraction(123, 10_000), "+0.0123"),
        (Fraction(-123, 10_000), "-0.0123"),
        (Fraction(0), "+0.0000"),
        (Fraction(-1, 1_000_000), "+0.0000"),
    ],
)
def test_a_change_carries_its_sign(change: Fraction, text: str) -> None:
    assert rates.change_text(change) == text
