"""Schemes."""

from __future__ import annotations

from typing import Any

import click

from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session
from cli.values import DAY, RATE, YUAN

ROUNDINGS = ("down", "half_up", "half_even")
_RATES = ("*:verified=1/30", "*:supplementary=1/30")


@click.group("scheme", cls=Subjects)
def command() -> None:
    """What a minute of service is worth."""


@command.command("draft")
@click.argument("name")
@click.option("--area", required=True, metavar="CODE", help="Where the scheme holds: here and below.")
@click.option(
    "--from", "in_force_from", required=True, type=DAY, help="The first day of service it pays for."
)
@click.option(
    "--rate",
    "rates",
    type=RATE,
    multiple=True,
    default=_RATES,
    show_default=True,
    help="Points for so many minutes of a kind of service and class of time; * is any other kind. Repeatable.",
)
@click.option("--rounding", type=choice(ROUNDINGS), default="down", show_default=True)
@click.option(
    "--value-yuan",
    "value_fen",
    type=YUAN,
    default="1",
    show_default=True,
    help="What a point is worth, in yuan.",
)
@click.option(
    "--expires-after-months", type=click.IntRange(1), help="How long points last; for ever unless told."
)
@click.option(
    "--redeem-at-least",
    "redeem_at_least_points",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="The balance, in points, from which one may redeem.",
)
@click.option("--scheme", "scheme_id", metavar="ID", help="Draft the next version of this scheme.")
@key_option
@click.pass_obj
def draft(session: Session, /, rates: tuple[dict[str, Any], ...], key: str | None, **terms: object) -> None:
    """Draft a scheme called NAME; a reviewer puts it in force."""
    answer = session.client.post("/v1/schemes", {**terms, "rates": list(rates)}, key=key)
    session.done(answer, "cli.scheme.drafted")


@command.command("approve")
@click.argument("scheme_id", metavar="ID")
@click.option("--version", type=click.IntRange(1), help="Which version; the latest unless told.")
@key_option
@click.pass_obj
def approve(session: Session, scheme_id: str, version: int | None, key: str | None) -> None:
    """Put a drafted version in force; nobody approves their own draft."""
    path = session.path("/v1/schemes/{}/approvals", scheme_id)
    session.done(session.client.post(path, {"version": version}, key=key), "cli.scheme.approved")


@command.command("list")
@page_options
@click.pass_obj
def list_(session: Session, limit: int | None, after: str | None) -> None:
    """Every scheme with its versions."""
    answer = session.client.pages("/v1/schemes", "schemes", limit=limit, after=after)
    _show(session, answer, answer["schemes"])


@command.command("show")
@click.argument("scheme_id", metavar="ID")
@click.pass_obj
def show(session: Session, scheme_id: str) -> None:
    """One scheme with its versions and rates."""
    answer = session.client.get(session.path("/v1/schemes/{}", scheme_id))
    _show(session, answer, [answer])


def _show(session: Session, answer: Any, schemes: list[dict[str, Any]]) -> None:
    rows = [
        {**scheme, **version, "rates": _rates(version["rates"])}
        for scheme in schemes
        for version in scheme.get("versions", ())
    ]
    columns = ("scheme-id", "name", "area", "version", "in-force-from", "rates", "value-fen", "approved")
    session.listing(answer, rows, columns)


def _rates(rates: list[dict[str, Any]]) -> str:
    return " ".join(f"{r['kind']}:{r['time_class']}={r['points']}/{r['per_minutes']}" for r in rates)
