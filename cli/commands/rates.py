"""Registration rates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import click

from cli.options import PointsCommand
from cli.session import Session

_COLUMNS = ("area", "year", "residents", "registered", "rate", "active", "active-rate", "change")
_RATES = ("rate", "active_rate", "change")


@click.command("rates", cls=PointsCommand)
@click.option("--area", metavar="CODE", help="Which area; the county unless told.")
@click.option(
    "--year", type=click.IntRange(1900, 9999), help="The state at this year's end; now unless told."
)
@click.pass_obj
def command(session: Session, area: str | None, year: int | None) -> None:
    """How many of an area's residents are registered volunteers, and how many served in twelve months."""
    code = area or _county(session)
    answer = session.client.get(session.path("/v1/areas/{}/registration-rate", code), year=year)
    shown = {name: _percent(value) if name in _RATES else value for name, value in answer.items()}
    session.listing(answer, [shown], _COLUMNS)


def _county(session: Session) -> str:
    """The root of the tree: what its first branch hangs on."""
    below = session.client.get("/v1/areas", limit=1)["areas"]
    if not below:
        raise click.UsageError("The county has no areas below it yet: name one with --area.")
    return str(below[0]["parent_code"])


def _percent(rate: Any) -> str | None:
    """The four places of the string, two of them before the point: nothing is rounded."""
    return None if rate is None else f"{Decimal(rate).scaleb(2)} %"
