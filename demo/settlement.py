"""A month of a shop: sales, a refund, two disputes, a statement drawn up twice, two approvals and one payment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from demo.shell import Shell
from demo.story import Step

# In the middle of the month, so that the phone is no longer new and its cap no longer holds.
_SALES_FROM = datetime.fromisoformat("2026-11-16T10:00:00+08:00")
_SETTLED_AT = datetime.fromisoformat("2026-12-01T09:00:00+08:00")
_PERIOD = "2026-11"
_SALES_POINTS = (12, 8, 6)


def settle(shell: Shell, merchant_id: str) -> Iterator[Step]:
    """Needs a phone that holds points, a till, and everybody who takes part in a settlement signed in."""
    points = shell.points
    owner = points("staff", "add", "owner", "--role", "merchant_owner", "--merchant", merchant_id, by="admin")
    shell.keep_token("owner", points("sign-in", owner["digits"])["token"])

    sales, code = [], shell.file("settled-code.png")
    for days, amount in enumerate(_SALES_POINTS):
        shell.now = _SALES_FROM + timedelta(days=days)
        points("code", "pay", "--out", code, by="phone")
        sales.append(points("redeem", code, "--points", str(amount), by="till")["id"])
    # The last day's: a till takes back its own sales of the same day.
    points("refund", sales[-1], "--points", "2", "--reason", "退回一件", by="till")
    yield Step("a month of sales", "settle-sales", {"sales": len(sales)})

    hers = points("dispute", "raise", sales[1], "--reason", "当天没有去过", by="phone")
    yield Step("dispute", "settle-disputed", {"decide_by": hers["decide_by"]})

    shell.now = _SETTLED_AT
    drawn = points("settle", merchant_id, "--period", _PERIOD, by="county")
    yield Step("settle", "settle-drawn", {"lines": drawn["lines"], "held_out": drawn["held_out"]})
    points("dispute", "raise", sales[0], "--reason", "金额不符", by="owner")
    again = points("settle", merchant_id, "--period", _PERIOD, by="county")
    yield Step("settle again", "settle-redrawn", {"revision": again["revision"], "lines": again["lines"]})

    settlement = again["settlement_id"]
    points("settlement", "confirm", settlement, by="owner")
    refused = shell.refused("settlement", "approve", settlement, by="county")
    for reviewer in ("reviewer", "second-reviewer"):
        points("settlement", "approve", settlement, by=reviewer)
    yield Step("approve", "settle-approved", {"rule": refused})
    order = shell.file("order.csv")
    points("settlement", "order", settlement, "--out", order, by="county")
    points("settlement", "pay", settlement, "--reference", "20261201-001", by="county")
    twice = shell.refused("settlement", "pay", settlement, by="county")
    yield Step("pay", "settle-paid", {"file": order, "rule": twice})

    decision = ("--outcome", "upheld", "--reason", "监控中无此人", "--refund", str(_SALES_POINTS[1]))
    points("dispute", "decide", hers["dispute_id"], *decision, by="reviewer")
    found = points("settlement", "reconcile", by="county")
    merchants = len(found["merchants"])
    yield Step("reconcile", "settle-reconciled", {"merchants": merchants, "funds": len(found["funds"])})
