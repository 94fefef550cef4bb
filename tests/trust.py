"""`python -m tests.trust --minutes N`: the long trust run, and its table.

Half the time goes to simulated counties under faults, half to servers and databases that are killed under load.
Stops at the first thing that is wrong, with the seed or the counts that show it.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.crash.shop import Server, counted, opened_shop, under_load
from tests.simulation.broken import FOUND_BY, VARIANTS, broken
from tests.simulation.runner import Failed, on_sqlite, run_seed
from tests.support.postgres import PostgresServer, running_postgres

STEPS = 400


class Line(NamedTuple):
    what: str
    figures: str


def simulated(seconds: float, postgres: PostgresServer) -> Iterator[Line]:
    @contextmanager
    def on_postgresql(_: Path) -> Iterator[str]:
        with postgres.fresh_database() as url:
            yield url

    for name, store, share in (("SQLite", on_sqlite, 0.7), ("PostgreSQL", on_postgresql, 0.3)):
        ends_at, seeds, asked, faults = time.monotonic() + seconds * share, 0, 0, 0
        while time.monotonic() < ends_at:
            report = run_seed(int(time.time_ns() % (1 << 31)), STEPS, store)
            seeds, asked, faults = seeds + 1, asked + report.asked, faults + report.faults_struck
            _tell(f"{name}: {seeds} seeds")
        figures = f"{seeds} seeds, {seeds * STEPS} steps, {asked} questions, {faults} faults struck; wrong answers: 0"
        yield Line(f"simulation, {name}", figures)


def bitten() -> Line:
    found = 0
    for variant in VARIANTS:
        _tell(f"broken: {variant}")
        with broken(variant):
            for seed in (FOUND_BY.get(variant, 1), *range(12)):
                try:
                    run_seed(seed, 250, shorten=False)
                except Failed:
                    found += 1
                    break
    return Line("broken variants found out", f"{found} of {len(VARIANTS)}")


def killed(what: str, seconds: float, url: str, postgres: PostgresServer | None) -> Line:
    """Kill the server, or with `postgres` the database under it, until the time is over."""
    dice = random.Random(time.time_ns())  # noqa: S311  # when to kill is no secret
    kills, starts_s = 0, list[float]()
    with tempfile.TemporaryDirectory() as folder:
        shop = opened_shop(url.format(folder=folder), Path(folder))
        server = Server(shop)
        server.start()
        ends_at = time.monotonic() + seconds
        with under_load(shop, server.url) as clients:
            while time.monotonic() < ends_at:
                time.sleep(0.2 + dice.random() * 0.6)
                if postgres is None:
                    server.kill()
                    starts_s.append(server.start())
                else:
                    postgres.kill_and_restart()
                kills += 1
                _tell(f"{what}: {kills} kills")
            time.sleep(1)
        server.stop()
        balance = counted(shop, clients)
    restart = f"; restart {sorted(starts_s)[len(starts_s) // 2]:.1f} s in the middle" if starts_s else ""
    figures = (
        f"{kills} kills, {balance.acknowledged} acknowledged, all there once; {balance.unheard} unheard, "
        f"{balance.found_of_unheard} of them whole, the others absent{restart}"
    )
    return Line(what, figures)


def _tell(text: str) -> None:
    sys.stderr.write(f"\r\x1b[K{text}")
    sys.stderr.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.trust", description=__doc__)
    parser.add_argument("--minutes", type=float, default=50, help="how long the whole run may take")
    seconds = parser.parse_args().minutes * 60
    lines: list[Line] = []
    try:
        with running_postgres() as postgres:
            lines += simulated(seconds * 0.45, postgres)
            lines.append(bitten())
            lines.append(killed("server killed, SQLite", seconds * 0.2, "sqlite:///{folder}/s.db", None))
            with postgres.fresh_database() as url:
                lines.append(killed("server killed, PostgreSQL", seconds * 0.2, url, None))
            with postgres.fresh_database() as url:
                lines.append(killed("PostgreSQL itself killed", seconds * 0.1, url, postgres))
    except AssertionError as wrong:
        sys.stdout.write(f"\nwrong: {wrong}\n")
        return 1
    sys.stderr.write("\r\x1b[K")
    width = max(len(line.what) for line in lines)
    sys.stdout.write("".join(f"{line.what:<{width}}  {line.figures}\n" for line in lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
