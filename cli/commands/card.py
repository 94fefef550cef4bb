"""Printed cards."""

from __future__ import annotations

import click

from cli import codes
from cli.options import Subjects, key_option
from cli.secrets import secret
from cli.session import Session


@click.group("card", cls=Subjects)
def command() -> None:
    """Printed cards for people without a phone."""


@command.command("issue")
@click.argument("number", metavar="NUMBER")
@click.option("--out", metavar="FILE", required=True, help="Where the card's code goes: PNG or SVG.")
@key_option
@click.pass_obj
def issue(session: Session, number: str, out: str, key: str | None) -> None:
    """Make a card for NUMBER. The person types its PIN, six digits, on standard input."""
    pin = secret("cli.card.pin", session)
    path = session.path("/v1/volunteers/{}/cards", number)
    answer = session.client.post(path, {"pin": pin}, key=key)
    codes.draw(out, answer["digits"], for_paper=True)
    session.done({**answer, "file": out}, "cli.card.issued")


@command.command("pin")
@click.argument("card_id", metavar="CARD")
@key_option
@click.pass_obj
def pin(session: Session, card_id: str, key: str | None) -> None:
    """Another PIN, typed by the person on standard input; a blocked card works again."""
    told = secret("cli.card.pin", session)
    path = session.path("/v1/cards/{}/pins", card_id)
    session.done(session.client.post(path, {"pin": told}, key=key), "cli.card.pin-set")


@command.command("revoke")
@click.argument("card_id", metavar="CARD")
@key_option
@click.pass_obj
def revoke(session: Session, card_id: str, key: str | None) -> None:
    """The card is lost: it pays nothing from now on."""
    path = session.path("/v1/cards/{}/revocations", card_id)
    session.done(session.client.post(path, {}, key=key), "cli.card.revoked")
