"""Engines for the two databases the exchange runs on, set so that what is answered is on the disk."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

SCHEMA_PREFIX = "points_"


def tenant_schema(tenant_name: str) -> str:
    """The PostgreSQL schema of a tenant. Raises ValueError for a name that is not a plain word."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", tenant_name, re.ASCII):
        raise ValueError(tenant_name)
    return SCHEMA_PREFIX + tenant_name


def open_engine(database_url: str, schema: str | None = None) -> Engine:
    """An engine for `sqlite:////file` or `postgresql://…`; on PostgreSQL every table lives in `schema`.

    The schema goes into the statements rather than into `search_path`, so that a pooler in transaction mode
    cannot mix tenants up.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url)
    if url.get_backend_name() != "postgresql":
        raise ValueError(url.get_backend_name())
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=24,
        pool_pre_ping=True,
        # A transaction pooler gives every transaction another session: nothing may be prepared there by name.
        connect_args={"prepare_threshold": 5},
    )
    return engine.execution_options(schema_translate_map={None: schema}) if schema else engine


def _open_sqlite(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=24,
        connect_args={"check_same_thread": False, "isolation_level": None, "cached_statements": 256},
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _: Any) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=30000",
            "foreign_keys=ON",
            "cache_size=-65536",
            "temp_store=MEMORY",
            "secure_delete=ON",  # an erased key must not lie on in a free page
            "wal_autocheckpoint=4000",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # The driver begins nothing by itself (isolation_level None): a writer takes the lock at once, so that
        # what it then reads is current; a reader takes a snapshot.
        writing = connection.get_execution_options().get("points_write", False)
        driver_of(connection).execute("BEGIN IMMEDIATE" if writing else "BEGIN").close()

    return engine


def driver_of(connection: Connection) -> Any:
    """The driver's own connection under a Core one, for the few statements where Core's share would show."""
    return connection.connection.driver_connection


def for_writing(engine: Engine) -> Engine:
    """The same engine and pool, whose transactions take SQLite's write lock when they begin."""
    return engine.execution_options(points_write=True)
