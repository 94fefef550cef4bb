"""A rebuild says whether the read models are what the log makes of them."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, insert, update

from points.projections import projector as projector_module
from points.projections.accounts import balance, lots
from points.projections.areas import areas
from points.projections.models import all_models
from points.projections.rebuild import Difference, RebuildReport, rebuild
from tests.projections.world import COUNTY, World


def lived_in(world: World) -> None:
    world.areas()
    budget, account = world.budget(world.fund()), world.account()
    _, till = world.merchant()
    world.issue(account, budget, 30)
    world.refund(world.redeem(account, till, 12), account, 5)
    world.serve(world.volunteer(), world.today())


def rebuilt(world: World, *, accept_differences: bool = False) -> RebuildReport:
    return rebuild(world.projector, world.codecs, all_models(), accept_differences=accept_differences)


def test_what_was_projected_live_is_what_a_rebuild_makes(world: World) -> None:
    lived_in(world)
    head = world.projector.catch_up()

    report = rebuilt(world)

    assert report == RebuildReport(head, (), switched=True)
    assert world.projector.read_store.current.number == 2
    assert world.projector.position() == head


def test_a_changed_row_a_lost_one_and_an_added_one_are_found_and_nothing_is_switched(world: World) -> None:
    lived_in(world)
    world.projector.catch_up()
    with world.projector.read_store.engine.begin() as connection:
        connection.execute(update(lots).values(points=lots.c.points + 1))
        connection.execute(delete(areas).where(areas.c.code == COUNTY))
        connection.execute(
            insert(areas).values(area_id=world.ids(), code="x", name="x", level="grid", parent_code=None)
        )

    report = rebuilt(world)

    assert report.differences == (Difference("areas", 2), Difference("lots", 1))
    assert not report.switched
    assert world.projector.read_store.current.number == 1


def test_a_person_may_accept_the_differences(world: World) -> None:
    lived_in(world)
    world.projector.catch_up()
    with world.projector.read_store.engine.begin() as connection:
        connection.execute(delete(lots))

    assert rebuilt(world, accept_differences=True).switched
    assert rebuilt(world).differences == ()


def test_the_new_tables_go_on_from_where_the_old_ones_stood(world: World) -> None:
    budget, account = world.budget(world.fund()), world.account()
    world.issue(account, budget, 30)
    world.projector.catch_up()
    world.issue(account, budget, 12)
    rebuilt(world)
    world.issue(account, budget, 1)

    with world.reading() as connection:
        assert balance(connection, account.id, world.today()).points == 43


def test_a_projector_of_another_process_follows_the_switch(world: World) -> None:
    other = world.another_projector(all_models())
    lived_in(world)
    other.catch_up()

    rebuilt(world)

    assert other.catch_up() == world.recorder.read_head().position
    assert other.read_store.current.number == 2


def test_it_tells_how_far_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector_module, "PAGE_EVENTS", 2)
    monkeypatch.setattr(projector_module, "PAGES_AT_ONCE", 1)
    world.areas()
    head = world.projector.catch_up()
    told: list[tuple[int, int]] = []

    rebuild(world.projector, world.codecs, all_models(), lambda position, of: told.append((position, of)))

    assert told == [(2, head), (4, head)]
