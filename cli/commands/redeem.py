"""The till's side of a payment."""

from __future__ import annotations

import click

from cli import codes
from cli.options import PointsCommand, key_option
from cli.secrets import secret
from cli.session import Session
from cli.values import YUAN


@click.command("redeem", cls=PointsCommand)
@click.argument("code", metavar="IMAGE_OR_DIGITS")
@click.option("--points", required=True, type=click.IntRange(1), help="How many points to take.")
@click.option("--merchant-code", "shop", is_flag=True, help="The code is the shop's, and the phone pays it.")
@click.option(
    "--card", is_flag=True, help="The code is a printed card's; its PIN is read from standard input."
)
@click.option("--offer", metavar="ID", help="The article of the price list that is bought.")
@click.option("--quantity", type=click.IntRange(1), default=1, show_default=True, help="How many of it.")
@click.option("--bill-number", metavar="TEXT", help="The bill of the property fee that the points lessen.")
@click.option("--cash-yuan", "cash_fen", type=YUAN, help="What is paid in money beside the points.")
@key_option
@click.pass_obj
def command(
    session: Session,
    /,
    code: str,
    points: int,
    shop: bool,
    card: bool,
    quantity: int,
    key: str | None,
    **extras: object,
) -> None:
    """Take points with a payment code: a picture of it, its digits, or the twelve digits beside it.

    The code itself makes this once only: the same code, till and points again give the same answer.
    """
    digits = codes.digits_of(code)
    body: dict[str, object] = {"points": points, **{name: value for name, value in extras.items() if value}}
    if body.get("offer"):
        body["quantity"] = quantity
    if card:
        body |= {"card": digits, "pin": secret("cli.redeem.pin", session)}
    else:
        typed = len(digits) == codes.SHORT_CODE_DIGITS
        body["merchant_code" if shop else "short_code" if typed else "code"] = digits
    send = session.client.post if shop or card else session.client.post_plain
    session.done(send("/v1/redemptions", body, key=key), "cli.redeem.done")
