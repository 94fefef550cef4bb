"""Engines: where tables live, and what is promised about the disk and about waiting."""

from __future__ import annotations

import pytest
from sqlalchemy import exc
from sqlalchemy.schema import CreateSchema

from points.ledger.database import for_writing, open_engine, tenant_schema
from points.ledger.metadata import ledger_metadata
from points.ledger.tables import log_head


@pytest.mark.parametrize("name", ["", "County", "county; drop", "county-1", "1county", "县", "a" * 41, "a\n"])
def test_a_tenant_name_that_is_no_plain_word_never_becomes_a_schema(name: str) -> None:
    with pytest.raises(ValueError, match=r"\A" if not name else "."):
        tenant_schema(name)


def test_a_tenant_has_a_schema_of_its_own() -> None:
    assert tenant_schema("fengdu_2") == "points_fengdu_2"


def test_another_database_is_not_spoken_to() -> None:
    with pytest.raises(ValueError, match="mysql"):
        open_engine("mysql://localhost/points")


def test_what_sqlite_answers_is_on_the_disk(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    engine.dispose()
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_writer_on_sqlite_holds_the_lock_from_its_first_moment_and_readers_read_on(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    with engine.connect() as impatient, for_writing(engine).connect() as writer:
        impatient.exec_driver_sql("PRAGMA busy_timeout=0")
        impatient.rollback()
        with writer.begin():
            assert impatient.exec_driver_sql("SELECT 1").scalar_one() == 1
            with pytest.raises(exc.OperationalError, match="locked"):
                impatient.exec_driver_sql("CREATE TABLE t (a)")
    engine.dispose()


def test_two_tenants_in_one_postgresql_database_do_not_meet(postgresql_url: str) -> None:
    first, second = (open_engine(postgresql_url, tenant_schema(name)) for name in ("first", "second"))
    for position, (engine, name) in enumerate(((first, "first"), (second, "second")), 1):
        with engine.begin() as connection:
            connection.execute(CreateSchema(tenant_schema(name)))
            ledger_metadata.create_all(connection)
            connection.execute(log_head.insert(), {"id": 1, "position": position, "recorded_at": 0})
    found = []
    for engine in (first, second):
        with engine.connect() as connection:
            found.append(connection.execute(log_head.select()).one().position)
        engine.dispose()
    assert found == [1, 2]
