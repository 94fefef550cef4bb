"""A volunteer's points, line by line."""

from __future__ import annotations

from typing import Any

import click

from cli.options import PointsCommand, page_options
from cli.session import Session


@click.command("statement", cls=PointsCommand)
@click.argument("number")
@page_options
@click.pass_obj
def command(session: Session, number: str, limit: int | None, after: str | None) -> None:
    """Why the volunteer NUMBER has these points: each line with its cause and its fund."""
    path = session.path("/v1/volunteers/{}/statement", number)
    answer = session.client.pages(path, "lines", limit=limit, after=after)
    lines = [{**line, "why": _why(session, line)} for line in answer["lines"]]
    session.listing(answer, lines, ("position", "occurred-at", "points", "why", "lot-no"))


def _why(session: Session, line: dict[str, Any]) -> str:
    slug = f"cli.statement.{str(line['kind']).replace('_', '-')}"
    told = {name: "–" if value is None else value for name, value in line.items()}
    for name in ("activity", "merchant", "fund"):
        told.setdefault(name, "–")
    return session.output.text(slug, **told)
