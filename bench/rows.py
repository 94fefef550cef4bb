"""The table: what each row measures, whom it is compared with, and what was promised.

A promise is judged on medians: a ratio is taken within each round, against a peer that ran in the same one.
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.probes import Probe


@dataclass(frozen=True, slots=True)
class Reading:
    """One number of one probe."""

    probe: Probe
    metric: str


@dataclass(frozen=True, slots=True)
class Bound:
    """Without either end a number is shown, and promises nothing."""

    at_least: float | None = None
    at_most: float | None = None

    def holds(self, value: float) -> bool:
        return (self.at_least is None or value >= self.at_least) and (
            self.at_most is None or value <= self.at_most
        )


SHOWN = Bound()


@dataclass(frozen=True, slots=True)
class Peer:
    """A baseline; `against` is our side of the ratio where it is not the row's own value."""

    name: str
    reading: Reading
    promise: Bound = SHOWN
    against: Reading | None = None


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    what: str
    unit: str
    target: str
    ours: Reading
    peers: tuple[Peer, ...] = ()
    promise: Bound = SHOWN  # on the value itself

    def readings(self) -> list[Reading]:
        sides = [side for peer in self.peers for side in (peer.reading, peer.against) if side is not None]
        return [self.ours, *sides]


def per_s(contender: str, callers: int) -> Reading:
    return Reading(Probe("closed", contender, callers), "per_s")


def bytes_each(contender: str, callers: int) -> Reading:
    return Reading(Probe("closed", contender, callers), "bytes_each")


def at_least(value: float) -> Bound:
    return Bound(at_least=value)


def at_most(value: float) -> Bound:
    return Bound(at_most=value)


def rows(store_events: int) -> tuple[Row, ...]:
    """`store_events`: the length of the long log in A5 and A8, ten million where there are the minutes."""
    fdatasync = Reading(Probe("floor", "fdatasync"), "per_s")
    opened = Probe("open", "exchange_sqlite", 16)
    deep = Probe("depth", "exchange_sqlite", 10_000)
    replayed, longer = (Probe("replay", "exchange_sqlite", events) for events in (200_000, 800_000))
    stock_replay = Probe("replay", "stock_sqlite", 50_000)
    small = Probe("grown", "exchange_sqlite", 10_000)
    large = Probe("grown", "exchange_sqlite", store_events, once=True)
    our_c64 = per_s("exchange_postgres", 64)
    return (
        Row(
            "A1", "durable redemptions, 16 callers, SQLite FULL", "per s",
            "≥ 2.5 × raw SQLite, ≥ 40 × stock library",
            per_s("exchange_sqlite", 16),
            (
                Peer("raw_sqlite c16", per_s("raw_sqlite", 16), at_least(2.5)),
                Peer("raw_sqlite_per_thread c16", per_s("raw_sqlite_per_thread", 16), at_least(2.5)),
                Peer("stock_sqlite c16", per_s("stock_sqlite", 16), at_least(40)),
                Peer("stock_sqlite_redemption c16", per_s("stock_sqlite_redemption", 16)),
                Peer("fdatasync", fdatasync),
            ),
        ),
        Row(
            "A2", "the same, PostgreSQL", "per s",
            "≥ 1.0 × stored function by pgbench at c16, ≥ 1.5 × at c64, ≥ 5 × pgledger",
            per_s("exchange_postgres", 16),
            (
                Peer("pg_function_pgbench c16", per_s("pg_function_pgbench", 16), at_least(1.0)),
                Peer("pg_function_pgbench c64", per_s("pg_function_pgbench", 64), at_least(1.5), our_c64),
                Peer("pgledger c16", per_s("pgledger", 16), at_least(5)),
                Peer("pg_statements_pgbench c16", per_s("pg_statements_pgbench", 16)),
                Peer("pg_function_python c16", per_s("pg_function_python", 16)),
                Peer("stock_postgres c16", per_s("stock_postgres", 16)),
            ),
        ),
        Row(
            "A3", "one caller alone, SQLite FULL", "per s",
            "≥ 0.7 × raw SQLite, one caller",
            per_s("exchange_sqlite", 1),
            (
                Peer("raw_sqlite c1", per_s("raw_sqlite", 1), at_least(0.7)),
                Peer("stock_sqlite c1", per_s("stock_sqlite", 1)),
            ),
        ),
        Row(
            "A4", "p99 of open-loop arrivals at half the peak, SQLite", "ms",
            "≤ 5 × the median of the same arrivals",
            Reading(opened, "p99_ms"),
            (
                Peer("median, same arrivals", Reading(opened, "p50_ms"), at_most(5)),
                Peer("median, one caller alone", Reading(opened, "alone_p50_ms")),
                Peer("raw_sqlite p99", Reading(Probe("open", "raw_sqlite", 16), "p99_ms")),
            ),
        ),
        Row(
            "A5", "redeem on an account with 10,000 events, not cached", "ms",
            "≤ 1.2 × an account with 10 events; ≤ 1.2 × on the long log",
            Reading(deep, "deep_cold_ms"),
            (
                Peer("10 events, not cached", Reading(deep, "shallow_cold_ms"), at_most(1.2)),
                Peer("10 events, cached", Reading(deep, "shallow_ms"), at_most(1.2),
                     Reading(deep, "deep_ms")),
                Peer("10 k events in store", Reading(small, "p50_ms"), at_most(1.2),
                     Reading(large, "p50_ms")),
            ),
        ),
        Row(
            "A6", "replay into the balances", "events/s",
            "≥ 200 k; into all projections ≥ 60 k (A6-all); memory flat in the log's length",
            Reading(replayed, "balances_per_s"),
            (
                Peer("stock_sqlite fold", Reading(stock_replay, "fold_per_s")),
                Peer("stock_sqlite projection", Reading(stock_replay, "project_per_s")),
                Peer("memory, a log 4 × shorter", Reading(replayed, "balances_peak_mib"), at_most(1.2),
                     Reading(longer, "balances_peak_mib")),
            ),
            at_least(200_000),
        ),
        Row(
            "A6-all", "replay into all projections", "events/s",
            "≥ 60 k; memory flat in the log's length",
            Reading(replayed, "all_per_s"),
            (
                Peer("stock_sqlite projection", Reading(stock_replay, "project_per_s")),
                Peer("memory, a log 4 × shorter", Reading(replayed, "all_peak_mib"), at_most(1.2),
                     Reading(longer, "all_peak_mib")),
            ),
            at_least(60_000),
        ),
        Row(
            "A7", "stored a redemption: events, keys, indexes", "bytes",
            "≤ pgledger, ≤ 743; aim 400",
            bytes_each("exchange_sqlite", 16),
            (
                Peer("pgledger c16", bytes_each("pgledger", 16), at_most(1.0)),
                Peer("exchange_postgres c16", bytes_each("exchange_postgres", 16)),
                Peer("raw_sqlite c16", bytes_each("raw_sqlite", 16)),
                Peer("pg_function_pgbench c16", bytes_each("pg_function_pgbench", 16)),
            ),
            at_most(743),
        ),
        Row(
            "A8", f"start to ready with {store_events:,} events", "s",
            "≤ 3 s",
            Reading(large, "ready_s"),
            (Peer("10 k events in store", Reading(small, "ready_s")),),
            at_most(3),
        ),
    )  # fmt: skip
