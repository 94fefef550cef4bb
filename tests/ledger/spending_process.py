"""A process of its own that spends from the example account, point by point, until it is refused.

Run with the address of a store; prints how many points it spent.
"""

from __future__ import annotations

import sys
from contextlib import closing
from uuid import uuid4

from points.domain.account import InsufficientPoints
from points.ledger.database import open_engine
from points.ledger.recorder import EventRecorder
from points.ledger.writer import Writer
from tests.ledger.stores import CODECS, spend
from tests.support.clock import FixedClock


def spend_all(database_url: str) -> int:
    engine = open_engine(database_url)
    writer = Writer(EventRecorder(engine), CODECS, now=FixedClock(), new_id=uuid4)
    spent = 0
    with closing(writer):
        while True:
            try:
                writer.run(spend(1))
            except InsufficientPoints:
                break
            spent += 1
    engine.dispose()
    return spent


if __name__ == "__main__":
    sys.stdin.readline()  # both wait for the starting shot
    sys.stdout.write(f"{spend_all(sys.argv[1])}\n")
