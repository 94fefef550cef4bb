"""Tills."""

from __future__ import annotations

import click

from cli.options import Subjects, key_option
from cli.session import Session


@click.group("till", cls=Subjects)
def command() -> None:
    """The tills of a shop."""


@command.command("enrol")
@click.argument("merchant_id", metavar="MERCHANT")
@click.option("--name", metavar="TEXT", help="What the shop calls it.")
@key_option
@click.pass_obj
def enrol(session: Session, merchant_id: str, name: str | None, key: str | None) -> None:
    """Enrol a till and print its token: it is shown here and nowhere else."""
    path = session.path("/v1/merchants/{}/tills", merchant_id)
    session.done(session.client.post(path, {"name": name}, key=key), "cli.till.enrolled")


@command.command("revoke")
@click.argument("till_id", metavar="TILL")
@key_option
@click.pass_obj
def revoke(session: Session, till_id: str, key: str | None) -> None:
    """The till is lost: it redeems nothing from now on."""
    path = session.path("/v1/tills/{}/revocations", till_id)
    session.done(session.client.post(path, {}, key=key), "cli.till.revoked")
