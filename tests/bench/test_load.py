"""A benchmark that cannot fail proves nothing: these contenders cheat, and the load must notice."""

from __future__ import annotations

import threading

import pytest

from bench.load import closed_loop, open_loop
from bench.port import Books, Place, Refused
from bench.workload import Population

SMALL = Population(accounts=20, merchants=2)
WITH_RULES = Population(accounts=20, merchants=2, with_rules=True)
BRIEFLY_S = 0.02


class InMemory:
    """An honest contender that forgets to be durable."""

    def __init__(self, population: Population) -> None:
        self.lock = threading.Lock()
        self.setup(Place.__new__(Place), population)

    def setup(self, place: Place, population: Population) -> None:
        self.left = {account: sum(population.lots(account)) for account in range(population.accounts)}
        self.taken: dict[int, int] = {}

    def connect(self) -> None: ...

    def transfer(self, connection: None, key: int, account: int, merchant: int, points: int) -> None:
        with self.lock:
            if key in self.taken:
                return
            if self.left[account] < points:
                raise Refused
            self.left[account] -= points
            self.taken[key] = points

    def check_sum(self) -> Books:
        return Books(sum(self.left.values()), sum(self.taken.values()), len(self.taken))

    def bytes_stored(self) -> None: ...

    def close(self) -> None: ...


class Loses(InMemory):
    def transfer(self, connection: None, key: int, account: int, merchant: int, points: int) -> None:
        if key % 10:
            super().transfer(connection, key, account, merchant, points)


class Leaks(InMemory):
    def transfer(self, connection: None, key: int, account: int, merchant: int, points: int) -> None:
        super().transfer(connection, key, account, merchant, points)
        with self.lock:
            self.left[account] -= 1


class IgnoresKeys(InMemory):
    def transfer(self, connection: None, key: int, account: int, merchant: int, points: int) -> None:
        with self.lock:
            self.left[account] -= points
            self.taken[key] = self.taken.get(key, 0) + points


class RefusesAll(InMemory):
    def transfer(self, connection: None, key: int, account: int, merchant: int, points: int) -> None:
        raise Refused


def test_an_honest_contender_passes_both_loops() -> None:
    contender = InMemory(SMALL)
    assert closed_loop(contender, 2, BRIEFLY_S, SMALL, seed=1).stored > 0
    assert open_loop(contender, 1_000, BRIEFLY_S, SMALL, seed=2).stored > 0


def test_a_tenth_of_the_accounts_is_refused_and_the_rest_is_stored() -> None:
    assert closed_loop(InMemory(WITH_RULES), 2, BRIEFLY_S, WITH_RULES, seed=1).stored > 0


@pytest.mark.parametrize("cheat", [Loses, Leaks, IgnoresKeys])
def test_books_that_differ_from_the_answers_end_the_run(cheat: type[InMemory]) -> None:
    with pytest.raises(AssertionError):
        closed_loop(cheat(SMALL), 2, BRIEFLY_S, SMALL, seed=1)


def test_a_refusal_that_no_rule_explains_ends_the_run() -> None:
    with pytest.raises(Refused):
        closed_loop(RefusesAll(SMALL), 2, BRIEFLY_S, SMALL, seed=1)


def test_storing_what_a_rule_refuses_ends_the_run() -> None:
    with pytest.raises(AssertionError, match="a rule refuses"):
        closed_loop(IgnoresKeys(WITH_RULES), 2, BRIEFLY_S, WITH_RULES, seed=1)
