"""Two processes of the operating system on one store."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from points.ledger.recorder import EventRecorder
from tests.domain import examples
from tests.ledger.stores import a_writer, empty_log, open_account, positions, replayed

ROOT = Path(__file__).parents[2]


def test_two_processes_spending_from_one_account_never_overdraw_it(database_url: str) -> None:
    with empty_log(database_url) as engine:
        with closing(a_writer(engine)) as writer:
            writer.run(open_account(200))
        recorder = EventRecorder(engine)
        processes = [
            subprocess.Popen(  # noqa: S603  # this very interpreter on a file of this folder
                [sys.executable, "-m", "tests.ledger.spending_process", database_url],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        spent = [int(process.communicate(timeout=60)[0]) for process in processes]
        assert sum(spent) == 200
        assert replayed(recorder, examples.ACCOUNT).balance_points == 0
        assert positions(recorder) == list(range(1, 203))
