"""Expiry: the run that a scheduler starts once a day, what people are told beforehand, and what is coming."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.bodies import AtLeastOne, Body
from api.dependencies import Changing, Exchange, Limit, Reading, batched
from api.instants import day_cursor

router = APIRouter(prefix="/v1", tags=["expiry"])


class Announcement(Body):
    within_days: AtLeastOne = 30


@router.post("/expiry-announcements", operation_id="announce_expiry", status_code=201)
def announce(exchange: Exchange, call: Changing, wish: Announcement) -> Response:
    """Tell people once which of their points end within so many days."""
    days = wish.within_days
    return batched(exchange, call, "expiry.announce", [days], lambda: exchange.expiry.announce(call, days))


@router.get("/expiring-points", operation_id="list_expiring_points")
def coming(
    exchange: Exchange,
    call: Reading,
    area: str | None = None,
    within_days: Annotated[int, Query(ge=1, le=366)] = 30,
    limit: Limit = 50,
    after: Annotated[str | None, Query(max_length=60)] = None,
) -> dict[str, Any]:
    """Whose points end within so many days, the first to end first."""
    return exchange.expiry.coming(
        call, area=area, within_days=within_days, limit=limit, after=day_cursor(after)
    )


@router.post("/expiry-runs", operation_id="run_expiry", status_code=201)
def run(exchange: Exchange, call: Changing) -> Response:
    return batched(exchange, call, "expiry.run", [], lambda: exchange.expiry.run(call))
