"""The support that other tests lean on does what they take for granted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, create_engine, inspect, text

from tests.support.clock import NOON, CountedIds, FixedClock
from tests.support.postgres import PostgresServer


def _tables(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_every_test_gets_an_empty_store_of_its_own(database_url: str, turn: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert _tables(connection) == []
        connection.execute(text(f"CREATE TABLE left_by_{turn} (n INTEGER PRIMARY KEY)"))
        assert _tables(connection) == [f"left_by_{turn}"]
    engine.dispose()


def test_a_database_is_emptied_even_of_schemas_and_while_someone_is_still_connected(
    postgres_server: PostgresServer,
) -> None:
    with postgres_server.fresh_database() as first:
        forgotten = create_engine(first).connect()
        forgotten.execute(text("CREATE SCHEMA tenant"))
        forgotten.execute(text("CREATE TABLE tenant.events (n INTEGER PRIMARY KEY)"))
        forgotten.commit()
        forgotten.execute(text("SELECT * FROM tenant.events"))
    forgotten.invalidate()
    with postgres_server.fresh_database() as second:
        engine = create_engine(second)
        with engine.connect() as connection:
            assert second == first
            assert "tenant" not in inspect(connection).get_schema_names()
        engine.dispose()


def test_two_databases_at_once_are_two(postgres_server: PostgresServer) -> None:
    with postgres_server.fresh_database() as one, postgres_server.fresh_database() as other:
        assert one != other


def test_postgresql_sorts_by_code_point_as_sqlite_does(database_url: str) -> None:
    engine = create_engine(database_url)
    query = "SELECT 'b' AS word UNION ALL SELECT 'B' UNION ALL SELECT '忠' UNION ALL SELECT 'a' ORDER BY word"
    with engine.connect() as connection:
        words = connection.execute(text(query)).scalars().all()
    engine.dispose()
    assert words == ["B", "a", "b", "忠"]


def test_the_clock_stands_until_it_is_moved() -> None:
    clock = FixedClock()
    assert clock() == clock() == NOON
    clock.advance(minutes=90)
    assert clock() == datetime(2026, 6, 15, 5, 30, tzinfo=UTC)


def test_the_clock_never_goes_back() -> None:
    with pytest.raises(ValueError, match="after"):
        FixedClock().move_to(datetime(2026, 6, 14, tzinfo=UTC))


def test_the_clock_refuses_a_moment_without_an_offset() -> None:
    with pytest.raises(ValueError, match="no offset"):
        FixedClock(datetime(2026, 6, 15, 12, 0))  # noqa: DTZ001 - the missing zone is what is refused


def test_counted_identifiers_are_the_same_in_every_run_and_in_order() -> None:
    first, second = (ids := CountedIds())(), ids()
    assert (first, first.version) == (CountedIds()(), 7)
    assert first < second
