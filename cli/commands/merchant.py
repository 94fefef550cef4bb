"""Merchants and their agreements."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import click

from cli import codes
from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session
from cli.values import DAY, YUAN

KINDS = ("supermarket", "property_manager", "other")
_AGREEMENT_DAYS = 365
_POINTS = click.IntRange(1)


@click.group("merchant", cls=Subjects)
def command() -> None:
    """Shops that take points."""


@command.command("enrol")
@click.argument("name")
@click.option("--kind", required=True, type=choice(KINDS))
@click.option("--area", required=True, metavar="CODE")
@click.option(
    "--pay-yuan", "pay_fen", type=YUAN, default="1", show_default=True, help="What the shop gets for a point."
)
@click.option(
    "--cap-redemption", type=_POINTS, default=200, show_default=True, help="Most points in one redemption."
)
@click.option(
    "--cap-person-day", type=_POINTS, default=500, show_default=True, help="Most points of a person in a day."
)
@click.option(
    "--cap-till-day", type=_POINTS, default=5_000, show_default=True, help="Most points at a till in a day."
)
@click.option(
    "--cap-merchant-day", type=_POINTS, default=20_000, show_default=True, help="Most points in all in a day."
)
@click.option(
    "--scheme", "schemes", metavar="ID", multiple=True, help="Takes this scheme; all here unless told."
)
@click.option("--from", "valid_from", type=DAY, help="The agreement's first day; today unless told.")
@click.option("--until", "valid_until", type=DAY, help="The agreement's last day; a year on unless told.")
@key_option
@click.pass_obj
def enrol(
    session: Session,
    /,
    name: str,
    kind: str,
    area: str,
    pay_fen: int,
    schemes: tuple[str, ...],
    valid_from: str | None,
    valid_until: str | None,
    key: str | None,
    **caps: int,
) -> None:
    """Enrol the shop NAME with its agreement; a reviewer puts it in force."""
    first = valid_from or session.today.isoformat()
    last = valid_until or (date.fromisoformat(first) + timedelta(days=_AGREEMENT_DAYS)).isoformat()
    body: dict[str, Any] = {
        "name": name,
        "kind": kind,
        "area": area,
        "schemes": list(schemes) or None,
        "pay_fen": pay_fen,
        "caps": {f"{option.removeprefix('cap_')}_points": points for option, points in caps.items()},
        "valid_from": first,
        "valid_until": last,
    }
    session.done(session.client.post("/v1/merchants", body, key=key), "cli.merchant.enrolled")


@command.command("approve")
@click.argument("merchant_id", metavar="MERCHANT")
@click.option(
    "--agreement", "agreement_no", type=click.IntRange(1), help="Which one; the latest unless told."
)
@key_option
@click.pass_obj
def approve(session: Session, merchant_id: str, agreement_no: int | None, key: str | None) -> None:
    """Put a merchant's agreement in force; nobody approves what they made."""
    path = session.path("/v1/merchants/{}/approvals", merchant_id)
    answer = session.client.post(path, {"agreement_no": agreement_no}, key=key)
    session.done(answer, "cli.merchant.approved")


@command.command("suspend")
@click.argument("merchant_id", metavar="MERCHANT")
@key_option
@click.pass_obj
def suspend(session: Session, merchant_id: str, key: str | None) -> None:
    """Let a merchant take no points for now."""
    path = session.path("/v1/merchants/{}/suspensions", merchant_id)
    session.done(session.client.post(path, {}, key=key), "cli.merchant.suspended")


@command.command("resume")
@click.argument("merchant_id", metavar="MERCHANT")
@key_option
@click.pass_obj
def resume(session: Session, merchant_id: str, key: str | None) -> None:
    """Let a suspended merchant take points again."""
    path = session.path("/v1/merchants/{}/resumptions", merchant_id)
    session.done(session.client.post(path, {}, key=key), "cli.merchant.resumed")


@command.command("list")
@click.option("--area", metavar="CODE", help="This area and those below it; the county unless told.")
@page_options
@click.pass_obj
def list_(session: Session, area: str | None, limit: int | None, after: str | None) -> None:
    """Who takes points."""
    answer = session.client.pages("/v1/merchants", "merchants", limit=limit, after=after, area=area)
    session.listing(answer, answer["merchants"], ("merchant-id", "name", "kind", "area"))


@command.command("show")
@click.argument("merchant_id", metavar="MERCHANT")
@click.pass_obj
def show(session: Session, merchant_id: str) -> None:
    """One merchant with its agreements and tills."""
    answer = session.client.get(session.path("/v1/merchants/{}", merchant_id))

    def draw() -> None:
        session.output.facts({name: value for name, value in answer.items() if not isinstance(value, list)})
        agreements = ("agreement-no", "pay-fen", "valid-from", "valid-until", "approved")
        session.output.rows(answer.get("agreements", []), agreements)
        session.output.rows(answer.get("tills", []), ("number", "till-id", "revoked"))

    session.answer(answer, draw)


@command.command("takings")
@click.argument("merchant_id", metavar="MERCHANT")
@click.option("--day", type=DAY, help="Which day; today unless told.")
@click.pass_obj
def takings(session: Session, merchant_id: str, day: str | None) -> None:
    """What a merchant's tills took."""
    path = session.path("/v1/merchants/{}/takings", merchant_id)
    answer = session.client.get(path, day=day or session.today.isoformat())
    rows = answer.get("days", [answer])
    columns = ("day", "till-id", *(name for name in (_names(rows)) if name not in ("day", "till-id")))
    session.listing(answer, rows, columns)


@command.command("code")
@click.argument("merchant_id", metavar="MERCHANT")
@click.option("--out", required=True, metavar="FILE", help="The picture to write, PNG or SVG.")
@click.option("--points", type=click.IntRange(1), help="Bind the code to this amount.")
@key_option
@click.pass_obj
def code(session: Session, merchant_id: str, out: str, points: int | None, key: str | None) -> None:
    """Draw the code that customers scan to pay at the shop."""
    path = session.path("/v1/merchants/{}/codes", merchant_id)
    answer = session.client.post(path, {"points": points}, key=key)
    codes.draw(out, answer.get("url") or answer["digits"], for_paper=True)
    session.done({**answer, "out": out}, "cli.code.drawn")


def _names(rows: list[dict[str, Any]]) -> list[str]:
    return [name.replace("_", "-") for name in (rows[0] if rows else ()) if name != "next"]
