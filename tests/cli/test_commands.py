"""What each command sends, and what people see of the answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from points.codes.image import read_image, render_png
from tests.cli.conftest import Run, Server

A, B = "500233", "00000000-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("arguments", "route", "body"),
    [
        (
            ("fund", "receive", B, "--yuan", "50000.05", "--source", "T"),
            f"/v1/funds/{B}/receipts",
            {"amount_fen": 5_000_005, "source": "T"},
        ),
        (
            ("fund", "reserve", B, "--area", A, "--period", "2026", "--yuan", "7"),
            f"/v1/funds/{B}/budgets",
            {"area": A, "period": "2026", "amount_fen": 700},
        ),
        (
            ("staff", "add", "N", "--role", "county", "--area", A),
            "/v1/staff",
            {"name": "N", "role": "county", "area": A},
        ),
        (
            (
                "hours",
                "issue",
                "7",
                "--minutes",
                "90",
                "--kind",
                "youth",
                "--on",
                "2026-05-04",
                "--activity",
                "X",
                "--reason",
                "R",
            ),
            "/v1/service-records",
            {
                "volunteer_number": "7",
                "minutes": 90,
                "kind": "youth",
                "on": "2026-05-04",
                "activity": "X",
                "reason": "R",
            },
        ),
        (("hours", "review", "--all"), "/v1/reviews", {"all": True}),
        (("hours", "notice", "--all"), "/v1/notices", {"all": True}),
        (("hours", "notice", B), "/v1/notices", {"record_ids": [B]}),
        (("hours", "confirm"), "/v1/confirmations", {"due": True}),
        (
            ("hours", "review", B, "--refuse", "--reason", "R"),
            f"/v1/service-records/{B}/reviews",
            {"approved": False, "reason": "R"},
        ),
        (
            ("redeem", "1234 5678 9012", "--points", "5"),
            "/v1/redemptions",
            {"short_code": "123456789012", "points": 5},
        ),
        (
            ("redeem", "87" + "0" * 251, "--points", "5"),
            "/v1/redemptions",
            {"code": "87" + "0" * 251, "points": 5},
        ),
        (
            ("refund", B, "--points", "2", "--reason", "R"),
            f"/v1/redemptions/{B}/refunds",
            {"points": 2, "reason": "R"},
        ),
        (("sign-in", "https://h/s/#8712"), "/v1/sign-ins", {"digits": "8712"}),
        (("till", "enrol", B), f"/v1/merchants/{B}/tills", {}),
        (("volunteer", "move", "7", "--area", A), "/v1/volunteers/7/moves", {"area": A}),
        (
            ("volunteer", "enrol", "7", "--approve-as", "second"),
            "/v1/volunteers/7/enrolments",
            {"approve_token": "second"},
        ),
    ],
)
def test_a_command_sends_its_arguments(
    run: Run, server: Server, arguments: tuple[str, ...], route: str, body: dict[str, Any]
) -> None:
    server.answers = [(201, {"position": 1})]
    assert run(*arguments, "--json") == 0
    assert server.request.method == "POST"
    assert server.request.url.path == route
    assert server.body == body


def test_a_scheme_pays_a_point_for_half_an_hour_unless_told(run: Run, server: Server) -> None:
    assert run("scheme", "draft", "S", "--area", A, "--from", "2026-01-01", "--json") == 0
    assert server.body["rates"] == [
        {"kind": "*", "time_class": "verified", "points": 1, "per_minutes": 30},
        {"kind": "*", "time_class": "supplementary", "points": 1, "per_minutes": 30},
    ]
    assert server.body["value_fen"] == 100


def test_rates_that_are_given_replace_the_usual_ones(run: Run, server: Server) -> None:
    rates = ("--rate", "youth:verified=3/20", "--rate", "*:verified=1/60")
    assert run("scheme", "draft", "S", "--area", A, "--from", "2026-01-01", *rates, "--json") == 0
    assert [rate["points"] for rate in server.body["rates"]] == [3, 1]


def test_an_agreement_begins_today_in_china_and_lasts_a_year(run: Run, server: Server) -> None:
    assert run("merchant", "enrol", "M", "--kind", "supermarket", "--area", A, "--json") == 0
    assert (server.body["valid_from"], server.body["valid_until"]) == ("2026-06-15", "2027-06-15")
    assert set(server.body["caps"]) == {
        "redemption_points",
        "person_day_points",
        "till_day_points",
        "merchant_day_points",
    }


@pytest.mark.parametrize("yuan", ["1e3", "1.234", "-1", "１００", "1,000", ""])
def test_money_that_is_not_exact_is_wrong_usage(run: Run, server: Server, yuan: str) -> None:
    assert run("fund", "receive", B, "--source", "T", f"--yuan={yuan}") == 2
    assert server.requests == []


def test_every_write_carries_a_key_of_its_own_unless_one_is_given(run: Run, server: Server) -> None:
    for key in ((), (), ("--key", "mine")):
        run("fund", "open", "F", "--kind", "fiscal", "--area", A, "--json", *key)
    first, second, given = (request.headers["Idempotency-Key"] for request in server.requests)
    assert first != second
    assert given == "mine"


def test_an_import_makes_its_key_from_the_file_and_how_it_is_taken(
    run: Run, server: Server, tmp_path: Path
) -> None:
    sheet = tmp_path / "s.csv"
    sheet.write_bytes(b"one")
    server.answers = [(200, {"accepted": 1, "duplicate": 0, "refused": [], "position": 1})]
    command = ("hours", "import", str(sheet), "--reason", "R", "--json")
    run(*command, "--area", A)
    run(*command, "--area", A)
    run(*command, "--area", "500233001")
    run(*command, "--area", A, "--dry-run")
    sheet.write_bytes(b"two")
    run(*command, "--area", A)
    keys = [request.headers["Idempotency-Key"] for request in server.requests]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 4
    assert b"one" in server.requests[0].content


def test_an_import_that_refused_lines_was_done_and_shows_them(
    run: Run, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "s.csv"
    sheet.write_bytes(b"one")
    refused = [{"line": 4, "field": "phone", "rule": "phone-length", "message": "Eleven digits, please."}]
    server.answers = [(200, {"accepted": 1, "duplicate": 0, "refused": refused, "position": 1})]
    assert run("volunteer", "import", str(sheet)) == 0
    told = capsys.readouterr().out
    assert "Eleven digits, please." in told
    assert "1 refused" in told


def test_a_payment_code_is_drawn_so_that_a_till_reads_it(run: Run, server: Server, tmp_path: Path) -> None:
    digits = "87" + "1" * 251
    server.answers = [
        (201, {"digits": digits, "short_code": "123456789012", "expires_at": "2026-06-15T04:01:00+00:00"})
    ]
    picture = tmp_path / "pay.png"
    assert run("code", "pay", "--out", str(picture), "--json") == 0
    assert read_image(picture) == digits


def test_a_till_reads_the_code_off_a_picture(run: Run, server: Server, tmp_path: Path) -> None:
    picture = tmp_path / "pay.png"
    picture.write_bytes(render_png("87" + "1" * 251))
    assert run("redeem", str(picture), "--points", "5", "--json") == 0
    assert server.body["code"] == "87" + "1" * 251
    assert "Idempotency-Key" not in server.request.headers


def test_a_picture_that_shows_no_code_is_refused_unsent(run: Run, server: Server, tmp_path: Path) -> None:
    picture = tmp_path / "blank.png"
    picture.write_bytes(b"no picture")
    assert run("redeem", str(picture), "--points", "5") == 1
    assert server.requests == []


def test_a_balance_shows_what_can_be_spent_and_when_it_expires(
    run: Run, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    lot = {"lot_no": 1, "fund_id": B, "points": 30, "expires_on": "2027-05-31", "value_fen": 100}
    server.answers = [
        (200, {"volunteer_number": "7", "balance": 30, "held": 10, "lots": [lot], "position": 9})
    ]
    assert run("balance", "7", "--at", "2026-06-15T00:00:00+08:00", "--basis", "recorded") == 0
    told = capsys.readouterr().out
    assert "20 to spend" in told
    assert "May 31, 2027" in told
    assert dict(server.request.url.params) == {"at": "2026-06-15T00:00:00+08:00", "basis": "recorded"}


def test_rates_are_percent_for_people_and_exact_for_programs(
    run: Run, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    rate = {"area": A, "year": 2026, "residents": 10, "registered": 2, "rate": "0.1970", "active": 1}
    server.answers = [(200, {**rate, "active_rate": None, "change": "-0.0010"})]
    assert run("rates", "--area", A) == 0
    assert "19.70 %" in capsys.readouterr().out
    assert run("rates", "--area", A, "--year", "2026", "--json") == 0
    assert json.loads(capsys.readouterr().out)["rate"] == "0.1970"


def test_rates_of_no_named_area_are_the_countys(run: Run, server: Server) -> None:
    server.answers = [(200, {"areas": [{"code": "500233001", "parent_code": A}]}), (200, {"area": A})]
    assert run("rates", "--json") == 0
    assert server.requests[1].url.path == f"/v1/areas/{A}/registration-rate"


def test_lists_are_fetched_page_by_page(run: Run, server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    server.answers = [(200, {"funds": [{"fund_id": "a"}], "next": "a"}), (200, {"funds": [{"fund_id": "b"}]})]
    assert run("fund", "list", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert [fund["fund_id"] for fund in document["funds"]] == ["a", "b"]
    assert document["next"] is None
    assert server.requests[1].url.params["after"] == "a"


def test_a_log_with_a_fault_exits_with_1_and_says_where(
    run: Run, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers = [(200, {"ok": False, "position": 7, "reason": "event-changed"})]
    assert run("audit", "verify", "--json") == 1
    assert json.loads(capsys.readouterr().out)["position"] == 7


def test_a_log_without_a_fault_exits_with_0(run: Run, server: Server) -> None:
    server.answers = [(200, {"ok": True, "events": 7, "checkpoints": 1})]
    assert run("audit", "verify") == 0


def test_an_export_counts_its_lines_and_takes_its_name_when_it_is_whole(
    run: Run, server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers = [(200, b'{"position":1}\n{"position":2}\n')]
    out = tmp_path / "events.jsonl"
    assert run("events", "export", str(out), "--json") == 0
    assert json.loads(capsys.readouterr().out)["events"] == 2
    assert out.read_bytes().count(b"\n") == 2
    assert list(tmp_path.iterdir()) == [out]


def test_what_was_typed_stays_within_its_place_in_the_path(run: Run, server: Server) -> None:
    assert run("balance", "../v1/staff?x=1", "--json") == 0
    assert server.request.url.raw_path == b"/v1/volunteers/..%2Fv1%2Fstaff%3Fx%3D1/account"


def test_tokens_appear_nowhere_but_in_the_answer_that_makes_them(
    run: Run, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answers = [(403, {"type": "t", "title": "No", "detail": "No."})]
    run("volunteer", "enrol", "7", "--as", "canary-one", "--approve-as", "canary-two", "--json")
    told = capsys.readouterr()
    assert "canary" not in told.out + told.err
