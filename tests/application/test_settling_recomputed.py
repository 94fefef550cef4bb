"""A stranger recomputes a settlement from the exported events and docs/events.md alone: lines, digest, shares."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any
from uuid import UUID

from points.bootstrap import Settings
from tests.application.market import START, Market

Event = dict[str, Any]
Line = tuple[int, int, str, str, int, int, int, int]


def lines_of(events: list[Event], merchant: str) -> list[Line]:
    """Every line of a merchant: position, kind, redemption, budget, points, value, pay, claims."""
    merchant_of = {
        event["originator_id"]: event["data"]["merchant_id"]
        for event in events
        if event["topic"] == "points.redemption.confirmed"
    }
    lines: list[Line] = []
    for event in events:
        position, stream, data = event["position"], event["originator_id"], event["data"]
        if event["topic"] in {"points.redemption.confirmed", "points.redemption.refunded"}:
            if merchant_of[stream] != merchant:
                continue
            kind = int(event["topic"].endswith("refunded"))
            sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
            for part in data["portions"]:
                into, sign = sums[part["budget_id"]], -1 if kind else 1
                into[0] += sign * part["points"]
                into[1] += sign * part["points"] * part["value_fen"]
                into[2] += sign * part["points"] * part["pay_fen"]
            lines += [(position, kind, stream, budget, a, b, c, 0) for budget, (a, b, c) in sums.items()]
        elif event["topic"] == "points.fund.claim_raised" and data["merchant_id"] == merchant:
            claim = (0, 0, 0, data["amount_fen"])
            lines.append((position, 2, data["redemption_id"], data["budget_id"], *claim))
    return sorted(lines, key=lambda line: (line[0], line[3]))


def covered(lines: list[Line], drawn: Event) -> list[Line]:
    after: dict[str, int] = {held["redemption_id"]: held["after_position"] for held in drawn["included"]}
    held = {each["redemption_id"] for each in drawn["held"]}
    return [
        line
        for line in lines
        if after.get(line[2], int(drawn["after_position"])) < line[0] <= drawn["until_position"]
        and line[2] not in held
    ]


def test_every_settlement_follows_from_the_events(tmp_path: Path) -> None:
    market = Market(Settings(f"sqlite:///{tmp_path / 's.db'}", fixed_at=START))
    ex, call = market.exchange, market.call
    person = market.person(100, 100)
    sale, wrong = market.pay(person, 120), market.pay(person, 20)
    market.refund(sale, 5)
    dispute = ex.disputes.raise_(call(market.owner), wrong, reason="r").body["dispute_id"]
    market.carry_through("2026-11")
    market.refund(sale, 30)
    market.at(days=30)
    market.pay(person, 25)
    ex.disputes.decide(call(market.reviewer), UUID(dispute), outcome="refused", reason="r")
    market.carry_through("2026-12")

    auditor = market.staff("auditor")
    events = [json.loads(line) for line in ex.audit.export_lines(call(auditor))]
    lines = lines_of(events, str(market.merchant))
    drawn = [event["data"] for event in events if event["topic"] == "points.settlement.drawn_up"]
    assert len(drawn) == 2
    carried: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    stated: list[Line] = []
    for settlement in drawn:
        own = covered(lines, settlement)
        text = "".join("|".join(map(str, line)) + "\n" for line in own)
        assert settlement["digest"] == hashlib.sha256(text.encode()).hexdigest()
        sums, carried = carried, defaultdict(lambda: [0, 0, 0, 0])
        for line in own:
            sums[line[3]] = [a + b for a, b in zip(sums[line[3]], line[4:], strict=True)]
        for share in settlement["shares"]:
            names = ("points", "value_fen", "pay_fen", "claims_fen")
            assert sums.pop(share["budget_id"]) == [share[name] for name in names]
        for budget, amounts in sums.items():
            carried[budget] = amounts
        stated += own
    assert sorted(stated) == sorted(lines)  # each line once, and in no two settlements
    paid_fen = sum(event["data"]["pay_fen"] for event in events if event["topic"] == "points.fund.paid_out")
    assert paid_fen == sum(line[6] for line in lines) == sum(settlement["pay_fen"] for settlement in drawn)
    market.exchange.close()
