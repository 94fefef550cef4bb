"""The area tree."""

from __future__ import annotations

import click

from cli.imports import import_file
from cli.options import Subjects, key_option, page_options
from cli.session import Session


@click.group("areas", cls=Subjects)
def command() -> None:
    """The tree of areas and its residents."""


@command.command("import")
@click.argument("file")
@key_option
@click.pass_obj
def import_(session: Session, file: str, key: str | None) -> None:
    """Take in areas from a CSV FILE: code,name,level,parent_code."""
    import_file(session, "/v1/areas/imports", file, {}, key)


@command.command("residents")
@click.argument("file")
@key_option
@click.pass_obj
def residents(session: Session, file: str, key: str | None) -> None:
    """Take in how many people live where, from a CSV FILE: area_code,year,residents."""
    import_file(session, "/v1/areas/residents-imports", file, {}, key)


@command.command("list")
@click.option("--parent", metavar="CODE", help="The areas directly below this one; the county unless told.")
@page_options
@click.pass_obj
def list_(session: Session, parent: str | None, limit: int | None, after: str | None) -> None:
    """Areas below another."""
    answer = session.client.pages("/v1/areas", "areas", limit=limit, after=after, parent=parent)
    session.listing(answer, answer["areas"], ("code", "name", "level", "parent-code"))


@command.command("show")
@click.argument("code")
@click.pass_obj
def show(session: Session, code: str) -> None:
    """One area, and those directly below it."""
    answer = session.client.get(session.path("/v1/areas/{}", code))
    session.listing(answer, [answer, *answer.get("areas", [])], ("code", "name", "level", "parent-code"))
