"""Merchants, their agreements and their tills."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from api.bodies import AtLeastOne, Body, Code, Count, Name
from api.dependencies import Changing, Exchange, Limit, Reading, answered

router = APIRouter(prefix="/v1", tags=["merchants"])


class Caps(Body):
    redemption_points: AtLeastOne
    person_day_points: AtLeastOne
    till_day_points: AtLeastOne
    merchant_day_points: AtLeastOne


class NewMerchant(Body):
    name: Name
    kind: Code
    area: Code
    pay_fen: Count
    caps: Caps
    valid_from: date
    valid_until: date
    schemes: list[UUID] | None = None


class Renewal(Body):
    pay_fen: Count
    caps: Caps
    valid_from: date
    valid_until: date
    schemes: list[UUID] | None = None


class Approval(Body):
    agreement_no: AtLeastOne | None = None


class NewCode(Body):
    points: Count = 0


@router.post("/merchants", operation_id="enrol_merchant", status_code=201)
def enrol(exchange: Exchange, call: Changing, wish: NewMerchant) -> Response:
    return answered(exchange.merchants.enrol(call, **wish.model_dump()))


@router.post("/merchants/{merchant_id}/approvals", operation_id="approve_merchant", status_code=201)
def approve(exchange: Exchange, call: Changing, merchant_id: UUID, wish: Approval) -> Response:
    return answered(exchange.merchants.approve(call, merchant_id, wish.agreement_no))


@router.get("/merchants", operation_id="list_merchants")
def list_(
    exchange: Exchange, call: Reading, area: str | None = None, limit: Limit = 50, after: UUID | None = None
) -> dict[str, Any]:
    return exchange.merchants.list(call, area=area, limit=limit, after=after)


@router.get("/merchants/{merchant_id}", operation_id="show_merchant")
def show(exchange: Exchange, call: Reading, merchant_id: UUID) -> dict[str, Any]:
    return exchange.merchants.show(call, merchant_id)


@router.get("/merchants/{merchant_id}/takings", operation_id="show_takings")
def takings(
    exchange: Exchange,
    call: Reading,
    merchant_id: UUID,
    from_day: date | None = None,
    until_day: date | None = None,
) -> dict[str, Any]:
    """By till and day, both ends included; a day that is not named is today."""
    today = exchange.tools.today(call)
    days = {"from_day": from_day or today, "until_day": until_day or today}
    return exchange.merchants.takings(call, merchant_id, **days)


@router.post("/merchants/{merchant_id}/codes", operation_id="make_merchant_code", status_code=201)
def code(exchange: Exchange, call: Changing, merchant_id: UUID, wish: NewCode) -> Response:
    return answered(exchange.merchants.code(call, merchant_id, points=wish.points))


@router.post("/merchants/{merchant_id}/tills", operation_id="enrol_till", status_code=201)
def enrol_till(exchange: Exchange, call: Changing, merchant_id: UUID) -> Response:
    return answered(exchange.tills.enrol(call, merchant_id))


@router.post("/merchants/{merchant_id}/agreements", operation_id="renew_agreement", status_code=201)
def renew(exchange: Exchange, call: Changing, merchant_id: UUID, wish: Renewal) -> Response:
    return answered(exchange.merchants.renew(call, merchant_id, **wish.model_dump()))


@router.post("/merchants/{merchant_id}/suspensions", operation_id="suspend_merchant", status_code=201)
def suspend(exchange: Exchange, call: Changing, merchant_id: UUID) -> Response:
    return answered(exchange.merchants.suspend(call, merchant_id))


@router.post("/merchants/{merchant_id}/resumptions", operation_id="resume_merchant", status_code=201)
def resume(exchange: Exchange, call: Changing, merchant_id: UUID) -> Response:
    return answered(exchange.merchants.resume(call, merchant_id))


@router.post("/merchants/{merchant_id}/pos", operation_id="enrol_pos", status_code=201)
def enrol_pos(exchange: Exchange, call: Changing, merchant_id: UUID) -> Response:
    return answered(exchange.tills.enrol_pos(call, merchant_id))


@router.post("/tills/{till_id}/keys/rotations", operation_id="rotate_pos", status_code=201)
def rotate_pos(exchange: Exchange, call: Changing, till_id: UUID) -> Response:
    return answered(exchange.tills.rotate_pos(call, till_id))


@router.post("/tills/{till_id}/revocations", operation_id="revoke_till", status_code=201)
def revoke_till(exchange: Exchange, call: Changing, till_id: UUID) -> Response:
    return answered(exchange.tills.revoke(call, till_id))
