"""What one command of a batch sees of streams that were not there when a neighbour looked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest

from points.domain.account import Account
from points.ledger.codec import Codecs
from points.ledger.database import for_writing, open_engine
from points.ledger.metadata import ledger_metadata
from points.ledger.recorder import EventRecorder
from points.ledger.tables import log_head
from points.ledger.unit import Unit
from points.ledger.writer import Command, Writer

AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
ACCOUNT, VOLUNTEER = UUID(int=1), UUID(int=2)


class Denied(Exception):
    """A rule said no."""


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    with for_writing(engine).begin() as connection:
        ledger_metadata.create_all(connection)
        connection.execute(log_head.insert(), {"id": 1, "position": 0, "recorded_at": 0})
    numbers = count(100)
    made = Writer(EventRecorder(engine), Codecs(), now=lambda: AT, new_id=lambda: UUID(int=next(numbers)))
    yield made
    made.close()
    engine.dispose()


def is_there(unit: Unit) -> bool:
    return unit.seek(Account, ACCOUNT) is not None


def begin(unit: Unit) -> bool:
    unit.add(Account.open(unit.at, ACCOUNT, volunteer_id=VOLUNTEER))
    return True


def begin_in_vain(unit: Unit) -> bool:
    begin(unit)
    raise Denied


def in_one_batch(writer: Writer, *decisions: Callable[[Unit], bool]) -> list[object]:
    answers = writer.run_all([Command(UUID(int=n), decide) for n, decide in enumerate(decisions, 10)])
    return [type(a) if isinstance(a, BaseException) else a.value for a in answers]


def test_a_stream_that_a_neighbour_missed_is_seen_once_another_began_it(writer: Writer) -> None:
    assert in_one_batch(writer, is_there, begin, is_there) == [False, True, True]


def test_a_stream_that_a_refused_neighbour_began_is_not_there(writer: Writer) -> None:
    assert in_one_batch(writer, is_there, begin_in_vain, is_there) == [False, Denied, False]


def test_a_stream_begun_after_a_refused_attempt_is_there(writer: Writer) -> None:
    assert in_one_batch(writer, is_there, begin_in_vain, begin, is_there) == [False, Denied, True, True]


def test_a_stream_missed_in_one_batch_is_looked_for_again_in_the_next(writer: Writer) -> None:
    assert in_one_batch(writer, is_there) == [False]
    assert in_one_batch(writer, begin) == [True]
    assert in_one_batch(writer, is_there) == [True]
