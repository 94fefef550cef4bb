"""The register of volunteers."""

from __future__ import annotations

import click

from cli import codes
from cli.imports import dry_run_option, import_file
from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session, token_from
from cli.values import DAY

CATEGORIES = (
    "resident",
    "retired",
    "civil_servant",
    "teacher",
    "medical_worker",
    "party_member",
    "social_worker",
    "student",
    "other",
)
HOURS = ("day", "kind", "time-class", "minutes", "state", "points", "record-id")


@click.group("volunteer", cls=Subjects)
def command() -> None:
    """The register of volunteers and their phones."""


@command.command("register")
@click.argument("name")
@click.option("--identity-number", "--identity", required=True, metavar="NUMBER", help="18 characters.")
@click.option("--phone", required=True, metavar="NUMBER", help="11 digits.")
@click.option("--area", required=True, metavar="CODE", help="Where the person lives.")
@click.option("--category", type=choice(CATEGORIES), default="resident", show_default=True)
@click.option("--guardian-phone", metavar="NUMBER", help="Under 14: the phone of the guardian who consents.")
@key_option
@click.pass_obj
def register(session: Session, /, key: str | None, **person: str | None) -> None:
    """Enter NAME in the register and print the volunteer number."""
    session.done(session.client.post("/v1/volunteers", person, key=key), "cli.volunteer.registered")


@command.command("import")
@click.argument("file")
@dry_run_option
@key_option
@click.pass_obj
def import_(session: Session, file: str, dry_run: bool, key: str | None) -> None:
    """Take in a roster, FILE.xlsx or FILE.csv."""
    import_file(session, "/v1/volunteers/imports", file, {"dry_run": dry_run}, key)


@command.command("show")
@click.argument("number")
@click.pass_obj
def show(session: Session, number: str) -> None:
    """One volunteer, as much as the asker may see."""
    session.facts(session.client.get(session.path("/v1/volunteers/{}", number)))


@command.command("hours")
@click.argument("number")
@page_options
@click.pass_obj
def hours(session: Session, number: str, limit: int | None, after: str | None) -> None:
    """A volunteer's service records, the latest day first."""
    path = session.path("/v1/volunteers/{}/hours", number)
    answer = session.client.pages(path, "records", limit=limit, after=after)
    session.listing(answer, answer["records"], HOURS)


@command.command("enrol")
@click.argument("number")
@click.option("--out", metavar="FILE", help="Write the code as a picture, PNG or SVG.")
@click.option(
    "--approve-as",
    metavar="TOKEN",
    help="The second staff member, once the account holds points or a phone; @FILE reads it from there.",
)
@key_option
@click.pass_obj
def enrol(session: Session, number: str, out: str | None, approve_as: str | None, key: str | None) -> None:
    """Make a one-time code, good for ten minutes, that enrols the person's phone."""
    approver = token_from(approve_as) if approve_as else None
    path = session.path("/v1/volunteers/{}/enrolments", number)
    answer = session.client.post(path, {"approve_token": approver}, key=key)
    if out is not None:
        codes.draw(out, answer["digits"])
    session.done(answer, "cli.volunteer.enrolled")


@command.command("move")
@click.argument("number")
@click.option("--area", required=True, metavar="CODE", help="Where the person lives now.")
@key_option
@click.pass_obj
def move(session: Session, number: str, area: str, key: str | None) -> None:
    """Record that a volunteer moved to another area."""
    path = session.path("/v1/volunteers/{}/moves", number)
    session.done(session.client.post(path, {"area": area}, key=key), "cli.volunteer.moved")


@command.command("withdraw")
@click.argument("number")
@key_option
@click.pass_obj
def withdraw(session: Session, number: str, key: str | None) -> None:
    """Take a volunteer off the register at their wish."""
    path = session.path("/v1/volunteers/{}/withdrawals", number)
    session.done(session.client.post(path, {}, key=key), "cli.volunteer.withdrawn")


@command.command("return")
@click.argument("number")
@click.option("--area", required=True, metavar="CODE", help="Where the person lives now.")
@key_option
@click.pass_obj
def return_(session: Session, number: str, area: str, key: str | None) -> None:
    """Take a volunteer who had withdrawn back on the register."""
    path = session.path("/v1/volunteers/{}/returns", number)
    session.done(session.client.post(path, {"area": area}, key=key), "cli.volunteer.returned")


@command.command("categorise")
@click.argument("number")
@click.option("--category", required=True, metavar="C", help="resident, retired, teacher, student…")
@click.option("--from", "from_day", type=DAY, help="The first day it holds; today unless told.")
@key_option
@click.pass_obj
def categorise(session: Session, number: str, category: str, from_day: str | None, key: str | None) -> None:
    """Say what the volunteer NUMBER is from a day on: schemes pay by it."""
    path = session.path("/v1/volunteers/{}/categories", number)
    body = {"category": category, "from_day": from_day}
    session.done(session.client.post(path, body, key=key), "cli.volunteer.categorised")


@command.command("erase")
@click.argument("number")
@click.option("--yes", is_flag=True, required=True, help="It cannot be undone.")
@key_option
@click.pass_obj
def erase(session: Session, number: str, yes: bool, key: str | None) -> None:  # noqa: ARG001 - asked for by name
    """Forget a volunteer at their wish: who they were is destroyed, the books still add up."""
    path = session.path("/v1/volunteers/{}/erasures", number)
    session.done(session.client.post(path, {}, key=key), "cli.volunteer.erased")


@command.command("data")
@click.argument("number")
@click.pass_obj
def data(session: Session, number: str) -> None:
    """Everything that is kept about a volunteer, for them."""
    answer = session.client.get(session.path("/v1/volunteers/{}/data", number))
    session.answer(answer, lambda: session.output.facts(answer["profile"]))
