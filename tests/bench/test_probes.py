"""The probes that fill a log themselves must not believe that it was filled."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.port import Place
from bench.probes import check_disk


def test_a_log_that_takes_no_room_was_not_written(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"x" * 1_000)
    with pytest.raises(AssertionError, match="cannot lie in 1000 bytes"):
        check_disk(Place(tmp_path), events=1_000)


def test_a_log_of_a_plausible_size_passes(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"x" * 50_000)
    check_disk(Place(tmp_path), events=1_000)
