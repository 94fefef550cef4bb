"""Endpoints that a merchant's own systems are told at."""

from __future__ import annotations

import click

from cli.options import Subjects, key_option
from cli.session import Session


@click.group("webhook", cls=Subjects)
def command() -> None:
    """Where a merchant's own systems are told what happened."""


@command.command("register")
@click.argument("merchant")
@click.argument("url")
@click.option(
    "--type", "types", metavar="TYPE", multiple=True, help="Such as redemption.confirmed; all unless told."
)
@key_option
@click.pass_obj
def register(session: Session, merchant: str, url: str, types: tuple[str, ...], key: str | None) -> None:
    """Tell the https address URL; the secret that signs the messages is shown once."""
    path = session.path("/v1/merchants/{}/webhooks", merchant)
    answer = session.client.post(path, {"url": url, "types": list(types) or None}, key=key)
    session.done(answer, "cli.webhook.registered")


@command.command("list")
@click.argument("merchant")
@click.pass_obj
def list_(session: Session, merchant: str) -> None:
    """A merchant's endpoints."""
    answer = session.client.get(session.path("/v1/merchants/{}/webhooks", merchant))
    rows = [{**each, "types": ", ".join(each["types"])} for each in answer["webhooks"]]
    session.listing(answer, rows, ("webhook-id", "url", "types", "removed"))


@command.command("remove")
@click.argument("webhook")
@key_option
@click.pass_obj
def remove(session: Session, webhook: str, key: str | None) -> None:
    """Take an endpoint down."""
    path = session.path("/v1/webhooks/{}/removals", webhook)
    session.done(session.client.post(path, {}, key=key), "cli.webhook.removed")


@command.command("replay")
@click.argument("webhook")
@click.option("--after", required=True, type=click.IntRange(0), metavar="POSITION")
@key_option
@click.pass_obj
def replay(session: Session, webhook: str, after: int, key: str | None) -> None:
    """Send again everything after a position."""
    path = session.path("/v1/webhooks/{}/replays", webhook)
    session.done(session.client.post(path, {"after": after}, key=key), "cli.webhook.replayed")


@command.command("dead")
@click.argument("webhook")
@click.pass_obj
def dead(session: Session, webhook: str) -> None:
    """What could not be delivered within three days."""
    answer = session.client.get(session.path("/v1/webhooks/{}/dead-letters", webhook))
    session.listing(answer, answer["dead_letters"], ("msg-id", "position", "attempts", "status"))
