"""The read models of a store."""

from __future__ import annotations

from typing import Any

import click

from cli.options import Subjects
from cli.session import Session


@click.group("projections", cls=Subjects)
def command() -> None:
    """The read models of a store."""


@command.command("status")
@click.pass_obj
def status(session: Session) -> None:
    """How far the read models have followed the log."""
    exchange = session.open_exchange()
    try:
        answer = exchange.projections_status()
    finally:
        exchange.close()
    session.facts(answer)


@command.command("rebuild")
@click.option("--accept-differences", is_flag=True, help="Switch over even if the new tables differ.")
@click.pass_obj
def rebuild(session: Session, accept_differences: bool) -> None:
    """Fill new tables from the log beside the old, compare them, and switch over."""
    exchange = session.open_exchange()
    try:
        with session.output.working("cli.projections.rebuilding"):
            answer: Any = exchange.projections_rebuild(accept_differences)
    finally:
        exchange.close()
    session.facts(answer)
