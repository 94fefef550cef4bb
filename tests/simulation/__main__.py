"""`python -m tests.simulation --seed N --steps N --hours H`: seeds one after another until the time is over.

Stops at the first seed that finds something, with the shortened steps. `--broken NAME` breaks the exchange first.
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import nullcontext

from tests.simulation.broken import VARIANTS, broken
from tests.simulation.runner import Failed, run_seed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--steps", type=int, default=400, help="steps of each seed")
    parser.add_argument("--hours", type=float, default=0.02, help="how long to go on; one seed at least")
    parser.add_argument("--broken", choices=sorted(VARIANTS), help="break this first")
    told = parser.parse_args()
    ends_at = time.monotonic() + told.hours * 3600
    seed, asked, faults = told.seed, 0, 0
    with broken(told.broken) if told.broken else nullcontext():
        while True:
            try:
                report = run_seed(seed, told.steps)
            except Failed as found:
                sys.stdout.write(f"{found}\n")
                return 1
            asked, faults, seed = asked + report.asked, faults + report.faults_struck, seed + 1
            sys.stderr.write(f"\rseed {report.seed}: {asked} questions, {faults} faults, nothing wrong")
            if time.monotonic() >= ends_at:
                break
    seeds = seed - told.seed
    sys.stdout.write(
        f"\n{seeds} seeds, {seeds * told.steps} steps, {asked} questions, {faults} faults, nothing wrong\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
