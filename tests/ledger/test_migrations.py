"""A store of an earlier format moves forward whole, or stays as it was; on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from sqlalchemy import Engine, inspect, select, update

from points.bootstrap import Exchange, Settings, create_store, migrate
from points.ledger.errors import StoreFormatUnknown, StoreNeedsMigration
from points.ledger.identity import FORMAT, store_identity
from points.ledger.migrations import check_format
from points.ledger.migrations import migrate as run_steps

NEXT = FORMAT + 1


def add_a_note(operations: Operations) -> None:
    """As a real step would: a new column with a value for what is there."""
    with operations.batch_alter_table("store_identity") as table:
        table.add_column(sa.Column("note", sa.String, nullable=False, server_default="made before notes"))


def fall_over(operations: Operations) -> None:
    add_a_note(operations)
    raise RuntimeError


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Settings:
    settings = Settings(database_url, "county", tmp_path / "key")
    create_store(settings, county="500233", demo=True)
    return settings


def columns(engine: Engine, settings: Settings) -> set[str]:
    found = inspect(engine).get_columns("store_identity", schema=settings.schema)
    return {column["name"] for column in found}


def format_of(engine: Engine) -> int:
    with engine.connect() as connection:
        number: int = connection.execute(select(store_identity.c.format)).scalar_one()
    return number


def test_a_step_changes_the_tables_and_the_number_and_keeps_what_is_there(store: Settings) -> None:
    engine = store.open_engine()
    assert run_steps(engine, store.schema, {NEXT: add_a_note}, NEXT) == FORMAT
    assert format_of(engine) == NEXT
    with engine.connect() as connection:
        row = connection.execute(
            select(store_identity.c.county_code, sa.literal_column("note")).select_from(store_identity)
        ).one()
    assert tuple(row) == ("500233", "made before notes")
    engine.dispose()


def test_a_step_that_fails_leaves_the_store_as_it_was(store: Settings) -> None:
    engine = store.open_engine()
    with pytest.raises(RuntimeError):
        run_steps(engine, store.schema, {NEXT: fall_over}, NEXT)
    assert format_of(engine) == FORMAT
    assert "note" not in columns(engine, store)
    engine.dispose()


def test_going_forward_twice_does_nothing_the_second_time(store: Settings) -> None:
    assert migrate(store) == {"from_format": FORMAT, "format": FORMAT}
    Exchange.open(store).close()


def test_a_store_of_the_future_is_neither_opened_nor_changed(store: Settings) -> None:
    engine = store.open_engine()
    with engine.begin() as connection:
        connection.execute(update(store_identity).values(format=NEXT))
    with pytest.raises(StoreFormatUnknown):
        Exchange.open(store)
    with pytest.raises(StoreFormatUnknown):
        migrate(store)
    assert format_of(engine) == NEXT
    engine.dispose()


def test_a_store_of_the_past_is_not_opened_before_it_has_been_taken_forward() -> None:
    with pytest.raises(StoreNeedsMigration):
        check_format(FORMAT, NEXT)
