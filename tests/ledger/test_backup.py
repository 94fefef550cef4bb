"""Backup and restore of whole stores, on both databases and from one to the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.schema import DropSchema

from points.application.setup import StoreExists
from points.bootstrap import Exchange, Settings, backup, create_store, restore
from points.codes.tables import key_set
from points.domain.naming import tenant_id
from points.domain.tenant import Tenant
from points.ledger import master_key
from points.ledger.backup import BackupExists, BackupUnreadable
from points.ledger.errors import MasterKeyWrong, StoreMissing
from points.ledger.event_row import EventRow


@pytest.fixture
def store(database_url: str, tmp_path: Path) -> Settings:
    settings = Settings(database_url, "county", tmp_path / "key")
    create_store(settings, county="500233", demo=True)
    return settings


@pytest.fixture
def elsewhere(store: Settings, tmp_path: Path) -> Settings:
    """An empty place of the same kind, under the same master key."""
    if store.sqlite_file is None:
        return Settings(store.database_url, "other", store.key_file)
    return Settings(f"sqlite:///{tmp_path / 'other.db'}", "other", store.key_file)


@pytest.fixture
def file(store: Settings, tmp_path: Path) -> Path:
    """A backup, named as one would name it beside a store that is to be replaced."""
    path = tmp_path / "other.db.backup"
    backup(store, path)
    return path


def contents(settings: Settings) -> tuple[list[EventRow], int]:
    """All events, and the sequence of the published keys."""
    exchange = Exchange.open(settings)
    try:
        with exchange.tools.engine.connect() as connection:
            sequence = connection.execute(select(key_set.c.sequence)).scalar_one()
        return exchange.tools.recorder.read_page(0, 10_000), sequence
    finally:
        exchange.close()


def is_there(settings: Settings) -> bool:
    """Whether anything at all is left of a store."""
    if settings.sqlite_file is not None:
        return any(
            settings.sqlite_file.with_name(settings.sqlite_file.name + end).exists() for end in ("", "-wal")
        )
    engine = settings.open_engine()
    try:
        return bool(inspect(engine).get_table_names(schema=settings.schema))
    finally:
        engine.dispose()


def test_a_restored_store_holds_the_same_events_and_that_it_was_restored(
    store: Settings, elsewhere: Settings, file: Path
) -> None:
    before, sequence = contents(store)
    answer = restore(elsewhere, file)
    after, risen = contents(elsewhere)
    assert after[: len(before)] == before
    (last,) = after[len(before) :]
    assert last.topic == Tenant.Restored.TOPIC
    assert answer == {"restored_position": len(before), "position": len(before) + 1}
    assert risen > sequence


def test_a_restored_store_verifies_and_its_tenant_knows_of_it(
    store: Settings, elsewhere: Settings, file: Path
) -> None:
    restore(elsewhere, file)
    exchange = Exchange.open(elsewhere)
    try:
        assert exchange.audit.verify_store()["ok"]
        unit_stream = list(exchange.tools.stream(tenant_id(exchange.tools.tenant)))
        restored = unit_stream[-1][1]
        assert (restored.position, len(restored.root)) == (contents(store)[0][-1].position, 32)
    finally:
        exchange.close()


def test_a_backup_of_postgresql_is_restored_into_sqlite(postgresql_url: str, tmp_path: Path) -> None:
    store = Settings(postgresql_url, "county", tmp_path / "key")
    create_store(store, county="500233")
    backup(store, tmp_path / "backup")
    copy = Settings(f"sqlite:///{tmp_path / 'copy.db'}", "county", tmp_path / "key")
    restore(copy, tmp_path / "backup")
    before, _ = contents(store)
    assert contents(copy)[0][: len(before)] == before


def test_a_backup_is_one_file_that_only_its_owner_reads(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir() if "backup" in path.name] == [file.name]


def test_a_backup_never_overwrites_a_file(store: Settings, file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(BackupExists):
        backup(store, file)
    assert file.read_bytes() == before


def test_a_store_that_is_there_is_not_restored_over(store: Settings, file: Path) -> None:
    before = contents(store)
    with pytest.raises(StoreExists):
        restore(store, file)
    assert contents(store) == before


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.9])
def test_a_truncated_backup_is_refused_and_nothing_is_left(
    elsewhere: Settings, file: Path, share: float
) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(BackupUnreadable):
        restore(elsewhere, file)
    assert not is_there(elsewhere)
    file.write_bytes(whole)
    restore(elsewhere, file)


def test_a_missing_backup_is_refused_and_nothing_is_left(elsewhere: Settings, tmp_path: Path) -> None:
    with pytest.raises(BackupUnreadable):
        restore(elsewhere, tmp_path / "no such file")
    assert not is_there(elsewhere)


def test_another_master_key_is_refused_and_nothing_is_lost(
    elsewhere: Settings, file: Path, tmp_path: Path
) -> None:
    """The backup least of all, although its name begins with that of the store."""
    before = file.read_bytes()
    master_key.create(tmp_path / "other.db.master-key")
    with pytest.raises(MasterKeyWrong):
        restore(Settings(elsewhere.database_url, "other", tmp_path / "other.db.master-key"), file)
    assert not is_there(elsewhere)
    assert file.read_bytes() == before


def test_there_is_no_backup_of_a_store_that_is_not_there(elsewhere: Settings, tmp_path: Path) -> None:
    with pytest.raises(StoreMissing):
        backup(elsewhere, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_what_lay_beside_a_lost_store_does_not_outlive_it(store: Settings, file: Path) -> None:
    """Tree and read models of a log that went on after the backup would contradict the restored one."""
    exchange = Exchange.open(store)
    for _ in range(3):
        exchange.audit.record_restore(None)  # any command will do
    exchange.tools.projector.catch_up()
    assert exchange.audit.verify_store()["ok"]
    exchange.close()
    lose(store)
    restore(store, file)
    exchange = Exchange.open(store)
    exchange.tools.projector.catch_up()
    answer, status = exchange.audit.verify_store(), exchange.projections_status()
    exchange.close()
    assert answer["ok"]
    assert status["position"] == status["head"] == answer["events"]


def lose(store: Settings) -> None:
    """The store alone, as a broken disk or a hasty hand takes it; its tree and read models lie elsewhere."""
    if store.sqlite_file is not None:
        for end in ("", "-wal", "-shm"):
            store.sqlite_file.with_name(store.sqlite_file.name + end).unlink(missing_ok=True)
        return
    engine = store.open_engine()
    with engine.begin() as connection:
        connection.execute(DropSchema(store.schema or "", cascade=True))
    engine.dispose()
