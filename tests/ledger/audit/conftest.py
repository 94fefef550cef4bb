"""A small log to audit, ways to read it, and engines to keep its tree in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from points.ledger.audit.tiles import audit_metadata
from points.ledger.event_row import EventRow, ReadEvents

STREAMS = 7


@pytest.fixture
def tenant() -> bytes:
    return bytes(range(16))


@pytest.fixture
def make_rows() -> Callable[[int], list[EventRow]]:
    """Rows of seven interleaved streams, the same ones every time."""

    def made(count: int) -> list[EventRow]:
        return [
            EventRow(
                position=position,
                originator_id=sha256(b"stream %d" % (position % STREAMS)).digest()[:16],
                version=(position - (position % STREAMS or STREAMS)) // STREAMS + 1,
                topic=("points.account.redeemed", "points.redemption.confirmed")[position % 2],
                recorded_at_us=1_900_000_000_000_000 + position // 3,
                command_id=sha256(b"command %d" % (position // 2)).digest()[:16],
                state=sha256(b"state %d" % position).digest() * (position % 4),
            )
            for position in range(1, count + 1)
        ]

    return made


@pytest.fixture
def reading() -> Callable[[Sequence[EventRow]], ReadEvents]:
    """A `ReadEvents` over a list that the test may still change."""

    def over(rows: Sequence[EventRow]) -> ReadEvents:
        def read(after: int, limit: int) -> Sequence[EventRow]:
            return sorted(row for row in rows if row.position > after)[:limit]

        return read

    return over


@pytest.fixture(params=["memory", "file"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "memory":
        made = create_engine("sqlite://", poolclass=StaticPool)
    else:
        made = create_engine(f"sqlite:///{tmp_path / 'read.db'}")
    audit_metadata.create_all(made)
    yield made
    made.dispose()
