"""The recorder against the event library's own test cases, and under the library's Repository."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from eventsourcing.application import AggregateNotFoundError, Repository
from eventsourcing.persistence import EventStore, IntegrityError, Mapper, StoredEvent
from eventsourcing.tests import persistence as conformance
from sqlalchemy import Engine

from points.domain.account import Account
from points.domain.aggregate import Aggregate
from points.domain.area import Area
from points.ledger.recorder import EventRecorder
from tests.domain import examples
from tests.domain.histories import an_account, an_area
from tests.domain.scenario import NOW, id_of, state
from tests.ledger.stores import CODECS, empty_log


@contextmanager
def _threads_joined() -> Iterator[None]:
    """The library's cases tell their readers to stop and do not wait: one may still hold a connection."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=30)


class _OnOurRecorder:
    """What the library's cases ask for: a new recorder, here on the database that the subclass names."""

    engine: Engine

    def create_recorder(self) -> EventRecorder:
        return EventRecorder(self.engine)


class _OnSqlite(_OnOurRecorder):
    @pytest.fixture(autouse=True)
    def _store(self, sqlite_url: str) -> Iterator[None]:
        with empty_log(sqlite_url) as self.engine, _threads_joined():
            yield


class _OnPostgresql(_OnOurRecorder):
    @pytest.fixture(autouse=True)
    def _store(self, postgresql_url: str) -> Iterator[None]:
        with empty_log(postgresql_url) as self.engine, _threads_joined():
            yield


class TestLibraryCasesOnSqlite(_OnSqlite, conformance.ApplicationRecorderTestCase[EventRecorder]):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestLibraryCasesOnPostgresql(_OnPostgresql, conformance.ApplicationRecorderTestCase[EventRecorder]):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestPositionsDoNotInterleaveOnSqlite(_OnSqlite, conformance.NonInterleavingNotificationIDsBaseCase):
    pass


class TestPositionsDoNotInterleaveOnPostgresql(
    _OnPostgresql, conformance.NonInterleavingNotificationIDsBaseCase
):
    pass


@pytest.fixture
def recorder(database_url: str) -> Iterator[EventRecorder]:
    with empty_log(database_url) as engine:
        yield EventRecorder(engine)


def test_positions_stay_gapless_after_a_refused_clash(recorder: EventRecorder) -> None:
    first, second = uuid4(), uuid4()
    assert recorder.insert_events([StoredEvent(first, 1, "t", b"1")]) == [1]
    with pytest.raises(IntegrityError):
        recorder.insert_events([StoredEvent(second, 1, "t", b"2"), StoredEvent(first, 1, "t", b"again")])
    assert recorder.select_events(second) == []
    assert recorder.insert_events([StoredEvent(second, 1, "t", b"3")]) == [2]
    assert [row.position for row in recorder.read_page(0, 10)] == [1, 2]
    assert recorder.max_notification_id() == 2


def test_recorded_time_never_falls(recorder: EventRecorder) -> None:
    recorder.insert_events([StoredEvent(uuid4(), 1, "t", b"")], recorded_at_us=500)
    recorder.insert_events([StoredEvent(uuid4(), 1, "t", b"")], recorded_at_us=400)
    assert [row.recorded_at_us for row in recorder.read_page(0, 10)] == [500, 500]


def test_bisection_finds_the_last_position_before_an_instant(recorder: EventRecorder) -> None:
    for at_us in (10, 20, 20, 30):
        recorder.insert_events([StoredEvent(uuid4(), 1, "t", b"")], recorded_at_us=at_us)
    with recorder.engine.connect() as connection:
        head = recorder.read_head_with(connection)
        found = [recorder.last_position_before(connection, head, us) for us in (5, 10, 11, 20, 21, 30, 31)]
    assert found == [0, 0, 1, 1, 3, 3, 4]


class _OurMapper(Mapper[UUID]):
    """The library's port to the bytes of events, over our codec."""

    def __init__(self) -> None:
        """Without the library's transcoder: topic and bytes are the codec's."""

    def to_stored_event(self, domain_event: object) -> StoredEvent:
        event: Aggregate.Event = domain_event  # type: ignore[assignment]  # the library types it as its protocol
        topic, encoded = CODECS.encode(event)
        return StoredEvent(event.originator_id, event.originator_version, topic, encoded)

    def to_domain_event(self, stored_event: StoredEvent) -> Aggregate.Event:
        event: Aggregate.Event = CODECS.decode(
            stored_event.originator_id,
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
        )
        return event


@pytest.fixture
def repository(recorder: EventRecorder) -> Repository[UUID]:
    return Repository(EventStore(_OurMapper(), recorder))


def test_the_librarys_repository_loads_what_its_event_store_kept(repository: Repository[UUID]) -> None:
    for kept in (an_account(), an_area()):
        before = state(kept)
        repository.event_store.put(kept.collect_events())
        assert state(repository.get(kept.id)) == before
    assert isinstance(repository.get(examples.ACCOUNT), Account)
    assert isinstance(repository.get(id_of("area")), Area)


def test_the_librarys_repository_loads_an_earlier_version(repository: Repository[UUID]) -> None:
    account = an_account()
    repository.event_store.put(account.collect_events())
    earlier: Account = repository.get(account.id, version=2)
    assert (earlier.version, earlier.balance_points, earlier.modified_on) == (2, 10, NOW)


def test_the_librarys_repository_knows_what_is_not_there(repository: Repository[UUID]) -> None:
    with pytest.raises(AggregateNotFoundError):
        repository.get(uuid4())
