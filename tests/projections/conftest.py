"""A county to project, on either database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.projections.world import World
from tests.support.clock import CountedIds, FixedClock


@pytest.fixture
def world(database_url: str, clock: FixedClock, ids: CountedIds) -> Iterator[World]:
    made = World(database_url, clock, ids)
    yield made
    made.close()
