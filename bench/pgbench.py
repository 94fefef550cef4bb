"""PostgreSQL's own load generator, in C: its callers cost the measured machine next to nothing."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from bench.postgres import program
from bench.workload import CALLER_KEYS, Population, Run

REQUEST = f"""\\set n :n + 1
\\set key (:client_id + 1) * {CALLER_KEYS} + :n
\\set account random(0, :accounts - 1)
\\set merchant random(0, :merchants - 1)
\\set points random(6, 10)
"""


def drive(uri: str, transaction: str, callers: int, seconds: float, population: Population) -> Run:
    """A closed loop of whole seconds, statements prepared. Keys rise within each caller, as in our load."""
    whole_s = max(1, round(seconds))
    with tempfile.TemporaryDirectory() as scratch:
        script = Path(scratch, "transfer.sql")
        script.write_text(REQUEST + transaction)
        command = [str(program("pgbench")), uri, "--no-vacuum", "--protocol=prepared", f"--file={script}"]
        command += [f"--client={callers}", f"--jobs={min(callers, 2)}", f"--time={whole_s}"]
        command += ["--define=n=0", f"--define=accounts={population.accounts}"]
        command += [f"--define=merchants={population.merchants}", "--log", f"--log-prefix={scratch}/log"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own program
        if done.returncode:
            raise RuntimeError(done.stderr)
        latencies_ms = [
            int(line.split(" ", 3)[2]) / 1e3
            for log in Path(scratch).glob("log*")
            for line in log.read_text().splitlines()
        ]
    return Run(float(whole_s), latencies_ms, len(latencies_ms), points=0)
