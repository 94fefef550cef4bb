"""Plain SQL on PostgreSQL: one stored function a transfer, or the same as six statements.

The merchant's row, which everybody wants, is taken last and so held for the shortest time.
"""

from __future__ import annotations

from typing import LiteralString

import psycopg
from psycopg.errors import RaiseException

from bench import pgbench
from bench.port import Books, Place, Refused
from bench.workload import Population, Run

SCHEMA = """
CREATE TABLE accounts (id int PRIMARY KEY, points bigint NOT NULL CHECK (points >= 0));
CREATE TABLE merchants (id int PRIMARY KEY, points bigint NOT NULL);
CREATE TABLE transfers (
    key bigint PRIMARY KEY, account int NOT NULL, merchant int NOT NULL, points int NOT NULL
);
CREATE FUNCTION transfer(k bigint, a int, m int, p int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO transfers VALUES (k, a, m, p) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    UPDATE accounts SET points = points - p WHERE id = a AND points >= p;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'not enough points';
    END IF;
    UPDATE merchants SET points = points + p WHERE id = m;
END $$;
"""
FUNCTION = "SELECT transfer(:key, :account, :merchant, :points);"
STATEMENTS = """
BEGIN;
INSERT INTO transfers VALUES (:key, :account, :merchant, :points);
SELECT points FROM accounts WHERE id = :account FOR UPDATE;
UPDATE accounts SET points = points - :points WHERE id = :account AND points >= :points;
UPDATE merchants SET points = points + :points WHERE id = :merchant;
COMMIT;
"""


class PgTables:
    """The tables, and what they say afterwards."""

    def setup(self, place: Place, population: Population) -> None:
        assert place.postgres is not None
        self.uri = place.postgres
        self._db = psycopg.connect(self.uri, autocommit=True)
        self._db.execute(SCHEMA)
        with self._db.cursor().copy("COPY accounts FROM STDIN") as rows:
            for account in range(population.accounts):
                rows.write_row((account, sum(population.lots(account))))
        with self._db.cursor().copy("COPY merchants FROM STDIN") as rows:
            for merchant in range(population.merchants):
                rows.write_row((merchant, 0))
        self._db.execute("ANALYZE")

    def _one(self, question: LiteralString) -> int:
        row = self._db.execute(question).fetchone()
        assert row is not None
        return int(row[0])

    def check_sum(self) -> Books:
        taken = self._one("SELECT sum(points) FROM merchants")
        assert taken == self._one("SELECT coalesce(sum(points), 0) FROM transfers")
        left = self._one("SELECT sum(points) FROM accounts")
        return Books(left, taken, self._one("SELECT count(*) FROM transfers"))

    def bytes_stored(self) -> int:
        return self._one("SELECT pg_total_relation_size('transfers')")

    def close(self) -> None:
        self._db.close()


class PgFunctionPython(PgTables):
    """A connection for each caller."""

    def connect(self) -> psycopg.Connection:
        connection = psycopg.connect(self.uri, autocommit=True, prepare_threshold=0)
        connection.execute("SELECT 1")
        return connection

    def transfer(
        self, connection: psycopg.Connection, key: int, account: int, merchant: int, points: int
    ) -> None:
        try:
            connection.execute(
                "SELECT transfer(%s::bigint, %s::int, %s::int, %s::int)", (key, account, merchant, points)
            )
        except RaiseException as refusal:
            raise Refused from refusal


class PgFunctionPgbench(PgTables):
    def drive(self, callers: int, seconds: float, population: Population) -> Run:
        return pgbench.drive(self.uri, FUNCTION, callers, seconds, population)


class PgStatementsPgbench(PgTables):
    def drive(self, callers: int, seconds: float, population: Population) -> Run:
        return pgbench.drive(self.uri, STATEMENTS, callers, seconds, population)
