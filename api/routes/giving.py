"""Gifts and donations of points, from the giver's own phone."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from api.bodies import AtLeastOne, Body, Code, Prose
from api.dependencies import Changing, Exchange, answered

router = APIRouter(prefix="/v1", tags=["giving"])


class Gift(Body):
    to: Code
    points: AtLeastOne
    reason: Prose


class Donation(Body):
    points: AtLeastOne
    reason: Prose
    fund_id: UUID | None = None


@router.post("/gifts", operation_id="give_points", status_code=201)
def gift(exchange: Exchange, call: Changing, wish: Gift) -> Response:
    """To another volunteer, named by number; capped a day and a year."""
    return answered(exchange.giving.gift(call, **wish.model_dump()))


@router.post("/donations", operation_id="donate_points", status_code=201)
def donate(exchange: Exchange, call: Changing, wish: Donation) -> Response:
    """Back to the funds behind the points, or to one of them."""
    return answered(exchange.giving.donate(call, **wish.model_dump()))
