"""Funds and budgets."""

from __future__ import annotations

from typing import Any

import click

from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session
from cli.values import DAY, INSTANT, YUAN

KINDS = ("fiscal", "donation", "foundation", "collective")


@click.group("fund", cls=Subjects)
def command() -> None:
    """The money behind the points."""


@command.command("open")
@click.argument("name")
@click.option("--kind", required=True, type=choice(KINDS), help="Where its money comes from.")
@click.option("--area", required=True, metavar="CODE", help="Whose fund it is.")
@key_option
@click.pass_obj
def open_(session: Session, /, key: str | None, **fund: str) -> None:
    """Open a fund called NAME."""
    session.done(session.client.post("/v1/funds", fund, key=key), "cli.fund.opened")


@command.command("receive")
@click.argument("fund_id", metavar="FUND")
@click.option("--yuan", "amount_fen", required=True, type=YUAN, help="How much, in yuan.")
@click.option("--source", required=True, metavar="TEXT", help="From whom.")
@click.option("--on", "received_on", type=DAY, help="When; today unless told.")
@click.option("--document", metavar="FILE", help="The paper it rests on: its SHA-256 goes into the books.")
@key_option
@click.pass_obj
def receive(
    session: Session, /, fund_id: str, document: str | None, key: str | None, **receipt: object
) -> None:
    """Book money that came in."""
    body = {**receipt, "document_sha256": _digest(document)}
    answer = session.client.post(session.path("/v1/funds/{}/receipts", fund_id), body, key=key)
    session.done({**answer, "amount_fen": receipt["amount_fen"]}, "cli.fund.received")


@command.command("reserve")
@click.argument("fund_id", metavar="FUND")
@click.option("--area", required=True, metavar="CODE", help="Where its points may be issued: here and below.")
@click.option(
    "--period", required=True, help="2026, 2026-Q4, 2026-11 or 2026-01-01/2026-12-31: the days of service."
)
@click.option("--yuan", "amount_fen", required=True, type=YUAN, help="How much, in yuan.")
@key_option
@click.pass_obj
def reserve(session: Session, /, fund_id: str, key: str | None, **budget: object) -> None:
    """Set money aside for the points of an area and period."""
    answer = session.client.post(session.path("/v1/funds/{}/budgets", fund_id), budget, key=key)
    session.done({**answer, **budget}, "cli.fund.reserved")


@command.command("allocate")
@click.argument("budget_id", metavar="BUDGET")
@click.option("--area", required=True, metavar="CODE", help="The area below, or the activity's.")
@click.option("--yuan", "amount_fen", required=True, type=YUAN, help="How much, in yuan.")
@click.option("--period", help="A part of the budget's own period; all of it unless told.")
@click.option("--activity", "activity_id", metavar="ID", help="For this activity alone.")
@key_option
@click.pass_obj
def allocate(session: Session, /, budget_id: str, key: str | None, **wish: object) -> None:
    """Hand money of a budget down to an area below, or to one activity."""
    answer = session.client.post(session.path("/v1/budgets/{}/allocations", budget_id), wish, key=key)
    session.done({**answer, **wish}, "cli.fund.allocated")


@command.command("alarm")
@click.argument("budget_id", metavar="BUDGET")
@click.option("--below-percent", required=True, type=click.IntRange(0, 100), help="Of what was given.")
@key_option
@click.pass_obj
def alarm(session: Session, budget_id: str, below_percent: int, key: str | None) -> None:
    """Say when a budget counts as nearly used up; 20 per cent unless told."""
    path = session.path("/v1/budgets/{}/alarm-levels", budget_id)
    answer = session.client.post(path, {"below_percent": below_percent}, key=key)
    session.done({**answer, "below_percent": below_percent}, "cli.fund.alarm-set")


@command.command("alarms")
@click.option("--area", metavar="CODE", help="Here and below; one's own area unless told.")
@page_options
@click.pass_obj
def alarms(session: Session, area: str | None, limit: int | None, after: str | None) -> None:
    """Budgets that are nearly used up."""
    answer = session.client.pages("/v1/budgets/alarms", "alarms", limit=limit, after=after, area=area)
    columns = ("budget-id", "area", "period-until", "own-fen", "available-fen", "below-percent")
    session.listing(answer, answer["alarms"], columns)


@command.command("close")
@click.argument("budget_id", metavar="BUDGET")
@click.option("--carry-to", metavar="PERIOD", help="Carry the rest over; back to the fund unless told.")
@key_option
@click.pass_obj
def close(session: Session, budget_id: str, carry_to: str | None, key: str | None) -> None:
    """Close a budget whose period is over."""
    path = session.path("/v1/budgets/{}/closures", budget_id)
    session.done(session.client.post(path, {"carry_to": carry_to}, key=key), "cli.fund.closed")


@command.command("liability")
@click.argument("fund_id", metavar="FUND")
@click.option("--at", type=INSTANT, help="As it was known then; now unless told.")
@click.option("--position", type=click.IntRange(0), help="As it was at this position of the log.")
@click.pass_obj
def liability(session: Session, fund_id: str, at: str | None, position: int | None) -> None:
    """What a fund owed, and what covered it."""
    path = session.path("/v1/funds/{}/liability", fund_id)
    session.facts(session.client.get(path, at=at, position=position))


@command.command("receipts")
@click.argument("fund_id", metavar="FUND")
@page_options
@click.pass_obj
def receipts(session: Session, fund_id: str, limit: int | None, after: str | None) -> None:
    """What came in, from whom."""
    path = session.path("/v1/funds/{}/receipts", fund_id)
    answer = session.client.pages(path, "receipts", limit=limit, after=after)
    columns = ("receipt-id", "source", "amount-fen", "received-on", "document-sha256")
    session.listing(answer, answer["receipts"], columns)


@command.command("sources")
@click.argument("fund_id", metavar="FUND")
@click.pass_obj
def sources(session: Session, fund_id: str) -> None:
    """What became of each source's money, pro rata."""
    answer = session.client.get(session.path("/v1/funds/{}/sources", fund_id))
    columns = ("source", "amount-fen", "issued-points", "held-points", "redeemed-points", "available-fen")
    session.listing(answer, answer["sources"], columns)


@command.command("report")
@click.argument("fund_id", metavar="FUND")
@click.option("--out", required=True, metavar="FILE.xlsx|pdf", help="Where it goes.")
@click.pass_obj
def report(session: Session, fund_id: str, out: str) -> None:
    """The audit report of a fund, as a spreadsheet or a paper: by the end of the file's name."""
    from cli import files  # noqa: PLC0415 - rarely asked for

    kind = "pdf" if out.lower().endswith(".pdf") else "xlsx"
    path = session.path("/v1/funds/{}/report." + kind, fund_id)
    with session.client.stream(path) as chunks, files.replacing(out) as file:
        for chunk in chunks:
            file.write(chunk)
    session.done({"fund_id": fund_id, "out": out}, "cli.fund.reported")


@command.command("list")
@page_options
@click.pass_obj
def list_(session: Session, limit: int | None, after: str | None) -> None:
    """Every fund."""
    answer = session.client.pages("/v1/funds", "funds", limit=limit, after=after)
    columns = ("fund-id", "name", "kind", "area", "received-fen", "available-fen")
    session.listing(answer, answer["funds"], columns)


@command.command("show")
@click.argument("fund_id", metavar="FUND")
@click.pass_obj
def show(session: Session, fund_id: str) -> None:
    """One fund: what came in, what is set aside, what it owes."""
    answer = session.client.get(session.path("/v1/funds/{}", fund_id))

    def draw() -> None:
        session.output.facts({name: value for name, value in answer.items() if name != "budgets"})
        columns = ("area", "period-from", "period-until", "reserved-fen", "committed-fen", "available-fen")
        session.output.rows(answer.get("budgets", []), columns)

    session.answer(answer, draw)


def _digest(path: str | None) -> str | None:
    if path is None:
        return None
    from hashlib import sha256  # noqa: PLC0415 - rarely asked for

    from cli import files  # noqa: PLC0415

    digest: Any = sha256(files.read(path))
    return str(digest.hexdigest())
