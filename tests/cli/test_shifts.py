"""What the commands about shifts send and say."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Run, Server

SHIFT = "00000000-0000-7000-8000-000000000001"


@pytest.mark.parametrize(("state", "said"), [("signed-up", "Signed up"), ("waiting", "you wait for a place")])
def test_who_signs_up_is_told_whether_a_place_was_free(
    run: Run, server: Server, capsys: pytest.CaptureFixture[str], state: str, said: str
) -> None:
    server.answers = [(201, {"shift_id": SHIFT, "state": state, "position": 1})]
    assert run("activity", "sign-up", SHIFT, "--server", "http://s", "--as", "T") == 0
    assert server.request.url.path == f"/v1/shifts/{SHIFT}/sign-ups"
    assert said in capsys.readouterr().out


def test_a_shift_is_opened_with_its_places(run: Run, server: Server) -> None:
    server.answers = [(201, {"shift_id": SHIFT, "position": 1})]
    span = ("--starts", "2026-11-20T09:00:00+08:00", "--ends", "2026-11-20T11:00:00+08:00")
    arguments = ("activity", "add-shift", SHIFT, *span, "--places", "2")
    assert run(*arguments, "--server", "http://s", "--as", "T") == 0
    assert server.request.url.path == f"/v1/activities/{SHIFT}/shifts"
    assert server.body["places"] == 2
    assert server.body["cancel_before_minutes"] == 0
