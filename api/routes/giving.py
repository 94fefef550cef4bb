"""Gifts and donations of points, from the giver's own phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from api.bodies import AtLeastOne, Body, Code, Prose
from api.dependencies import Changing, Exchange, Reading, answered

router = APIRouter(prefix="/v1", tags=["giving"])


class Gift(Body):
    to: Code
    points: AtLeastOne
    reason: Prose


class Donation(Body):
    points: AtLeastOne
    reason: Prose
    fund_id: UUID | None = None


class Pooling(Body):
    points: AtLeastOne
    reason: Prose


class Sharing(Body):
    to: Code
    points: AtLeastOne
    reason: Prose


@router.post("/households/{household_id}/poolings", operation_id="pool_points", status_code=201)
def pool(exchange: Exchange, call: Changing, household_id: UUID, wish: Pooling) -> Response:
    """A member puts points of their own into the household's account."""
    return answered(exchange.household_points.pool(call, household_id, **wish.model_dump()))


@router.post("/households/{household_id}/sharings", operation_id="share_points", status_code=201)
def share(exchange: Exchange, call: Changing, household_id: UUID, wish: Sharing) -> Response:
    """The head gives a member points of the household's account."""
    return answered(exchange.household_points.share(call, household_id, **wish.model_dump()))


@router.get("/households/{household_id}/account", operation_id="show_household_account")
def show(exchange: Exchange, call: Reading, household_id: UUID) -> dict[str, Any]:
    return exchange.household_points.show(call, household_id)


@router.post("/gifts", operation_id="give_points", status_code=201)
def gift(exchange: Exchange, call: Changing, wish: Gift) -> Response:
    """To another volunteer, named by number; capped a day and a year."""
    return answered(exchange.giving.gift(call, **wish.model_dump()))


@router.post("/donations", operation_id="donate_points", status_code=201)
def donate(exchange: Exchange, call: Changing, wish: Donation) -> Response:
    """Back to the funds behind the points, or to one of them."""
    return answered(exchange.giving.donate(call, **wish.model_dump()))
