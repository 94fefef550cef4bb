"""Stars: proposed, on the board, awarded, shown."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import Changing, Exchange, Limit, answered
from api.routes.service_records import Objection, Ruling

router = APIRouter(prefix="/v1/stars", tags=["honours"])


@router.post("/proposals", operation_id="propose_stars", status_code=201)
def propose(exchange: Exchange, call: Changing) -> Response:
    """Every level that people of one's area reached and do not have."""
    return answered(exchange.stars.propose(call))


@router.post("/awards", operation_id="award_stars", status_code=201)
def award(exchange: Exchange, call: Changing) -> Response:
    """Every star of one's area whose notice is over."""
    return answered(exchange.stars.award(call))


@router.get("", operation_id="list_stars")
def honours(
    exchange: Exchange, area: str | None = None, limit: Limit = 50, after: UUID | None = None
) -> dict[str, Any]:
    return exchange.stars.honours(area, limit=limit, after=after)


@router.get("/notices", operation_id="list_star_notices")
def notices(
    exchange: Exchange, area: str | None = None, limit: Limit = 50, after: UUID | None = None
) -> dict[str, Any]:
    return exchange.stars.notices(area, limit=limit, after=after)


@router.post("/{star_id}/objections", operation_id="object_to_star", status_code=201)
def object_(exchange: Exchange, call: Changing, star_id: UUID, wish: Objection) -> Response:
    return answered(exchange.stars.object(call, star_id, text=wish.text))


@router.post(
    "/{star_id}/objections/{objection_id}/answers", operation_id="answer_star_objection", status_code=201
)
def answer(exchange: Exchange, call: Changing, star_id: UUID, objection_id: UUID, wish: Ruling) -> Response:
    return answered(exchange.stars.answer(call, star_id, objection_id, **wish.model_dump()))
