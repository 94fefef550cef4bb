"""Projects of organisations, claimed from both sides."""

from __future__ import annotations

import click

from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session


@click.group("project", cls=Subjects)
def command() -> None:
    """Projects of organisations, claimed from both sides."""


@command.command("add")
@click.argument("title", metavar="TITLE")
@click.option("--area", metavar="CODE", help="The area; one's own unless told.")
@click.option(
    "--for", "owner_kind", type=choice(("organisation", "team")), help="Whose it is, if not one's own."
)
@click.option("--id", "owner_id", metavar="ID")
@key_option
@click.pass_obj
def add(session: Session, /, title: str, key: str | None, **wish: object) -> None:
    """List TITLE."""
    session.facts(session.client.post("/v1/projects", {"title": title, **wish}, key=key))


@command.command("list")
@click.option("--area", metavar="CODE", help="The area; one's own unless told.")
@click.option("--state", metavar="STATE")
@page_options
@click.pass_obj
def list_(session: Session, /, limit: int | None, after: str | None, **which: object) -> None:
    """By age."""
    answer = session.client.pages("/v1/projects", "listings", limit=limit, after=after, **which)
    session.listing(
        answer,
        answer["listings"],
        (
            "listing-id",
            "title",
            "area",
            "owner-kind",
            "state",
            "claimant-kind",
        ),
    )


@command.command("claim")
@click.argument("listing_id", metavar="LISTING")
@click.option(
    "--for",
    "claimant_kind",
    type=choice(("organisation", "team")),
    help="Whom one comes forward for, if not oneself.",
)
@click.option("--id", "claimant_id", metavar="ID", help="The organisation or team.")
@key_option
@click.pass_obj
def claim(session: Session, /, listing_id: str, key: str | None, **wish: object) -> None:
    """Come forward for it."""
    session.facts(session.client.post(session.path("/v1/listings/{}/claims", listing_id), wish, key=key))


@command.command("answer")
@click.argument("listing_id", metavar="LISTING")
@click.option("--step", required=True, type=choice(("agree", "decline", "fulfil", "withdraw")))
@click.option("--reason", metavar="TEXT")
@key_option
@click.pass_obj
def answer(session: Session, /, listing_id: str, key: str | None, **wish: object) -> None:
    """The owner's answer to a claim, and how it ended."""
    session.facts(session.client.post(session.path("/v1/listings/{}/steps", listing_id), wish, key=key))
