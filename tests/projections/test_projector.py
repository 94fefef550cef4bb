"""The projector: in order, once, tables and position together."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from eventsourcing.persistence import StoredEvent
from sqlalchemy import Connection, func, select

from points.domain.account import Account
from points.ledger.codec import EventUnreadable
from points.projections import projector as projector_module
from points.projections.accounts import Accounts, accounts, balance, lots
from points.projections.errors import ProjectionBehind
from points.projections.model import ReadModel
from points.projections.models import all_models
from points.projections.projector import Projector
from points.projections.statements import Statements
from tests.projections.world import World

pytestmark = pytest.mark.usefixtures("small_pages")


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two events a page, two pages a transaction: a short log then crosses both limits."""
    monkeypatch.setattr(projector_module, "PAGE_EVENTS", 2)
    monkeypatch.setattr(projector_module, "PAGES_AT_ONCE", 2)


class FlushFailed(Exception):  # reads as what happened
    pass


class FailsOnce(Statements):
    """A model whose database goes away after the others have written."""

    def __init__(self) -> None:
        super().__init__()
        self.failing = True

    def flush(self, connection: Connection) -> None:
        super().flush(connection)
        if self.failing:
            self.failing = False
            raise FlushFailed


def failing_models() -> list[ReadModel]:
    """All of them, the failing one last."""
    return [*(model for model in all_models() if not isinstance(model, Statements)), FailsOnce()]


def issued(world: World, times: int) -> Account:
    budget, account = world.budget(world.fund()), world.account()
    for _ in range(times):
        world.issue(account, budget, 10)
    return account


def held_points(projector: Projector, account: Account) -> int:
    with projector.read_store.engine.connect() as connection:
        return balance(connection, account.id, date(2026, 6, 15)).points


def count(projector: Projector, table: Any) -> int:
    with projector.read_store.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_it_carries_the_whole_log_over_in_pages(world: World) -> None:
    account = issued(world, 20)
    head = world.recorder.read_head().position

    assert world.projector.catch_up() == head
    assert world.projector.position() == head
    assert held_points(world.projector, account) == 200


def test_it_stops_exactly_where_it_is_told_to(world: World) -> None:
    issued(world, 20)

    assert world.projector.catch_up(until=7) == 7
    assert world.projector.position() == 7


def test_asked_for_more_than_the_log_holds_it_stops_at_the_end(world: World) -> None:
    issued(world, 1)
    head = world.recorder.read_head().position

    assert world.projector.catch_up(until=head + 100) == head


def test_a_failure_in_the_middle_moves_neither_tables_nor_position(world: World) -> None:
    account = issued(world, 20)
    failing = world.another_projector(failing_models())
    world.projector.catch_up(until=6)
    before = count(world.projector, lots)

    with pytest.raises(FlushFailed):
        failing.catch_up()

    assert world.projector.position() == 6
    assert count(world.projector, lots) == before
    world.projector.catch_up()
    assert held_points(world.projector, account) == 200


def test_after_a_failure_the_same_projector_starts_the_page_afresh(world: World) -> None:
    account = issued(world, 20)
    failing = world.another_projector(failing_models())

    with pytest.raises(FlushFailed):
        failing.catch_up()
    failing.catch_up()

    assert held_points(failing, account) == 200


def test_two_projectors_of_one_store_apply_each_event_once(world: World) -> None:
    account = issued(world, 5)
    other = world.another_projector(all_models())
    world.projector.catch_up(until=4)
    other.catch_up(until=9)
    world.projector.catch_up(until=9)
    other.catch_up()
    world.projector.catch_up()

    assert held_points(world.projector, account) == 50
    assert world.projector.position() == other.position() == world.recorder.read_head().position


def test_two_projectors_at_once_apply_each_event_once(world: World) -> None:
    account = issued(world, 30)
    projectors = [world.projector, world.another_projector(all_models())]
    start = threading.Barrier(len(projectors))

    def follow(projector: Projector) -> None:
        start.wait()
        projector.catch_up()

    threads = [threading.Thread(target=follow, args=(each,)) for each in projectors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert held_points(world.projector, account) == 300
    assert count(world.projector, lots) == 30


def test_events_that_no_model_wants_are_not_even_decoded(world: World) -> None:
    issued(world, 1)
    unknown = StoredEvent(world.ids(), 1, "points.later.happened", b"not for us")
    world.recorder.insert_events([unknown])

    projector = world.another_projector([Accounts()])

    assert projector.catch_up() == world.recorder.read_head().position
    assert count(projector, accounts) == 1


def test_a_damaged_event_is_named_and_stops_the_projector_before_it(world: World) -> None:
    issued(world, 1)
    last_good = world.recorder.read_head().position
    damaged = StoredEvent(world.ids(), 1, Account.Opened.TOPIC, b"\xc1")
    world.recorder.insert_events([damaged])

    with pytest.raises(EventUnreadable, match=f"{Account.Opened.TOPIC} at position {last_good + 1}"):
        world.projector.catch_up()

    assert world.projector.position() <= last_good


def test_whoever_waits_for_a_position_that_is_shown_goes_on_at_once(world: World) -> None:
    issued(world, 1)
    position = world.projector.catch_up()

    world.projector.wait_for(position, timeout_s=0)


def test_whoever_waits_in_vain_is_told_how_far_the_read_models_are(world: World) -> None:
    issued(world, 1)
    position = world.projector.catch_up()

    with pytest.raises(ProjectionBehind) as behind:
        world.projector.wait_for(position + 1, timeout_s=0)

    assert behind.value.facts == {"asked_position": position + 1, "reached_position": position}


def test_whoever_waits_sees_what_another_process_projects(world: World) -> None:
    issued(world, 1)
    position = world.another_projector(all_models()).catch_up()

    world.projector.wait_for(position, timeout_s=0)


def test_the_loop_follows_the_log_when_woken_and_ends_when_told(world: World) -> None:
    stop, wake = threading.Event(), threading.Event()
    thread = threading.Thread(target=world.projector.run, args=(stop, wake))
    thread.start()
    try:
        account = issued(world, 3)
        wake.set()
        world.projector.wait_for(world.recorder.read_head().position, timeout_s=30)
        assert held_points(world.projector, account) == 30
    finally:
        stop.set()
        wake.set()
        thread.join()


def test_the_loop_reports_a_damaged_event_and_goes_on_trying(world: World) -> None:
    world.recorder.insert_events([StoredEvent(world.ids(), 1, Account.Opened.TOPIC, b"\xc1")])
    stop, wake = threading.Event(), threading.Event()
    failures: list[Exception] = []

    def report(failure: Exception) -> None:
        failures.append(failure)
        if len(failures) == 2:
            stop.set()

    store = world.projector.read_store
    projector = Projector(world.recorder, store, world.codecs, all_models(), report, retry_s=0)

    projector.run(stop, wake)

    assert [type(failure) for failure in failures] == [EventUnreadable, EventUnreadable]
