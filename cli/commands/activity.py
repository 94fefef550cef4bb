"""Activities ahead."""

from __future__ import annotations

from hashlib import sha256

import click

from cli import codes, files
from cli.options import Subjects, key_option, page_options
from cli.session import Session
from cli.values import DAY, INSTANT


@click.group("activity", cls=Subjects)
def command() -> None:
    """Activities that are planned."""


@command.command("create")
@click.argument("name")
@click.option(
    "--kind", required=True, metavar="KIND", help="environment, youth, safety, medical, elder_care…"
)
@click.option("--area", required=True, metavar="CODE")
@click.option("--starts-at", "--starts", "starts_at", required=True, type=INSTANT, help="With its offset.")
@click.option("--ends-at", "--ends", "ends_at", required=True, type=INSTANT, help="With its offset.")
@click.option(
    "--places", type=click.IntRange(1), help="How many people can take part; any number unless told."
)
@key_option
@click.pass_obj
def create(session: Session, /, key: str | None, **activity: object) -> None:
    """Plan NAME."""
    session.done(session.client.post("/v1/activities", activity, key=key), "cli.activity.created")


@command.command("list")
@click.option("--area", metavar="CODE", help="This area and those below it; one's own unless told.")
@page_options
@click.pass_obj
def list_(session: Session, area: str | None, limit: int | None, after: str | None) -> None:
    """Activities, the latest day first."""
    answer = session.client.pages("/v1/activities", "activities", limit=limit, after=after, area=area)
    columns = ("day", "name", "kind", "area", "starts-at", "ends-at", "places", "activity-id")
    session.listing(answer, answer["activities"], columns)


@command.command("add-shift")
@click.argument("activity_id", metavar="ACTIVITY")
@click.option("--starts-at", "--starts", "starts_at", required=True, type=INSTANT, help="With its offset.")
@click.option("--ends-at", "--ends", "ends_at", required=True, type=INSTANT, help="With its offset.")
@click.option("--places", required=True, type=click.IntRange(1), help="How many people it has room for.")
@click.option(
    "--cancel-before-minutes", type=click.IntRange(0), default=0, help="A place is given up so long before."
)
@key_option
@click.pass_obj
def add_shift(session: Session, /, activity_id: str, key: str | None, **shift: object) -> None:
    """Open a shift of ACTIVITY for sign-up."""
    path = session.path("/v1/activities/{}/shifts", activity_id)
    session.done(session.client.post(path, shift, key=key), "cli.shift.opened")


@command.command("sign-up")
@click.argument("shift_id", metavar="SHIFT")
@key_option
@click.pass_obj
def sign_up(session: Session, shift_id: str, key: str | None) -> None:
    """Take a place, or a turn in the line, with a volunteer's own token."""
    answer = session.client.post(session.path("/v1/shifts/{}/sign-ups", shift_id), {}, key=key)
    waiting = answer["state"] == "waiting"
    session.done(answer, "cli.shift.waiting" if waiting else "cli.shift.signed-up")


@command.command("give-up")
@click.argument("shift_id", metavar="SHIFT")
@key_option
@click.pass_obj
def give_up(session: Session, shift_id: str, key: str | None) -> None:
    """Give up one's own place or turn, with a volunteer's own token."""
    path = session.path("/v1/shifts/{}/cancellations", shift_id)
    session.done(session.client.post(path, {}, key=key), "cli.shift.given-up")


@command.command("no-show")
@click.argument("shift_id", metavar="SHIFT")
@click.argument("volunteer_number", metavar="NUMBER")
@key_option
@click.pass_obj
def no_show(session: Session, shift_id: str, volunteer_number: str, key: str | None) -> None:
    """Volunteer NUMBER held a place in SHIFT and did not come."""
    path = session.path("/v1/shifts/{}/no-shows", shift_id)
    answer = session.client.post(path, {"volunteer_number": volunteer_number}, key=key)
    session.done(answer, "cli.shift.no-show")


@command.command("close-shift")
@click.argument("shift_id", metavar="SHIFT")
@key_option
@click.pass_obj
def close_shift(session: Session, shift_id: str, key: str | None) -> None:
    """Call SHIFT off."""
    path = session.path("/v1/shifts/{}/closures", shift_id)
    session.done(session.client.post(path, {}, key=key), "cli.shift.closed")


@command.command("code")
@click.argument("activity_id", metavar="ACTIVITY")
@click.option("--out", required=True, metavar="FILE", help="The picture to write: .png, .svg or .pdf.")
@click.option("--screen", is_flag=True, help="The code of the activity's screen, good for half a minute.")
@key_option
@click.pass_obj
def code(session: Session, activity_id: str, out: str, screen: bool, key: str | None) -> None:
    """Draw ACTIVITY's code for print: it opens the page of the activity, and proves nobody's presence by itself."""
    kind = "screen-codes" if screen else "poster-codes"
    path = session.path("/v1/activities/{}/" + kind, activity_id)
    answer = session.client.post(path, {}, key=key)
    codes.draw(out, answer["url"], for_paper=not screen)
    session.done({**answer, "file": out}, "cli.activity.code")


@command.command("settle")
@click.argument("number", metavar="NUMBER")
@click.option("--day", required=True, type=DAY, help="The day of the sign-in.")
@click.option(
    "--minutes", required=True, type=click.IntRange(0), help="What the evidence backs; 0 for nothing."
)
@click.option("--reason", required=True, metavar="TEXT")
@click.option("--evidence", metavar="FILE", help="What backs it: its SHA-256 goes on record.")
@key_option
@click.pass_obj
def settle(
    session: Session, number: str, day: str, minutes: int, reason: str, evidence: str | None, key: str | None
) -> None:
    """Settle a sign-out that the volunteer NUMBER forgot."""
    digest = None if evidence is None else sha256(files.read(evidence)).hexdigest()
    body = {
        "volunteer_number": number,
        "day": day,
        "minutes": minutes,
        "reason": reason,
        "evidence_sha256": digest,
    }
    session.done(session.client.post("/v1/attendance-settlements", body, key=key), "cli.attendance.settled")
