"""Funds and budgets."""

from __future__ import annotations

from typing import Any

import click

from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session
from cli.values import DAY, YUAN

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
