"""Backups: every table that cannot be rebuilt, at one position, in one SQLite file whatever the store is.

One form for both databases, so that a backup of PostgreSQL can be looked into, verified and restored anywhere.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from sqlalchemy import Connection, Engine, exc, func, insert, select

from points.domain.errors import Unavailable
from points.ledger.database import for_writing, open_engine
from points.ledger.metadata import ledger_metadata
from points.ledger.migrations import migrate
from points.ledger.tables import log_head

_ROWS_AT_ONCE = 2_000


class BackupUnreadable(Unavailable):
    """The file is no backup, or a damaged one."""

    file: str


class BackupExists(Unavailable):
    """A file of that name is there already; a backup never overwrites one."""

    file: str


def write(engine: Engine, path: Path) -> int:
    """Copy the store as of one moment into a new file, whole or not at all. Returns its position."""
    if path.exists():
        raise BackupExists(file=path.name)
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    target = open_engine(f"sqlite:///{unfinished.absolute()}")
    try:
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with engine.connect() as source, source.begin(), for_writing(target).begin() as copy:
            ledger_metadata.create_all(copy)
            _copy(source, copy)
            position = source.execute(select(log_head.c.position)).scalar_one()
        with target.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    except BaseException:
        target.dispose()
        unfinished.unlink(missing_ok=True)
        raise
    target.dispose()
    with unfinished.open("rb") as finished:
        os.fsync(finished.fileno())
    unfinished.chmod(0o600)
    unfinished.rename(path)
    for suffix in ("-wal", "-shm"):
        unfinished.with_name(unfinished.name + suffix).unlink(missing_ok=True)
    return int(position)


def read(engine: Engine, path: Path) -> int:
    """Fill empty tables from a backup, all in one transaction. Returns its position."""
    if not path.is_file():
        raise BackupUnreadable(file=path.name)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        # A copy, because one of an earlier format is taken forward first and a backup is never written to.
        copy = Path(folder) / "copy.db"
        shutil.copyfile(path, copy)
        return _fill(engine, copy, path.name)


def _fill(engine: Engine, copy: Path, name: str) -> int:
    source_engine = open_engine(f"sqlite:///{copy.absolute()}")
    try:
        migrate(source_engine, None)
        with source_engine.connect() as source, source.begin(), for_writing(engine).begin() as target:
            for table in ledger_metadata.sorted_tables:
                target.execute(table.delete())
            _copy(source, target)
            return int(target.execute(select(func.max(log_head.c.position))).scalar_one())
    except exc.SQLAlchemyError as error:
        raise BackupUnreadable(file=name) from error
    finally:
        source_engine.dispose()


def _copy(source: Connection, target: Connection) -> None:
    for table in ledger_metadata.sorted_tables:
        rows = source.execution_options(yield_per=_ROWS_AT_ONCE).execute(select(table)).mappings()
        for part in rows.partitions():
            target.execute(insert(table), [dict(row) for row in part])
