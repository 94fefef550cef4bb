"""Staff and signing in."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.bodies import Body, Code, Name
from api.dependencies import Changing, Exchange, FixedAt, Limit, Reading, answered

router = APIRouter(prefix="/v1", tags=["staff"])


class SignIn(Body):
    digits: Annotated[str, Field(min_length=1, max_length=300)]


class NewStaff(Body):
    name: Name
    role: Code
    area: Code | None = None
    merchant_id: UUID | None = None
    volunteer_number: Code | None = None


@router.post("/staff", operation_id="add_staff", status_code=201)
def add(exchange: Exchange, call: Changing, wish: NewStaff) -> Response:
    return answered(exchange.staff.add(call, **wish.model_dump()))


@router.get("/staff", operation_id="list_staff")
def list_(exchange: Exchange, call: Reading, limit: Limit = 50, after: UUID | None = None) -> dict[str, Any]:
    return exchange.staff.list(call, limit=limit, after=after)


@router.post("/staff/{staff_id}/revocations", operation_id="revoke_staff", status_code=201)
def revoke(exchange: Exchange, call: Changing, staff_id: UUID) -> Response:
    return answered(exchange.staff.revoke(call, staff_id))


@router.post("/sign-ins", operation_id="sign_in", status_code=201)
def sign_in(exchange: Exchange, at: FixedAt, wish: SignIn) -> dict[str, Any]:
    """No token is asked: the digits are the proof, once."""
    return exchange.sign_in.redeem_code(wish.digits, at)
