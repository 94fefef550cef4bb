"""Budgets: handed down, watched, closed at year's end."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from api.bodies import AtLeastOne, Body, Code, Count
from api.dependencies import Changing, Exchange, Limit, Reading, answered

router = APIRouter(prefix="/v1/budgets", tags=["budgets"])


class Allocation(Body):
    area: Code
    amount_fen: AtLeastOne
    period: Code | None = None
    activity_id: UUID | None = None


class AlarmLevel(Body):
    below_percent: Count


class Closure(Body):
    carry_to: Code | None = None


@router.post("/{budget_id}/allocations", operation_id="allocate_budget", status_code=201)
def allocate(exchange: Exchange, call: Changing, budget_id: UUID, wish: Allocation) -> Response:
    return answered(exchange.budgets.allocate(call, budget_id, **wish.model_dump()))


@router.post("/{budget_id}/alarm-levels", operation_id="set_budget_alarm", status_code=201)
def set_alarm(exchange: Exchange, call: Changing, budget_id: UUID, wish: AlarmLevel) -> Response:
    return answered(exchange.budgets.set_alarm(call, budget_id, below_percent=wish.below_percent))


@router.post("/{budget_id}/closures", operation_id="close_budget", status_code=201)
def close(exchange: Exchange, call: Changing, budget_id: UUID, wish: Closure) -> Response:
    return answered(exchange.budgets.close(call, budget_id, carry_to=wish.carry_to))


@router.get("/alarms", operation_id="list_budget_alarms")
def alarms(
    exchange: Exchange,
    call: Reading,
    area: str | None = None,
    limit: Limit = 50,
    after: UUID | None = None,
) -> dict[str, Any]:
    """Running budgets of which little is left."""
    return exchange.budgets.alarms(call, area=area, limit=limit, after=after)
