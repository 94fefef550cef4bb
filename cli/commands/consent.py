"""What volunteers consent to, and who their guardians are."""

from __future__ import annotations

import click

from cli.options import Subjects, choice, key_option
from cli.session import Session

PURPOSES = ("guardian", "honours_name", "certificate", "photo", "exchange")


@click.group("consent", cls=Subjects)
def command() -> None:
    """What volunteers consent to."""


@command.command("give")
@click.argument("number")
@click.argument("purpose", type=choice(PURPOSES))
@key_option
@click.pass_obj
def give(session: Session, number: str, purpose: str, key: str | None) -> None:
    """The volunteer NUMBER consents to PURPOSE."""
    path = session.path("/v1/volunteers/{}/consents", number)
    session.done(session.client.post(path, {"purpose": purpose}, key=key), "cli.consent.given")


@command.command("withdraw")
@click.argument("number")
@click.argument("purpose", type=choice(PURPOSES))
@key_option
@click.pass_obj
def withdraw(session: Session, number: str, purpose: str, key: str | None) -> None:
    """The volunteer NUMBER takes the consent to PURPOSE back."""
    path = session.path("/v1/volunteers/{}/consent-withdrawals", number)
    session.done(session.client.post(path, {"purpose": purpose}, key=key), "cli.consent.withdrawn")


@command.command("list")
@click.argument("number")
@click.pass_obj
def list_(session: Session, number: str) -> None:
    """What the volunteer NUMBER answered, and since when."""
    answer = session.client.get(session.path("/v1/volunteers/{}/consents", number))
    session.listing(answer, answer["consents"], ("purpose", "given", "since"))


@command.command("guardian")
@click.argument("number")
@click.option("--name", required=True)
@click.option("--identity-number", required=True, metavar="NUMBER")
@click.option("--phone", required=True, metavar="NUMBER")
@key_option
@click.pass_obj
def guardian(session: Session, /, number: str, key: str | None, **person: str) -> None:
    """Name the guardian of the minor NUMBER, who thereby consents."""
    path = session.path("/v1/volunteers/{}/guardians", number)
    session.done(session.client.post(path, person, key=key), "cli.consent.guardian-recorded")
