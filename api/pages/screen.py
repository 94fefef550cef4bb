"""The screen in the community hall: drawn once by the server, then kept up to date by a stream of events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.pages.visits import AtVolunteer, PageRoute, language_of
from points.application.tools import Body
from points.bootstrap import Exchange

router = APIRouter(route_class=PageRoute)

LOOK_EVERY_S = 5.0
_Area = Annotated[str | None, Query(max_length=20)]


@router.get("/screen")
def screen(visit: AtVolunteer, area: _Area = None) -> Response:
    return visit.page("screen.html", told=visit.exchange.screen.show(area), area=area)


@router.get("/screen/events", response_class=EventSourceResponse)
async def events(request: Request, area: _Area = None) -> AsyncIterator[ServerSentEvent]:
    """The part of the page that changes, whenever the log has moved on. The framework keeps the line open."""
    exchange: Exchange = request.app.state.exchange
    pages, language, shown = request.app.state.pages, language_of(request), -1
    while True:
        told: Body = await run_in_threadpool(exchange.screen.show, area)
        if told["position"] != shown:
            shown = told["position"]
            html = pages.render("screen_body.html", language, told=told)
            yield ServerSentEvent(raw_data=html, event="screen", id=str(shown))
        await asyncio.sleep(LOOK_EVERY_S)
