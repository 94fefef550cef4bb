"""Activities, planned and recorded."""

from __future__ import annotations

from datetime import date, timedelta

from points.domain.activity import Activity
from points.domain.values import ServiceKind
from points.projections import activities
from tests.projections.world import CLERK, COUNTY, VILLAGE, World


def recorded(world: World, day: date) -> Activity:
    activity = Activity.record(
        world.clock(),
        world.ids(),
        area_code=VILLAGE,
        kind=ServiceKind.YOUTH,
        title_ref=world.ids(),
        day=day,
        evidence=b"\x01" * 32,
        recorded_by=CLERK,
    )
    world.keep(activity)
    return activity


def test_a_planned_activity_has_times_and_the_countys_day(world: World) -> None:
    starts_at = world.clock() + timedelta(hours=20)
    activity = Activity.plan(
        world.clock(),
        world.ids(),
        area_code=VILLAGE,
        kind=ServiceKind.SAFETY,
        title_ref=world.ids(),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        places=12,
        planned_by=CLERK,
    )
    world.keep(activity)

    with world.reading() as connection:
        found = activities.get(connection, activity.id)

    assert found is not None
    assert found.planned
    assert (found.day, found.places, found.kind) == (date(2026, 6, 16), 12, "safety")


def test_a_recorded_activity_keeps_the_digest_of_its_source(world: World) -> None:
    activity = recorded(world, date(2026, 5, 1))

    with world.reading() as connection:
        found = activities.get(connection, activity.id)
        unknown = activities.get(connection, world.ids())

    assert found is not None
    assert not found.planned
    assert found.evidence == b"\x01" * 32
    assert unknown is None


def test_activities_of_an_area_come_latest_first_in_pages(world: World) -> None:
    world.areas()
    days = [date(2026, 5, day) for day in (1, 2, 2)]
    made = [recorded(world, day) for day in days]

    with world.reading() as connection:
        first = activities.in_area(connection, COUNTY, limit=2)
        last = first[-1]
        rest = activities.in_area(connection, COUNTY, limit=2, before=(last.day, last.activity_id))
        since = activities.in_area(connection, COUNTY, limit=9, from_day=date(2026, 5, 2))

    assert [activity.activity_id for activity in first + rest] == [activity.id for activity in made[::-1]]
    assert len(since) == 2
