"""Paying and refunding. Redeeming is the hot route: msgspec and a raw response, no pydantic."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import Changing, Exchange, Reading, answered, clock
from points.application.tools import Call
from points.domain.errors import Invalid

router = APIRouter(prefix="/v1", tags=["redemptions"])


class Redeem(msgspec.Struct, forbid_unknown_fields=True):
    points: Annotated[int, msgspec.Meta(ge=1)]
    code: Annotated[str, msgspec.Meta(max_length=300)] | None = None
    short_code: Annotated[str, msgspec.Meta(max_length=20)] | None = None


_decode = msgspec.json.Decoder(Redeem).decode
_SCHEMA = msgspec.json.schema(Redeem)["$defs"]["Redeem"]


async def redeem(request: Request) -> Response:
    exchange = request.app.state.exchange
    at = clock(request.headers.get("points-now"))
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    bearer = token if scheme.lower() == "bearer" and token else None
    # Authenticating reads the store, so it must not hold the loop up.
    who = await run_in_threadpool(exchange.authenticate, bearer, at)
    try:
        wish = _decode(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Invalid(field="body", rule="format") from None
    if (wish.code is None) == (wish.short_code is None):
        raise Invalid(field="code", rule="one-of-code-short-code")
    call = Call(who, request.headers.get("idempotency-key"), at)
    return answered(
        await exchange.redeeming.redeem_async(
            call, points=wish.points, code=wish.code, short_code=wish.short_code
        )
    )


OPERATION: dict[str, Any] = {
    "tags": ["redemptions"],
    "operationId": "redeem",
    "summary": "Redeem points by a payment code, exactly once",
    "security": [{"HTTPBearer": []}],
    "requestBody": {"required": True, "content": {"application/json": {"schema": _SCHEMA}}},
    "responses": {
        "201": {"description": "Redeemed: id, points, position, receipt"},
        "200": {"description": "The same again: the same body"},
        "default": {"description": "A problem document", "content": {"application/problem+json": {}}},
    },
}


class RefundWish(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    points: int = Field(ge=1)
    reason: str = Field(min_length=1, max_length=500)


@router.post("/redemptions/{redemption_id}/refunds", operation_id="refund", status_code=201)
def refund(exchange: Exchange, call: Changing, redemption_id: UUID, wish: RefundWish) -> Response:
    return answered(exchange.refunds.refund(call, redemption_id, points=wish.points, reason=wish.reason))


@router.get("/redemptions/{redemption_id}", operation_id="show_redemption")
def show(exchange: Exchange, call: Reading, redemption_id: UUID) -> dict[str, Any]:
    return exchange.redeeming.show(call, redemption_id)


@router.post("/payment-codes", operation_id="make_payment_code", status_code=201)
def payment_code(exchange: Exchange, call: Changing) -> Response:
    return answered(exchange.paying.payment_code(call))
