"""What is needed, who serves, and how it was."""

from __future__ import annotations

import click

from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session
from cli.values import DAY


@click.group("request", cls=Subjects)
def command() -> None:
    """What is needed, who serves, and how it was."""


@command.command("place")
@click.argument("need", metavar="NEED")
@click.option("--area", metavar="CODE", help="The area; one's own unless told.")
@click.option("--kind", metavar="KIND")
@click.option("--item", "menu_item_id", metavar="ITEM")
@click.option("--paired", is_flag=True)
@click.option("--volunteer", "volunteer_number", metavar="NUMBER")
@click.option("--resident", "resident_id", metavar="ID")
@click.option("--on", "wanted_on", type=DAY)
@key_option
@click.pass_obj
def place(session: Session, /, need: str, key: str | None, **wish: object) -> None:
    """Ask for NEED."""
    session.facts(session.client.post("/v1/requests", {"need": need, **wish}, key=key))


@command.command("list")
@click.option("--area", metavar="CODE", help="The area; one's own unless told.")
@click.option("--state", metavar="STATE")
@click.option("--mine", is_flag=True, help="Only one's own.")
@page_options
@click.pass_obj
def list_(session: Session, /, limit: int | None, after: str | None, **which: object) -> None:
    """Requests by age."""
    answer = session.client.pages("/v1/requests", "requests", limit=limit, after=after, **which)
    session.listing(
        answer,
        answer["requests"],
        (
            "request-id",
            "kind",
            "area",
            "wanted-on",
            "paired",
            "state",
            "rating",
        ),
    )


@command.command("dispatch")
@click.argument("request_id", metavar="REQUEST")
@click.option("--volunteer", "volunteer_number", metavar="NUMBER")
@click.option(
    "--for",
    "claimant_kind",
    type=choice(("organisation", "team")),
    help="Whom one comes forward for, if not oneself.",
)
@click.option("--id", "claimant_id", metavar="ID", help="The organisation or team.")
@key_option
@click.pass_obj
def dispatch(session: Session, /, request_id: str, key: str | None, **wish: object) -> None:
    """Name who is to serve."""
    session.facts(session.client.post(session.path("/v1/requests/{}/dispatches", request_id), wish, key=key))


@command.command("claim")
@click.argument("request_id", metavar="REQUEST")
@click.option(
    "--for",
    "claimant_kind",
    type=choice(("organisation", "team")),
    help="Whom one comes forward for, if not oneself.",
)
@click.option("--id", "claimant_id", metavar="ID", help="The organisation or team.")
@key_option
@click.pass_obj
def claim(session: Session, /, request_id: str, key: str | None, **wish: object) -> None:
    """Come forward."""
    session.facts(session.client.post(session.path("/v1/requests/{}/claims", request_id), wish, key=key))


@command.command("answer")
@click.argument("request_id", metavar="REQUEST")
@click.option("--agree/--decline", "agreed", required=True)
@click.option("--side", type=choice(("asker", "claimant")), help="For staff: whom they speak for.")
@click.option("--reason", metavar="TEXT")
@key_option
@click.pass_obj
def answer(session: Session, /, request_id: str, key: str | None, **wish: object) -> None:
    """One side's yes, or no."""
    session.facts(session.client.post(session.path("/v1/requests/{}/answers", request_id), wish, key=key))


@command.command("pair")
@click.argument("request_id", metavar="REQUEST")
@click.option("--social-worker", required=True, metavar="NUMBER")
@click.option("--volunteer", required=True, metavar="NUMBER")
@key_option
@click.pass_obj
def pair(session: Session, /, request_id: str, key: str | None, **wish: object) -> None:
    """Name the pair by volunteer numbers."""
    session.facts(session.client.post(session.path("/v1/requests/{}/pairs", request_id), wish, key=key))


@command.command("done")
@click.argument("request_id", metavar="REQUEST")
@click.option(
    "--evidence", "evidence_sha256", metavar="SHA256", help="The evidence's SHA-256, in hexadecimal."
)
@key_option
@click.pass_obj
def done(session: Session, /, request_id: str, key: str | None, **wish: object) -> None:
    """Report it done."""
    session.facts(session.client.post(session.path("/v1/requests/{}/reports", request_id), wish, key=key))


@command.command("confirm")
@click.argument("request_id", metavar="REQUEST")
@click.option("--reason", metavar="TEXT")
@key_option
@click.pass_obj
def confirm(session: Session, /, request_id: str, key: str | None, **wish: object) -> None:
    """Confirm it; staff say why in the beneficiary's place."""
    session.facts(
        session.client.post(session.path("/v1/requests/{}/confirmations", request_id), wish, key=key)
    )


@command.command("rate")
@click.argument("request_id", metavar="REQUEST")
@click.option("--rating", required=True, type=int)
@click.option("--text", metavar="TEXT")
@click.option(
    "--evidence", "evidence_sha256", metavar="SHA256", help="The evidence's SHA-256, in hexadecimal."
)
@key_option
@click.pass_obj
def rate(session: Session, /, request_id: str, key: str | None, **wish: object) -> None:
    """Rate it, once."""
    session.facts(session.client.post(session.path("/v1/requests/{}/ratings", request_id), wish, key=key))


@command.command("hours")
@click.argument("request_id", metavar="REQUEST")
@click.option("--volunteer", "volunteer_number", required=True, metavar="NUMBER")
@click.option("--minutes", required=True, type=click.IntRange(1))
@click.option("--on", required=True, type=DAY)
@click.option("--reason", required=True, metavar="TEXT")
@key_option
@click.pass_obj
def hours(session: Session, /, request_id: str, key: str | None, **wish: object) -> None:
    """Enter it as supplementary time."""
    session.facts(session.client.post(session.path("/v1/requests/{}/hours", request_id), wish, key=key))


@command.command("cancel")
@click.argument("request_id", metavar="REQUEST")
@click.option("--reason", metavar="TEXT")
@key_option
@click.pass_obj
def cancel(session: Session, /, request_id: str, key: str | None, **wish: object) -> None:
    """It is wanted no longer."""
    session.facts(
        session.client.post(session.path("/v1/requests/{}/cancellations", request_id), wish, key=key)
    )


@command.command("lapse")
@key_option
@click.pass_obj
def lapse(session: Session, /, key: str | None, **wish: object) -> None:
    """Put back into the list what nobody answered in time."""
    session.facts(session.client.post("/v1/request-lapses", wish, key=key))
