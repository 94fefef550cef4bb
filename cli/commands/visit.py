"""Meetings, cadres' visits and co-building agreements."""

from __future__ import annotations

import click

from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session
from cli.values import DAY


@click.group("visit", cls=Subjects)
def command() -> None:
    """Meetings, cadres' visits and co-building agreements."""


@command.command("cadre")
@click.argument("name", metavar="NAME")
@click.option("--area", required=True, metavar="CODE")
@click.option("--rank", required=True, type=choice(("township_leader", "office_cadre")))
@key_option
@click.pass_obj
def cadre(session: Session, /, name: str, key: str | None, **wish: object) -> None:
    """Enter NAME with the duty to visit."""
    session.facts(session.client.post("/v1/cadres", {"name": name, **wish}, key=key))


@command.command("release")
@click.argument("cadre_id", metavar="CADRE")
@key_option
@click.pass_obj
def release(session: Session, /, cadre_id: str, key: str | None, **wish: object) -> None:
    """The duty has ended."""
    session.facts(session.client.post(session.path("/v1/cadres/{}/releases", cadre_id), wish, key=key))


@command.command("add")
@click.argument("cadre_id", metavar="CADRE")
@click.option("--area", required=True, metavar="CODE")
@click.option("--on", "visited_on", required=True, type=DAY)
@click.option("--notes", metavar="TEXT")
@key_option
@click.pass_obj
def add(session: Session, /, cadre_id: str, key: str | None, **wish: object) -> None:
    """Record a visit."""
    session.facts(session.client.post("/v1/visits", {"cadre_id": cadre_id, **wish}, key=key))


@command.command("counts")
@click.option("--month", required=True, metavar="YYYY-MM")
@click.option("--area", metavar="CODE", help="The area; one's own unless told.")
@page_options
@click.pass_obj
def counts(session: Session, /, limit: int | None, after: str | None, **which: object) -> None:
    """Visits of each cadre in a month; what fell short is marked."""
    answer = session.client.pages("/v1/visits", "counts", limit=limit, after=after, **which)
    session.listing(
        answer,
        answer["counts"],
        (
            "name",
            "rank",
            "from",
            "until",
            "visits",
            "required",
            "short",
        ),
    )


@command.command("meeting")
@click.argument("minutes", metavar="MINUTES")
@click.option("--area", required=True, metavar="CODE")
@click.option("--kind", required=True, type=choice(("joint", "supervision")))
@click.option("--on", "held_on", required=True, type=DAY)
@key_option
@click.pass_obj
def meeting(session: Session, /, minutes: str, key: str | None, **wish: object) -> None:
    """Record a meeting with its MINUTES."""
    session.facts(session.client.post("/v1/meetings", {"minutes": minutes, **wish}, key=key))


@command.command("meetings")
@click.option("--area", metavar="CODE", help="The area; one's own unless told.")
@page_options
@click.pass_obj
def meetings(session: Session, /, limit: int | None, after: str | None, **which: object) -> None:
    """Meetings by age."""
    answer = session.client.pages("/v1/meetings", "meetings", limit=limit, after=after, **which)
    session.listing(
        answer,
        answer["meetings"],
        (
            "meeting-id",
            "kind",
            "area",
            "held-on",
        ),
    )


@command.command("agreement")
@click.argument("title", metavar="TITLE")
@click.option("--area", required=True, metavar="CODE")
@click.option("--partner", "partner_id", required=True, metavar="ORGANISATION")
@click.option("--on", "signed_on", required=True, type=DAY)
@click.option(
    "--evidence", "evidence_sha256", metavar="SHA256", help="The evidence's SHA-256, in hexadecimal."
)
@key_option
@click.pass_obj
def agreement(session: Session, /, title: str, key: str | None, **wish: object) -> None:
    """Record a co-building agreement called TITLE."""
    session.facts(session.client.post("/v1/agreements", {"title": title, **wish}, key=key))


@command.command("end-agreement")
@click.argument("agreement_id", metavar="AGREEMENT")
@key_option
@click.pass_obj
def end_agreement(session: Session, /, agreement_id: str, key: str | None, **wish: object) -> None:
    """It has ended."""
    session.facts(session.client.post(session.path("/v1/agreements/{}/endings", agreement_id), wish, key=key))


@command.command("agreements")
@click.option("--area", metavar="CODE", help="The area; one's own unless told.")
@page_options
@click.pass_obj
def agreements(session: Session, /, limit: int | None, after: str | None, **which: object) -> None:
    """Agreements by age."""
    answer = session.client.pages("/v1/agreements", "agreements", limit=limit, after=after, **which)
    session.listing(
        answer,
        answer["agreements"],
        (
            "agreement-id",
            "title",
            "area",
            "partner-id",
            "signed-on",
            "ended",
        ),
    )
