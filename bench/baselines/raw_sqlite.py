"""Plain SQL on SQLite: one connection, one lock, one commit a transfer; `synchronous=FULL`.

One shared connection, since a connection per thread makes the threads wait in SQLite's sleeping busy handler
instead of a lock, and is slower.
"""

from __future__ import annotations

import sqlite3
import threading

from bench.port import Books, Place, Refused
from bench.workload import Population

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
        self._db = sqlite3.connect(place.directory / "raw.db", isolation_level=None, check_same_thread=False)
        self._db.executescript(SCHEMA)
        self._db.execute("BEGIN IMMEDIATE")
        rows = [(account, sum(population.lots(account))) for account in range(population.accounts)]
        self._db.executemany("INSERT INTO accounts VALUES (?, ?)", rows)
        self._db.executemany(
            "INSERT INTO merchants VALUES (?, 0)", [(m,) for m in range(population.merchants)]
        )
        self._db.execute("COMMIT")

    def connect(self) -> sqlite3.Connection:
        return self._db

    def transfer(self, db: sqlite3.Connection, key: int, account: int, merchant: int, points: int) -> None:
        with self._lock:
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
