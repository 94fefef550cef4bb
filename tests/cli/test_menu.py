"""What the commands of the menu and the issue ledger send."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.conftest import Run, Server

A, B = "500233001001", "00000000-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("line", "route", "body"),
    [
        (
            f"menu add T --area {A} --kind youth --paired",
            "/v1/menu-items",
            {"title": "T", "area": A, "kind": "youth", "paired": True, "askable_by": "anyone"},
        ),
        (f"menu withdraw {B}", f"/v1/menu-items/{B}/withdrawals", {}),
        (
            f"request place N --kind youth --resident {B} --area {A}",
            "/v1/requests",
            {"need": "N", "kind": "youth", "resident_id": B, "area": A, "paired": False},
        ),
        (f"request answer {B} --decline", f"/v1/requests/{B}/answers", {"agreed": False}),
        (f"request rate {B} --rating 4", f"/v1/requests/{B}/ratings", {"rating": 4}),
        ("request lapse", "/v1/request-lapses", {}),
        (f"project answer {B} --step agree", f"/v1/listings/{B}/steps", {"step": "agree"}),
        (f"issue word {B} --unsolved", f"/v1/issues/{B}/words", {"satisfied": False}),
        (
            f"visit add {B} --area {A} --on 2026-11-09",
            "/v1/visits",
            {"cadre_id": B, "area": A, "visited_on": "2026-11-09"},
        ),
        (
            f"admission propose T --area {A} --kind survey --yuan 500",
            "/v1/task-admissions",
            {"title": "T", "area": A, "kind": "survey", "cost_fen": 50_000},
        ),
        (f"admission decide {B} --admit", f"/v1/task-admissions/{B}/decisions", {"admitted": True}),
    ],
)
def test_a_command_sends_what_it_was_told(
    run: Run, server: Server, line: str, route: str, body: dict[str, Any]
) -> None:
    assert run(*line.split()) == 0
    assert server.request.url.path == route
    assert server.body == body


def test_overdue_issues_of_ones_own_are_listed(
    run: Run, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers = [
        (200, {"issues": [{"issue_id": B, "due_on": "2026-11-09", "overdue": True}], "next": None})
    ]
    assert run("issue", "list", "--state", "overdue", "--mine") == 0
    assert dict(server.request.url.params)["state"] == "overdue"
    assert dict(server.request.url.params)["mine"].lower() == "true"
    assert B in capsys.readouterr().out
