"""One visit to a page: who looks, in which language, and how the answer is made."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import uuid4

from fastapi import Depends, Form, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.dependencies import exchange_of
from api.pages.cookies import FORM_FIELD, Desk, Forms, session_token
from api.pages.environment import Pages
from api.problems import status_of
from points.access import Actor, NotAuthenticated
from points.application.tools import Call
from points.bootstrap import Exchange
from points.domain.errors import PointsError
from points.i18n.language import Language, named, negotiate

_SEE_OTHER = 303


@dataclass(frozen=True)
class Visit:
    """What a page's route is given: everything that a template or a use case needs."""

    request: Request
    exchange: Exchange
    pages: Pages
    forms: Forms
    language: Language
    desk: Desk
    session: str | None
    actor: Actor | None

    @property
    def who(self) -> Actor:
        """Raises NotAuthenticated, which leads to the desk's sign-in page."""
        if self.actor is None:
            raise NotAuthenticated
        return self.actor

    def reading(self) -> Call:
        return Call(self.who)

    def changing(self, key: str | None = None) -> Call:
        """A form carries its own key, so that sending it twice does nothing twice."""
        return Call(self.who, key or str(uuid4()))

    def page(self, template: str, *, status: int = 200, **facts: Any) -> HTMLResponse:
        browser = self.forms.browser(self.request)
        html = self.pages.render(
            template,
            self.language,
            desk=self.desk,
            actor=self.actor,
            path=self.request.url.path,
            form_token=self.forms.token(browser, self.session),
            language_token=self.forms.token(browser, None),
            form_key=str(uuid4()),
            **facts,
        )
        answer = HTMLResponse(html, status, {"Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"})
        self.forms.keep(self.request, answer, browser)
        return answer


def see(path: str) -> RedirectResponse:
    """After a form: look at the result by GET, so that reloading sends nothing again."""
    return RedirectResponse(path, _SEE_OTHER, {"Cache-Control": "no-store"})


def language_of(request: Request) -> Language:
    chosen = request.cookies.get("points_language")
    return named(chosen) if chosen else negotiate(request.headers.get("accept-language"))


def visit_of(request: Request, desk: Desk) -> Visit:
    exchange, pages, forms = exchange_of(request), request.app.state.pages, request.app.state.forms
    session = session_token(request, desk)
    try:
        actor = exchange.authenticate(session) if session else None
    except NotAuthenticated:
        actor = None
    visit = Visit(request, exchange, pages, forms, language_of(request), desk, session, actor)
    request.state.visit = visit
    return visit


def at_desk(desk: Desk) -> Any:
    """The dependency that opens a visit at a desk."""

    def opened(request: Request) -> Visit:
        return visit_of(request, desk)

    return Depends(opened)


def sent_form(desk: Desk) -> Any:
    """As `at_desk`, for a form: it is ours, or FormForged."""

    def opened(request: Request, form_token: Annotated[str, Form(alias=FORM_FIELD)] = "") -> Visit:
        visit = visit_of(request, desk)
        visit.forms.check(request, form_token, visit.session)
        return visit

    return Depends(opened)


def genuine(request: Request, form_token: Annotated[str, Form(alias=FORM_FIELD)] = "") -> None:
    """For a form that belongs to no desk: only that it is ours."""
    request.app.state.forms.check(request, form_token, None)


class PageRoute(APIRoute):
    """Refusals become pages: a sentence and the way on, not a document for programs."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except PointsError as error:
                return await run_in_threadpool(refused, request, error)

        return handled


def refused(request: Request, error: PointsError) -> Response:
    """The page of an error: signed out leads to the sign-in, anything else is told with a way back."""
    visit = getattr(request.state, "visit", None) or visit_of(request, Desk.VOLUNTEER)
    if isinstance(error, NotAuthenticated):
        return see(
            {Desk.VOLUNTEER: "/s/", Desk.TILL: "/till/sign-in", Desk.STAFF: "/staff/sign-in"}[visit.desk]
        )
    sentence = visit.pages.said.error(error, visit.language)
    answer: Response = visit.page(
        "refused.html", status=status_of(error), sentence=sentence, slug=error.slug()
    )
    retry_after_s = error.facts.get("retry_after_s")
    if retry_after_s is not None:
        answer.headers["Retry-After"] = str(retry_after_s)
    return answer


AtVolunteer = Annotated[Visit, at_desk(Desk.VOLUNTEER)]
AtTill = Annotated[Visit, at_desk(Desk.TILL)]
AtStaff = Annotated[Visit, at_desk(Desk.STAFF)]
VolunteerForm = Annotated[Visit, sent_form(Desk.VOLUNTEER)]
TillForm = Annotated[Visit, sent_form(Desk.TILL)]
StaffForm = Annotated[Visit, sent_form(Desk.STAFF)]
