"""A minute of random county life under faults, on both databases, and proof that the simulation bites."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.simulation.broken import FOUND_BY, VARIANTS, broken
from tests.simulation.runner import Failed, Report, on_sqlite, run_seed, shortened
from tests.simulation.steps import Step, drawn
from tests.support.postgres import PostgresServer

STEPS = 250
STEPS_ON_POSTGRESQL = 120
FIXED_SEEDS = range(1, 4)
SEEDS_TRIED_ON_A_BROKEN_ONE = 12


def assert_something_happened(report: Report) -> None:
    assert report.asked > report.refused > 0
    assert report.faults_struck > 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", FIXED_SEEDS)
def test_a_county_lives_through_faults_and_every_answer_is_right(seed: int) -> None:
    assert_something_happened(run_seed(seed, STEPS))


@pytest.mark.slow
def test_a_seed_that_nobody_tried_before_is_lived_through_too() -> None:
    assert_something_happened(run_seed(int.from_bytes(os.urandom(4)), STEPS))


@pytest.mark.slow
def test_a_county_lives_through_faults_on_postgresql(postgres_server: PostgresServer) -> None:
    @contextmanager
    def on_postgresql(_: Path) -> Iterator[str]:
        with postgres_server.fresh_database() as url:
            yield url

    assert_something_happened(run_seed(1, STEPS_ON_POSTGRESQL, on_postgresql))


@pytest.mark.slow
def test_a_run_is_the_same_each_time() -> None:
    assert run_seed(7, 60) == run_seed(7, 60)


@pytest.mark.slow
@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_an_exchange_with_one_thing_broken_is_found_out(variant: str) -> None:
    def tries() -> Iterator[str]:
        for seed in (FOUND_BY.get(variant, 1), *range(SEEDS_TRIED_ON_A_BROKEN_ONE)):
            try:
                run_seed(seed, STEPS, on_sqlite, shorten=False)
            except Failed as found:
                yield str(found)

    with broken(variant):
        found = next(tries(), None)
    assert found is not None, f"{SEEDS_TRIED_ON_A_BROKEN_ONE} seeds did not notice"


def test_a_failing_run_is_made_short() -> None:
    steps = [Step("seconds", number, 0, 0) for number in range(32)]

    def fails(some: list[Step]) -> bool:
        return {3, 20} <= {step.a for step in some}

    assert [step.a for step in shortened(steps, fails)] == [3, 20]


def test_a_longer_run_of_a_seed_begins_like_a_shorter_one() -> None:
    assert drawn(1, 30)[:3] == drawn(1, 3)
