"""Households: formed, joined, left, and their printed codes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from api.bodies import Body, Code
from api.dependencies import Changing, Exchange, Limit, Reading, answered

router = APIRouter(prefix="/v1/households", tags=["people"])


class Person(Body):
    volunteer_number: Code


@router.post("", operation_id="form_household", status_code=201)
def form(exchange: Exchange, call: Changing, wish: Person) -> Response:
    return answered(exchange.households.form(call, head=wish.volunteer_number))


@router.get("", operation_id="list_households")
def list_(
    exchange: Exchange, call: Reading, area: str | None = None, limit: Limit = 50, after: UUID | None = None
) -> dict[str, Any]:
    return exchange.households.list(call, area=area, limit=limit, after=after)


@router.get("/{reference}", operation_id="show_household")
def show(exchange: Exchange, call: Reading, reference: str) -> dict[str, Any]:
    """By its id, or by the digits of its printed code."""
    return exchange.households.show(call, reference)


@router.post("/{household_id}/members", operation_id="join_household", status_code=201)
def join(exchange: Exchange, call: Changing, household_id: UUID, wish: Person) -> Response:
    return answered(exchange.households.join(call, household_id, volunteer_number=wish.volunteer_number))


@router.post("/{household_id}/departures", operation_id="leave_household", status_code=201)
def leave(exchange: Exchange, call: Changing, household_id: UUID, wish: Person) -> Response:
    return answered(exchange.households.leave(call, household_id, volunteer_number=wish.volunteer_number))


@router.post("/{household_id}/heads", operation_id="name_head_of_household", status_code=201)
def name_head(exchange: Exchange, call: Changing, household_id: UUID, wish: Person) -> Response:
    return answered(exchange.households.name_head(call, household_id, volunteer_number=wish.volunteer_number))


@router.post("/{household_id}/codes", operation_id="replace_household_code", status_code=201)
def replace_code(exchange: Exchange, call: Changing, household_id: UUID) -> Response:
    return answered(exchange.households.replace_code(call, household_id))
