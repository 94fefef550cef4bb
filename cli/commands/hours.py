"""Hours of service, from the sheet to the points."""

from __future__ import annotations

from typing import Any

import click

from cli.imports import dry_run_option, import_file
from cli.options import Subjects, choice, key_option, page_options
from cli.session import Session
from cli.values import DAY

STATES = ("recorded", "rejected", "on_notice", "confirmed")
COLUMNS = (
    "record-id",
    "area",
    "kind",
    "time-class",
    "day",
    "minutes",
    "state",
    "tiers",
    "closes-on",
    "points",
)
_ONE_BY_ONE = "record_ids"


@click.group("hours", cls=Subjects)
def command() -> None:
    """Hours of service: record, review, notice, confirm."""


@command.command("issue")
@click.argument("volunteer_number", metavar="NUMBER")
@click.option("--minutes", required=True, type=click.IntRange(1), help="Service without travel, in minutes.")
@click.option(
    "--kind", required=True, metavar="KIND", help="environment, youth, safety, medical, elder_care…"
)
@click.option("--on", required=True, type=DAY, help="The day of service.")
@click.option("--activity", required=True, metavar="A", help="Its id, or its name that day in --area.")
@click.option("--reason", required=True, metavar="R", help="Why it is entered by hand, and on what evidence.")
@click.option("--area", metavar="CODE", help="The activity's area; one's own unless told.")
@click.option("--starts-at", metavar="HH:MM", help="When it began, in China's time, if that is known.")
@click.option(
    "--accompanied-by", metavar="NUMBER", help="Under 10: the volunteer number of the adult beside."
)
@key_option
@click.pass_obj
def issue(session: Session, /, key: str | None, **record: object) -> None:
    """Record one service of the volunteer NUMBER, as supplementary time."""
    session.done(session.client.post("/v1/service-records", record, key=key), "cli.hours.issued")


@command.command("import")
@click.argument("file")
@click.option("--area", required=True, metavar="CODE", help="The area that the activities belong to.")
@click.option("--reason", required=True, metavar="TEXT", help="Why the sheet is entered by hand.")
@dry_run_option
@key_option
@click.pass_obj
def import_(session: Session, file: str, area: str, reason: str, dry_run: bool, key: str | None) -> None:
    """Take in a sign-in sheet, FILE.xlsx or FILE.csv."""
    fields = {"area": area, "reason": reason, "dry_run": dry_run}
    import_file(session, "/v1/service-records/imports", file, fields, key)


@command.command("list")
@click.option("--state", type=choice(STATES), default="recorded", show_default=True)
@click.option("--area", metavar="CODE", help="This area and those below it; one's own unless told.")
@page_options
@click.pass_obj
def list_(session: Session, state: str, area: str | None, limit: int | None, after: str | None) -> None:
    """Records by the state they are in."""
    _list(session, state=state, area=area, limit=limit, after=after)


@command.command("show")
@click.argument("record_id", metavar="RECORD")
@click.pass_obj
def show(session: Session, record_id: str) -> None:
    """One record, with its reviews so far."""
    session.facts(session.client.get(session.path("/v1/service-records/{}", record_id)))


@command.command("review")
@click.argument("record_ids", metavar="[RECORD]...", nargs=-1)
@click.option("--all", "all_", is_flag=True, help="Approve whatever the reviewer may.")
@click.option("--refuse", is_flag=True, help="Refuse the records named, for --reason.")
@click.option("--reason", metavar="R", help="Why they are refused.")
@key_option
@click.pass_obj
def review(
    session: Session,
    record_ids: tuple[str, ...],
    all_: bool,
    refuse: bool,
    reason: str | None,
    key: str | None,
) -> None:
    """Give one tier of review: to the records named, or to --all that wait. With neither, list them."""
    if all_ and (record_ids or refuse):
        raise click.UsageError("--all approves everything; name no records with it and refuse none.")
    if refuse and not reason:
        raise click.UsageError("A refusal needs its --reason.")
    if all_:
        with session.output.working("cli.hours.reviewing"):
            answer = session.client.post("/v1/reviews", {"all": True}, key=key)
        _outcome(session, answer, "cli.hours.reviewed")
    elif record_ids:
        body = {"approved": not refuse, "reason": reason}
        answers = [_review_one(session, record_id, body, key) for record_id in record_ids]
        document = answers[0] if len(answers) == 1 else {"reviews": answers}
        session.listing(document, answers, ("record-id", "tier"))
    else:
        _list(session, state="recorded", area=None, limit=None, after=None)


@command.command("notice")
@click.argument("record_ids", metavar="[RECORD]...", nargs=-1)
@click.option("--all", "all_", is_flag=True, help="Whatever is reviewed and not yet on notice.")
@key_option
@click.pass_obj
def notice(session: Session, record_ids: tuple[str, ...], all_: bool, key: str | None) -> None:
    """Put records on public notice for three working days: those named, or --all that are reviewed."""
    body = _selection(record_ids, "all", chosen=all_)
    with session.output.working("cli.hours.noticing"):
        answer = session.client.post("/v1/notices", body, key=key)
    _outcome(session, answer, "cli.hours.noticed")


@command.command("confirm")
@click.argument("record_ids", metavar="[RECORD]...", nargs=-1)
@click.option("--due", is_flag=True, help="Whatever's notice has run out.")
@key_option
@click.pass_obj
def confirm(session: Session, record_ids: tuple[str, ...], due: bool, key: str | None) -> None:
    """Turn hours whose notice has run out into points: those named, or all that are --due."""
    body = _selection(record_ids, "due", chosen=due)
    with session.output.working("cli.hours.confirming"):
        answer = session.client.post("/v1/confirmations", body, key=key)
    _outcome(session, answer, "cli.hours.confirmed")


@command.command("object")
@click.argument("record_id", metavar="RECORD")
@click.argument("text")
@key_option
@click.pass_obj
def object_(session: Session, record_id: str, text: str, key: str | None) -> None:
    """Object to a record: it earns nothing until the objection is answered."""
    path = session.path("/v1/service-records/{}/objections", record_id)
    session.done(session.client.post(path, {"text": text}, key=key), "cli.hours.objected")


@command.command("answer")
@click.argument("record_id", metavar="RECORD")
@click.argument("objection_id", metavar="OBJECTION")
@click.argument("text")
@click.option("--upheld/--dismissed", required=True, help="Whether the objection is right.")
@key_option
@click.pass_obj
def answer_(
    session: Session, record_id: str, objection_id: str, text: str, upheld: bool, key: str | None
) -> None:
    """Answer an objection."""
    path = session.path("/v1/service-records/{}/objections/{}/answers", record_id, objection_id)
    answer = session.client.post(path, {"upheld": upheld, "text": text}, key=key)
    session.done(answer, "cli.hours.answered")


def _selection(record_ids: tuple[str, ...], everything: str, *, chosen: bool) -> dict[str, Any]:
    """All that is ready, unless records are named: both commands refuse whatever is not ready yet."""
    if record_ids and chosen:
        raise click.UsageError(f"Name records or say --{everything}, not both.")
    return {_ONE_BY_ONE: list(record_ids)} if record_ids else {everything: True}


def _review_one(session: Session, record_id: str, body: dict[str, Any], key: str | None) -> dict[str, Any]:
    path = session.path("/v1/service-records/{}/reviews", record_id)
    # The key covers the command; each record it touches is a request of its own.
    return session.client.post(path, body, key=f"{key}:{record_id}" if key else None)


def _list(session: Session, *, state: str, area: str | None, limit: int | None, after: str | None) -> None:
    answer = session.client.pages(
        "/v1/service-records", "records", limit=limit, after=after, state=state, area=area
    )
    session.listing(answer, answer["records"], COLUMNS)


def _outcome(session: Session, answer: dict[str, Any], slug: str) -> None:
    def show() -> None:
        session.output.say(slug, **answer)
        if answer.get("refused"):
            session.output.rows(answer["refused"], ("record-id", "why"))

    session.answer(answer, show)
