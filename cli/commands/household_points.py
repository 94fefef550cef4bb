"""Points that a household shares."""

from __future__ import annotations

import click

from cli.options import Subjects, key_option
from cli.session import Session


@click.group("household-points", cls=Subjects)
def command() -> None:
    """Points that a household's members put together and share out."""


@command.command("pool")
@click.argument("household_id", metavar="HOUSEHOLD")
@click.option("--points", required=True, type=click.IntRange(1), help="How many of one's own.")
@click.option("--reason", required=True, metavar="R")
@key_option
@click.pass_obj
def pool(session: Session, household_id: str, points: int, reason: str, key: str | None) -> None:
    """Put points of one's own into the household's account."""
    path = session.path("/v1/households/{}/poolings", household_id)
    answer = session.client.post(path, {"points": points, "reason": reason}, key=key)
    session.done(answer, "cli.household-points.pooled")


@command.command("share")
@click.argument("household_id", metavar="HOUSEHOLD")
@click.argument("to", metavar="NUMBER")
@click.option("--points", required=True, type=click.IntRange(1), help="How many.")
@click.option("--reason", required=True, metavar="R")
@key_option
@click.pass_obj
def share(session: Session, household_id: str, to: str, points: int, reason: str, key: str | None) -> None:
    """As the head, give a member points of the household's account."""
    path = session.path("/v1/households/{}/sharings", household_id)
    answer = session.client.post(path, {"to": to, "points": points, "reason": reason}, key=key)
    session.done({**answer, "to": to}, "cli.household-points.shared")


@command.command("show")
@click.argument("household_id", metavar="HOUSEHOLD")
@click.pass_obj
def show(session: Session, household_id: str) -> None:
    """What lies in the household's account."""
    answer = session.client.get(session.path("/v1/households/{}/account", household_id))
    session.listing(answer, answer["lots"], ("lot-no", "fund-id", "points", "expires-on"))
