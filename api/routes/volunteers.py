"""Volunteers: registering, moving, leaving and coming back."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from api.bodies import Body, Code, Name
from api.dependencies import Changing, Exchange, Reading, answered

router = APIRouter(prefix="/v1/volunteers", tags=["volunteers"])


class NewVolunteer(Body):
    name: Name
    identity_number: Code
    phone: Code
    area: Code
    category: Code | None = None
    guardian_phone: Code | None = None


class InArea(Body):
    area: Code


@router.post("", operation_id="register_volunteer", status_code=201)
def register(exchange: Exchange, call: Changing, wish: NewVolunteer) -> Response:
    return answered(exchange.volunteers.register(call, **wish.model_dump(exclude_none=True)))


@router.get("/{number}", operation_id="show_volunteer")
def show(exchange: Exchange, call: Reading, number: str) -> dict[str, Any]:
    return exchange.volunteers.show(call, number)  # type: ignore[no-any-return]  # the wiring is untyped yet


@router.post("/{number}/moves", operation_id="move_volunteer", status_code=201)
def move(exchange: Exchange, call: Changing, number: str, wish: InArea) -> Response:
    return answered(exchange.volunteers.move(call, number, wish.area))


@router.post("/{number}/withdrawals", operation_id="withdraw_volunteer", status_code=201)
def withdraw(exchange: Exchange, call: Changing, number: str) -> Response:
    return answered(exchange.volunteers.withdraw(call, number))


@router.post("/{number}/returns", operation_id="return_volunteer", status_code=201)
def come_back(exchange: Exchange, call: Changing, number: str, wish: InArea) -> Response:
    return answered(exchange.volunteers.come_back(call, number, wish.area))
