"""Taking a redemption back."""

from __future__ import annotations

import click

from cli.options import PointsCommand, key_option
from cli.session import Session


@click.command("refund", cls=PointsCommand)
@click.argument("redemption")
@click.option("--points", required=True, type=click.IntRange(1), help="How many points to give back.")
@click.option("--reason", required=True, metavar="R")
@key_option
@click.pass_obj
def command(session: Session, redemption: str, points: int, reason: str, key: str | None) -> None:
    """Give back points of a REDEMPTION, in part or whole, into the very lots they came from."""
    path = session.path("/v1/redemptions/{}/refunds", redemption)
    answer = session.client.post(path, {"points": points, "reason": reason}, key=key)
    session.done(answer, "cli.refund.done")
