"""Activities ahead."""

from __future__ import annotations

import click

from cli.options import Subjects, key_option, page_options
from cli.session import Session
from cli.values import INSTANT


@click.group("activity", cls=Subjects)
def command() -> None:
    """Activities that are planned."""


@command.command("create")
@click.argument("name")
@click.option(
    "--kind", required=True, metavar="KIND", help="environment, youth, safety, medical, elder_care…"
)
@click.option("--area", required=True, metavar="CODE")
@click.option("--starts-at", "--starts", "starts_at", required=True, type=INSTANT, help="With its offset.")
@click.option("--ends-at", "--ends", "ends_at", required=True, type=INSTANT, help="With its offset.")
@click.option(
    "--places", type=click.IntRange(1), help="How many people can take part; any number unless told."
)
@key_option
@click.pass_obj
def create(session: Session, /, key: str | None, **activity: object) -> None:
    """Plan NAME."""
    session.done(session.client.post("/v1/activities", activity, key=key), "cli.activity.created")


@command.command("list")
@click.option("--area", metavar="CODE", help="This area and those below it; one's own unless told.")
@page_options
@click.pass_obj
def list_(session: Session, area: str | None, limit: int | None, after: str | None) -> None:
    """Activities, the latest day first."""
    answer = session.client.pages("/v1/activities", "activities", limit=limit, after=after, area=area)
    columns = ("day", "name", "kind", "area", "starts-at", "ends-at", "places", "activity-id")
    session.listing(answer, answer["activities"], columns)
