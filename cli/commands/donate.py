"""Points back to their fund."""

from __future__ import annotations

import click

from cli.options import PointsCommand, key_option
from cli.session import Session


@click.command("donate", cls=PointsCommand)
@click.option("--points", required=True, type=click.IntRange(1), help="How many.")
@click.option("--reason", required=True, metavar="R", help="What for.")
@click.option("--fund", "fund_id", metavar="ID", help="Only points of this fund.")
@key_option
@click.pass_obj
def command(session: Session, points: int, reason: str, fund_id: str | None, key: str | None) -> None:
    """Give points of one's own back to the funds behind them."""
    body = {"points": points, "reason": reason, "fund_id": fund_id}
    session.done(session.client.post("/v1/donations", body, key=key), "cli.donate.done")
