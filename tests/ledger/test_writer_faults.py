"""The writer when the store fails it, and when another process writes beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event, exc

from points.domain.account import InsufficientPoints
from points.domain.area import Area
from points.domain.till import Till, TillRevoked
from points.ledger.database import open_engine
from points.ledger.errors import OutcomeUnknown, StoreUnavailable
from points.ledger.recorder import EventRecorder
from points.ledger.short_codes import TOKEN_BYTES, short_codes
from points.ledger.unit import Unit
from points.ledger.writer import Command, Outcome, Writer
from tests.domain import examples
from tests.domain.scenario import id_of
from tests.ledger.stores import (
    a_writer,
    count_one_more,
    count_residents,
    empty_log,
    open_account,
    positions,
    register_area,
    replayed,
    see_residents,
    spend,
)

AREA, OTHER_AREA = id_of("area"), id_of("other area")


class CountingObserver:
    """How often residents were counted, as a cap over many streams would need it."""

    topics = frozenset({Area.ResidentsCounted.TOPIC})

    def __init__(self) -> None:
        self.counted: list[int] = []

    def since_us(self, now_us: int) -> int:
        return 0

    def observe(self, happened: Any, recorded_at_us: int) -> None:
        self.counted.append(happened.residents)

    def forget(self) -> None:
        self.counted.clear()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with empty_log(database_url) as engine:
        yield engine


@pytest.fixture
def recorder(engine: Engine) -> EventRecorder:
    return EventRecorder(engine)


@pytest.fixture
def observer() -> CountingObserver:
    return CountingObserver()


@pytest.fixture
def writer(engine: Engine, observer: CountingObserver) -> Iterator[Writer]:
    with closing(a_writer(engine, observers=(observer,))) as writer:
        yield writer


@pytest.fixture
def other_writer(database_url: str, writer: Writer) -> Iterator[Writer]:
    """As in another process: nothing is shared but the store."""
    assert writer.queue_length == 0, "the store is there already"
    other_engine = open_engine(database_url)
    with ExitStack() as stack:
        stack.callback(other_engine.dispose)
        yield stack.enter_context(closing(a_writer(other_engine)))


@pytest.fixture
def break_next_commit(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Lets the connection break once, during a commit which has or has not taken place."""

    def break_it(*, after_committing: bool) -> None:
        commit = engine.dialect.do_commit
        broken: list[bool] = []

        def do_commit(connection: Any) -> None:
            if broken or after_committing:
                commit(connection)
            if not broken:
                broken.append(True)
                raise engine.dialect.loaded_dbapi.OperationalError("the connection broke")

        monkeypatch.setattr(engine.dialect, "do_commit", do_commit)

    return break_it


@pytest.fixture
def break_reading(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets nobody connect any more."""

    def refuse(*_: Any) -> None:
        raise exc.OperationalError("connect", None, Exception("no route"))

    return lambda: monkeypatch.setattr(engine, "connect", refuse)


def classes(answers: list[Any]) -> list[Any]:
    return [answer.value if isinstance(answer, Outcome) else type(answer) for answer in answers]


# A commit that fails


def test_who_loses_the_connection_after_the_commit_is_answered_all_the_same(
    writer: Writer, recorder: EventRecorder, break_next_commit: Callable[..., None]
) -> None:
    writer.run(register_area(AREA))
    break_next_commit(after_committing=True)
    outcome = writer.run(count_one_more(AREA))
    assert outcome == (1, 2)
    assert positions(recorder) == [1, 2]
    assert writer.run(count_one_more(AREA)) == (2, 3)


def test_a_commit_that_did_not_happen_is_told_to_everyone_and_stores_nothing(
    writer: Writer, recorder: EventRecorder, break_next_commit: Callable[..., None]
) -> None:
    writer.run(register_area(AREA))
    break_next_commit(after_committing=False)
    answers = writer.run_all([count_one_more(AREA), count_one_more(AREA)])
    assert classes(answers) == [StoreUnavailable, StoreUnavailable]
    assert positions(recorder) == [1]
    assert writer.run(count_one_more(AREA)) == (1, 2)
    assert (
        replayed(recorder, AREA).residents
        == writer.run(Command(uuid4(), lambda unit: dict(unit.get(Area, AREA).residents))).value
    )


def test_an_outcome_that_nobody_can_look_up_is_unknown(
    writer: Writer, break_next_commit: Callable[..., None], break_reading: Callable[[], None]
) -> None:
    writer.run(register_area(AREA))
    break_next_commit(after_committing=True)
    break_reading()
    command = count_one_more(AREA)
    with pytest.raises(OutcomeUnknown) as failure:
        writer.run(command)
    assert failure.value.facts == {"command_id": command.command_id}
    assert writer.run(see_residents(AREA)).value == 1


def test_rows_alone_leave_no_trace_to_look_up(writer: Writer, break_next_commit: Callable[..., None]) -> None:
    def decide(unit: Unit) -> None:
        unit.insert(short_codes, digest16=b"k" * 16, token=bytes(TOKEN_BYTES), expires_at_us=1)

    break_next_commit(after_committing=True)
    with pytest.raises(OutcomeUnknown):
        writer.run(Command(uuid4(), decide))


def test_a_refusal_stands_although_its_empty_commit_fails(
    writer: Writer, break_next_commit: Callable[..., None]
) -> None:
    writer.run(open_account(1))
    break_next_commit(after_committing=False)
    with pytest.raises(InsufficientPoints):
        writer.run(spend(2))


def test_a_connection_that_breaks_while_deciding_stores_nothing(
    writer: Writer, recorder: EventRecorder
) -> None:
    def breaks(_: Unit) -> None:
        raise exc.OperationalError("select", None, Exception("gone"))

    answers = writer.run_all([register_area(AREA), Command(uuid4(), breaks)])
    assert classes(answers) == [StoreUnavailable, StoreUnavailable]
    assert positions(recorder) == []
    assert writer.run(register_area(AREA)).position == 1


def test_a_store_that_cannot_be_reached_is_unavailable(tmp_path: Any) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'missing' / 'store.db'}")
    with closing(a_writer(engine)) as writer, pytest.raises(StoreUnavailable) as failure:
        writer.run(register_area(AREA))
    assert failure.value.facts == {"reason": "OperationalError"}
    engine.dispose()


def test_observers_are_counted_anew_from_the_log_after_a_failure(
    writer: Writer, observer: CountingObserver, break_next_commit: Callable[..., None]
) -> None:
    writer.run_all([register_area(AREA), count_residents(AREA, 10)])
    break_next_commit(after_committing=False)
    with pytest.raises(StoreUnavailable):
        writer.run(count_residents(AREA, 11))
    writer.run(count_residents(AREA, 12))
    assert observer.counted == [10, 12]


def test_observers_count_once_what_was_committed_although_the_connection_broke(
    writer: Writer, observer: CountingObserver, break_next_commit: Callable[..., None]
) -> None:
    writer.run_all([register_area(AREA), count_residents(AREA, 10)])
    break_next_commit(after_committing=True)
    writer.run(count_residents(AREA, 11))
    writer.run(count_residents(AREA, 12))
    assert observer.counted == [10, 11, 12]


def test_a_full_disk_refuses_and_the_store_works_again_once_there_is_room(sqlite_url: str) -> None:
    with empty_log(sqlite_url) as engine:
        with engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        most = {"pages": pages + 4}

        @event.listens_for(engine, "checkout")
        def _limit(connection: Any, *_: Any) -> None:
            connection.execute(f"PRAGMA max_page_count={most['pages']}").close()

        engine.dispose()
        recorder = EventRecorder(engine)
        with closing(a_writer(engine)) as writer:
            writer.run(register_area(AREA))
            answers = writer.run_all([register_area(uuid4()) for _ in range(200)])
            assert set(classes(answers)) == {StoreUnavailable}
            assert positions(recorder) == [1]
            assert writer.run(count_one_more(AREA)) == (1, 2)
            most["pages"] = pages + 1_000
            engine.dispose()
            writer.close()
            answers = writer.run_all([register_area(uuid4()) for _ in range(200)])
            assert classes(answers) == [None] * 200
            assert positions(recorder) == list(range(1, 203))


# Another process


def test_a_till_revoked_elsewhere_takes_nothing_from_then_on(writer: Writer, other_writer: Writer) -> None:
    def enrol(unit: Unit) -> None:
        unit.add(examples.a_till())

    def use(unit: Unit) -> str:
        unit.get(Till, examples.TILL).require_active()
        return "taken"

    def revoke(unit: Unit) -> None:
        unit.get(Till, examples.TILL).revoke(unit.at, revoked_by=examples.CLERK)

    writer.run(Command(uuid4(), enrol))
    assert other_writer.run(Command(uuid4(), use)).value == "taken"
    writer.run(Command(uuid4(), revoke))
    with pytest.raises(TillRevoked):
        other_writer.run(Command(uuid4(), use))


def test_one_account_spent_from_two_sides_is_never_overdrawn(
    writer: Writer, other_writer: Writer, recorder: EventRecorder
) -> None:
    writer.run(open_account(60))

    def try_to_spend(number: int) -> int:
        try:
            (writer, other_writer)[number % 2].run(spend(1))
        except InsufficientPoints:
            return 0
        return 1

    with ThreadPoolExecutor(max_workers=8) as pool:
        spent = sum(pool.map(try_to_spend, range(100)))
    assert spent == 60
    assert replayed(recorder, examples.ACCOUNT).balance_points == 0
    assert positions(recorder) == list(range(1, 63))


def test_observers_count_what_another_process_wrote(
    writer: Writer, other_writer: Writer, observer: CountingObserver
) -> None:
    writer.run_all([register_area(AREA), count_residents(AREA, 1)])
    other_writer.run_all([register_area(OTHER_AREA), count_residents(OTHER_AREA, 2)])
    writer.run(count_residents(AREA, 3))
    assert observer.counted == [1, 2, 3]
