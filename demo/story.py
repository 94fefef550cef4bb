"""The main job from start to finish, told as the commands that each person of the county gives."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Generator, Iterator
from datetime import datetime
from typing import NamedTuple

import httpx

from demo.shell import ROOT, CommandFailed, Shell

COUNTY, TOWNSHIP, COMMUNITY = "500233", "500233001", "500233001001"
# A Monday: every day of service in the sample sheets but those that lie in the future on purpose is over.
STARTS_AT = datetime.fromisoformat("2026-11-02T09:00:00+08:00")
# The notice of three working days closes with the Thursday.
CONFIRMED_AT = datetime.fromisoformat("2026-11-06T09:00:00+08:00")

STAFF = (
    ("county", "county", COUNTY),
    ("reviewer", "reviewer", COUNTY),
    ("second-reviewer", "reviewer", COUNTY),
    ("township", "township", TOWNSHIP),
    ("community", "community", COMMUNITY),
    ("auditor", "auditor", COUNTY),
)
# Nobody's: the region does not exist, and the block of numbers belongs to nobody.
_IDENTITY_17, _PHONE = "99000019700101001", "19900009999"
# Minutes and day of the services that the community enters by hand. The last day is longer than eight hours.
_BY_HAND = ((420, "2026-09-21"), (480, "2026-09-28"), (540, "2026-10-12"))


class Step(NamedTuple):
    """One thing done: its name in English, the sentence that tells it, and the sentence's facts."""

    name: str
    slug: str
    facts: dict[str, object]


class Story:
    """Runs the steps one by one; each is told once it is done."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self.number = ""
        self.merchant_id = ""

    def steps(self) -> Generator[Step]:
        """The store is made first; then a server stands, as in an office, and every command goes through it."""
        made = self.shell.points("init", "--demo", "--areas", str(ROOT / "demo" / "areas.csv"))
        self.shell.keep_token("admin", made["token"])
        yield Step("init", "init", {"tenant": made["tenant"]})
        with self.shell.server() as url:
            yield Step("serve", "server", {"url": url})
            yield from self.appoint()
            yield from self.register()
            yield from self.record_hours()
            yield from self.review()
            yield from self.back_with_money()
            yield from self.confirm()
            yield from self.enrol_shop_and_phone()
            yield from self.redeem()
            yield from self.settle()
            yield from self.look_up()
            yield from self.verify(url)

    def appoint(self) -> Iterator[Step]:
        points = self.shell.points
        for holder, role, area in STAFF:
            added = points("staff", "add", holder, "--role", role, "--area", area, by="admin")
            self.shell.keep_token(holder, points("sign-in", added["digits"])["token"])
        yield Step("staff", "staff", {"people": len(STAFF)})
        taken = points("areas", "residents", str(ROOT / "demo" / "residents.csv"), by="county")
        yield Step("residents", "residents", {"accepted": taken["accepted"]})

    def register(self) -> Iterator[Step]:
        points = self.shell.points
        roster = ("volunteer", "import", str(ROOT / "demo" / "roster.xlsx"))
        rehearsed = points(*roster, "--dry-run", by="county")
        yield Step("register (dry run)", "rehearsed", _counts(rehearsed))
        yield Step("register", "imported", _counts(points(*roster, by="county")))
        again = points(*roster, "--key", "again", by="county")
        yield Step("register again", "again", _counts(again))
        registered = points(
            *("volunteer", "register", "演示人", "--identity-number", identity_number(_IDENTITY_17)),
            *("--phone", _PHONE, "--area", COMMUNITY),
            by="community",
        )
        self.number = registered["volunteer_number"]
        (self.shell.directory / "volunteer-number").write_text(self.number + "\n", encoding="utf-8")
        yield Step("register one", "registered", {"number": self.number})

    def record_hours(self) -> Iterator[Step]:
        points = self.shell.points
        for name in ("signin.xlsx", "signin.csv"):
            sheet = (
                "hours",
                "import",
                str(ROOT / "demo" / name),
                "--area",
                COMMUNITY,
                "--reason",
                "纸质签到表",
            )
            yield Step(f"import hours ({name})", "imported", _counts(points(*sheet, by="county")))
        for minutes, day in _BY_HAND:
            service = (
                "--minutes",
                str(minutes),
                "--kind",
                "environment",
                "--on",
                day,
                "--activity",
                "河岸清理",
            )
            points("hours", "issue", self.number, *service, "--reason", "签到表遗失", by="community")
        yield Step("issue hours", "by-hand", {"records": len(_BY_HAND)})

    def review(self) -> Iterator[Step]:
        points = self.shell.points
        refused = self.shell.refused("hours", "review", "--all", by="county")
        yield Step("four eyes", "four-eyes", {"rule": refused})
        for tier, reviewer in enumerate(("reviewer", "second-reviewer"), 1):
            reviewed = points("hours", "review", "--all", by=reviewer)
            yield Step(f"review {tier}", "reviewed", {"reviewed": reviewed["reviewed"]})
        given = points("hours", "notice", "--all", by="county")
        yield Step("notice", "noticed", {"given": given["given"]})

    def back_with_money(self) -> Iterator[Step]:
        points = self.shell.points
        rates = (
            "--rate",
            "*:verified=1/30",
            "--rate",
            "*:supplementary=1/30",
            "--expires-after-months",
            "24",
        )
        drafted = points(
            "scheme", "draft", "县积分制", "--area", COUNTY, "--from", "2026-01-01", *rates, by="county"
        )
        points("scheme", "approve", drafted["scheme_id"], by="reviewer")
        yield Step("scheme", "scheme", {"version": drafted["version"]})
        fund = points("fund", "open", "社区服务经费", "--kind", "fiscal", "--area", COUNTY, by="county")
        points("fund", "receive", fund["fund_id"], "--yuan", "50000", "--source", "县财政局", by="county")
        budget = ("--area", COUNTY, "--period", "2026", "--yuan", "50000")
        points("fund", "reserve", fund["fund_id"], *budget, by="county")
        yield Step("fund", "fund", {"yuan": 50_000})

    def confirm(self) -> Iterator[Step]:
        self.shell.now = CONFIRMED_AT
        done = self.shell.points("hours", "confirm", "--due", by="county")
        yield Step("confirm", "confirmed", {"confirmed": done["confirmed"], "points": done["points"]})

    def enrol_shop_and_phone(self) -> Iterator[Step]:
        points = self.shell.points
        shop = points(
            "merchant", "enrol", "香山爱心超市", "--kind", "supermarket", "--area", COMMUNITY, by="county"
        )
        self.merchant_id = shop["merchant_id"]
        points("merchant", "approve", shop["merchant_id"], by="reviewer")
        till = points("till", "enrol", shop["merchant_id"], by="county")
        self.shell.keep_token("till", till["token"])
        yield Step("merchant", "merchant", {"merchant": shop["merchant_id"]})
        enrol = ("volunteer", "enrol", self.number, "--out", self.shell.file("enrolment.png"))
        refused = self.shell.refused(*enrol, by="community")
        points(*enrol, "--approve-as", self.shell.token_of("township"), by="community")
        phone = points("sign-in", self.shell.file("enrolment.png"))
        self.shell.keep_token("phone", phone["token"])
        yield Step("phone", "phone", {"rule": refused})

    def redeem(self) -> Iterator[Step]:
        points, code = self.shell.points, self.shell.file("code.png")
        points("code", "pay", "--out", code, by="phone")
        yield Step("code", "code", {"file": code})
        first = points("redeem", code, "--points", "20", by="till")
        yield Step("redeem", "redeemed", {"points": first["points"], "id": first["id"]})
        same = ("redeem", code, "--points", "20")
        if (again := points(*same, by="till")) != first:
            raise CommandFailed(same, 0, f"another answer than the first time: {again}")
        yield Step("redeem again", "redeemed-once", {})
        points("refund", first["id"], "--points", "5", "--reason", "退回一件", by="till")
        yield Step("refund", "refunded", {"points": 5})

    def settle(self) -> Iterator[Step]:
        from demo.settlement import settle  # noqa: PLC0415 - it tells its steps in this module's own form

        yield from settle(self.shell, self.merchant_id)

    def look_up(self) -> Iterator[Step]:
        points = self.shell.points
        balance = points("balance", self.number, by="phone")
        yield Step("balance", "balance", {"balance": balance["balance"], "lots": len(balance["lots"])})
        lines = points("statement", self.number, by="phone")["lines"]
        yield Step("statement", "statement", {"lines": len(lines)})
        rates = points("rates")
        facts = ("registered", "residents", "rate", "active_rate")
        yield Step("rate", "rates", {name: rates[name] for name in facts})

    def verify(self, url: str) -> Iterator[Step]:
        points, checkpoint = self.shell.points, self.shell.file("checkpoint")
        export = self.shell.file("events.jsonl")
        points("audit", "checkpoint", "--out", checkpoint, by="auditor")
        found = points("audit", "verify", "--checkpoint", checkpoint, by="auditor")
        yield Step("verify", "verified", {"events": found["events"], "checkpoints": found["checkpoints"]})
        # The export itself is logged after what it holds: what was signed before is part of it.
        events = points("events", "export", export, by="auditor")["events"]
        yield Step("export", "exported", {"events": events, "file": export})
        node = shutil.which("node")
        if node is None:
            yield Step("verify without us", "no-node", {})
            return
        keys = self.shell.file("keys.json")
        (self.shell.directory / "keys.json").write_bytes(httpx.get(f"{url}/v1/keys", trust_env=False).content)
        script = str(ROOT / "demo" / "verify_export.mjs")
        done = subprocess.run(  # noqa: S603 - our own script, and no shell
            [node, script, export, keys, checkpoint], capture_output=True, text=True, check=True
        )
        yield Step("verify without us", "verified-by-node", {"events": json.loads(done.stdout)["events"]})


def identity_number(first_17: str) -> str:
    """With its check character, as GB 11643 computes it."""
    weighed = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first_17))
    return first_17 + "10X98765432"[weighed % 11]


def _counts(report: dict[str, object]) -> dict[str, object]:
    refused = report["refused"]
    return {
        "accepted": report["accepted"],
        "duplicate": report["duplicate"],
        "refused": len(refused) if isinstance(refused, list) else refused,
    }
