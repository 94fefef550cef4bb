"""Disputes about redemptions."""

from __future__ import annotations

from typing import Any

import click

from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session


@click.group("dispute", cls=Subjects)
def command() -> None:
    """Redemptions that somebody says are wrong."""


@command.command("raise")
@click.argument("redemption")
@click.option("--reason", required=True, metavar="R")
@click.option("--evidence", metavar="FILE", multiple=True, help="Its SHA-256 goes on record, not the file.")
@key_option
@click.pass_obj
def raise_(
    session: Session, redemption: str, reason: str, evidence: tuple[str, ...], key: str | None
) -> None:
    """Dispute a REDEMPTION, as its volunteer or its merchant."""
    path = session.path("/v1/redemptions/{}/disputes", redemption)
    body = {"reason": reason, "evidence": [_digest(each) for each in evidence]}
    session.done(session.client.post(path, body, key=key), "cli.dispute.raised")


@command.command("answer")
@click.argument("dispute")
@click.option("--text", required=True, metavar="TEXT")
@click.option("--evidence", metavar="FILE", multiple=True, help="Its SHA-256 goes on record, not the file.")
@key_option
@click.pass_obj
def answer(session: Session, dispute: str, text: str, evidence: tuple[str, ...], key: str | None) -> None:
    """Say what the other side has to say."""
    path = session.path("/v1/disputes/{}/answers", dispute)
    body = {"text": text, "evidence": [_digest(each) for each in evidence]}
    session.done(session.client.post(path, body, key=key), "cli.dispute.answered")


@command.command("decide")
@click.argument("dispute")
@click.option("--outcome", required=True, type=choice(("upheld", "refused")))
@click.option("--reason", required=True, metavar="R")
@click.option("--refund", "refund_points", type=click.IntRange(0), default=0, help="Points to give back.")
@key_option
@click.pass_obj
def decide(session: Session, /, dispute: str, key: str | None, **decision: Any) -> None:
    """Uphold or refuse a DISPUTE."""
    path = session.path("/v1/disputes/{}/decisions", dispute)
    session.done(session.client.post(path, decision, key=key), "cli.dispute.decided")


@command.command("list")
@click.option("--open", "open_only", is_flag=True, help="Only those that wait for a decision.")
@page_options
@click.pass_obj
def list_(session: Session, open_only: bool, limit: int | None, after: str | None) -> None:
    """Disputes, the newest first."""
    answer = session.client.pages("/v1/disputes", "disputes", limit=limit, after=after, open_only=open_only)
    columns = ("dispute-id", "redemption-id", "side", "decide-by", "outcome", "refund-points")
    session.listing(answer, answer["disputes"], columns)


@command.command("show")
@click.argument("dispute")
@click.pass_obj
def show(session: Session, dispute: str) -> None:
    """One dispute with what was said."""
    session.facts(session.client.get(session.path("/v1/disputes/{}", dispute)))


def _digest(path: str) -> str:
    from hashlib import sha256  # noqa: PLC0415 - rarely asked for

    from cli import files  # noqa: PLC0415 - as above

    return sha256(files.read(path)).hexdigest()
