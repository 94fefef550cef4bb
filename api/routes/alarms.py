"""Alarms: what looks like fraud, and what a person decided about it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.bodies import Body, Code, Prose
from api.dependencies import Changing, Exchange, Limit, Reading, answered, batched

router = APIRouter(prefix="/v1", tags=["alarms"])

After = Annotated[int | None, Query(ge=0, description="The `next` of the page before.")]


class AlarmDecision(Body):
    """`outcome` is cleared or upheld."""

    outcome: Code
    reason: Prose


@router.get("/alarms", operation_id="list_alarms")
def list_(
    exchange: Exchange,
    call: Reading,
    area: str | None = None,
    open_only: bool = False,
    limit: Limit = 50,
    after: After = None,
) -> dict[str, Any]:
    return exchange.alarms.list(call, area=area, open_only=open_only, limit=limit, before=after)


@router.get("/alarms/{alarm_id}", operation_id="show_alarm")
def show(exchange: Exchange, call: Reading, alarm_id: UUID) -> dict[str, Any]:
    return exchange.alarms.show(call, alarm_id)


@router.post("/alarms/{alarm_id}/decisions", operation_id="decide_alarm", status_code=201)
def decide(exchange: Exchange, call: Changing, alarm_id: UUID, wish: AlarmDecision) -> Response:
    return answered(exchange.alarms.decide(call, alarm_id, outcome=wish.outcome, reason=wish.reason))


@router.post("/alarm-runs", operation_id="look_for_alarms", status_code=201)
def look(exchange: Exchange, call: Changing) -> Response:
    """Look for the patterns now, in every merchant of one's area; it can be repeated."""
    return batched(exchange, call, "alarms.look", [], lambda: exchange.alarms.look(call))
