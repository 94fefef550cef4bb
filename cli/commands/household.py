"""Households and the codes on their doors."""

from __future__ import annotations

import click

from cli.options import Subjects, key_option, page_options
from cli.session import Session


@click.group("household", cls=Subjects)
def command() -> None:
    """Households and the codes on their doors."""


@command.command("form")
@click.argument("volunteer_number", metavar="NUMBER")
@key_option
@click.pass_obj
def form(session: Session, volunteer_number: str, key: str | None) -> None:
    """A new household that the volunteer NUMBER speaks for."""
    body = {"volunteer_number": volunteer_number}
    session.done(session.client.post("/v1/households", body, key=key), "cli.household.formed")


def _change(session: Session, household: str, what: str, number: str | None, key: str | None) -> None:
    path = session.path("/v1/households/{}/" + what, household)
    body = {} if number is None else {"volunteer_number": number}
    session.done(session.client.post(path, body, key=key), "cli.household.changed")


@command.command("join")
@click.argument("household")
@click.argument("volunteer_number", metavar="NUMBER")
@key_option
@click.pass_obj
def join(session: Session, household: str, volunteer_number: str, key: str | None) -> None:
    """The volunteer NUMBER lives there too."""
    _change(session, household, "members", volunteer_number, key)


@command.command("leave")
@click.argument("household")
@click.argument("volunteer_number", metavar="NUMBER")
@key_option
@click.pass_obj
def leave(session: Session, household: str, volunteer_number: str, key: str | None) -> None:
    """The volunteer NUMBER no longer lives there."""
    _change(session, household, "departures", volunteer_number, key)


@command.command("head")
@click.argument("household")
@click.argument("volunteer_number", metavar="NUMBER")
@key_option
@click.pass_obj
def head(session: Session, household: str, volunteer_number: str, key: str | None) -> None:
    """The volunteer NUMBER speaks for the household from now on."""
    _change(session, household, "heads", volunteer_number, key)


@command.command("code")
@click.argument("household")
@key_option
@click.pass_obj
def code(session: Session, household: str, key: str | None) -> None:
    """A new code in place of a lost one."""
    _change(session, household, "codes", None, key)


@command.command("show")
@click.argument("reference", metavar="HOUSEHOLD_OR_CODE")
@click.pass_obj
def show(session: Session, reference: str) -> None:
    """One household with its members."""
    answer = session.client.get(session.path("/v1/households/{}", reference))
    session.listing(answer, answer["members"], ("volunteer-number", "head"))


@command.command("list")
@click.option("--area", metavar="CODE", help="This area and those below it; one's own unless told.")
@page_options
@click.pass_obj
def list_(session: Session, area: str | None, limit: int | None, after: str | None) -> None:
    """Households of an area."""
    answer = session.client.pages("/v1/households", "households", limit=limit, after=after, area=area)
    session.listing(answer, answer["households"], ("household-id", "code", "area"))
