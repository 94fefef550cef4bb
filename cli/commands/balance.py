"""A volunteer's points."""

from __future__ import annotations

import click

from cli.options import PointsCommand, choice
from cli.session import Session
from cli.values import INSTANT


@click.command("balance", cls=PointsCommand)
@click.argument("number")
@click.option("--at", type=INSTANT, help="As it stood at this time, with its offset; now unless told.")
@click.option(
    "--basis",
    type=choice(("occurred", "recorded")),
    help="By when things were so, or by when the exchange learned of them.",
)
@click.pass_obj
def command(session: Session, number: str, at: str | None, basis: str | None) -> None:
    """The points of the volunteer NUMBER, lot by lot, in the order they are spent."""
    path = session.path("/v1/volunteers/{}/account", number)
    answer = session.client.get(path, at=at, basis=basis)

    def show() -> None:
        session.output.say("cli.balance", **{**answer, "spendable": answer["balance"] - answer["held"]})
        columns = ("lot-no", "points", "expires-on", "value-fen", "fund-id")
        session.output.rows(answer["lots"], columns)

    session.answer(answer, show)
