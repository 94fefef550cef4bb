"""pgledger (MIT, in `bench/vendor/pgledger`, unmodified), a double-entry ledger in SQL, and a key beside it.

It has no idempotency of its own, so one function makes the transfer and stores the key, driven by pgbench.
"""

from __future__ import annotations

from pathlib import Path
from typing import LiteralString

import psycopg

from bench import pgbench
from bench.port import Books, Place
from bench.workload import Population, Run

VENDORED = Path(__file__).parents[1] / "vendor" / "pgledger"
FILES = ("scoville-pgsql-ulid/uuid-to-ulid.sql", "scoville-pgsql-ulid/ulid-to-uuid.sql", "pgledger.sql")
KEYS = """
CREATE TABLE transfer_keys (key bigint PRIMARY KEY, transfer_id text NOT NULL);
CREATE TABLE people (number int PRIMARY KEY, id text NOT NULL);
CREATE TABLE shops (number int PRIMARY KEY, id text NOT NULL);
CREATE FUNCTION keyed_transfer(k bigint, a int, m int, p int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    made text;
BEGIN
    IF EXISTS (SELECT FROM transfer_keys WHERE key = k) THEN
        RETURN;
    END IF;
    SELECT id INTO made FROM pgledger_create_transfer(
        (SELECT id FROM people WHERE number = a), (SELECT id FROM shops WHERE number = m), p);
    INSERT INTO transfer_keys VALUES (k, made);
END $$;
"""
PEOPLE = """
INSERT INTO people
SELECT n, (pgledger_create_account('person ' || n, 'POINTS', allow_negative_balance => false)).id
FROM generate_series(0, %s - 1) n
"""
SHOPS = """
INSERT INTO shops
SELECT n, (pgledger_create_account('shop ' || n, 'POINTS', allow_negative_balance => false)).id
FROM generate_series(0, %s - 1) n
"""
ISSUE = """
WITH fund AS (SELECT id FROM pgledger_create_account('fund', 'POINTS'))
SELECT pgledger_create_transfers(array_agg((fund.id, people.id, %s)::transfer_request)) FROM fund, people
"""


class Pgledger:
    def setup(self, place: Place, population: Population) -> None:
        assert place.postgres is not None
        self.uri = place.postgres
        self._db = psycopg.connect(self.uri, autocommit=True)
        for name in FILES:
            self._db.execute((VENDORED / name).read_bytes())
        self._db.execute(KEYS)
        self._db.execute(PEOPLE, (population.accounts,))
        self._db.execute(SHOPS, (population.merchants,))
        self._db.execute(ISSUE, (population.points // population.accounts,))
        self._issued = self._one("SELECT count(*) FROM pgledger_transfers")
        self._db.execute("ANALYZE")

    def drive(self, callers: int, seconds: float, population: Population) -> Run:
        call = "SELECT keyed_transfer(:key, :account, :merchant, :points);"
        return pgbench.drive(self.uri, call, callers, seconds, population)

    def _one(self, question: LiteralString) -> int:
        row = self._db.execute(question).fetchone()
        assert row is not None
        return int(row[0])

    def check_sum(self) -> Books:
        stored = self._one("SELECT count(*) FROM transfer_keys")
        assert stored == self._one("SELECT count(*) FROM pgledger_transfers") - self._issued
        left = self._one("SELECT sum(balance) FROM pgledger_accounts JOIN people USING (id)")
        taken = self._one("SELECT sum(balance) FROM pgledger_accounts JOIN shops USING (id)")
        return Books(left, taken, stored)

    def bytes_stored(self) -> int:
        return self._one(
            "SELECT sum(pg_total_relation_size(name)) "
            "FROM unnest(ARRAY['pgledger_transfers', 'pgledger_entries', 'transfer_keys']::regclass[]) name"
        )

    def close(self) -> None:
        self._db.close()
