"""The volunteer's pages: points, the payment code, what came and went and why, hours, notices, privacy."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from api.pages.visits import AtVolunteer, PageRoute, VolunteerForm, see
from points.codes.image import render_svg
from points.domain.values import Role

router = APIRouter(route_class=PageRoute)

_PAGE = 20
_TEXT_MAX = 500


@router.get("/")
def home(visit: AtVolunteer) -> Response:
    if visit.actor is None:
        return visit.page("welcome.html")
    return visit.page("home.html", me=visit.exchange.myself.overview(visit.reading()))


@router.post("/pay")
def pay(visit: VolunteerForm) -> Response:
    """A payment code, drawn at once: it lives for a minute, and making another by reloading harms nobody."""
    code = visit.exchange.paying.payment_code(visit.changing()).body
    svg = render_svg(code["digits"], module_px=6)
    return visit.page("pay.html", code=code, svg=svg, now=visit.exchange.tools.now().isoformat())


@router.get("/pay")
def before_pay(visit: AtVolunteer) -> Response:
    """Looking never makes a code: this page asks for the tap that does."""
    return visit.page("before_pay.html", me=visit.exchange.myself.overview(visit.reading()))


@router.get("/statement")
def statement(visit: AtVolunteer, before: Annotated[int | None, Query(ge=0)] = None) -> Response:
    call = visit.reading()
    number = visit.exchange.myself.number(call)
    told = visit.exchange.accounts.statement(call, number, limit=_PAGE, before=before)
    return visit.page("statement.html", lines=told["lines"], next=told["next"])


@router.get("/hours")
def hours(visit: AtVolunteer, before: Annotated[str | None, Query(max_length=60)] = None) -> Response:
    call = visit.reading()
    told = visit.exchange.hours.of_volunteer(
        call, visit.exchange.myself.number(call), limit=_PAGE, before=_day_and_id(before)
    )
    me = visit.exchange.myself.overview(call)
    return visit.page("hours.html", records=told["records"], next=told["next"], me=me)


@router.get("/notices")
def notices(visit: AtVolunteer, after: UUID | None = None) -> Response:
    told = visit.exchange.notices.open(None, None, limit=_PAGE, after=after)
    return visit.page("notices.html", notices=told["notices"], next=told["next"])


@router.get("/notices/{record_id}/objection")
def objection_page(visit: AtVolunteer, record_id: UUID) -> Response:
    return visit.page("objection.html", record_id=record_id, who=visit.who)


@router.post("/notices/{record_id}/objection")
def object_to(
    visit: VolunteerForm,
    record_id: UUID,
    text: Annotated[str, Form(max_length=_TEXT_MAX)],
    key: Annotated[str, Form(max_length=60)],
) -> Response:
    visit.exchange.objections.object(visit.changing(key), record_id, text=text)
    return see("/notices/thanks")


@router.get("/notices/thanks")
def objection_thanks(visit: AtVolunteer) -> Response:
    return visit.page("objection_thanks.html")


@router.get("/privacy")
def privacy(visit: AtVolunteer) -> Response:
    """What is stored about the person; signed out, what would be."""
    profile = None
    if visit.actor is not None and visit.actor.role is Role.VOLUNTEER:
        call = visit.reading()
        profile = visit.exchange.volunteers.show(call, visit.exchange.myself.number(call))
    return visit.page("privacy.html", profile=profile)


def _day_and_id(text: str | None) -> tuple[date, UUID] | None:
    """Where the page before ended. An address that somebody made up shows the first page."""
    day, _, record_id = (text or "").partition(".")
    try:
        return date.fromisoformat(day), UUID(record_id)
    except ValueError:
        return None
