"""Stars for long service."""

from __future__ import annotations

import click

from cli.options import Subjects, key_option, page_options
from cli.session import Session

COLUMNS = ("star-id", "name", "area", "level", "verified-minutes", "supplementary-minutes")


@click.group("star", cls=Subjects)
def command() -> None:
    """Stars for long service."""


@command.command("propose")
@key_option
@click.pass_obj
def propose(session: Session, key: str | None) -> None:
    """Put on the board whoever reached a level, in one's own area."""
    session.done(session.client.post("/v1/stars/proposals", {}, key=key), "cli.star.proposed")


@command.command("award")
@key_option
@click.pass_obj
def award(session: Session, key: str | None) -> None:
    """Award every star whose notice is over without an open objection."""
    session.done(session.client.post("/v1/stars/awards", {}, key=key), "cli.star.awarded")


@command.command("list")
@click.option("--area", metavar="CODE", help="This area and those below it; the county unless told.")
@click.option("--posted", is_flag=True, help="Those on the board instead of those awarded.")
@page_options
@click.pass_obj
def list_(session: Session, area: str | None, posted: bool, limit: int | None, after: str | None) -> None:
    """The honours list, as everybody sees it."""
    path, member = ("/v1/stars/notices", "notices") if posted else ("/v1/stars", "stars")
    answer = session.client.pages(path, member, limit=limit, after=after, area=area)
    session.listing(answer, answer[member], (*COLUMNS, "closes-on" if posted else "awarded-on"))
