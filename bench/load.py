"""Callers as threads: a closed loop, where each asks again once answered; an open one, where people come."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count

from bench.port import Contender, Refused
from bench.workload import CALLER_KEYS, Population, Request, Run, arrivals, requests

WARM_UP = 0.2  # of the measured time, before it
OPEN_CALLERS = 64


class Caller:
    """One caller, and what it was answered."""

    def __init__(self, contender: Contender, number: int, asks: list[Request]) -> None:
        self.contender, self.asks = contender, asks
        self.connection = contender.connect()
        self.keys = count(number * CALLER_KEYS + 1)
        self.offset = number * 7919  # callers walk the same list from different places
        self.stored = self.points = 0
        self.last: tuple[int, Request] | None = None

    def ask(self) -> bool:
        """One request; whether it was stored. A refusal that should not be, or the reverse, ends the run."""
        key = next(self.keys)
        asked = self.asks[(self.offset + key) % len(self.asks)]
        try:
            self.contender.transfer(self.connection, key, asked.account, asked.merchant, asked.points)
        except Refused:
            if not asked.refused:
                raise
            return False
        assert not asked.refused, f"stored what a rule refuses: {asked}"
        self.stored += 1
        self.points += asked.points
        self.last = key, asked
        return True

    def ask_again(self) -> None:
        """The last stored request once more, as after a lost answer: the books must not notice."""
        if self.last is not None:
            key, asked = self.last
            self.contender.transfer(self.connection, key, asked.account, asked.merchant, asked.points)


def closed_loop(contender: Contender, callers: int, seconds: float, population: Population, seed: int) -> Run:
    """`callers` at once, each with one request in flight."""

    def work(caller: Caller, start: float) -> list[float]:
        begin = start + WARM_UP * seconds
        end = begin + seconds
        latencies_ms = []
        asked_at = time.perf_counter()
        while asked_at < end:
            stored = caller.ask()
            answered_at = time.perf_counter()
            if stored and begin <= answered_at < end:
                latencies_ms.append((answered_at - asked_at) * 1e3)
            asked_at = answered_at
        return latencies_ms

    return _run(contender, _crew(contender, callers, population, seed), work, seconds, population)


def open_loop(contender: Contender, per_s: float, seconds: float, population: Population, seed: int) -> Run:
    """Latency counts from the moment a request was due, so a stall is charged to all who came meanwhile."""
    due = _Shared(iter(arrivals(per_s, seconds, seed)))

    def work(caller: Caller, start: float) -> list[float]:
        latencies_ms = []
        while (at := due.next()) is not None:
            if (early_s := start + at - time.perf_counter()) > 0:
                time.sleep(early_s)
            if caller.ask():
                latencies_ms.append((time.perf_counter() - start - at) * 1e3)
        return latencies_ms

    return _run(contender, _crew(contender, OPEN_CALLERS, population, seed), work, seconds, population)


def _crew(contender: Contender, callers: int, population: Population, seed: int) -> list[Caller]:
    asks = requests(population, 50_000, seed)
    first = seed % 1_000 * 1_000  # a second loop on the same store uses new keys
    crew = [Caller(contender, first + number, asks) for number in range(callers)]
    gc.collect()
    gc.freeze()
    return crew


def _run(
    contender: Contender,
    crew: list[Caller],
    work: Callable[[Caller, float], list[float]],
    seconds: float,
    population: Population,
) -> Run:
    before = contender.check_sum()
    with ThreadPoolExecutor(len(crew)) as pool:
        start = time.perf_counter() + 0.02  # by then all threads are there
        runs = [pool.submit(work, caller, start) for caller in crew]
        latencies_ms = [latency for run in runs for latency in run.result()]
    for caller in crew:
        caller.ask_again()
    seen = Run(seconds, latencies_ms, sum(c.stored for c in crew), sum(c.points for c in crew))
    after = contender.check_sum()
    assert after.points_left + after.points_taken == population.points, f"points not conserved: {after}"
    assert after.points_taken - before.points_taken == seen.points, (
        f"taken {after}, answered {seen.points} points"
    )
    assert after.transfers - before.transfers == seen.stored, (
        f"kept {after}, answered {seen.stored} transfers"
    )
    return seen


class _Shared:
    """An iterator that threads take turns at."""

    def __init__(self, due: Iterator[float]) -> None:
        self._due, self._lock = due, threading.Lock()

    def next(self) -> float | None:
        with self._lock:
            return next(self._due, None)
