"""Signing in by a one-time code, and the sessions that come of it: looked at, and ended.

The code's digits lie in the fragment of the link, which no server ever sees; they are posted after a tap. No
password is ever asked for after a scan.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from api.pages.cookies import Desk, end_session, keep_session
from api.pages.visits import AtTill, AtVolunteer, PageRoute, TillForm, Visit, VolunteerForm, see
from points.access import NotAuthenticated
from points.application.tools import Call
from points.domain.errors import NotAllowed
from points.domain.values import Role

router = APIRouter(route_class=PageRoute)

_HOMES = {Desk.VOLUNTEER: "/", Desk.TILL: "/till", Desk.STAFF: "/staff"}
_DIGITS_MAX = 400
_TOKEN_MAX = 100


@router.get("/s/")
def sign_in_page(visit: AtVolunteer) -> Response:
    return visit.page("sign_in.html")


@router.post("/s/")
def sign_in(visit: VolunteerForm, digits: Annotated[str, Form(max_length=_DIGITS_MAX)]) -> Response:
    # Whoever types or dictates a code puts spaces between the groups.
    told = visit.exchange.sign_in.redeem_code("".join(digits.split()))
    desk = Desk.VOLUNTEER if told["role"] == Role.VOLUNTEER.value else Desk.STAFF
    response = see(_HOMES[desk])
    keep_session(visit.request, response, desk, told["token"])
    return response


@router.get("/till/sign-in")
def till_sign_in_page(visit: AtTill) -> Response:
    return visit.page("till_sign_in.html")


@router.post("/till/sign-in")
def till_sign_in(visit: TillForm, token: Annotated[str, Form(max_length=_TOKEN_MAX)]) -> Response:
    """The enrolment token opens a session of its own: ending it leaves the token to the shop's other devices."""
    actor = visit.exchange.authenticate(token.strip())
    if actor.role is not Role.TILL:
        raise NotAllowed(action="redeem")
    opened = visit.exchange.sessions.open(Call(actor, visit.forms.browser(visit.request)))
    response = see(_HOMES[Desk.TILL])
    keep_session(visit.request, response, Desk.TILL, opened.body["token"])
    return response


@router.get("/sessions")
def sessions_page(visit: AtVolunteer) -> Response:
    return _sessions(visit)


@router.get("/till/sessions")
def till_sessions_page(visit: AtTill) -> Response:
    return _sessions(visit)


@router.post("/sessions")
def end_one(visit: VolunteerForm, session_id: Annotated[str, Form(max_length=32)]) -> Response:
    return _end(visit, session_id)


@router.post("/till/sessions")
def end_one_of_the_till(visit: TillForm, session_id: Annotated[str, Form(max_length=32)]) -> Response:
    return _end(visit, session_id)


def _sessions(visit: Visit) -> Response:
    return visit.page("sessions.html", sessions=visit.exchange.sessions.list(visit.reading(), visit.session))


def _end(visit: Visit, session_id: str) -> Response:
    """Ending one's own session signs out here too."""
    visit.exchange.sessions.end(visit.changing(), session_id)
    try:
        visit.exchange.authenticate(visit.session)
    except NotAuthenticated:
        response = see(_HOMES[visit.desk])
        end_session(visit.request, response, visit.desk)
        return response
    return see(visit.request.url.path)
