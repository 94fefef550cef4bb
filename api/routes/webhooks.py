"""Endpoints that merchants register, to be told what happened."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.bodies import Body, Code, Count
from api.dependencies import Changing, Exchange, Reading, answered

router = APIRouter(prefix="/v1", tags=["webhooks"])


class NewWebhook(Body):
    """Without `types` it is told everything; signed after the Standard Webhooks specification."""

    url: Annotated[str, Field(min_length=1, max_length=500)]
    types: Annotated[list[Code], Field(max_length=20)] | None = None


class Replay(Body):
    """Everything after this position is sent again."""

    after: Count


@router.post("/merchants/{merchant_id}/webhooks", operation_id="register_webhook", status_code=201)
def register(exchange: Exchange, call: Changing, merchant_id: UUID, wish: NewWebhook) -> Response:
    return answered(exchange.webhooks.register(call, merchant_id, url=wish.url, types=wish.types))


@router.get("/merchants/{merchant_id}/webhooks", operation_id="list_webhooks")
def list_(exchange: Exchange, call: Reading, merchant_id: UUID) -> dict[str, Any]:
    return exchange.webhooks.list(call, merchant_id)


@router.post("/webhooks/{webhook_id}/removals", operation_id="remove_webhook", status_code=201)
def remove(exchange: Exchange, call: Changing, webhook_id: UUID) -> Response:
    return answered(exchange.webhooks.remove(call, webhook_id))


@router.post("/webhooks/{webhook_id}/replays", operation_id="replay_webhook", status_code=201)
def replay(exchange: Exchange, call: Changing, webhook_id: UUID, wish: Replay) -> Response:
    return answered(exchange.webhooks.replay(call, webhook_id, after=wish.after))


@router.get("/webhooks/{webhook_id}/dead-letters", operation_id="list_dead_letters")
def dead_letters(exchange: Exchange, call: Reading, webhook_id: UUID) -> dict[str, Any]:
    return exchange.webhooks.dead_letters(call, webhook_id)
