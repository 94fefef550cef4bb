from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.errors import ServerRunning
from cli.lock import held, lock_path, running_server


def test_a_running_server_is_found_by_its_address(tmp_path: Path) -> None:
    store = tmp_path / "points.db"
    with held(store, "http://127.0.0.1:8000"):
        assert running_server(store) == "http://127.0.0.1:8000"
        assert set(json.loads(lock_path(store).read_text())) == {"pid", "url"}


def test_without_a_server_there_is_none(tmp_path: Path) -> None:
    assert running_server(tmp_path / "points.db") is None


def test_a_server_that_ended_is_not_found(tmp_path: Path) -> None:
    store = tmp_path / "points.db"
    with held(store, "http://127.0.0.1:8000"):
        pass
    assert running_server(store) is None


def test_a_lock_file_that_a_crash_left_behind_is_ignored(tmp_path: Path) -> None:
    store = tmp_path / "points.db"
    lock_path(store).write_text('{"pid": 1, "url": "http://127.0.0.1:8000"}')
    assert running_server(store) is None
    with held(store, "http://127.0.0.1:8001"):
        assert running_server(store) == "http://127.0.0.1:8001"


def test_a_second_server_of_the_same_store_is_refused(tmp_path: Path) -> None:
    store = tmp_path / "points.db"
    with (
        held(store, "http://127.0.0.1:8000"),
        pytest.raises(ServerRunning, match="8000"),
        held(store, "http://127.0.0.1:8001"),
    ):
        pass


def test_a_server_that_is_just_starting_is_waited_for(tmp_path: Path) -> None:
    store = tmp_path / "points.db"
    with held(store, "http://127.0.0.1:8000"):
        written = lock_path(store).read_bytes()
        lock_path(store).write_bytes(b"")

        def start(_seconds: float) -> None:
            lock_path(store).write_bytes(written)

        assert running_server(store, start) == "http://127.0.0.1:8000"
