"""Running a seed, and making a failing run short."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.simulation.county import BUDGETS_FEN, PEOPLE, TILLS_OF, County
from tests.simulation.invariants import check
from tests.simulation.model import Model
from tests.simulation.steps import Run, Step, drawn

Store = Callable[[Path], AbstractContextManager[str]]


class Report(NamedTuple):
    """What one run did."""

    seed: int
    steps: int
    asked: int
    refused: int
    faults_struck: int
    events: int


class Failed(AssertionError):
    """A seed that found something, with the fewest steps that still do."""


@contextmanager
def on_sqlite(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder / 's.db'}"


def run_seed(seed: int, count: int, store: Store = on_sqlite, *, shorten: bool = True) -> Report:
    """Run a seed's steps and check everything. Raises Failed with the seed and the shortened steps."""
    steps = drawn(seed, count)
    try:
        return _run(seed, steps, store)
    except Exception as found:
        if not shorten:
            raise Failed(f"seed {seed}: {found}") from found
        short = shortened(steps, lambda some: _fails(seed, some, store))
        listed = "\n".join(f"  {step}" for step in short)
        raise Failed(
            f"seed {seed}, {count} steps: {found}\n{len(short)} steps are enough:\n{listed}"
        ) from found


def _run(seed: int, steps: Sequence[Step], store: Store) -> Report:
    with tempfile.TemporaryDirectory() as folder, store(Path(folder)) as url:
        county = County(Path(folder), url)
        try:
            run = Run(county, Model(PEOPLE, list(BUDGETS_FEN), list(TILLS_OF)))
            for step in steps:
                run.take(step)
            events = check(run)
            return Report(seed, len(steps), run.asked, run.refused, run.faults_struck, events)
        finally:
            county.close()


def _fails(seed: int, steps: Sequence[Step], store: Store) -> bool:
    try:
        _run(seed, steps, store)
    except Exception:  # noqa: BLE001  # whatever it is, it is still wrong
        return True
    return False


def shortened(steps: list[Step], fails: Callable[[list[Step]], bool], tries: int = 60) -> list[Step]:
    """Leave out halves, quarters, eighths … while it still fails."""
    size = len(steps) // 2
    while size and tries:
        at = 0
        while at < len(steps) and tries:
            tries -= 1
            fewer = steps[:at] + steps[at + size :]
            if fails(fewer):
                steps = fewer
            else:
                at += size
        size //= 2
    return steps
