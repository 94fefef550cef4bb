"""Plain SQL on SQLite, one commit a transfer, `synchronous=FULL`; in two ways, each better at something.

`RawSqlite` has one connection under one lock, and serves its callers evenly. `RawSqlitePerThread` has a
connection a caller: often more a second, because whoever just committed goes on while the others sleep in
SQLite's busy handler. Its median and p99 are those of the lucky; `max_ms` shows the rest.
"""

from __future__ import annotations

import sqlite3
import threading

from bench.port import Books, Place, Refused
from bench.workload import Population

BUSY_TIMEOUT_S = 60.0  # past any starvation seen; a caller that gave up would end the run
SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE accounts (id INTEGER PRIMARY KEY, points INTEGER NOT NULL CHECK (points >= 0));
CREATE TABLE merchants (id INTEGER PRIMARY KEY, points INTEGER NOT NULL);
CREATE TABLE transfers (key INTEGER PRIMARY KEY, account INTEGER, merchant INTEGER, points INTEGER);
"""


class RawSqlite:
    def setup(self, place: Place, population: Population) -> None:
        self._lock = threading.Lock()
        self._file = place.directory / "raw.db"
        self._db = self._connect()
        self._db.executescript(SCHEMA)
        self._db.execute("BEGIN IMMEDIATE")
        rows = [(account, sum(population.lots(account))) for account in range(population.accounts)]
        self._db.executemany("INSERT INTO accounts VALUES (?, ?)", rows)
        self._db.executemany(
            "INSERT INTO merchants VALUES (?, 0)", [(m,) for m in range(population.merchants)]
        )
        self._db.execute("COMMIT")

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(
            self._file, isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT_S
        )

    def connect(self) -> sqlite3.Connection:
        return self._db

    def transfer(self, db: sqlite3.Connection, key: int, account: int, merchant: int, points: int) -> None:
        with self._lock:
            self._commit(db, key, account, merchant, points)

    def _commit(self, db: sqlite3.Connection, key: int, account: int, merchant: int, points: int) -> None:
        db.execute("BEGIN IMMEDIATE")
        try:
            self._change(db, key, account, merchant, points)
        except BaseException:
            db.execute("ROLLBACK")
            raise
        db.execute("COMMIT")

    @staticmethod
    def _change(db: sqlite3.Connection, key: int, account: int, merchant: int, points: int) -> None:
        stored = db.execute(
            "INSERT INTO transfers VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (key, account, merchant, points),
        )
        if not stored.rowcount:
            return
        taken = db.execute(
            "UPDATE accounts SET points = points - ?1 WHERE id = ?2 AND points >= ?1", (points, account)
        )
        if not taken.rowcount:
            raise Refused
        db.execute("UPDATE merchants SET points = points + ? WHERE id = ?", (points, merchant))

    def check_sum(self) -> Books:
        def one(sql: str) -> int:
            return int(self._db.execute(sql).fetchone()[0])

        taken = one("SELECT sum(points) FROM merchants")
        assert taken == one("SELECT coalesce(sum(points), 0) FROM transfers")
        return Books(one("SELECT sum(points) FROM accounts"), taken, one("SELECT count(*) FROM transfers"))

    def bytes_stored(self) -> int:
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (pages,), (size,) = (
            self._db.execute("PRAGMA page_count").fetchone(),
            self._db.execute("PRAGMA page_size").fetchone(),
        )
        return int(pages) * int(size)

    def close(self) -> None:
        self._db.close()


class RawSqlitePerThread(RawSqlite):
    def setup(self, place: Place, population: Population) -> None:
        super().setup(place, population)
        self._callers: list[sqlite3.Connection] = []

    def connect(self) -> sqlite3.Connection:
        db = self._connect()
        db.execute("PRAGMA synchronous = FULL")
        self._callers.append(db)
        return db

    def transfer(self, db: sqlite3.Connection, key: int, account: int, merchant: int, points: int) -> None:
        self._commit(db, key, account, merchant, points)

    def close(self) -> None:
        for db in self._callers:
            db.close()
        super().close()
