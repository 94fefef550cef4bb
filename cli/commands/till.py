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


@command.command("enrol-pos")
@click.argument("merchant_id", metavar="MERCHANT")
@key_option
@click.pass_obj
def enrol_pos(session: Session, merchant_id: str, key: str | None) -> None:
    """Enrol a shop's own till system and print its key, which ends after half a year."""
    path = session.path("/v1/merchants/{}/pos", merchant_id)
    session.done(session.client.post(path, {}, key=key), "cli.till.enrolled")


@command.command("rotate-pos")
@click.argument("till_id", metavar="TILL")
@key_option
@click.pass_obj
def rotate_pos(session: Session, till_id: str, key: str | None) -> None:
    """Another key for a shop's till system; the old one works for a day more."""
    path = session.path("/v1/tills/{}/keys/rotations", till_id)
    session.done(session.client.post(path, {}, key=key), "cli.till.enrolled")
