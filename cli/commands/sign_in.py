"""The phone's or desk's side of a one-time code."""

from __future__ import annotations

import click

from cli import codes
from cli.options import PointsCommand
from cli.session import Session


@click.command("sign-in", cls=PointsCommand)
@click.argument("digits")
@click.pass_obj
def command(session: Session, digits: str) -> None:
    """Turn a one-time code, its DIGITS or a picture of it, into a token."""
    answer = session.client.post_plain("/v1/sign-ins", {"digits": codes.digits_of(digits)})
    session.done(answer, "cli.sign-in.done")
