"""What is done to many service records at once: reviews, notices and confirmations."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.bodies import Body, Truth
from api.dependencies import Changing, Exchange, Limit, batched
from points.domain.errors import Invalid

router = APIRouter(prefix="/v1", tags=["confirmations"])


class Due(Body):
    """Named records, or with `due` all that are ripe."""

    record_ids: Annotated[list[UUID], Field(max_length=1000)] | None = None
    due: Truth | None = None


class Announced(Body):
    """Named records, or with `all` all that are reviewed."""

    record_ids: Annotated[list[UUID], Field(max_length=1000)] | None = None
    all: Truth | None = None


class Everything(Body):
    """Said out loud: an empty body must not approve a whole area."""

    all: Truth


def chosen(record_ids: list[UUID] | None, everything: bool | None) -> list[UUID] | None:
    """None means all, so an empty wish must not slip through as it."""
    if (record_ids is None) is not (everything is True):
        raise Invalid(field="record_ids", rule="exactly-one")
    return record_ids


@router.post("/confirmations", operation_id="confirm", status_code=201)
def confirm(exchange: Exchange, call: Changing, wish: Due) -> Response:
    ids = chosen(wish.record_ids, wish.due)
    told = wish.model_dump(mode="json")
    return batched(
        exchange, call, "confirmations.confirm", told, lambda: exchange.confirmations.confirm(call, ids)
    )


@router.post("/notices", operation_id="give_notice", status_code=201)
def give(exchange: Exchange, call: Changing, wish: Announced) -> Response:
    ids = chosen(wish.record_ids, wish.all)
    told = wish.model_dump(mode="json")
    return batched(exchange, call, "notices.give", told, lambda: exchange.notices.give(call, ids))


@router.get("/notices", operation_id="list_notices")
def open_notices(
    exchange: Exchange,
    area: str | None = None,
    on: date | None = None,
    limit: Limit = 50,
    after: UUID | None = None,
) -> dict[str, Any]:
    """A notice is for everybody, so no token is asked."""
    return exchange.notices.open(area, on, limit=limit, after=after)


@router.post("/reviews", operation_id="review_all", status_code=201)
def review_all(exchange: Exchange, call: Changing, wish: Everything) -> Response:
    if not wish.all:
        raise Invalid(field="all", rule="true")
    return batched(exchange, call, "reviews.review-all", [], lambda: exchange.reviews.review_all(call))
