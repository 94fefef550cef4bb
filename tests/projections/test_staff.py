"""Staff and merchants' people."""

from __future__ import annotations

from uuid import UUID

from points.domain.staff import Staff
from points.domain.values import Role
from points.projections import staff
from tests.projections.world import CLERK, COUNTY, TOWN, World


def appointed(
    world: World, role: Role, *, area_code: str | None = None, merchant_id: UUID | None = None
) -> Staff:
    member = Staff.appoint(
        world.clock(),
        world.ids(),
        role=role,
        area_code=area_code,
        merchant_id=merchant_id,
        volunteer_id=None,
        profile_ref=world.ids(),
        appointed_by=CLERK,
    )
    world.keep(member)
    return member


def test_an_appointment_shows_its_role_and_where_it_holds(world: World) -> None:
    member = appointed(world, Role.REVIEWER, area_code=TOWN)

    with world.reading() as connection:
        found = staff.get(connection, member.id)
        unknown = staff.get(connection, world.ids())

    assert found is not None
    assert (found.role, found.area_code, found.revoked) == (Role.REVIEWER, TOWN, False)
    assert unknown is None


def test_a_revoked_appointment_is_shown_as_ended(world: World) -> None:
    member = appointed(world, Role.COUNTY, area_code=COUNTY)
    world.projector.catch_up()
    member.revoke(world.clock(), revoked_by=CLERK)
    world.keep(member)

    with world.reading() as connection:
        found = staff.get(connection, member.id)

    assert found is not None
    assert found.revoked


def test_staff_of_an_area_and_below_come_in_pages(world: World) -> None:
    world.areas()
    made = [appointed(world, Role.TOWNSHIP, area_code=TOWN) for _ in range(3)]

    with world.reading() as connection:
        first = staff.in_area(connection, COUNTY, limit=2)
        rest = staff.in_area(connection, COUNTY, limit=2, after=first[-1].staff_id)

    assert [member.staff_id for member in first + rest] == [member.id for member in made]


def test_a_merchants_people_come_in_pages(world: World) -> None:
    merchant_id = world.ids()
    made = [appointed(world, Role.CASHIER, merchant_id=merchant_id) for _ in range(2)]
    appointed(world, Role.CASHIER, merchant_id=world.ids())

    with world.reading() as connection:
        first = staff.of_merchant(connection, merchant_id, limit=1)
        rest = staff.of_merchant(connection, merchant_id, limit=5, after=first[-1].staff_id)

    assert [member.staff_id for member in first + rest] == [member.id for member in made]
