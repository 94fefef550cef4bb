"""Points that end."""

from __future__ import annotations

import click

from cli.options import PointsCommand, key_option
from cli.session import Session


@click.command("expire", cls=PointsCommand)
@click.option("--due", is_flag=True, help="Take what ended before today; safe to run again.")
@click.option(
    "--announce", "announced_days", type=click.IntRange(1, 366), help="Tell what ends in so many days."
)
@click.option("--coming", "within_days", type=click.IntRange(1, 366), help="List what ends in so many days.")
@click.option("--area", metavar="CODE", help="Of the list: here and below; one's own area unless told.")
@key_option
@click.pass_obj
def command(
    session: Session,
    due: bool,
    announced_days: int | None,
    within_days: int | None,
    area: str | None,
    key: str | None,
) -> None:
    """Take points past their last day, tell people beforehand, or list whose are coming."""
    if sum((due, announced_days is not None, within_days is not None)) != 1:
        raise click.UsageError("Give exactly one of --due, --announce and --coming.")
    if due:
        session.done(session.client.post("/v1/expiry-runs", {}, key=key), "cli.expire.done")
    elif announced_days is not None:
        body = {"within_days": announced_days}
        session.done(session.client.post("/v1/expiry-announcements", body, key=key), "cli.expire.announced")
    else:
        answer = session.client.pages("/v1/expiring-points", "ending", area=area, within_days=within_days)
        session.listing(answer, answer["ending"], ("volunteer-number", "area", "points", "expires-on"))
