"""An empty log on either database, and writers over it, for the tests of the ledger floor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine

from points.ledger.codec import Codecs
from points.ledger.database import for_writing, open_engine
from points.ledger.metadata import ledger_metadata
from points.ledger.recorder import EventRecorder
from points.ledger.tables import log_head
from points.ledger.writer import Writer
from tests.domain import catalogue
from tests.support.clock import CountedIds, FixedClock

CODECS = Codecs()
"""Made after the catalogue has imported the whole domain, so that every event has its codec."""

TOPICS = frozenset(event.TOPIC for event in catalogue.all_events())


@contextmanager
def empty_log(database_url: str) -> Iterator[Engine]:
    """An engine over tables that hold nothing but the head at position 0."""
    engine = open_engine(database_url)
    with for_writing(engine).begin() as connection:
        ledger_metadata.create_all(connection)
        connection.execute(log_head.insert(), {"id": 1, "position": 0, "recorded_at": 0})
    try:
        yield engine
    finally:
        engine.dispose()


def a_writer(engine: Engine, clock: FixedClock | None = None, **options: Any) -> Writer:
    return Writer(EventRecorder(engine), CODECS, now=clock or FixedClock(), new_id=CountedIds(), **options)
