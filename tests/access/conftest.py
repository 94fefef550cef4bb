"""One small county for all questions about access."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from api.app import create_app
from points.bootstrap import Exchange, Settings, create_store
from tests.access.world import Asking, World, areas_file
from tests.support.paths import ROOT

NOW = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)


class Place(NamedTuple):
    world: World
    exchange: Exchange


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("access")
    settings = Settings(database_url=f"sqlite:///{folder}/s.db", fixed_at=NOW - timedelta(hours=1))
    made = create_store(settings, areas_csv=areas_file(ROOT), demo=True)
    exchange = Exchange.open(replace(settings, fixed_at=NOW))
    asking = Asking(create_app(exchange))
    try:
        yield Place(World(asking, made["token"]), exchange)
    finally:
        asking.close()
        exchange.close()
