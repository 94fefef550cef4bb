"""Alarms."""

from __future__ import annotations

import click

from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session


@click.group("alarm", cls=Subjects)
def command() -> None:
    """Patterns that look like fraud."""


@command.command("look")
@key_option
@click.pass_obj
def look(session: Session, key: str | None) -> None:
    """Look for the patterns now; a pattern seen before is not raised again."""
    session.done(session.client.post("/v1/alarm-runs", {}, key=key), "cli.alarm.looked")


@command.command("list")
@click.option("--area", metavar="CODE", help="This area and those below it; one's own unless told.")
@click.option("--open", "open_only", is_flag=True, help="Only those that wait for a decision.")
@page_options
@click.pass_obj
def list_(session: Session, area: str | None, open_only: bool, limit: int | None, after: str | None) -> None:
    """Alarms, the newest first."""
    answer = session.client.pages(
        "/v1/alarms", "alarms", limit=limit, after=after, area=area, open_only=open_only
    )
    rows = [
        {**alarm, "measures": ", ".join(f"{m['name']}={m['value']}" for m in alarm["measures"])}
        for alarm in answer["alarms"]
    ]
    columns = ("alarm-id", "kind", "subject-type", "subject-id", "window", "measures", "outcome")
    session.listing(answer, rows, columns)


@command.command("show")
@click.argument("alarm")
@click.pass_obj
def show(session: Session, alarm: str) -> None:
    """One alarm with what was counted and decided."""
    session.facts(session.client.get(session.path("/v1/alarms/{}", alarm)))


@command.command("decide")
@click.argument("alarm")
@click.option("--outcome", required=True, type=choice(("cleared", "upheld")))
@click.option("--reason", required=True, metavar="R")
@key_option
@click.pass_obj
def decide(session: Session, alarm: str, outcome: str, reason: str, key: str | None) -> None:
    """Say what an ALARM means, with a reason."""
    path = session.path("/v1/alarms/{}/decisions", alarm)
    answer = session.client.post(path, {"outcome": outcome, "reason": reason}, key=key)
    session.done(answer, "cli.alarm.decided")
