"""Shifts of activities: opened, joined, left, called off."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from api.bodies import AtLeastOne, Body, Code, Count
from api.dependencies import Changing, Exchange, answered
from api.instants import instant
from api.routes.activities import Moment

router = APIRouter(prefix="/v1", tags=["activities"])


class NewShift(Body):
    starts_at: Moment
    ends_at: Moment
    places: AtLeastOne
    cancel_before_minutes: Count = 0


class NoShow(Body):
    volunteer_number: Code


@router.post("/activities/{activity_id}/shifts", operation_id="open_shift", status_code=201)
def open_(exchange: Exchange, call: Changing, activity_id: UUID, wish: NewShift) -> Response:
    told = wish.model_dump()
    told["starts_at"] = instant("starts-at", wish.starts_at)
    told["ends_at"] = instant("ends-at", wish.ends_at)
    return answered(exchange.shifts.open(call, activity_id, **told))


@router.post("/shifts/{shift_id}/sign-ups", operation_id="sign_up", status_code=201)
def sign_up(exchange: Exchange, call: Changing, shift_id: UUID) -> Response:
    return answered(exchange.shifts.sign_up(call, shift_id))


@router.post("/shifts/{shift_id}/cancellations", operation_id="cancel_sign_up", status_code=201)
def cancel(exchange: Exchange, call: Changing, shift_id: UUID) -> Response:
    return answered(exchange.shifts.cancel(call, shift_id))


@router.post("/shifts/{shift_id}/no-shows", operation_id="mark_no_show", status_code=201)
def mark_no_show(exchange: Exchange, call: Changing, shift_id: UUID, wish: NoShow) -> Response:
    return answered(exchange.shifts.mark_no_show(call, shift_id, wish.volunteer_number))


@router.post("/shifts/{shift_id}/closures", operation_id="close_shift", status_code=201)
def close(exchange: Exchange, call: Changing, shift_id: UUID) -> Response:
    return answered(exchange.shifts.close(call, shift_id))
