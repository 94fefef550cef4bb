"""The main job by command, each a process of its own, with a server of the store running and without."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.paths import ROOT

pytestmark = pytest.mark.slow

COUNTY = "500233"
COMMUNITY = "500233001001"
REGISTERED_AT = "2026-11-16T09:00:00+08:00"
CONFIRMED_AT = "2026-11-23T09:00:00+08:00"
PAID_AT = "2026-11-23T12:00:00+08:00"
REPLAYED_AT = "2026-11-23T12:10:00+08:00"


@dataclass
class Shell:
    """Runs `points` on one store."""

    directory: Path
    now: str = REGISTERED_AT

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("POINTS_")}
        return {
            **kept,
            "PYTHONPATH": str(ROOT),
            "POINTS_DATABASE": f"sqlite:///{self.directory / 'points.db'}",
            "POINTS_LANG": "en",
            "POINTS_NOW": self.now,
        }

    def run(self, *arguments: str, token: str | None = None) -> tuple[int, Any]:
        command = [sys.executable, "-m", "cli.main", *arguments, "--json"]
        if token is not None:
            command += ["--as", token]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
        assert done.stdout.count("\n") == 1, done.stderr
        return done.returncode, json.loads(done.stdout)

    def done(self, *arguments: str, token: str | None = None) -> Any:
        code, document = self.run(*arguments, token=token)
        assert code == 0, document
        return document

    def refused(self, *arguments: str, token: str | None = None) -> str:
        code, document = self.run(*arguments, token=token)
        assert code == 1, document
        assert document["title"]
        assert document["detail"]
        return str(document["type"]).rpartition("/")[2]

    def staff(self, role: str, area: str, administrator: str) -> str:
        added = self.done("staff", "add", f"A {role}", "--role", role, "--area", area, token=administrator)
        return str(self.done("sign-in", added["digits"])["token"])


@contextmanager
def running(shell: Shell) -> Iterator[str]:
    command = [sys.executable, "-m", "cli.main", "serve", "--port", "0", "--json"]
    with subprocess.Popen(command, env=shell.environment, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        try:
            assert server.stdout is not None
            yield json.loads(server.stdout.readline())["url"]
        finally:
            server.terminate()
            server.wait(20)


@pytest.fixture(params=["in process", "by a server"])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path)
    made = shell.done("init", "--demo", "--county", COUNTY, "--areas", str(ROOT / "demo" / "areas.csv"))
    (tmp_path / "administrator").write_text(made["token"])
    if request.param == "in process":
        yield shell
        return
    with running(shell):
        yield shell


def identity_number(first_17: str) -> str:
    """With its check character, as GB 11643 computes it."""
    weighed = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first_17))
    return first_17 + "10X98765432"[weighed % 11]


def test_hours_become_points_and_points_become_rewards(  # noqa: PLR0915 - one story, told once
    shell: Shell, tmp_path: Path
) -> None:
    administrator = f"@{tmp_path / 'administrator'}"
    county = shell.staff("county", COUNTY, administrator)
    reviewer = shell.staff("reviewer", COUNTY, administrator)
    auditor = shell.staff("auditor", COUNTY, administrator)
    shell.done("areas", "residents", str(ROOT / "demo" / "residents.csv"), token=county)

    roster = ("volunteer", "import", str(ROOT / "demo" / "roster.xlsx"))
    rehearsed = shell.done(*roster, "--dry-run", token=county)
    taken = shell.done(*roster, "--key", "first", token=county)
    assert rehearsed["position"] is None
    assert taken["accepted"] > 100
    assert {**taken, "position": None} == rehearsed
    again = shell.done(*roster, "--key", "second", token=county)
    assert (again["accepted"], again["duplicate"]) == (0, taken["accepted"] + taken["duplicate"])
    assert all(line["message"] for line in taken["refused"])

    sheet = ("hours", "import", str(ROOT / "demo" / "signin.csv"), "--area", COMMUNITY, "--reason", "Sheet")
    assert shell.done(*sheet, token=county)["accepted"] > 100
    assert shell.done(*sheet, "--key", "second", token=county)["accepted"] == 0

    person = ("--identity-number", identity_number("99000019800101001"), "--phone", "19900009999")
    number = shell.done("volunteer", "register", "甲乙", *person, "--area", COMMUNITY, token=county)[
        "volunteer_number"
    ]
    service = ("--minutes", "420", "--kind", "youth", "--on", "2026-11-10", "--activity", "Reading")
    shell.done("hours", "issue", number, *service, "--reason", "R", "--area", COMMUNITY, token=county)
    assert shell.refused("hours", "review", "--all", token=county) == "not-allowed"
    assert shell.done("hours", "review", "--all", token=reviewer)["reviewed"] > 100

    scheme = shell.done("scheme", "draft", "S", "--area", COUNTY, "--from", "2026-01-01", token=county)
    shell.done("scheme", "approve", scheme["scheme_id"], token=reviewer)
    fund = shell.done("fund", "open", "F", "--kind", "fiscal", "--area", COUNTY, token=county)["fund_id"]
    shell.done("fund", "receive", fund, "--yuan", "50000", "--source", "Bureau", token=county)
    budget = ("--area", COUNTY, "--period", "2026", "--yuan", "40000.50")
    shell.done("fund", "reserve", fund, *budget, token=county)
    shop = shell.done("merchant", "enrol", "M", "--kind", "supermarket", "--area", COMMUNITY, token=county)
    shell.done("merchant", "approve", shop["merchant_id"], token=reviewer)
    till = shell.done("till", "enrol", shop["merchant_id"], token=county)["token"]

    assert shell.done("hours", "notice", "--all", token=county)["given"] > 100
    assert shell.done("hours", "confirm", "--due", token=county)["confirmed"] == 0
    shell.now = CONFIRMED_AT
    assert shell.done("hours", "confirm", "--due", token=county)["confirmed"] > 100
    assert shell.done("balance", number, token=county)["balance"] == 14

    enrolment = tmp_path / "enrolment.png"
    enrol = ("volunteer", "enrol", number, "--out", str(enrolment))
    assert shell.refused(*enrol, token=county) == "second-approver-missing"
    made = shell.done(*enrol, "--approve-as", reviewer, token=county)
    assert set(made) >= {"digits", "expires_at"}
    phone = shell.done("sign-in", str(enrolment))["token"]
    code = tmp_path / "code.png"
    shell.now = PAID_AT
    paid = shell.done("code", "pay", "--out", str(code), token=phone)
    assert set(paid) >= {"digits", "short_code", "expires_at"}
    first = shell.done("redeem", str(code), "--points", "5", token=till)
    shell.now = REPLAYED_AT
    assert shell.done("redeem", str(code), "--points", "5", token=till) == first
    assert shell.refused("redeem", str(code), "--points", "6", token=till) == "code-already-used"
    assert shell.done("balance", number, token=phone)["balance"] == 9
    shell.done("refund", first["id"], "--points", "2", "--reason", "R", token=till)
    balance = shell.done("balance", number, token=phone)
    assert balance["balance"] == 11 == sum(lot["points"] for lot in balance["lots"])
    lines = shell.done("statement", number, token=phone)["lines"]
    assert sorted(line["kind"] for line in lines) == ["issued", "redeemed", "refunded"]

    rates = shell.done("rates", "--area", COMMUNITY)
    assert rates["registered"] > 0
    assert len(rates["rate"].partition(".")[2]) == 4
    assert shell.done("rates")["area"] == COUNTY
    assert shell.done("audit", "verify", token=auditor)["ok"] is True
    checkpoint = tmp_path / "checkpoint"
    shell.done("audit", "checkpoint", "--out", str(checkpoint), token=auditor)
    assert shell.done("audit", "verify", "--checkpoint", str(checkpoint), token=auditor)["ok"] is True
    log = tmp_path / "events.jsonl"
    exported = shell.done("events", "export", str(log), token=auditor)["events"]
    positions = [json.loads(line)["position"] for line in log.read_text().splitlines()]
    assert positions == list(range(1, exported + 1))


def test_a_server_is_found_by_its_lock_and_stands_alone(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.done("init", "--demo", "--county", COUNTY, "--areas", str(ROOT / "demo" / "areas.csv"))
    with running(shell) as url:
        code, document = shell.run("serve", "--port", "0")
        assert (code, document["url"]) == (1, url)
        assert shell.done("areas", "show", COUNTY)["code"] == COUNTY
    assert shell.done("areas", "show", COUNTY)["code"] == COUNTY
