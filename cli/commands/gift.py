"""Points for somebody else."""

from __future__ import annotations

import click

from cli.options import PointsCommand, key_option
from cli.session import Session


@click.command("gift", cls=PointsCommand)
@click.argument("to", metavar="NUMBER")
@click.option("--points", required=True, type=click.IntRange(1), help="How many.")
@click.option("--reason", required=True, metavar="R", help="What for.")
@key_option
@click.pass_obj
def command(session: Session, to: str, points: int, reason: str, key: str | None) -> None:
    """Give points of one's own to the volunteer NUMBER."""
    body = {"to": to, "points": points, "reason": reason}
    session.done({**session.client.post("/v1/gifts", body, key=key), "to": to}, "cli.gift.done")
