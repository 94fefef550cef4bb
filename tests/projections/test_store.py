"""Where read models live."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect, text, update

from points.ledger.database import open_engine
from points.ledger.read_generation import read_generation
from points.projections.columns import read_metadata
from points.projections.store import ReadStore, read_position
from tests.projections.world import World
from tests.support.clock import CountedIds, FixedClock


def test_on_sqlite_they_have_a_file_beside_the_store(sqlite_url: str, tmp_path: Path) -> None:
    engine = open_engine(sqlite_url)
    read_generation.create(engine)

    ReadStore(engine, sqlite_url)

    assert (tmp_path / "store.read-1.db").exists()
    assert inspect(engine).get_table_names() == ["read_generation"]


def test_on_postgresql_they_have_a_schema_beside_the_tenants(
    postgresql_url: str, clock: FixedClock, ids: CountedIds
) -> None:
    world = World(postgresql_url, clock, ids)

    assert set(inspect(world.engine).get_table_names("points_demo_read_1")) == set(read_metadata.tables)
    world.close()


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_store_in_memory_has_no_place_beside_it(url: str) -> None:
    engine = open_engine("sqlite://")
    read_generation.create(engine)

    with pytest.raises(ValueError, match="sqlite"):
        ReadStore(engine, url)


def test_opening_again_finds_what_was_projected(world: World) -> None:
    world.areas()
    position = world.projector.catch_up()

    assert ReadStore(world.engine, world.database_url, world.schema).current.position() == position


def test_tables_of_an_older_program_give_way_to_new_ones_filled_from_the_log(world: World) -> None:
    world.areas()
    world.projector.catch_up()
    with world.projector.read_store.engine.begin() as connection:
        connection.execute(update(read_position).values(shape="another"))

    store = ReadStore(world.engine, world.database_url, world.schema)

    assert (store.current.number, store.current.position()) == (2, 0)


def test_a_switch_is_seen_by_every_other_read_store(world: World) -> None:
    other = ReadStore(world.engine, world.database_url, world.schema)
    store = world.projector.read_store
    store.switch(store.next_generation())

    assert other.refresh()
    assert other.current.number == 2
    assert not other.refresh()


def test_a_dropped_generation_leaves_nothing_behind(world: World, tmp_path: Path) -> None:
    store = world.projector.read_store
    generation = store.next_generation()

    generation.drop()

    assert not list(tmp_path.glob("*read-2*"))
    assert "points_demo_read_2" not in inspect(world.engine).get_schema_names()


def test_on_sqlite_the_read_file_need_not_wait_for_the_disk(
    sqlite_url: str, clock: FixedClock, ids: CountedIds
) -> None:
    world = World(sqlite_url, clock, ids)
    with world.projector.read_store.engine.connect() as connection:
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 1
    world.close()
