"""What is done to many service records at once: notices and confirmations."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.bodies import Body, Truth
from api.dependencies import Changing, Exchange, reported
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


def chosen(record_ids: list[UUID] | None, everything: bool | None) -> list[UUID] | None:
    """None means all, so an empty wish must not slip through as it."""
    if (record_ids is None) is not (everything is True):
        raise Invalid(field="record_ids", rule="exactly-one")
    return record_ids


@router.post("/confirmations", operation_id="confirm", status_code=201)
def confirm(exchange: Exchange, call: Changing, wish: Due) -> Response:
    return reported(exchange.confirmations.confirm(call, chosen(wish.record_ids, wish.due)), 201)


@router.post("/notices", operation_id="give_notice", status_code=201)
def give(exchange: Exchange, call: Changing, wish: Announced) -> Response:
    return reported(exchange.notices.give(call, chosen(wish.record_ids, wish.all)), 201)
