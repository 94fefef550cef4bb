"""The tree of areas and who lives in it."""

from __future__ import annotations

import pytest

from points.domain.values import AreaLevel
from points.projections import areas
from tests.projections.world import COUNTY, OTHER_VILLAGE, TOWN, VILLAGE, World


@pytest.fixture(autouse=True)
def _tree(world: World) -> None:
    world.areas()


def test_an_area_is_found_by_its_code(world: World) -> None:
    with world.reading() as connection:
        assert areas.get(connection, TOWN) == areas.Area(TOWN, TOWN, "township", COUNTY)
        assert areas.get(connection, "nowhere") is None


def test_the_county_is_the_root(world: World) -> None:
    with world.reading() as connection:
        root = areas.root(connection)

    assert root is not None
    assert root.code == COUNTY


def test_children_come_in_pages_by_code(world: World) -> None:
    with world.reading() as connection:
        first = areas.children(connection, TOWN, limit=1)
        rest = areas.children(connection, TOWN, limit=5, after=first[0].code)

    assert [area.code for area in first + rest] == [VILLAGE, OTHER_VILLAGE]


def test_ancestors_start_with_the_area_itself_and_end_with_the_county(world: World) -> None:
    with world.reading() as connection:
        assert [area.code for area in areas.ancestors(connection, VILLAGE)] == [VILLAGE, TOWN, COUNTY]
        assert areas.ancestors(connection, "nowhere") == []


@pytest.mark.parametrize(
    ("area", "code", "covered"),
    [
        (TOWN, VILLAGE, True),
        (VILLAGE, VILLAGE, True),
        (VILLAGE, TOWN, False),
        (VILLAGE, OTHER_VILLAGE, False),
    ],
)
def test_an_area_covers_itself_and_what_lies_in_it(
    world: World, area: str, code: str, *, covered: bool
) -> None:
    with world.reading() as connection:
        assert areas.covers(connection, area, code) is covered


def test_all_codes_below_include_the_area_itself(world: World) -> None:
    with world.reading() as connection:
        assert areas.all_codes_below(connection, COUNTY) == [COUNTY, TOWN, VILLAGE, OTHER_VILLAGE]
        assert areas.all_codes_below(connection, VILLAGE) == [VILLAGE]


def test_an_areas_own_count_of_residents_goes_before_its_childrens(world: World) -> None:
    _count(world, {VILLAGE: 300, OTHER_VILLAGE: 200, COUNTY: 999})

    with world.reading() as connection:
        assert areas.residents(connection, COUNTY, 2025) == 999
        assert areas.residents(connection, TOWN, 2025) == 500


def test_residents_are_unknown_while_a_part_is_uncounted(world: World) -> None:
    _count(world, {VILLAGE: 300})

    with world.reading() as connection:
        assert areas.residents(connection, TOWN, 2025) is None
        assert areas.residents(connection, OTHER_VILLAGE, 2025) is None
        assert areas.residents(connection, VILLAGE, 2024) is None
        assert areas.residents(connection, "nowhere", 2025) is None


def test_a_corrected_count_replaces_the_one_before(world: World) -> None:
    grid = world.area(f"{VILLAGE}01", AreaLevel.GRID, VILLAGE)
    world.residents(grid, 2025, 10)
    world.projector.catch_up()
    world.residents(grid, 2025, 12)
    world.residents(grid, 2025, 11)

    with world.reading() as connection:
        assert areas.residents(connection, f"{VILLAGE}01", 2025) == 11


def _count(world: World, counts: dict[str, int]) -> None:
    for code, count in counts.items():
        area = world.area(code, AreaLevel.COMMUNITY, None)
        area.collect_events()  # registered already, by the fixture
        world.residents(area, 2025, count)
