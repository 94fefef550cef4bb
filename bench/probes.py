"""One measurement each, run in a process of its own, so that no heap or thread of one run weighs on the next.

A probe is named by what it does, whom it measures and how large; its result is a dictionary of numbers.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Literal, cast

from bench import load
from bench.baselines import floor, stock_replay
from bench.baselines.pg_function import PgFunctionPgbench, PgFunctionPython, PgStatementsPgbench
from bench.baselines.pgledger import Pgledger
from bench.baselines.raw_sqlite import RawSqlite, RawSqlitePerThread
from bench.baselines.stock import StockMerchant, StockRedemption, on_postgres, on_sqlite
from bench.port import Contender, Driven, Exchange, Place, Plugged, engine
from bench.workload import Population, Run

Metrics = dict[str, float]
Kind = Literal["closed", "open", "floor", "depth", "replay", "grown"]

CONTENDERS: dict[str, Callable[[], Contender | Driven]] = {
    "exchange_sqlite": Plugged,
    "exchange_postgres": Plugged,
    "raw_sqlite": RawSqlite,
    "raw_sqlite_per_thread": RawSqlitePerThread,
    "stock_sqlite": lambda: StockMerchant(on_sqlite),
    "stock_sqlite_redemption": lambda: StockRedemption(on_sqlite),
    "stock_postgres": lambda: StockMerchant(on_postgres),
    "pg_function_pgbench": PgFunctionPgbench,
    "pg_statements_pgbench": PgStatementsPgbench,
    "pg_function_python": PgFunctionPython,
    "pgledger": Pgledger,
}
ON_POSTGRES = {"exchange_postgres", "stock_postgres", "pgledger"} | {
    n for n in CONTENDERS if n.startswith("pg_")
}
LEAST_EVENT_BYTES = 24  # an id and a position; nobody stores an event in less
RULES = Population(with_rules=True)
PLAIN = Population()


@dataclass(frozen=True, slots=True)
class Probe:
    kind: Kind
    contender: str
    size: int = 0  # callers, or events
    once: bool = False  # too long to repeat each round

    @property
    def on_postgres(self) -> bool:
        return self.contender in ON_POSTGRES

    def __str__(self) -> str:
        size = f" c{self.size}" if self.kind in {"closed", "open"} else f" {self.size:,}" if self.size else ""
        return f"{self.contender} {self.kind}{size}"


def run(probe: Probe, place: Place, seconds: float, seed: int) -> Metrics:
    measure: dict[Kind, Callable[[Probe, Place, float, int], Metrics]] = {
        "closed": closed, "open": opened, "floor": disk, "depth": depth, "replay": replay, "grown": grown,
    }  # fmt: skip
    return measure[probe.kind](probe, place, seconds, seed)


def closed(probe: Probe, place: Place, seconds: float, seed: int) -> Metrics:
    """Throughput and latency of `size` callers, and the bytes that each stored transfer left."""
    contender, population = _set_up(probe, place)
    before = contender.bytes_stored()
    seen = _drive(contender, probe.size, seconds, population, seed)
    after = contender.bytes_stored()
    contender.close()
    if before is None or after is None:
        return seen.metrics
    return seen.metrics | {"bytes_each": (after - before) / seen.stored}


def opened(probe: Probe, place: Place, seconds: float, seed: int) -> Metrics:
    """Poisson arrivals at half of the peak that the same process has just shown."""
    contender, population = _set_up(probe, place)
    contender = cast("Contender", contender)
    alone = load.closed_loop(contender, 1, seconds / 4, population, seed + 2)
    peak = load.closed_loop(contender, probe.size, seconds, population, seed)
    rate_per_s = peak.metrics["per_s"] / 2
    seen = load.open_loop(contender, rate_per_s, seconds, population, seed + 1).metrics
    contender.close()
    alone_p50_ms = alone.metrics["p50_ms"]
    return seen | {
        "rate_per_s": rate_per_s,
        "alone_p50_ms": alone_p50_ms,
        "p99_of_p50": seen["p99_ms"] / seen["p50_ms"],
        "p99_of_alone": seen["p99_ms"] / alone_p50_ms,
    }


def disk(_probe: Probe, place: Place, seconds: float, _seed: int) -> Metrics:
    return {
        "per_s": floor.fdatasync_per_s(place.directory, seconds / 2, preallocated=True),
        "appended_per_s": floor.fdatasync_per_s(place.directory, seconds / 2, preallocated=False),
    }


def depth(probe: Probe, place: Place, seconds: float, _seed: int) -> Metrics:
    """One caller redeems by turns on an account with ten events and on one with `size`, cached and not."""
    exchange = engine().open(place, RULES)
    shallow, deep = 0, 1
    keys = count(1)
    deepen(exchange, shallow, 10, keys)
    deepen(exchange, deep, probe.size, keys)
    times_ms: dict[str, list[float]] = {"shallow": [], "deep": [], "shallow_cold": [], "deep_cold": []}
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for name, account in (("shallow", shallow), ("deep", deep)):
            for cold in ("", "_cold"):
                if cold:
                    exchange.forget(account)
                start = time.perf_counter()
                exchange.redeem(next(keys), account, 0, 1)
                times_ms[name + cold].append((time.perf_counter() - start) * 1e3)
    exchange.close()
    middle = {name: statistics.median(values) for name, values in times_ms.items()}
    return {f"{name}_ms": value for name, value in middle.items()} | {
        "warm_ratio": middle["deep"] / middle["shallow"],
        "cold_ratio": middle["deep_cold"] / middle["shallow_cold"],
    }


def deepen(exchange: Exchange, account: int, events: int, keys: count[int]) -> None:
    """Redeems a point at a time until the account's stream holds so many events; its five lots came first."""
    with ThreadPoolExecutor(64) as callers:
        asked = [callers.submit(exchange.redeem, next(keys), account, 0, 1) for _ in range(events - 5)]
        for each in asked:
            each.result()


def replay(probe: Probe, place: Place, seconds: float, _seed: int) -> Metrics:
    """Events a second out of a log of `size`; for our engine also the memory that it took at its peak."""
    if probe.contender == "stock_sqlite":
        stock = stock_replay.stock_store(place, probe.size)
        return {
            "fold_per_s": stock_replay.fold_per_s(stock),
            "project_per_s": stock_replay.project_per_s(stock, place, seconds),
        }
    engine().open(place, RULES).close()
    exchange = engine().open(place, RULES)
    exchange.bulk_load(probe.size)
    metrics: Metrics = {}
    check_disk(place, probe.size)
    for into in ("balances", "all"):
        _forget_peak_memory()
        start = time.perf_counter()
        seen = exchange.replay(into)
        metrics[f"{into}_per_s"] = seen.events / (time.perf_counter() - start)
        assert seen.events >= probe.size, f"replayed {seen.events} of {probe.size} events"
        assert seen.points_left == exchange.check_sum().points_left, f"replayed into other balances: {seen}"
        metrics[f"{into}_peak_mib"] = _peak_memory_mib()
    exchange.close()
    return metrics


def grown(probe: Probe, place: Place, seconds: float, seed: int) -> Metrics:
    """One caller on a store of `size` events, and how long such a store takes from closed to ready."""
    exchange = engine().open(place, RULES)
    exchange.bulk_load(probe.size)
    exchange.close()
    check_disk(place, probe.size)
    plugged = Plugged()
    start = time.perf_counter()
    plugged.setup(place, RULES)
    ready_s = time.perf_counter() - start
    seen = load.closed_loop(plugged, 1, seconds, RULES, seed)
    plugged.close()
    return seen.metrics | {"ready_s": ready_s}


def check_disk(place: Place, events: int) -> None:
    """A long log takes room: asked of the disk, since an engine that stored nothing would be the fastest."""
    stored = sum(file.stat().st_size for file in place.directory.rglob("*") if file.is_file())
    assert stored >= LEAST_EVENT_BYTES * events, f"{events} events cannot lie in {stored} bytes"


def _set_up(probe: Probe, place: Place) -> tuple[Contender | Driven, Population]:
    contender = CONTENDERS[probe.contender]()
    population = RULES if isinstance(contender, Plugged) else PLAIN
    contender.setup(place, population)
    return contender, population


def _drive(
    contender: Contender | Driven, callers: int, seconds: float, population: Population, seed: int
) -> Run:
    if not hasattr(contender, "drive"):
        return load.closed_loop(contender, callers, seconds, population, seed)
    driven = cast("Driven", contender)
    seen = driven.drive(callers, seconds, population)
    books = driven.check_sum()
    assert books.points_left + books.points_taken == population.points, f"points not conserved: {books}"
    assert books.transfers == seen.stored, f"kept {books}, answered {seen.stored} transfers"
    return seen


def _forget_peak_memory() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _peak_memory_mib() -> float:
    status = Path("/proc/self/status").read_text()
    (peak_kib,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak_kib) / 1024
