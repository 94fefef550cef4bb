"""`python -m bench [ROW …]`: measures, prints the table, writes the results."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console

from bench import machine, postgres, probes
from bench.port import EngineMissing, Place
from bench.probes import Metrics, Probe
from bench.report import judge, table
from bench.rows import Row, rows

NARROWEST = 150  # columns that the table needs where no terminal gives a width
progress = Console(stderr=True, soft_wrap=True)


def main() -> int:
    asked = arguments()
    chosen = selection(rows(asked.store_events), [*asked.row, *filter(None, asked.rows.split(","))])
    asked.dir.mkdir(parents=True, exist_ok=True)
    if machine.filesystem(asked.dir) == "tmpfs":
        progress.print(f"{asked.dir} lies in memory, where nothing is durable: name a disk with --dir")
        return 2
    with ExitStack() as held:
        directory = Path(
            held.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=asked.dir.resolve()))
        )
        wanted = list(dict.fromkeys(reading.probe for row in chosen for reading in row.readings()))
        uri = held.enter_context(postgres.server(directory)) if any(p.on_postgres for p in wanted) else None
        where = machine.machine(directory, postgres.settings(uri) if uri else {})
        bench = Bench(directory, uri, asked.seconds)
        taken = [bench.round(wanted, number, asked.rounds) for number in range(asked.rounds)]
    verdicts = {row.id: judge(row, taken, bench.missing) for row in chosen}
    results = {"machine": where, "versions": machine.versions(), "rows": verdicts}
    asked.out.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n")
    out = Console()
    (out if out.is_terminal else Console(width=NARROWEST)).print(
        table(verdicts, {row.id: row.what for row in chosen})
    )
    progress.print(f"written: {asked.out}")
    return 0


class Bench:
    """Runs the probes of a round in turn, each in a fresh process, directory and database."""

    def __init__(self, directory: Path, uri: str | None, seconds: float) -> None:
        self.directory, self.uri, self.seconds = directory, uri, seconds
        self.missing: dict[Probe, str] = {}

    def round(self, wanted: Iterable[Probe], number: int, of: int) -> dict[Probe, Metrics]:
        """Every other round backwards, so that no contender always comes after the same neighbour."""
        todo = [p for p in wanted if p not in self.missing and not (p.once and number)]
        taken: dict[Probe, Metrics] = {}
        for turn, probe in enumerate(todo if number % 2 == 0 else reversed(todo)):
            start = time.perf_counter()
            try:
                taken[probe] = self.measure(probe, f"bench_{number}_{turn}", seed=number * 100 + 1)
                told = "  ".join(f"{name} {value:,.4g}" for name, value in taken[probe].items())
            except EngineMissing as why:
                self.missing[probe] = told = str(why)
            took_s = time.perf_counter() - start
            progress.print(f"round {number + 1}/{of}  {probe!s:34} {took_s:5.1f} s  {told}", highlight=False)
        return taken

    def measure(self, probe: Probe, name: str, seed: int) -> Metrics:
        with ExitStack() as held:
            scratch = Path(held.enter_context(tempfile.TemporaryDirectory(dir=self.directory)))
            own = (
                held.enter_context(postgres.database(self.uri, name))
                if probe.on_postgres and self.uri
                else None
            )
            alone = held.enter_context(ProcessPoolExecutor(1, mp_context=get_context("spawn")))
            return alone.submit(probes.run, probe, Place(scratch, own), self.seconds, seed).result()


def selection(table_rows: Iterable[Row], names: list[str]) -> list[Row]:
    known = {row.id: row for row in table_rows}
    if unknown := set(names) - set(known):
        sys.exit(f"no such row: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    return [row for row in known.values() if not names or row.id in names]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("row", nargs="*", help="rows to measure (A1 …); all without any")
    parser.add_argument("--rows", default="", metavar="A1,A2", help="the same, as a list")
    parser.add_argument("--rounds", type=int, default=3, help="3 or more for numbers to keep (%(default)s)")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each measurement (%(default)s)")
    parser.add_argument(
        "--store-events", type=int, default=10_000_000, help="the long log of A5 and A8 (%(default)s)"
    )
    parser.add_argument("--out", type=Path, default=Path("bench/results.json"))
    parser.add_argument(
        "--dir", type=Path, default=Path("var/bench"), help="on the disk to measure (%(default)s)"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
