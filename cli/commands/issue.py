"""The issue ledger."""

from __future__ import annotations

import click

from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session
from cli.values import DAY


@click.group("issue", cls=Subjects)
def command() -> None:
    """The issue ledger."""


@command.command("open")
@click.argument("text", metavar="TEXT")
@click.option("--area", metavar="CODE", help="The area; one's own unless told.")
@click.option("--category", required=True, metavar="CATEGORY")
@click.option("--source", default="resident", metavar="SOURCE")
@click.option("--source-id", metavar="ID")
@click.option("--owner", "owner_id", metavar="STAFF")
@click.option("--due", "due_on", type=DAY)
@click.option("--volunteer", "volunteer_number", metavar="NUMBER")
@click.option("--resident", "resident_id", metavar="ID")
@key_option
@click.pass_obj
def open_(session: Session, /, text: str, key: str | None, **wish: object) -> None:
    """Enter TEXT."""
    session.facts(session.client.post("/v1/issues", {"text": text, **wish}, key=key))


@command.command("list")
@click.option("--area", metavar="CODE", help="The area; one's own unless told.")
@click.option("--state", type=choice(("open", "closed", "overdue")))
@click.option("--mine", is_flag=True, help="Only one's own.")
@click.option("--source-id", metavar="ID")
@page_options
@click.pass_obj
def list_(session: Session, /, limit: int | None, after: str | None, **which: object) -> None:
    """Issues by age."""
    answer = session.client.pages("/v1/issues", "issues", limit=limit, after=after, **which)
    session.listing(
        answer,
        answer["issues"],
        (
            "issue-id",
            "category",
            "area",
            "text",
            "owner-id",
            "due-on",
            "overdue",
            "closed-on",
        ),
    )


@command.command("note")
@click.argument("issue_id", metavar="ISSUE")
@click.option("--text", required=True, metavar="TEXT")
@key_option
@click.pass_obj
def note(session: Session, /, issue_id: str, key: str | None, **wish: object) -> None:
    """What was done about it."""
    session.facts(session.client.post(session.path("/v1/issues/{}/notes", issue_id), wish, key=key))


@command.command("transfer")
@click.argument("issue_id", metavar="ISSUE")
@click.option("--to", "owner_id", required=True, metavar="STAFF")
@click.option("--reason", required=True, metavar="TEXT")
@click.option("--due", "due_on", type=DAY)
@key_option
@click.pass_obj
def transfer(session: Session, /, issue_id: str, key: str | None, **wish: object) -> None:
    """Somebody else handles it."""
    session.facts(session.client.post(session.path("/v1/issues/{}/transfers", issue_id), wish, key=key))


@command.command("attempt")
@click.argument("issue_id", metavar="ISSUE")
@click.option("--text", required=True, metavar="TEXT")
@key_option
@click.pass_obj
def attempt(session: Session, /, issue_id: str, key: str | None, **wish: object) -> None:
    """The asker was sought in vain today."""
    session.facts(session.client.post(session.path("/v1/issues/{}/attempts", issue_id), wish, key=key))


@command.command("word")
@click.argument("issue_id", metavar="ISSUE")
@click.option("--solved/--unsolved", "satisfied", required=True)
@click.option("--text", metavar="TEXT")
@key_option
@click.pass_obj
def word(session: Session, /, issue_id: str, key: str | None, **wish: object) -> None:
    """What the asker says."""
    session.facts(session.client.post(session.path("/v1/issues/{}/words", issue_id), wish, key=key))


@command.command("close")
@click.argument("issue_id", metavar="ISSUE")
@click.option(
    "--evidence", "evidence_sha256", metavar="SHA256", help="The evidence's SHA-256, in hexadecimal."
)
@key_option
@click.pass_obj
def close(session: Session, /, issue_id: str, key: str | None, **wish: object) -> None:
    """Close it out."""
    session.facts(session.client.post(session.path("/v1/issues/{}/closures", issue_id), wish, key=key))


@command.command("reopen")
@click.argument("issue_id", metavar="ISSUE")
@click.option("--reason", required=True, metavar="TEXT")
@click.option("--due", "due_on", type=DAY)
@key_option
@click.pass_obj
def reopen(session: Session, /, issue_id: str, key: str | None, **wish: object) -> None:
    """It is not solved after all."""
    session.facts(session.client.post(session.path("/v1/issues/{}/reopenings", issue_id), wish, key=key))
