"""The register and where people lived."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from points.projections import volunteers
from points.projections.volunteers import Residence
from tests.projections.world import CLERK, OTHER_VILLAGE, TOWN, VILLAGE, World, at


def test_a_volunteer_is_found_by_id_and_by_number(world: World) -> None:
    volunteer = world.volunteer()

    with world.reading() as connection:
        found = volunteers.get(connection, volunteer.id)
        assert found == volunteers.by_number(connection, volunteer.volunteer_number)
        assert volunteers.by_number(connection, "0") is None
        assert volunteers.get(connection, UUID(int=1)) is None
    assert found is not None
    assert (found.area_code, found.category, found.withdrawn) == (VILLAGE, "resident", False)


def test_the_day_of_registration_is_the_countys_not_greenwichs(world: World) -> None:
    world.clock.move_to(at("2026-07-01T00:30:00+08:00"))
    volunteer = world.volunteer()

    with world.reading() as connection:
        found = volunteers.get(connection, volunteer.id)

    assert found is not None
    assert found.registered_on == date(2026, 7, 1)


def test_moving_ends_one_residence_and_begins_the_next(world: World) -> None:
    volunteer = world.volunteer()
    world.projector.catch_up()
    world.clock.advance(days=10)
    volunteer.move(world.clock(), area_code=OTHER_VILLAGE, moved_by=CLERK)
    world.keep(volunteer)

    with world.reading() as connection:
        assert volunteers.history(connection, volunteer.id) == [
            Residence(VILLAGE, date(2026, 6, 15), date(2026, 6, 25)),
            Residence(OTHER_VILLAGE, date(2026, 6, 25), None),
        ]


def test_leaving_and_coming_back_within_one_page_is_told_apart(world: World) -> None:
    volunteer = world.volunteer()
    world.clock.advance(days=1)
    volunteer.withdraw(world.clock(), withdrawn_by=CLERK)
    world.clock.advance(days=1)
    volunteer.come_back(world.clock(), area_code=OTHER_VILLAGE, returned_by=CLERK)
    world.keep(volunteer)

    with world.reading() as connection:
        assert volunteers.history(connection, volunteer.id) == [
            Residence(VILLAGE, date(2026, 6, 15), date(2026, 6, 16)),
            Residence(OTHER_VILLAGE, date(2026, 6, 17), None),
        ]
        found = volunteers.get(connection, volunteer.id)
    assert found is not None
    assert not found.withdrawn


def test_someone_who_left_is_shown_as_withdrawn(world: World) -> None:
    volunteer = world.volunteer()
    world.projector.catch_up()
    volunteer.withdraw(world.clock(), withdrawn_by=CLERK)
    world.keep(volunteer)

    with world.reading() as connection:
        found = volunteers.get(connection, volunteer.id)

    assert found is not None
    assert found.withdrawn


def test_volunteers_of_an_area_and_below_come_in_pages_by_number(world: World) -> None:
    world.areas()
    made = [world.volunteer(code) for code in (VILLAGE, OTHER_VILLAGE, TOWN)]

    with world.reading() as connection:
        first = volunteers.in_area(connection, TOWN, limit=2)
        rest = volunteers.in_area(connection, TOWN, limit=2, after=first[-1].volunteer_number)
        village = volunteers.in_area(connection, VILLAGE, limit=9)

    assert [v.volunteer_id for v in first + rest] == [v.id for v in made]
    assert [v.volunteer_id for v in village] == [made[0].id]
