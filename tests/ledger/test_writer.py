"""The writer on both databases: group commit, refusals inside a batch, rows, snapshots and limits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, exc, select

from points.domain.account import Account, InsufficientPoints
from points.domain.area import Area
from points.domain.calendar import to_us
from points.domain.errors import Refused
from points.domain.till import Till
from points.ledger.errors import ClockBackwards, StreamNotFound, WriterBusy
from points.ledger.recorder import EventRecorder
from points.ledger.short_codes import TOKEN_BYTES, short_codes
from points.ledger.tables import snapshots
from points.ledger.unit import Unit
from points.ledger.writer import Command, Outcome, Writer
from tests.domain import examples
from tests.domain.scenario import id_of, state
from tests.ledger.stores import (
    YEAR,
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
from tests.support.clock import NOON, FixedClock

NewWriter = Callable[..., Writer]

AREA, OTHER_AREA = id_of("area"), id_of("other area")


class ChangedHisMind(Refused):
    """A refusal that comes after the command has changed something."""


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with empty_log(database_url) as engine:
        yield engine


@pytest.fixture
def recorder(engine: Engine) -> EventRecorder:
    return EventRecorder(engine)


@pytest.fixture
def new_writer(engine: Engine) -> Iterator[NewWriter]:
    """Makes writers on the one store; they are closed afterwards."""
    with ExitStack() as stack:
        yield lambda **options: stack.enter_context(closing(a_writer(engine, **options)))


@pytest.fixture
def writer(new_writer: NewWriter) -> Writer:
    return new_writer()


def change_and_refuse(id_: UUID, residents: int) -> Command[Any]:
    def decide(unit: Unit) -> None:
        unit.get(Area, id_).count_residents(unit.at, year=YEAR, residents=residents)
        raise ChangedHisMind

    return Command(uuid4(), decide)


def put_row(key: bytes, *, refuse: bool = False) -> Command[Any]:
    def decide(unit: Unit) -> None:
        unit.insert(short_codes, digest16=key, token=bytes(TOKEN_BYTES), expires_at_us=1)
        if refuse:
            raise ChangedHisMind

    return Command(uuid4(), decide)


def see_row(key: bytes) -> Command[Any]:
    def decide(unit: Unit) -> Any:
        row = unit.find(short_codes, digest16=key)
        return None if row is None else row["expires_at_us"]

    return Command(uuid4(), decide)


def values(answers: list[Any]) -> list[Any]:
    """What was answered, or the class of the refusal."""
    return [answer.value if isinstance(answer, Outcome) else type(answer) for answer in answers]


def stored_rows(engine: Engine) -> dict[bytes, int]:
    with engine.connect() as connection:
        rows = connection.execute(select(short_codes.c.digest16, short_codes.c.expires_at_us))
        return {bytes(key): expires_at_us for key, expires_at_us in rows}


# Group commit


def test_commands_of_many_threads_are_each_done_once_at_gapless_positions(
    writer: Writer, recorder: EventRecorder
) -> None:
    writer.run(register_area(AREA))
    with ThreadPoolExecutor(max_workers=12) as pool:
        outcomes = list(pool.map(lambda _: writer.run(count_one_more(AREA)), range(120)))
    assert sorted(outcome.value for outcome in outcomes) == list(range(1, 121))
    assert sorted(outcome.position for outcome in outcomes) == list(range(2, 122))
    assert all(outcome.position == outcome.value + 1 for outcome in outcomes)
    assert positions(recorder) == list(range(1, 122))
    assert replayed(recorder, AREA).residents == {YEAR: 120}


def test_a_batch_is_one_commit(new_writer: NewWriter) -> None:
    commits: list[int] = []
    writer = new_writer(on_commit=commits.append)
    answers = writer.run_all([register_area(AREA), *(count_one_more(AREA) for _ in range(20))])
    assert values(answers) == [None, *range(1, 21)]
    assert commits == [21]


def test_every_event_keeps_the_id_of_its_command(writer: Writer, recorder: EventRecorder) -> None:
    commands: list[Command[Any]] = [register_area(AREA), open_account(5)]
    writer.run_all(commands)
    first, second = (command.command_id.bytes for command in commands)
    assert [row.command_id for row in recorder.read_page(0, 9)] == [first, second, second]


def test_callers_in_an_event_loop_are_answered(writer: Writer, recorder: EventRecorder) -> None:
    async def callers() -> list[Any]:
        await writer.submit(register_area(AREA))
        commands: list[Command[Any]] = [count_one_more(AREA) for _ in range(40)]
        commands.insert(20, change_and_refuse(AREA, 9))
        return list(await asyncio.gather(*(writer.submit(c) for c in commands), return_exceptions=True))

    assert values(asyncio.run(callers())) == [*range(1, 21), ChangedHisMind, *range(21, 41)]
    assert positions(recorder) == list(range(1, 42))


# Refusals


def test_a_refused_command_leaves_its_neighbours_changes_alone(
    writer: Writer, recorder: EventRecorder
) -> None:
    writer.run(register_area(AREA))
    answers = writer.run_all(
        [
            count_residents(AREA, 100),
            change_and_refuse(AREA, 7),
            see_residents(AREA),
            count_one_more(AREA),
            change_and_refuse(AREA, 8),
        ]
    )
    assert values(answers) == [None, ChangedHisMind, 100, 101, ChangedHisMind]
    assert positions(recorder) == [1, 2, 3]
    assert replayed(recorder, AREA).residents == {YEAR: 101}
    assert writer.run(see_residents(AREA)).value == 101


def test_an_aggregate_that_a_refused_command_made_was_never_there(
    writer: Writer, recorder: EventRecorder
) -> None:
    def make_and_refuse(unit: Unit) -> None:
        register_area(AREA).decide(unit)
        raise ChangedHisMind

    answers = writer.run_all([Command(uuid4(), make_and_refuse), see_residents(AREA), register_area(AREA)])
    assert values(answers) == [ChangedHisMind, StreamNotFound, None]
    assert positions(recorder) == [1]


def test_a_stream_of_another_kind_is_not_found(writer: Writer) -> None:
    writer.run(register_area(AREA))
    with pytest.raises(StreamNotFound) as refusal:
        writer.run(Command(uuid4(), lambda unit: unit.get(Till, AREA)))
    assert refusal.value.facts == {"subject": "till", "reference": str(AREA)}


def test_a_fault_of_the_program_in_one_command_spares_the_others(
    writer: Writer, recorder: EventRecorder
) -> None:
    """An event that cannot be encoded shows only after its command has decided."""
    too_many = count_residents(AREA, 2**70)
    answers = writer.run_all([register_area(AREA), too_many, count_residents(AREA, 5)])
    assert values(answers) == [None, OverflowError, None]
    assert replayed(recorder, AREA).residents == {YEAR: 5}
    with pytest.raises(OverflowError):
        writer.run(too_many)
    assert positions(recorder) == [1, 2]


# Rows


def test_a_row_is_seen_by_the_neighbour_and_dropped_on_refusal(writer: Writer, engine: Engine) -> None:
    kept, dropped = b"k" * 16, b"d" * 16

    def prolong(unit: Unit) -> None:
        unit.update(short_codes, {"digest16": kept}, expires_at_us=2)

    answers = writer.run_all(
        [
            put_row(kept),
            see_row(kept),
            put_row(dropped, refuse=True),
            see_row(dropped),
            Command(uuid4(), prolong),
            see_row(kept),
        ]
    )
    assert values(answers) == [None, 1, ChangedHisMind, None, None, 2]
    assert stored_rows(engine) == {kept: 2}


def test_a_row_deleted_in_the_batch_may_be_put_again(writer: Writer, engine: Engine) -> None:
    key = b"k" * 16
    writer.run(put_row(key))

    def remove(unit: Unit) -> None:
        unit.delete(short_codes, digest16=key)

    answers = writer.run_all([Command(uuid4(), remove), see_row(key), put_row(key)])
    assert values(answers) == [None, None, None]
    assert stored_rows(engine) == {key: 1}


def test_a_row_that_clashes_costs_only_its_own_command(
    writer: Writer, recorder: EventRecorder, engine: Engine
) -> None:
    taken, free = b"t" * 16, b"f" * 16
    writer.run(put_row(taken))
    answers = writer.run_all([register_area(AREA), put_row(taken), put_row(free), register_area(OTHER_AREA)])
    assert values(answers) == [None, exc.IntegrityError, None, None]
    assert stored_rows(engine) == {taken: 1, free: 1}
    assert positions(recorder) == [1, 2]
    with pytest.raises(exc.IntegrityError):
        writer.run(put_row(taken))


def test_rows_and_events_of_a_command_are_kept_together_or_not_at_all(
    writer: Writer, recorder: EventRecorder
) -> None:
    writer.run(put_row(b"t" * 16))

    def area_and_row(unit: Unit) -> None:
        register_area(AREA).decide(unit)
        put_row(b"t" * 16).decide(unit)

    with pytest.raises(exc.IntegrityError):
        writer.run(Command(uuid4(), area_and_row))
    assert positions(recorder) == []
    assert values(writer.run_all([see_residents(AREA)])) == [StreamNotFound]


# Positions and time


def test_a_command_knows_the_positions_of_its_events_before_they_are_stored(writer: Writer) -> None:
    writer.run(register_area(AREA))

    def decide(unit: Unit) -> list[int]:
        before = unit.position_before
        unit.get(Area, AREA).count_residents(unit.at, year=YEAR, residents=3)
        return [before, unit.position, unit.event_position(AREA, 1), unit.event_position(OTHER_AREA, 1)]

    answers = writer.run_all([register_area(OTHER_AREA), Command(uuid4(), decide)])
    assert values(answers) == [None, [2, 3, 1, 2]]


def test_recorded_time_never_falls_even_if_the_clock_does(
    new_writer: NewWriter, recorder: EventRecorder
) -> None:
    ahead, behind = new_writer(clock=FixedClock(NOON + timedelta(hours=1))), new_writer()
    ahead.run(register_area(AREA))
    at = behind.run(Command(uuid4(), lambda unit: (count_residents(AREA, 1).decide(unit), unit.at)[1])).value
    assert at == NOON + timedelta(hours=1)
    assert [row.recorded_at_us for row in recorder.read_page(0, 9)] == [to_us(at), to_us(at)]


def test_a_clock_set_by_hand_may_not_stand_before_what_is_recorded(writer: Writer) -> None:
    later = NOON + timedelta(days=1)
    writer.run(Command(uuid4(), register_area(AREA).decide, fixed_at=later))
    earlier = Command(uuid4(), register_area(OTHER_AREA).decide, fixed_at=NOON)
    answers = writer.run_all([count_residents(AREA, 1), earlier])
    assert values(answers) == [None, ClockBackwards]
    with pytest.raises(ClockBackwards) as refusal:
        writer.run(earlier)
    assert refusal.value.facts == {"asked_at_us": to_us(NOON), "last_recorded_at_us": to_us(later)}


# The queue


def test_a_full_queue_refuses_and_keeps_what_it_took(new_writer: NewWriter, recorder: EventRecorder) -> None:
    writer = new_writer(queue_size=2)
    answers = writer.run_all([register_area(AREA), count_residents(AREA, 3), register_area(OTHER_AREA)])
    assert values(answers) == [None, None, WriterBusy]
    assert writer.queue_length == 0
    assert positions(recorder) == [1, 2]
    assert writer.run(register_area(OTHER_AREA)).position == 3


def test_a_full_queue_refuses_callers_in_an_event_loop(new_writer: NewWriter) -> None:
    writer = new_writer(queue_size=2)

    async def callers() -> list[Any]:
        commands = [register_area(id_of(name)) for name in ("one", "two", "three")]
        return list(await asyncio.gather(*(writer.submit(c) for c in commands), return_exceptions=True))

    answers = asyncio.run(callers())
    assert values(answers) == [None, None, WriterBusy]
    assert answers[2].facts == {"retry_after_s": 1}


# Snapshots


def test_a_long_account_loads_through_its_snapshot_as_by_full_replay(
    writer: Writer, recorder: EventRecorder, engine: Engine, new_writer: NewWriter
) -> None:
    def issue(unit: Unit) -> None:
        examples.give(unit.get(Account, examples.ACCOUNT), 3, None)

    writer.run(open_account(10))
    for _ in range(7):
        writer.run_all([command for _ in range(21) for command in (Command(uuid4(), issue), spend(3))])
    for _ in range(4):
        writer.run(spend(1))
    with engine.connect() as connection:
        version = connection.execute(select(snapshots.c.version)).scalar_one()
        loaded = writer.loader.load(connection, [examples.ACCOUNT])
    whole = replayed(recorder, examples.ACCOUNT)
    assert whole.version == 300
    assert 280 <= version <= 300
    assert state(loaded[examples.ACCOUNT]) == state(whole)
    assert whole.balance_points == 6
    fresh = new_writer()
    assert fresh.run(spend(2)).value == 4


def test_without_snapshots_the_log_alone_is_enough(
    writer: Writer, engine: Engine, new_writer: NewWriter
) -> None:
    writer.run(open_account(100))
    writer.run_all([spend(1) for _ in range(50)])
    with engine.begin() as connection:
        connection.execute(snapshots.delete())
    fresh = new_writer()
    assert fresh.run(spend(1)).value == 49


def test_a_snapshot_of_another_shape_is_not_used(
    writer: Writer, engine: Engine, new_writer: NewWriter
) -> None:
    writer.run(open_account(100))
    writer.run_all([spend(1) for _ in range(50)])
    with engine.begin() as connection:
        connection.execute(snapshots.update().values(state=b"anything at all"))
    fresh = new_writer()
    assert fresh.run(spend(1)).value == 49


def test_an_aggregate_that_falls_out_of_the_cache_is_loaded_again(new_writer: NewWriter) -> None:
    writer = new_writer(cache_size=1)
    answers = writer.run_all(
        [
            register_area(AREA),
            register_area(OTHER_AREA),
            count_one_more(AREA),
            count_one_more(OTHER_AREA),
            count_one_more(AREA),
        ]
    )
    assert values(answers) == [None, None, 1, 1, 2]
    assert writer.run(count_one_more(AREA)).value == 3


# Rehearsals


def test_a_rehearsal_answers_as_for_good_and_changes_nothing(
    writer: Writer, recorder: EventRecorder, engine: Engine
) -> None:
    writer.run(open_account(10))
    with writer.rehearsal() as rehearsal:
        assert rehearsal.run(spend(4)).value == 6
        refused = rehearsal.run_all([spend(7), spend(6), put_row(b"k" * 16), see_row(b"k" * 16)])
        assert values(refused) == [InsufficientPoints, 0, None, 1]
    assert positions(recorder) == [1, 2]
    assert stored_rows(engine) == {}
    assert writer.run(spend(4)).value == 6


def test_a_rehearsal_keeps_nobody_waiting_and_sees_one_moment(writer: Writer) -> None:
    writer.run(register_area(AREA))
    writer.run(count_residents(AREA, 5))
    with writer.rehearsal() as rehearsal:
        writer.run(count_residents(AREA, 6))
        assert rehearsal.run(see_residents(AREA)).value == 5
    assert writer.run(see_residents(AREA)).value == 6
