"""Printed cards for people without a phone."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.bodies import Body
from api.dependencies import Changing, Exchange, answered

router = APIRouter(prefix="/v1", tags=["cards"])

Pin = Annotated[str, Field(min_length=1, max_length=12)]


class NewPin(Body):
    pin: Pin


@router.post("/volunteers/{number}/cards", operation_id="issue_card", status_code=201)
def issue(exchange: Exchange, call: Changing, number: str, wish: NewPin) -> Response:
    return answered(exchange.cards.issue(call, number, pin=wish.pin))


@router.post("/cards/{card_id}/pins", operation_id="set_pin", status_code=201)
def set_pin(exchange: Exchange, call: Changing, card_id: UUID, wish: NewPin) -> Response:
    return answered(exchange.cards.set_pin(call, card_id, pin=wish.pin))


@router.post("/cards/{card_id}/revocations", operation_id="revoke_card", status_code=201)
def revoke(exchange: Exchange, call: Changing, card_id: UUID) -> Response:
    return answered(exchange.cards.revoke(call, card_id))
