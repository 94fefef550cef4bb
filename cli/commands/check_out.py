"""Signing out."""

from __future__ import annotations

import click

from cli import codes
from cli.options import PointsCommand, key_option
from cli.session import Session
from cli.values import INSTANT


@click.command("check-out", cls=PointsCommand)
@click.argument("code", metavar="IMAGE_OR_DIGITS")
@click.option("--activity", "activity_id", metavar="ID", help="Which, where staff scan a volunteer's phone.")
@click.option("--captured-at", type=INSTANT, help="When it was scanned, if there was no network then.")
@key_option
@click.pass_obj
def command(
    session: Session, code: str, activity_id: str | None, captured_at: str | None, key: str | None
) -> None:
    """Stop serving; the minutes since the sign-in become a service record."""
    body = {"code": codes.digits_of(code), "activity_id": activity_id, "captured_at": captured_at}
    session.done(session.client.post("/v1/check-outs", body, key=key), "cli.checked-out")
