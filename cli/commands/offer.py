"""Price lists and bills."""

from __future__ import annotations

import click

from cli.options import Subjects, key_option, page_options
from cli.session import Session
from cli.values import YUAN


@click.group("offer", cls=Subjects)
def command() -> None:
    """What a shop gives for points, and the bills that points lessen."""


@command.command("add")
@click.argument("merchant_id", metavar="MERCHANT")
@click.argument("title")
@click.option("--points", required=True, type=click.IntRange(1), help="What one costs.")
@click.option("--stock", type=click.IntRange(0), help="How many there are; not counted unless told.")
@key_option
@click.pass_obj
def add(session: Session, /, merchant_id: str, key: str | None, **offer: object) -> None:
    """Put the article TITLE on the list of MERCHANT."""
    path = session.path("/v1/merchants/{}/offers", merchant_id)
    session.done(session.client.post(path, offer, key=key), "cli.offer.added")


@command.command("change")
@click.argument("offer_id", metavar="OFFER")
@click.option("--points", type=click.IntRange(1), help="Another price.")
@click.option("--restock", type=int, help="So many came in, or with a minus are missing.")
@click.option("--withdraw", is_flag=True, help="Take it off the list.")
@key_option
@click.pass_obj
def change(
    session: Session, offer_id: str, points: int | None, restock: int | None, withdraw: bool, key: str | None
) -> None:
    """Change an article's price or stock, or take it off the list."""
    path = session.path("/v1/offers/{}/changes", offer_id)
    body = {"points": points, "restock": restock, "withdraw": withdraw}
    session.done(session.client.post(path, body, key=key), "cli.offer.changed")


@command.command("list")
@click.argument("merchant_id", metavar="MERCHANT")
@page_options
@click.pass_obj
def list_(session: Session, merchant_id: str, limit: int | None, after: str | None) -> None:
    """The price list of MERCHANT."""
    path = session.path("/v1/merchants/{}/offers", merchant_id)
    answer = session.client.pages(path, "offers", limit=limit, after=after)
    session.listing(answer, answer["offers"], ("offer-id", "title", "points", "stock"))


@command.command("bill")
@click.argument("merchant_id", metavar="MERCHANT")
@click.argument("bill_number", metavar="NUMBER")
@click.option("--yuan", "amount_fen", required=True, type=YUAN, help="How high it is.")
@click.option("--period", metavar="TEXT", help="What it is for, such as 2026.")
@key_option
@click.pass_obj
def bill(session: Session, /, merchant_id: str, key: str | None, **bill: object) -> None:
    """Tell how high a property fee's bill is, so that it can be paid in parts."""
    path = session.path("/v1/merchants/{}/bills", merchant_id)
    session.done(session.client.post(path, bill, key=key), "cli.offer.bill")
