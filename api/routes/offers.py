"""Price lists of shops, and the bills of property managers."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.bodies import AtLeastOne, Body, Code, Count, Name, Truth
from api.dependencies import Changing, Exchange, Limit, Reading, answered

router = APIRouter(prefix="/v1", tags=["offers"])


class NewOffer(Body):
    title: Name
    points: AtLeastOne
    stock: Count | None = None


class OfferChange(Body):
    """Each member is left out where it stays as it is; `restock` is a difference."""

    points: AtLeastOne | None = None
    restock: Annotated[int, Field(strict=True)] | None = None
    withdraw: Truth = False


class NewBill(Body):
    bill_number: Name
    amount_fen: AtLeastOne
    period: Code | None = None


@router.post("/merchants/{merchant_id}/offers", operation_id="list_offer", status_code=201)
def list_one(exchange: Exchange, call: Changing, merchant_id: UUID, wish: NewOffer) -> Response:
    return answered(exchange.offers.list_one(call, merchant_id, **wish.model_dump()))


@router.post("/offers/{offer_id}/changes", operation_id="change_offer", status_code=201)
def change(exchange: Exchange, call: Changing, offer_id: UUID, wish: OfferChange) -> Response:
    return answered(exchange.offers.change(call, offer_id, **wish.model_dump()))


@router.get("/merchants/{merchant_id}/offers", operation_id="show_offers")
def show(
    exchange: Exchange, call: Reading, merchant_id: UUID, limit: Limit = 50, after: UUID | None = None
) -> dict[str, Any]:
    return exchange.offers.list(call, merchant_id, limit=limit, after=after)


@router.post("/merchants/{merchant_id}/bills", operation_id="register_bill", status_code=201)
def register_bill(exchange: Exchange, call: Changing, merchant_id: UUID, wish: NewBill) -> Response:
    return answered(exchange.bills.register(call, merchant_id, **wish.model_dump()))
