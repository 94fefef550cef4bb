"""Activities: what is planned, and what was."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.bodies import AtLeastOne, Body, Code, Name
from api.dependencies import Changing, Exchange, Limit, Reading, answered
from api.instants import day_cursor, instant

router = APIRouter(prefix="/v1/activities", tags=["activities"])
# Text rather than a datetime, which would also take a number and guess its unit.
Moment = Annotated[str, Field(max_length=40, description="RFC 3339 with an offset")]


class Plan(Body):
    name: Name
    kind: Code
    area: Code
    starts_at: Moment
    ends_at: Moment
    places: AtLeastOne | None = None


@router.post("", operation_id="plan_activity", status_code=201)
def create(exchange: Exchange, call: Changing, wish: Plan) -> Response:
    told = wish.model_dump()
    told["starts_at"] = instant("starts-at", wish.starts_at)
    told["ends_at"] = instant("ends-at", wish.ends_at)
    return answered(exchange.activities.create(call, **told))


@router.get("", operation_id="list_activities")
def list_(
    exchange: Exchange, call: Reading, area: str | None = None, limit: Limit = 50, after: str | None = None
) -> dict[str, Any]:
    """The latest day first."""
    return exchange.activities.list(call, area=area, limit=limit, before=day_cursor(after))
