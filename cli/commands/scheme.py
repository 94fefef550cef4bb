"""Schemes."""

from __future__ import annotations

from typing import Any

import click

from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session
from cli.values import COEFFICIENT, DAY, PERIOD_CAP, RATE, WINDOW, YUAN

ROUNDINGS = ("down", "half_up", "half_even")
_RULES = (
    "coefficients",
    "day_cap_points",
    "lasts_to_end_of",
    "windows",
    "deductions",
    "notice_working_days",
)
_RATES = ("*:verified=1/30", "*:supplementary=1/30")


@click.group("scheme", cls=Subjects)
def command() -> None:
    """What a minute of service is worth."""


@command.command("draft")
@click.argument("name")
@click.option("--area", required=True, metavar="CODE", help="Where the scheme holds: here and below.")
@click.option(
    "--from", "in_force_from", required=True, type=DAY, help="The first day of service it pays for."
)
@click.option(
    "--rate",
    "rates",
    type=RATE,
    multiple=True,
    default=_RATES,
    show_default=True,
    help="Points for so many minutes of a kind of service and class of time; * is any other kind. Repeatable.",
)
@click.option("--rounding", type=choice(ROUNDINGS), default="down", show_default=True)
@click.option(
    "--value-yuan",
    "value_fen",
    type=YUAN,
    default="1",
    show_default=True,
    help="What a point is worth, in yuan.",
)
@click.option(
    "--expires-after-months", type=click.IntRange(1), help="How long points last; for ever unless told."
)
@click.option(
    "--redeem-at-least",
    "redeem_at_least_points",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="The balance, in points, from which one may redeem.",
)
@click.option(
    "--coefficient",
    "coefficients",
    type=COEFFICIENT,
    multiple=True,
    help="Multiplies what a kind of service earns a category of people; * is any. Repeatable.",
)
@click.option("--day-cap", "day_cap_points", type=click.IntRange(1), help="Points a person earns a day.")
@click.option("--period-cap", type=PERIOD_CAP, help="Points a person earns a month, quarter or year.")
@click.option(
    "--lasts-to-end-of",
    type=choice(("day", "month", "quarter", "year")),
    default="day",
    show_default=True,
    help="Points last to the end of this stretch.",
)
@click.option(
    "--window", "windows", type=WINDOW, multiple=True, help="Days of the year for redeeming. Repeatable."
)
@click.option("--deductions", is_flag=True, help="Points can be deducted, with reason, notice and appeal.")
@click.option(
    "--notice-working-days",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="How long it hangs out once approved, before it holds.",
)
@click.option("--scheme", "scheme_id", metavar="ID", help="Draft the next version of this scheme.")
@key_option
@click.pass_obj
def draft(
    session: Session,
    /,
    rates: tuple[dict[str, Any], ...],
    period_cap: tuple[str, int] | None,
    key: str | None,
    **terms: Any,
) -> None:
    """Draft a scheme called NAME; a reviewer puts it in force."""
    rules = {name: terms.pop(name) for name in _RULES}
    rules |= {name: list(rules[name]) for name in ("coefficients", "windows")}
    if period_cap is not None:
        rules["period"], rules["period_cap_points"] = period_cap
    stated = {name: value for name, value in rules.items() if value}
    body = {
        **terms,
        "rates": list(rates),
        **({"rules": stated} if stated != {"lasts_to_end_of": "day"} else {}),
    }
    answer = session.client.post("/v1/schemes", body, key=key)
    session.done(answer, "cli.scheme.drafted")


@command.command("approve")
@click.argument("scheme_id", metavar="ID")
@click.option("--version", type=click.IntRange(1), help="Which version; the latest unless told.")
@key_option
@click.pass_obj
def approve(session: Session, scheme_id: str, version: int | None, key: str | None) -> None:
    """Put a drafted version in force; nobody approves their own draft."""
    path = session.path("/v1/schemes/{}/approvals", scheme_id)
    session.done(session.client.post(path, {"version": version}, key=key), "cli.scheme.approved")


@command.command("withdraw")
@click.argument("scheme_id", metavar="ID")
@click.argument("version", type=click.IntRange(1))
@click.option("--reason", required=True, metavar="R", help="Why it is taken back.")
@key_option
@click.pass_obj
def withdraw(session: Session, scheme_id: str, version: int, reason: str, key: str | None) -> None:
    """Take back a VERSION that does not hold yet."""
    path = session.path("/v1/schemes/{}/versions/{}/withdrawals", scheme_id, str(version))
    session.done(session.client.post(path, {"reason": reason}, key=key), "cli.scheme.withdrawn")


@command.command("simulate")
@click.argument("scheme_id", metavar="ID")
@click.option("--from", "from_", required=True, metavar="YYYY-MM", help="The first month of service.")
@click.option("--to", required=True, metavar="YYYY-MM", help="The last month of service.")
@click.option("--version", type=click.IntRange(1), help="Which version; the latest unless told.")
@click.pass_obj
def simulate(session: Session, scheme_id: str, from_: str, to: str, version: int | None) -> None:
    """What a version would have cost over past months, area by area, and how people would have fared."""
    asked = {"from": from_, "to": to, "version": version}
    answer = session.client.get(session.path("/v1/schemes/{}/simulation", scheme_id), **asked)

    def draw() -> None:
        session.output.say("cli.scheme.would-cost", **answer)
        session.output.rows(answer["areas"], ("area", "records", "points", "amount-fen", "paid-points"))
        session.output.facts({n: v for n, v in answer["distribution"].items() if n != "by_points"})

    session.answer(answer, draw)


@command.command("compare")
@click.argument("scheme_id", metavar="ID")
@click.argument("before", type=click.IntRange(1), metavar="V1")
@click.argument("after", type=click.IntRange(1), metavar="V2")
@click.pass_obj
def compare(session: Session, scheme_id: str, before: int, after: int) -> None:
    """What version V2 changes against V1, in words."""
    path = session.path("/v1/schemes/{}/comparison", scheme_id)
    answer = session.client.get(path, before=before, after=after)

    def draw() -> None:
        if not answer["changes"]:
            session.output.say("cli.scheme.same")
        for change in answer["changes"]:
            click.echo(change["sentence"])

    session.answer(answer, draw)


@command.command("notices")
@click.option("--on", type=DAY, help="The day; today unless told.")
@click.pass_obj
def notices(session: Session, on: str | None) -> None:
    """Versions that hang out for everybody to read."""
    answer = session.client.get("/v1/schemes/notices", on=on)
    _show(session, answer, answer["schemes"])


@command.command("list")
@page_options
@click.pass_obj
def list_(session: Session, limit: int | None, after: str | None) -> None:
    """Every scheme with its versions."""
    answer = session.client.pages("/v1/schemes", "schemes", limit=limit, after=after)
    _show(session, answer, answer["schemes"])


@command.command("show")
@click.argument("scheme_id", metavar="ID")
@click.pass_obj
def show(session: Session, scheme_id: str) -> None:
    """One scheme with its versions and rates."""
    answer = session.client.get(session.path("/v1/schemes/{}", scheme_id))
    _show(session, answer, [answer])


def _show(session: Session, answer: Any, schemes: list[dict[str, Any]]) -> None:
    rows = [
        {**scheme, **version, "rates": _rates(version["rates"])}
        for scheme in schemes
        for version in scheme.get("versions", ())
    ]
    columns = ("scheme-id", "name", "area", "version", "in-force-from", "rates", "value-fen", "approved")
    session.listing(answer, rows, columns)


def _rates(rates: list[dict[str, Any]]) -> str:
    return " ".join(f"{r['kind']}:{r['time_class']}={r['points']}/{r['per_minutes']}" for r in rates)
