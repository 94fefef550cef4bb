"""What a stranger can do with an export: recompute every sum with nothing of the exchange's code."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from points.bootstrap import Exchange, Settings
from tests.application.test_main_job import (
    COUNTY,
    START,
    County,
    earn,
    enrol_phone,
    enrol_till,
    number_with_most,
    scheme_and_money,
)


@pytest.fixture
def lived(sqlite_url: str, tmp_path: Path) -> Any:
    """A county in which points were earned, spent and in part refunded; and its export."""
    settings = Settings(sqlite_url, master_key_file=tmp_path / "key", fixed_at=START)
    county = County(settings)
    ex = county.exchange
    clerk, second = county.staff("county"), county.staff("township")
    reviewers = [county.staff("reviewer"), county.staff("reviewer")]
    fund = scheme_and_money(county, clerk, reviewers[0], 5_000_000)
    till, _ = enrol_till(county, clerk, reviewers[0])
    earn(county, clerk, reviewers)
    number = number_with_most(county)
    phone = enrol_phone(county, clerk, second, number)
    code = ex.paying.payment_code(county.call(phone)).body["digits"]
    sale = ex.redeeming.redeem(county.call(till), code=code, points=20).body["id"]
    ex.refunds.refund(county.call(till), UUID(sale), points=6, reason="r")
    residents = b"area_code,year,residents\n" + f"{COUNTY},2026,720000\n".encode()
    ex.areas.import_residents(county.call(clerk), residents)
    auditor = county.staff("auditor")
    ex.audit.make_checkpoint(county.call(auditor))
    yield county, settings, auditor, clerk, fund, number
    ex.close()


def _exported(county: County, auditor: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in county.exchange.audit.export_lines(county.call(auditor))]


def test_balances_takings_liability_and_rates_follow_from_the_export_alone(  # noqa: C901  # one case a topic
    lived: Any,
) -> None:
    county, _, auditor, clerk, fund, number = lived
    events = _exported(county, auditor)
    held: Counter[tuple[str, int]] = Counter()
    value_fen: Counter[tuple[str, int]] = Counter()
    takings_fen = 0
    account_of: dict[str, str] = {}
    for event in events:
        data, stream = event["data"], event["originator_id"]
        match event["topic"]:
            case "points.account.opened":
                account_of[data["volunteer_id"]] = stream
            case "points.account.points_issued":
                held[stream, data["lot_no"]] += data["points"]
                value_fen[stream, data["lot_no"]] = data["value_fen"]
            case "points.account.points_redeemed" | "points.account.held_points_redeemed":
                for part in data["taken"]:
                    held[stream, part["lot_no"]] -= part["points"]
            case "points.account.points_restored":
                for part in data["restored"]:
                    held[stream, part["lot_no"]] += part["points"]
            case "points.redemption.confirmed" | "points.redemption.captured":
                takings_fen += sum(part["points"] * part["pay_fen"] for part in data["portions"])
            case "points.redemption.refunded":
                takings_fen -= sum(part["points"] * part["pay_fen"] for part in data["portions"])
    numbers = {
        event["data"]["volunteer_number"]: event["originator_id"]
        for event in events
        if event["topic"] == "points.volunteer.registered"
    }
    ex = county.exchange
    for known, volunteer_id in numbers.items():
        account = account_of.get(volunteer_id)
        points = sum(left for (stream, _), left in held.items() if stream == account)
        assert ex.accounts.balance(county.call(auditor), known)["balance"] == points
    liability = ex.funds.show(county.call(clerk), fund)["liability"]
    assert liability["held_fen"] == sum(left * value_fen[lot] for lot, left in held.items())
    assert liability["takings_pay_fen"] == takings_fen == 14 * 100
    rates = ex.rates.rate(COUNTY, 2026)
    assert rates["registered"] == len(numbers)
    assert rates["rate"] == f"{len(numbers) / 720_000:.4f}"
    assert number in numbers


def test_each_line_carries_what_its_leaf_is_made_of(lived: Any) -> None:
    county, _, auditor, *_ = lived
    events = _exported(county, auditor)
    assert [event["position"] for event in events] == list(range(1, len(events) + 1))
    assert {
        "tenant",
        "originator_id",
        "version",
        "recorded_at",
        "occurred_at",
        "command_id",
        "state",
        "leaf",
    } <= set(events[0])


@pytest.mark.parametrize("column", ["state", "topic", "recorded_at", "command_id", "version"])
def test_one_changed_byte_in_the_store_is_found_at_its_place(lived: Any, column: str) -> None:
    county, settings, *_ = lived
    file = settings.sqlite_file
    county.exchange.close()
    position = 500
    with sqlite3.connect(file) as connection:
        if column == "state":
            (state,) = connection.execute(
                "SELECT state FROM events WHERE position = ?", (position,)
            ).fetchone()
            changed: Any = state[:-1] + bytes([state[-1] ^ 1])
        elif column == "topic":
            changed = "points.area.residents_counted"
        elif column == "command_id":
            changed = bytes(16)
        else:
            (number,) = connection.execute(
                f"SELECT {column} FROM events WHERE position = ?",  # noqa: S608  # a name from the list above
                (position,),
            ).fetchone()
            changed = number + 1
        connection.execute(f"UPDATE events SET {column} = ? WHERE position = ?", (changed, position))  # noqa: S608  # as above
    connection.close()
    county.exchange = Exchange.open(settings)
    found = county.exchange.audit.verify_store()
    assert found["ok"] is False
    assert found["position"] == position


def test_a_truncated_log_is_found_by_its_checkpoint(lived: Any) -> None:
    county, settings, *_ = lived
    county.exchange.close()
    with sqlite3.connect(settings.sqlite_file) as connection:
        connection.execute("DELETE FROM events WHERE position > 900")
        connection.execute("UPDATE log_head SET position = 900")
    connection.close()
    county.exchange = Exchange.open(settings)
    found = county.exchange.audit.verify_store()
    assert found["ok"] is False
    assert found["position"] == 901


def test_a_forged_snapshot_and_a_forged_read_model_are_found(lived: Any) -> None:
    county, _, auditor, *_ = lived
    tools = county.exchange.tools
    with tools.read_store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE lots SET points = points + 1 WHERE lot_no = 1")
    assert county.exchange.audit.verify(county.call(auditor))["reason"] == "read-model-differs"
