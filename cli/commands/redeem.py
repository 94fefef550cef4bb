"""The till's side of a payment."""

from __future__ import annotations

import click

from cli import codes
from cli.options import PointsCommand, key_option
from cli.session import Session


@click.command("redeem", cls=PointsCommand)
@click.argument("code", metavar="IMAGE_OR_DIGITS")
@click.option("--points", required=True, type=click.IntRange(1), help="How many points to take.")
@key_option
@click.pass_obj
def command(session: Session, code: str, points: int, key: str | None) -> None:
    """Take points with a payment code: a picture of it, its digits, or the twelve digits beside it.

    The code itself makes this once only: the same code, till and points again give the same answer.
    """
    digits = codes.digits_of(code)
    member = "short_code" if len(digits) == codes.SHORT_CODE_DIGITS else "code"
    answer = session.client.post_plain("/v1/redemptions", {member: digits, "points": points}, key=key)
    session.done(answer, "cli.redeem.done")
