"""Relief, corrections and deductions."""

from __future__ import annotations

import click

from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session

KINDS = ("relief", "correction", "deduction", "bequest")
STATES = ("proposed", "carried_out", "dropped")


@click.group("adjustment", cls=Subjects)
def command() -> None:
    """Points granted, corrected or deducted: one proposes, another approves."""


@command.command("propose")
@click.argument("number")
@click.option("--kind", required=True, type=choice(KINDS))
@click.option("--points", type=int, help="Signed in a correction; none in a bequest, which is everything.")
@click.option("--reason", required=True, metavar="R")
@click.option("--budget", "budget_id", metavar="ID", help="Relief: whose money backs it.")
@click.option("--scheme", "scheme_id", metavar="ID", help="Relief: whose terms it has.")
@click.option("--record", "record_id", metavar="ID", help="Correction: the service record.")
@click.option("--activity", "activity_id", metavar="ID", help="Deduction: where the points were earned.")
@click.option("--household", "household_id", metavar="ID", help="Bequest: who gets everything.")
@key_option
@click.pass_obj
def propose(session: Session, /, number: str, key: str | None, **wish: object) -> None:
    """Propose an adjustment of the volunteer NUMBER."""
    path = session.path("/v1/volunteers/{}/adjustments", number)
    session.done(session.client.post(path, wish, key=key), "cli.adjustment.proposed")


@command.command("approve")
@click.argument("adjustment_id", metavar="ID")
@key_option
@click.pass_obj
def approve(session: Session, adjustment_id: str, key: str | None) -> None:
    """Carry an adjustment out; nobody approves their own."""
    path = session.path("/v1/adjustments/{}/approvals", adjustment_id)
    session.done(session.client.post(path, {}, key=key), "cli.adjustment.approved")


@command.command("reject")
@click.argument("adjustment_id", metavar="ID")
@click.option("--reason", required=True, metavar="R")
@key_option
@click.pass_obj
def reject(session: Session, adjustment_id: str, reason: str, key: str | None) -> None:
    """Drop an adjustment."""
    path = session.path("/v1/adjustments/{}/rejections", adjustment_id)
    session.done(session.client.post(path, {"reason": reason}, key=key), "cli.adjustment.rejected")


@command.command("appeal")
@click.argument("adjustment_id", metavar="ID")
@click.option("--text", required=True, metavar="T", help="What speaks against it.")
@key_option
@click.pass_obj
def appeal(session: Session, adjustment_id: str, text: str, key: str | None) -> None:
    """Speak against a deduction while its notice is open."""
    path = session.path("/v1/adjustments/{}/appeals", adjustment_id)
    session.done(session.client.post(path, {"text": text}, key=key), "cli.adjustment.appealed")


@command.command("answer")
@click.argument("adjustment_id", metavar="ID")
@click.option("--upheld/--dismissed", required=True, help="Upheld, nothing is deducted.")
@click.option("--text", required=True, metavar="T")
@key_option
@click.pass_obj
def answer(session: Session, adjustment_id: str, upheld: bool, text: str, key: str | None) -> None:
    """Answer an appeal."""
    path = session.path("/v1/adjustments/{}/answers", adjustment_id)
    body = {"upheld": upheld, "text": text}
    session.done(session.client.post(path, body, key=key), "cli.adjustment.answered")


@command.command("list")
@click.option("--area", metavar="CODE", help="Here and below; one's own area unless told.")
@click.option("--state", type=choice(STATES))
@page_options
@click.pass_obj
def list_(
    session: Session, area: str | None, state: str | None, limit: int | None, after: str | None
) -> None:
    """Adjustments in an area."""
    answer = session.client.pages(
        "/v1/adjustments", "adjustments", limit=limit, after=after, area=area, state=state
    )
    columns = ("adjustment-id", "volunteer-number", "kind", "points", "state", "closes-on", "reason")
    session.listing(answer, answer["adjustments"], columns)
