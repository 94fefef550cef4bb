from __future__ import annotations

import pytest

from tests.cli.conftest import Run, Server

COMMON = ("--server", "http://points", "--as", "t")


@pytest.mark.parametrize(
    ("arguments", "route", "body"),
    [
        (
            ("gift", "7", "--points", "3", "--reason", "R"),
            "/v1/gifts",
            {"to": "7", "points": 3, "reason": "R"},
        ),
        (
            ("donate", "--points", "3", "--reason", "R", "--fund", "f"),
            "/v1/donations",
            {"points": 3, "reason": "R", "fund_id": "f"},
        ),
        (
            (
                "adjustment",
                "propose",
                "7",
                "--kind",
                "correction",
                "--points",
                "-3",
                "--reason",
                "R",
                "--record",
                "r",
            ),
            "/v1/volunteers/7/adjustments",
            {"kind": "correction", "points": -3, "reason": "R", "record_id": "r"},
        ),
        (("adjustment", "approve", "a"), "/v1/adjustments/a/approvals", {}),
        (
            ("adjustment", "answer", "a", "--dismissed", "--text", "T"),
            "/v1/adjustments/a/answers",
            {"upheld": False, "text": "T"},
        ),
        (("expire", "--due"), "/v1/expiry-runs", {}),
        (("expire", "--announce", "60"), "/v1/expiry-announcements", {"within_days": 60}),
        (
            ("fund", "allocate", "b", "--area", "500233001", "--yuan", "12.50"),
            "/v1/budgets/b/allocations",
            {"area": "500233001", "amount_fen": 1_250},
        ),
        (("fund", "close", "b", "--carry-to", "2027"), "/v1/budgets/b/closures", {"carry_to": "2027"}),
    ],
)
def test_a_command_sends_what_was_typed(
    server: Server, run: Run, arguments: tuple[str, ...], route: str, body: dict[str, object]
) -> None:
    server.answers = [(201, {"position": 1})]
    assert run(*arguments, *COMMON) == 0
    assert server.request.url.path == route
    assert {name: value for name, value in server.body.items() if value is not None} == body


def test_expire_does_one_thing_at_a_time(run: Run) -> None:
    assert run("expire", *COMMON) == 2
    assert run("expire", "--due", "--coming", "30", *COMMON) == 2


def test_what_ends_is_listed_page_by_page(
    server: Server, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    one = {"volunteer_number": "7", "area": "500233", "points": 5, "expires_on": "2026-12-01"}
    server.answers = [(200, {"ending": [one], "next": None})]
    assert run("expire", "--coming", "30", *COMMON) == 0
    assert dict(server.request.url.params)["within_days"] == "30"
    assert "7" in capsys.readouterr().out
