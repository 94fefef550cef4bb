"""What the bench asks of whatever it measures.

`Contender` is the port of the baselines; `Driven` that of baselines with a load generator of their own;
`Exchange` is the plug for our engine: `bench/exchange.py` offers a class `Adapter` that implements it, and
until that module exists the rows that need it are reported as missing.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, Self, cast

from bench.workload import Population, Run


class Refused(Exception):
    """A rule said no, and nothing was stored. An adapter turns its engine's own refusals into this."""


class EngineMissing(Exception):
    """The engine's adapter cannot be imported: its rows are missing, which is neither met nor zero."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run may store: a fresh directory on a real disk and, for PostgreSQL, a fresh database."""

    directory: Path
    postgres: str | None = None  # a libpq URI


@dataclass(frozen=True, slots=True)
class Books:
    """What the store itself says after a run; the bench compares it with what it was answered."""

    points_left: int  # in all accounts
    points_taken: int  # by all merchants
    transfers: int  # stored, each key counted once


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay read and what its new read models then say; the bench compares both with the store."""

    events: int
    points_left: int  # in the rebuilt balances


class Contender(Protocol):
    """A transfer of points, exactly once by a key, balance checked. `transfer` returns once it is on disk."""

    def setup(self, place: Place, population: Population) -> None: ...

    def connect(self) -> Any:
        """What one caller holds for itself: a connection, or nothing."""

    def transfer(self, connection: Any, key: int, account: int, merchant: int, points: int) -> None:
        """Raises `Refused` by a rule. A key already stored changes nothing and is no error."""

    def check_sum(self) -> Books: ...

    def bytes_stored(self) -> int | None:
        """Events, keys and their indexes; no read models."""

    def close(self) -> None: ...


class Driven(Protocol):
    """A contender whose callers live in a program of their own (pgbench): it makes the load itself."""

    def setup(self, place: Place, population: Population) -> None: ...

    def drive(self, callers: int, seconds: float, population: Population) -> Run: ...

    def check_sum(self) -> Books: ...

    def bytes_stored(self) -> int | None: ...

    def close(self) -> None: ...


class Exchange(Protocol):
    """Our engine as a library, all rules on, projector and audit follower running.

    Methods may be called from any number of threads. `open` on an empty place makes the population (accounts,
    lots from two funds, merchants with caps set); on a place it filled before, it opens what is there.
    """

    @classmethod
    def open(cls, place: Place, population: Population) -> Self:
        """Returns when the engine is ready to redeem. Caches at most `population.cached_accounts`."""

    def redeem(self, key: int, account: int, merchant: int, points: int) -> None:
        """Blocks until durable; raises `Refused` by a rule. The same key again changes nothing."""

    def check_sum(self) -> Books: ...

    def bytes_stored(self) -> int:
        """Events, keys and their indexes; no read models."""

    def forget(self, account: int) -> None:
        """Drops whatever is cached of the account, so that its next redemption loads it from the store."""

    def bulk_load(self, events: int) -> None:
        """Appends this many well-formed events to streams that no redemption of the bench touches.

        They issue and spend in equal parts, or count in `check_sum`: the books must balance afterwards too.
        """

    def replay(self, into: Literal["balances", "all"]) -> Replayed:
        """Reads the whole log into new read models."""

    def close(self) -> None: ...


def engine() -> type[Exchange]:
    """The adapter's class. Only its absence counts as missing: one that fails to import fails aloud."""
    try:
        module = importlib.import_module("bench.exchange")
    except ModuleNotFoundError as missing:
        if missing.name != "bench.exchange":
            raise
        raise EngineMissing("engine not built") from None
    return cast("type[Exchange]", module.Adapter)


class Plugged:
    """Our engine seen through the port of the baselines, so that one load generator drives them all."""

    def __init__(self) -> None:
        self.engine = engine()
        self.exchange: Exchange

    def setup(self, place: Place, population: Population) -> None:
        self.exchange = self.engine.open(place, population)

    def connect(self) -> None:
        """All callers share the engine's one writer, and that is the point of it."""

    def transfer(self, connection: None, key: int, account: int, merchant: int, points: int) -> None:
        self.exchange.redeem(key, account, merchant, points)

    def check_sum(self) -> Books:
        return self.exchange.check_sum()

    def bytes_stored(self) -> int:
        return self.exchange.bytes_stored()

    def close(self) -> None:
        self.exchange.close()
