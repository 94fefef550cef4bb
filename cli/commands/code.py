"""Codes that a phone shows."""

from __future__ import annotations

import click

from cli import codes
from cli.options import Subjects, key_option
from cli.session import Session


@click.group("code", cls=Subjects)
def command() -> None:
    """Codes that a phone shows."""


@command.command("pay")
@click.option("--out", metavar="FILE", help="Write the code as a picture, PNG or SVG.")
@key_option
@click.pass_obj
def pay(session: Session, out: str | None, key: str | None) -> None:
    """Make a payment code, good for a minute, as the volunteer's phone would show it."""
    answer = session.client.post("/v1/payment-codes", {}, key=key)
    short = codes.grouped(answer["short_code"])
    if out is not None:
        codes.draw(out, answer["digits"], (short,))
    slug = "cli.code.pay" if out is None else "cli.code.pay-drawn"
    session.answer(answer, lambda: session.output.say(slug, **{**answer, "short_code": short, "out": out}))
