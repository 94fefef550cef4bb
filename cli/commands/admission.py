"""Tasks that upper bodies want of communities."""

from __future__ import annotations

import click

from cli.options import Subjects, key_option, page_options
from cli.session import Session
from cli.values import YUAN


@click.group("admission", cls=Subjects)
def command() -> None:
    """Tasks that upper bodies want of communities."""


@command.command("propose")
@click.argument("title", metavar="TITLE")
@click.option("--area", required=True, metavar="CODE")
@click.option("--kind", required=True, metavar="KIND")
@click.option("--yuan", "cost_fen", required=True, type=YUAN)
@key_option
@click.pass_obj
def propose(session: Session, /, title: str, key: str | None, **wish: object) -> None:
    """Ask for the admission of TITLE."""
    session.facts(session.client.post("/v1/task-admissions", {"title": title, **wish}, key=key))


@command.command("list")
@click.option("--area", metavar="CODE", help="The area; one's own unless told.")
@click.option("--state", metavar="STATE")
@page_options
@click.pass_obj
def list_(session: Session, /, limit: int | None, after: str | None, **which: object) -> None:
    """Tasks by age."""
    answer = session.client.pages("/v1/task-admissions", "admissions", limit=limit, after=after, **which)
    session.listing(
        answer,
        answer["admissions"],
        (
            "admission-id",
            "title",
            "kind",
            "area",
            "cost-fen",
            "state",
            "owner-id",
        ),
    )


@command.command("decide")
@click.argument("admission_id", metavar="ADMISSION")
@click.option("--admit/--refuse", "admitted", required=True)
@click.option("--reason", metavar="TEXT")
@key_option
@click.pass_obj
def decide(session: Session, /, admission_id: str, key: str | None, **wish: object) -> None:
    """Admit a task, or turn it away with a reason."""
    session.facts(
        session.client.post(session.path("/v1/task-admissions/{}/decisions", admission_id), wish, key=key)
    )


@command.command("fund")
@click.argument("admission_id", metavar="ADMISSION")
@click.option("--budget", "budget_id", required=True, metavar="BUDGET")
@key_option
@click.pass_obj
def fund(session: Session, /, admission_id: str, key: str | None, **wish: object) -> None:
    """Name the budget that pays."""
    session.facts(
        session.client.post(session.path("/v1/task-admissions/{}/budgets", admission_id), wish, key=key)
    )


@command.command("assign")
@click.argument("admission_id", metavar="ADMISSION")
@click.option("--to", "owner_id", required=True, metavar="STAFF")
@key_option
@click.pass_obj
def assign(session: Session, /, admission_id: str, key: str | None, **wish: object) -> None:
    """Give it to somebody of the community."""
    session.facts(
        session.client.post(session.path("/v1/task-admissions/{}/assignments", admission_id), wish, key=key)
    )
