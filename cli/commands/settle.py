"""Drawing up what a merchant is owed."""

from __future__ import annotations

import click

from cli.options import PointsCommand, key_option
from cli.session import Session


@click.command("settle", cls=PointsCommand)
@click.argument("merchant")
@click.option("--period", required=True, metavar="P", help="2026-11, 2026-Q4, 2026 or 2026-11-01/2026-11-15.")
@key_option
@click.pass_obj
def command(session: Session, merchant: str, period: str, key: str | None) -> None:
    """Draw up the statement of MERCHANT for a period. Once a line is disputed, again without that line."""
    path = session.path("/v1/merchants/{}/settlements", merchant)
    answer = session.client.post(path, {"period": period}, key=key)
    session.done(answer, "cli.settlement.drawn-up")
