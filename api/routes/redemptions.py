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

from api.bodies import AtLeastOne, Body
from api.dependencies import Changing, Exchange, Reading, answered, clock
from api.problems import document
from points.application.tools import Answer, Call
from points.bootstrap import Exchange as Exchange_
from points.domain.errors import Invalid, PointsError
from points.merchants.extras import NO_EXTRAS, Extras
from points.merchants.redeeming import Wish

router = APIRouter(prefix="/v1", tags=["redemptions"])


class Redeem(msgspec.Struct, forbid_unknown_fields=True):
    """One sale. Exactly one of `code`, `short_code`, `merchant_code` and `card` with `pin` says who pays."""

    points: Annotated[int, msgspec.Meta(ge=1)]
    code: Annotated[str, msgspec.Meta(max_length=300)] | None = None
    short_code: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    merchant_code: Annotated[str, msgspec.Meta(max_length=400)] | None = None
    card: Annotated[str, msgspec.Meta(max_length=300)] | None = None
    pin: Annotated[str, msgspec.Meta(max_length=12)] | None = None
    offer: UUID | None = None
    quantity: Annotated[int, msgspec.Meta(ge=1)] = 1
    bill_number: Annotated[str, msgspec.Meta(max_length=100)] | None = None
    cash_fen: Annotated[int, msgspec.Meta(ge=0)] = 0

    def extras(self) -> Extras:
        if self.offer is None and self.bill_number is None and not self.cash_fen:
            return NO_EXTRAS
        return Extras(self.cash_fen, self.offer, self.quantity, self.bill_number)


class Batch(msgspec.Struct, forbid_unknown_fields=True):
    """Up to a thousand sales by payment or short code, each with a result of its own."""

    redemptions: Annotated[list[Redeem], msgspec.Meta(min_length=1, max_length=1000)]


_decode = msgspec.json.Decoder(Redeem).decode
_decode_batch = msgspec.json.Decoder(Batch).decode
SCHEMAS: dict[str, Any] = msgspec.json.schema_components(
    [Redeem, Batch], ref_template="#/components/schemas/{name}"
)[1]
"""The bodies of the routes that go round the framework, for its document."""


async def _caller(request: Request) -> tuple[Exchange_, Call]:
    exchange: Exchange_ = request.app.state.exchange
    at = clock(request.headers.get("points-now"))
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    bearer = token if scheme.lower() == "bearer" and token else None
    # Authenticating reads the store, so it must not hold the loop up.
    who = await run_in_threadpool(exchange.authenticate, bearer, at)
    return exchange, Call(who, request.headers.get("idempotency-key"), at)


async def redeem(request: Request) -> Response:
    exchange, call = await _caller(request)
    try:
        wish = _decode(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Invalid(field="body", rule="format") from None
    if wish.merchant_code is not None or wish.card is not None:
        return answered(await run_in_threadpool(_otherwise, exchange, call, wish))
    if (wish.code is None) == (wish.short_code is None):
        raise Invalid(field="code", rule="one-of-code-short-code")
    return answered(
        await exchange.redeeming.redeem_async(
            call, points=wish.points, code=wish.code, short_code=wish.short_code, extras=wish.extras()
        )
    )


def _otherwise(exchange: Exchange_, call: Call, wish: Redeem) -> Answer:
    """The ways to pay that are no single-use code: they need a key of their own, and a PIN takes its time."""
    given = [wish.code, wish.short_code, wish.merchant_code, wish.card]
    if sum(way is not None for way in given) != 1:
        raise Invalid(field="code", rule="one-of-code-short-code")
    if wish.merchant_code is not None:
        return exchange.merchant_codes.pay(
            call, code=wish.merchant_code, points=wish.points, extras=wish.extras()
        )
    return exchange.cards.pay(
        call, card=wish.card or "", pin=wish.pin or "", points=wish.points, extras=wish.extras()
    )


async def redeem_batch(request: Request) -> Response:
    exchange, call = await _caller(request)
    try:
        batch = _decode_batch(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Invalid(field="body", rule="format") from None
    wishes = [Wish(sale.points, sale.code, sale.short_code, sale.extras()) for sale in batch.redemptions]
    answers = await run_in_threadpool(exchange.redeeming.redeem_many, call, wishes)
    results = [_result(request, answer) for answer in answers]
    return Response(msgspec.json.encode({"results": results}), 200, media_type="application/json")


def _result(request: Request, answer: Answer | PointsError) -> dict[str, Any]:
    if isinstance(answer, Answer):
        return {"status": 200 if answer.replayed else 201, **answer.body}
    return document(request, answer)


OPERATION: dict[str, Any] = {
    "tags": ["redemptions"],
    "operationId": "redeem",
    "summary": "Redeem points by a payment code, exactly once",
    "security": [{"HTTPBearer": []}],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Redeem"}}},
    },
    "responses": {
        "201": {"description": "Redeemed: id, points, position, receipt"},
        "200": {"description": "The same again: the same body"},
        "default": {"description": "A problem document", "content": {"application/problem+json": {}}},
    },
}


BATCH_OPERATION: dict[str, Any] = {
    "tags": ["redemptions"],
    "operationId": "redeem_batch",
    "summary": "Redeem up to a thousand codes, each with its own result",
    "security": [{"HTTPBearer": []}],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Batch"}}},
    },
    "responses": {
        "200": {
            "description": "`results`, in the order asked: a redemption's body, or a problem, each with `status`"
        },
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


class Authorise(Body):
    points: AtLeastOne
    code: Annotated[str, Field(max_length=300)] | None = None
    short_code: Annotated[str, Field(max_length=20)] | None = None
    valid_for_s: AtLeastOne | None = None


class Capture(Body):
    points: AtLeastOne | None = None


class Previewed(Body):
    code: Annotated[str, Field(min_length=1, max_length=400)]


@router.post("/authorisations", operation_id="authorise", status_code=201)
def authorise(exchange: Exchange, call: Changing, wish: Authorise) -> Response:
    return answered(exchange.authorisations.authorise(call, **wish.model_dump(exclude_none=True)))


@router.post("/authorisations/{authorisation_id}/capture", operation_id="capture", status_code=201)
def capture(exchange: Exchange, call: Changing, authorisation_id: UUID, wish: Capture) -> Response:
    return answered(exchange.authorisations.capture(call, authorisation_id, points=wish.points))


@router.post("/authorisations/{authorisation_id}/void", operation_id="void", status_code=201)
def void(exchange: Exchange, call: Changing, authorisation_id: UUID) -> Response:
    return answered(exchange.authorisations.void(call, authorisation_id))


@router.post("/code-previews", operation_id="preview_code")
def preview(exchange: Exchange, call: Reading, wish: Previewed) -> dict[str, Any]:
    """Whom a scanned merchant code pays. Asked by POST so that no code ever stands in a log of addresses."""
    return exchange.merchant_codes.preview(call, wish.code)
