"""Servers killed under load, and the database under a server: nothing acknowledged is lost, nothing is half done."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.crash.shop import Server, counted, opened_shop, under_load
from tests.support.postgres import running_postgres

pytestmark = pytest.mark.slow

KILLS = 3
_DICE = random.Random(1)  # noqa: S311  # when to kill is no secret


def test_a_server_killed_under_load_has_lost_nothing_that_it_acknowledged(
    database_url: str, tmp_path: Path
) -> None:
    shop = opened_shop(database_url, tmp_path)
    server = Server(shop)
    server.start()
    with under_load(shop, server.url) as clients:
        for _ in range(KILLS):
            time.sleep(0.4 + _DICE.random() * 0.6)
            server.kill()
            server.start()
        time.sleep(0.5)
    server.stop()
    balance = counted(shop, clients)
    assert balance.acknowledged > 0


def test_a_database_killed_under_a_server_has_lost_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    with running_postgres() as postgres, postgres.fresh_database() as url:
        shop = opened_shop(url, tmp_path)
        server = Server(shop)
        server.start()
        with under_load(shop, server.url) as clients:
            for _ in range(2):
                time.sleep(0.4 + _DICE.random() * 0.6)
                postgres.kill_and_restart()
            time.sleep(1.0)
        server.stop()
        balance = counted(shop, clients)
    assert balance.acknowledged > 0
