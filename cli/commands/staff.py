"""Members of staff."""

from __future__ import annotations

import click

from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session

ROLES = (
    "admin",
    "county",
    "township",
    "community",
    "reviewer",
    "auditor",
    "grid_worker",
    "merchant_owner",
    "cashier",
)


@click.group("staff", cls=Subjects)
def command() -> None:
    """Members of staff and their sign-in codes."""


@command.command("add")
@click.argument("name")
@click.option("--role", required=True, type=choice(ROLES), help="What they may do.")
@click.option("--area", metavar="CODE", help="Where they may do it: this area and all below it.")
@click.option("--merchant", "merchant_id", metavar="ID", help="Merchant owners and cashiers: the merchant.")
@click.option("--volunteer", "volunteer_number", metavar="NUMBER", help="Their own number in the register.")
@key_option
@click.pass_obj
def add(session: Session, /, key: str | None, **given: str | None) -> None:
    """Appoint NAME and print the one-time sign-in code."""
    answer = session.client.post("/v1/staff", given, key=key)
    session.done(answer, "cli.staff.added")


@command.command("list")
@page_options
@click.pass_obj
def list_(session: Session, limit: int | None, after: str | None) -> None:
    """Everybody who was ever appointed."""
    answer = session.client.pages("/v1/staff", "staff", limit=limit, after=after)
    columns = ("staff-id", "name", "role", "area", "revoked")
    session.listing(answer, answer["staff"], columns)


@command.command("revoke")
@click.argument("staff_id", metavar="ID")
@key_option
@click.pass_obj
def revoke(session: Session, staff_id: str, key: str | None) -> None:
    """End an appointment: the person's tokens end with it."""
    answer = session.client.post(session.path("/v1/staff/{}/revocations", staff_id), {}, key=key)
    session.done(answer, "cli.staff.revoked")
