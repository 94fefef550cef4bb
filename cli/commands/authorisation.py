"""Sales in two steps."""

from __future__ import annotations

import click

from cli import codes
from cli.options import Subjects, key_option
from cli.session import Session


@click.group("authorisation", cls=Subjects)
def command() -> None:
    """Sales that begin with a hold, and are captured or voided."""


@command.command("make")
@click.argument("code", metavar="IMAGE_OR_DIGITS")
@click.option("--points", required=True, type=click.IntRange(1), help="How many points to hold.")
@click.option(
    "--valid-for-s", type=click.IntRange(1), help="For how many seconds; a quarter of an hour unless told."
)
@key_option
@click.pass_obj
def make(session: Session, code: str, points: int, valid_for_s: int | None, key: str | None) -> None:
    """Hold points of a payment code for this till."""
    digits = codes.digits_of(code)
    member = "short_code" if len(digits) == codes.SHORT_CODE_DIGITS else "code"
    body = {member: digits, "points": points, "valid_for_s": valid_for_s}
    session.done(session.client.post("/v1/authorisations", body, key=key), "cli.authorisation.made")


@command.command("capture")
@click.argument("authorisation_id", metavar="AUTHORISATION")
@click.option("--points", type=click.IntRange(1), help="How many; all that were held unless told.")
@key_option
@click.pass_obj
def capture(session: Session, authorisation_id: str, points: int | None, key: str | None) -> None:
    """Let the sale take place; what is left over is free again."""
    path = session.path("/v1/authorisations/{}/capture", authorisation_id)
    session.done(session.client.post(path, {"points": points}, key=key), "cli.authorisation.captured")


@command.command("void")
@click.argument("authorisation_id", metavar="AUTHORISATION")
@key_option
@click.pass_obj
def void(session: Session, authorisation_id: str, key: str | None) -> None:
    """Let the sale not take place; the points are free again."""
    path = session.path("/v1/authorisations/{}/void", authorisation_id)
    session.done(session.client.post(path, {}, key=key), "cli.authorisation.voided")
