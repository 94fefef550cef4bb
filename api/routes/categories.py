"""A volunteer's category, when it changes."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from api.bodies import Body, Code
from api.dependencies import Changing, Exchange, answered

router = APIRouter(prefix="/v1/volunteers", tags=["volunteers"])


class NewCategory(Body):
    category: Code
    from_day: date | None = None


@router.post("/{number}/categories", operation_id="change_category", status_code=201)
def change(exchange: Exchange, call: Changing, number: str, wish: NewCategory) -> Response:
    return answered(exchange.categories.change(call, number, **wish.model_dump()))
