"""An empty log on either database, and writers over it, for the tests of the ledger floor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine

from points.domain.account import Account
from points.domain.area import Area
from points.domain.values import AreaLevel, Points
from points.ledger.codec import Codecs
from points.ledger.database import for_writing, open_engine
from points.ledger.metadata import ledger_metadata
from points.ledger.recorder import EventRecorder
from points.ledger.tables import log_head
from points.ledger.unit import Unit
from points.ledger.writer import Command, Writer
from tests.domain import catalogue, examples
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


def replayed(recorder: EventRecorder, id_: UUID) -> Any:
    """The aggregate from its stored events alone, without snapshot or cache."""
    aggregate: Any = None
    with recorder.engine.connect() as connection:
        for row in recorder.read_stream(connection, id_):
            aggregate = CODECS.decode(id_, row.version, row.topic, row.state).mutate(aggregate)
    return aggregate


def positions(recorder: EventRecorder) -> list[int]:
    return [row.position for row in recorder.read_page(0, 100_000)]


# Commands on small aggregates

YEAR = 2025
TODAY = date(2026, 6, 15)


def register_area(id_: UUID) -> Command[Any]:
    def decide(unit: Unit) -> None:
        unit.add(
            Area.register(unit.at, id_, code="500233", name="县", level=AreaLevel.COUNTY, parent_code=None)
        )

    return Command(uuid4(), decide)


def count_residents(id_: UUID, residents: int) -> Command[Any]:
    def decide(unit: Unit) -> None:
        unit.get(Area, id_).count_residents(unit.at, year=YEAR, residents=residents)

    return Command(uuid4(), decide, needs=(id_,))


def count_one_more(id_: UUID) -> Command[Any]:
    """Answers how many there are then: lost or doubled commands would show."""

    def decide(unit: Unit) -> int:
        area = unit.get(Area, id_)
        residents = area.residents.get(YEAR, 0) + 1
        area.count_residents(unit.at, year=YEAR, residents=residents)
        return residents

    return Command(uuid4(), decide, needs=(id_,))


def see_residents(id_: UUID) -> Command[Any]:
    return Command(uuid4(), lambda unit: unit.get(Area, id_).residents.get(YEAR))


def open_account(points: int) -> Command[Any]:
    def decide(unit: Unit) -> None:
        account = unit.add(examples.an_account())
        examples.give(account, points, None)

    return Command(uuid4(), decide)


def spend(points: int) -> Command[Any]:
    """Answers the points that are left."""

    def decide(unit: Unit) -> int:
        account = unit.get(Account, examples.ACCOUNT)
        taken = account.choose(Points(points), TODAY, frozenset({examples.SCHEME}))
        account.redeem(unit.at, redemption_id=unit.new_id(), taken=taken)
        return account.balance_points

    return Command(uuid4(), decide)
