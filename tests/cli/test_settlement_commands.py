"""What the commands around settlements send, and what people see of the answer."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, Server

A = "00000000-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("arguments", "route", "body"),
    [
        (("settle", A, "--period", "2026-11"), f"/v1/merchants/{A}/settlements", {"period": "2026-11"}),
        (("settlement", "confirm", A), f"/v1/settlements/{A}/confirmations", {}),
        (("settlement", "approve", A), f"/v1/settlements/{A}/approvals", {}),
        (("settlement", "withdraw", A), f"/v1/settlements/{A}/withdrawals", {}),
        (("settlement", "order", A), f"/v1/settlements/{A}/orders", {}),
        (("settlement", "pay", A), f"/v1/settlements/{A}/payments", {}),
        (
            ("settlement", "pay", A, "--reference", "B", "--on", "2026-12-01"),
            f"/v1/settlements/{A}/payments",
            {"reference": "B", "paid_on": "2026-12-01"},
        ),
        (("settlement", "fail", A, "--reason", "R"), f"/v1/settlements/{A}/failures", {"reason": "R"}),
        (
            ("dispute", "raise", A, "--reason", "R"),
            f"/v1/redemptions/{A}/disputes",
            {"reason": "R", "evidence": []},
        ),
        (
            ("dispute", "answer", A, "--text", "T"),
            f"/v1/disputes/{A}/answers",
            {"text": "T", "evidence": []},
        ),
        (
            ("dispute", "decide", A, "--outcome", "upheld", "--reason", "R", "--refund", "5"),
            f"/v1/disputes/{A}/decisions",
            {"outcome": "upheld", "reason": "R", "refund_points": 5},
        ),
        (
            ("alarm", "decide", A, "--outcome", "cleared", "--reason", "R"),
            f"/v1/alarms/{A}/decisions",
            {"outcome": "cleared", "reason": "R"},
        ),
        (("alarm", "look"), "/v1/alarm-runs", {}),
        (
            ("webhook", "register", A, "https://shop.example/", "--type", "settlement.paid"),
            f"/v1/merchants/{A}/webhooks",
            {"url": "https://shop.example/", "types": ["settlement.paid"]},
        ),
        (("webhook", "remove", A), f"/v1/webhooks/{A}/removals", {}),
        (("webhook", "replay", A, "--after", "7"), f"/v1/webhooks/{A}/replays", {"after": 7}),
    ],
)
def test_a_command_sends_what_it_was_told(
    run: Run, server: Server, arguments: tuple[str, ...], route: str, body: dict[str, Any]
) -> None:
    server.answers = [(201, {"position": 3})]
    assert run(*arguments, "--json") == 0
    assert (server.request.method, server.request.url.path) == ("POST", route)
    assert server.body == body


def test_a_settlement_is_shown_with_its_lines(
    run: Run, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    line = {"position": 9, "kind": "sale", "redemption_id": A, "points": 5, "pay_fen": 450}
    server.answers = [
        (200, {"settlement_id": A, "state": "paid", "pay_fen": 450, "shares": []}),
        (200, {"lines": [line], "next": None}),
    ]
    assert run("settlement", "show", A) == 0
    assert "4.50" in capsys.readouterr().out


def test_a_difference_ends_with_status_1(
    run: Run, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers = [(200, {"merchants": [], "funds": [], "ok": False})]
    assert run("settlement", "reconcile", "--json") == 1
    assert json.loads(capsys.readouterr().out)["ok"] is False
    server.answers = [(200, {"merchants": [], "funds": [], "ok": True})]
    assert run("settlement", "reconcile") == 0


def test_evidence_stays_where_it_is_and_only_its_digest_is_sent(
    run: Run, server: Server, tmp_path: Path
) -> None:
    picture = tmp_path / "receipt.jpg"
    picture.write_bytes(b"picture")
    server.answers = [(201, {"position": 3})]
    run("dispute", "raise", A, "--reason", "R", "--evidence", str(picture), "--json")
    assert server.body["evidence"] == [sha256(b"picture").hexdigest()]


def test_a_document_is_written_as_its_name_says(run: Run, server: Server, tmp_path: Path) -> None:
    server.answers = [(200, b"a,b")]
    out = tmp_path / "order.csv"
    assert run("settlement", "document", A, "--out", str(out), "--json") == 0
    assert server.request.url.path == f"/v1/settlements/{A}/documents/csv"
    assert out.read_bytes() == b"a,b"
    assert run("settlement", "document", A, "--out", "order.doc", "--json") == 2


@pytest.mark.parametrize(
    ("arguments", "route", "member"),
    [
        (("settlement", "list"), "/v1/settlements", "statements"),
        (("settlement", "list", "--merchant", A), f"/v1/merchants/{A}/statements", "statements"),
        (("dispute", "list", "--open"), "/v1/disputes", "disputes"),
        (("alarm", "list", "--open"), "/v1/alarms", "alarms"),
        (("webhook", "list", A), f"/v1/merchants/{A}/webhooks", "webhooks"),
        (("webhook", "dead", A), f"/v1/webhooks/{A}/dead-letters", "dead_letters"),
    ],
)
def test_a_list_may_be_empty(
    run: Run, server: Server, arguments: tuple[str, ...], route: str, member: str
) -> None:
    server.answers = [(200, {member: [], "next": None})]
    assert run(*arguments) == 0
    assert server.request.url.path == route
