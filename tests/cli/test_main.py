from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from cli.main import SUBJECTS, main, points
from cli.session import Surroundings
from tests.cli.conftest import Run, Server

REFUSAL = {
    "type": "https://points.invalid/problems/till-revoked",
    "title": "No",
    "detail": "No.",
    "till": "7",
}


def test_a_command_that_was_done_exits_with_0_and_prints_one_document(
    run: Run, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers = [(201, {"fund_id": "f", "position": 3})]
    assert run("fund", "open", "F", "--kind", "fiscal", "--area", "500233", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"fund_id": "f", "position": 3}


def test_a_refusal_exits_with_1_and_is_the_one_document(
    run: Run, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers = [(409, REFUSAL)]
    assert run("redeem", "87", "--points", "5", "--json") == 1
    told = capsys.readouterr()
    assert json.loads(told.out) == REFUSAL
    assert told.err == "No.\n"


def test_a_refusal_without_json_leaves_standard_output_empty(
    run: Run, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers = [(403, REFUSAL)]
    assert run("balance", "50023312345678") == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("balance", "--json"),
        ("no-such-command", "--json"),
        ("redeem", "87", "--points", "none", "--json"),
        ("fund", "no-such-command", "--json"),
        ("redeem", "87", "--points", "0", "--json"),
        ("balance", "1", "--at", "2026-01-01T00:00:00", "--json"),
    ],
)
def test_wrong_usage_exits_with_2_and_is_a_document_too(
    run: Run, server: Server, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert run(*arguments) == 2
    assert json.loads(capsys.readouterr().out)["type"] == "https://points.invalid/problems/usage"
    assert server.requests == []


def test_a_clock_without_an_offset_is_wrong_usage(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POINTS_NOW", "2026-06-15T09:00:00")
    assert run("balance", "1") == 2


@pytest.mark.parametrize("status", [500, 503])
def test_a_server_that_could_not_store_exits_with_3(run: Run, server: Server, status: int) -> None:
    server.answers = [(status, REFUSAL)]
    assert run("balance", "1", "--json") == 3


def test_an_answer_that_is_no_document_exits_with_3(
    run: Run, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers = [(502, b"<html>")]
    assert run("balance", "1", "--json") == 3
    assert json.loads(capsys.readouterr().out)["status"] == 502


def test_a_server_that_is_not_reached_exits_with_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nobody there", request=request)

    monkeypatch.setenv("POINTS_LANG", "en")
    assert main(("balance", "1", "--json"), Surroundings(httpx.MockTransport(refuse))) == 3
    document = json.loads(capsys.readouterr().out)
    assert document["type"].endswith("/server-not-reached")
    assert document["detail"]


@pytest.mark.parametrize(
    ("tag", "detail"), [("en", "cannot be read"), ("zh-Hans", "无法读取"), ("zh-TW", "無法讀取")]
)
def test_sentences_come_in_the_language_that_was_asked_for(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tag: str,
    detail: str,
) -> None:
    monkeypatch.setenv("POINTS_LANG", tag)
    assert run("volunteer", "import", "/nowhere/roster.csv") == 3
    assert detail in capsys.readouterr().err


def test_the_caller_is_named_by_header_with_language_and_clock(
    run: Run, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("secret\nmore\n")
    monkeypatch.setenv("POINTS_NOW", "2026-06-15T09:00:00+08:00")
    assert run("volunteer", "show", "1", "--json", "--as", f"@{tmp_path / 'token'}") == 0
    headers = server.request.headers
    assert headers["Authorization"] == "Bearer secret"
    assert headers["Accept-Language"] == "en"
    assert headers["Points-Now"] == "2026-06-15T09:00:00+08:00"


def test_every_subject_has_a_module_whose_commands_explain_themselves() -> None:
    with points.make_context("points", ["x"], resilient_parsing=True) as ctx:
        for subject in SUBJECTS:
            command = points.get_command(ctx, subject)
            assert command is not None
            assert command.name == subject
            assert command.help


def test_help_imports_neither_the_exchange_nor_an_http_client() -> None:
    heavy = "httpx fastapi sqlalchemy eventsourcing rich cryptography"
    code = (
        "import sys; from cli.main import main; status = main(['--help']);"
        f"sys.exit(status or len(set({heavy.split()!r}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)  # noqa: S603 - our own
    assert done.returncode == 0
    assert b"volunteer" in done.stdout
