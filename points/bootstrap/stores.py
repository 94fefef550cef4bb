"""Making a store, copying one, and leaving nothing half made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, inspect
from sqlalchemy.schema import CreateSchema, DropSchema

from points.application.areas import read_csv
from points.application.setup import StoreExists, found, new_tenant
from points.bootstrap.exchange import format_and_identity, identity_of, wire
from points.bootstrap.settings import ClockNotSettable, Settings
from points.domain.errors import Invalid
from points.ledger import backup as backups
from points.ledger import master_key, migrations
from points.ledger.database import for_writing
from points.ledger.identity import FORMAT, StoreIdentity, store_identity, write_identity
from points.ledger.metadata import ledger_metadata
from points.ledger.tables import log_head


def create_store(
    settings: Settings,
    areas_csv: bytes | None = None,
    county: str | None = None,
    demo: bool = False,
    options: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Make a store, its keys and its first administrator. Returns tenant and token.

    Raises StoreExists, MasterKeyExists, Invalid (county), AreaFileRefused; then nothing was made.
    """
    if settings.fixed_at is not None and not demo:
        raise ClockNotSettable
    county_code = county or _root_of(areas_csv)
    with _engine_for_now(settings) as engine:
        _make_tables(settings, engine)
        key_made = False
        try:
            key = master_key.create(settings.key_file)
            key_made = True
            identity = StoreIdentity(new_tenant(), county_code, demo, key.fingerprint())
            with for_writing(engine).begin() as connection:
                write_identity(connection, identity)
            exchange = wire(settings, engine, identity, key)
            try:
                return found(
                    exchange.tools,
                    areas_csv=areas_csv,
                    options=options or {},
                    fixed_at=settings.fixed_at,
                )
            finally:
                exchange.close()
        except BaseException:
            _unmake(settings, engine, key_made=key_made)
            raise


def backup(settings: Settings, path: Path) -> dict[str, Any]:
    """Copy the store, at one position, into a file; the master key is never in it."""
    with _engine_for_now(settings) as engine:
        identity_of(settings, engine)
        return {"position": backups.write(engine, path)}


def migrate(settings: Settings) -> dict[str, Any]:
    """Take a store of an earlier format forward, all in one transaction. Raises StoreFormatUnknown, StoreMissing."""
    with _engine_for_now(settings) as engine:
        number, _ = format_and_identity(settings, engine)
        migrations.migrate(engine, settings.schema)
        return {"from_format": number, "format": FORMAT}


def restore(settings: Settings, path: Path) -> dict[str, Any]:
    """Make a store from a backup; the restore itself is recorded, and published keys rise above what was.

    Raises StoreExists, BackupUnreadable, MasterKeyMissing, MasterKeyWrong.
    """
    key = master_key.load(settings.key_file)
    with _engine_for_now(settings) as engine:
        _make_tables(settings, engine)
        try:
            backups.read(engine, path)
            identity = identity_of(settings, engine)
            key.check(identity.key_check)
            exchange = wire(settings, engine, identity, key)
            try:
                return exchange.audit.record_restore(settings.fixed_at)
            finally:
                exchange.close()
        except BaseException:
            _unmake(settings, engine, key_made=False)
            raise


@contextmanager
def _engine_for_now(settings: Settings) -> Iterator[Engine]:
    """The store's engine, for a task that ends with the block."""
    engine = settings.open_engine()
    try:
        yield engine
    finally:
        engine.dispose()


def _make_tables(settings: Settings, engine: Engine) -> None:
    if settings.sqlite_file is not None:
        if settings.sqlite_file.exists():
            raise StoreExists
        settings.sqlite_file.parent.mkdir(parents=True, exist_ok=True)
    elif inspect(engine).has_table(store_identity.name, schema=settings.schema):
        raise StoreExists
    _clear_beside(settings, engine)
    with for_writing(engine).begin() as connection:
        if settings.schema is not None:
            connection.execute(CreateSchema(settings.schema, if_not_exists=True))
        ledger_metadata.create_all(connection, checkfirst=False)
        connection.execute(log_head.insert(), {"id": 1, "position": 0, "recorded_at": 0})


def _unmake(settings: Settings, engine: Engine, *, key_made: bool) -> None:
    """Leave no half-made store behind."""
    _clear_beside(settings, engine)
    if settings.sqlite_file is not None:
        engine.dispose()
        _remove(settings.sqlite_file)
    else:
        with for_writing(engine).begin() as connection:
            ledger_metadata.drop_all(connection)
    if key_made:
        settings.key_file.unlink(missing_ok=True)


def _clear_beside(settings: Settings, engine: Engine) -> None:
    """Drop tree and read models of a log that is gone: the next one in its place would contradict them."""
    file = settings.sqlite_file
    if file is not None:
        stem = file.name.removesuffix(".db")
        for made in (file.with_name(f"{stem}.audit.db"), *file.parent.glob(f"{stem}.read-[0-9]*.db")):
            _remove(made)
        return
    ours = re.compile(rf"{settings.schema}_(audit|read_[0-9]+)")
    for schema in filter(ours.fullmatch, inspect(engine).get_schema_names()):
        if not inspect(engine).has_table(
            store_identity.name, schema=schema
        ):  # a tenant may be named like that
            with engine.begin() as connection:
                connection.execute(DropSchema(schema, cascade=True))


def _remove(database: Path) -> None:
    """An SQLite file and what belongs to it, by full name: a backup may lie beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _root_of(areas_csv: bytes | None) -> str:
    """The county's code, from the one area that has nothing above it. Raises Invalid."""
    if areas_csv is None:
        raise Invalid(field="county", rule="missing")
    lines = read_csv(areas_csv, ("code", "name", "level", "parent_code"))
    roots = [row["code"] for _, row in lines if not row["parent_code"]]
    if len(roots) != 1:
        raise Invalid(field="areas", rule="one-root")
    return roots[0]
