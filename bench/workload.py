"""Who holds what, and who asks for what: seeded, so that every contender sees the same requests."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import NamedTuple

FUNDS = 2
CALLER_KEYS = 1_000_000_000  # each caller numbers its requests within a range of its own, rising as time does


@dataclass(frozen=True, slots=True)
class Population:
    """Ten thousand people, and fifty shops that all of them go to.

    With rules, each account has five lots from two funds, small ones first, so that redemptions cross lots
    and nobody runs dry; caps are set; and every tenth account is poor: its five points never suffice, so a
    tenth of the requests is refused only after the account was loaded, where a refusal costs most.
    Baselines have neither lots nor caps: there each account is one row of plenty, and no request is refused.
    """

    accounts: int = 10_000
    merchants: int = 50
    with_rules: bool = False
    cap_points_each: int = 1_000
    cap_points_day: int = 10**9  # checked on each redemption, never reached

    @property
    def cached_accounts(self) -> int:
        return self.accounts // 2

    def is_poor(self, account: int) -> bool:
        return self.with_rules and account % 10 == 9

    def lots(self, account: int) -> tuple[int, ...]:
        """Points of each lot, earliest expiry first; lot i belongs to fund i % 2."""
        if not self.with_rules:
            return (1_000_000,)
        return (1, 1, 1, 1, 1) if self.is_poor(account) else (20, 20, 20, 20, 1_000_000)

    @property
    def points(self) -> int:
        return sum(sum(self.lots(account)) for account in range(self.accounts))


class Request(NamedTuple):
    account: int
    merchant: int
    points: int
    refused: bool  # whether a rule must say no


def requests(population: Population, count: int, seed: int) -> list[Request]:
    """Evenly over accounts and merchants: with half of the accounts cached, half of the requests miss."""
    chance = random.Random(seed)
    return [
        Request(
            account := chance.randrange(population.accounts),
            chance.randrange(population.merchants),
            chance.randint(6, 10),
            population.is_poor(account),
        )
        for _ in range(count)
    ]


def arrivals(per_s: float, seconds: float, seed: int) -> list[float]:
    """Poisson arrivals, as seconds from the start: people do not wait for one another before they queue."""
    chance = random.Random(seed)
    at, due = 0.0, []
    while (at := at + chance.expovariate(per_s)) < seconds:
        due.append(at)
    return due


@dataclass(frozen=True, slots=True)
class Run:
    """What the callers saw: only answers within the window count; all stored transfers enter the check."""

    seconds: float
    latencies_ms: list[float]
    stored: int
    points: int

    @property
    def metrics(self) -> dict[str, float]:
        ordered = sorted(self.latencies_ms)
        return {
            "per_s": len(ordered) / self.seconds,
            "p50_ms": percentile(ordered, 50),
            "p99_ms": percentile(ordered, 99),
            "max_ms": ordered[-1],
        }


def percentile(ordered: list[float], percent: int) -> float:
    """By nearest rank: a latency that somebody really had."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]
