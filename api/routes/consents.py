"""What volunteers consent to and offer; their guardians; who comes of age."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.bodies import Body, Code, Name, Prose
from api.dependencies import Changing, Exchange, Limit, Reading, answered

router = APIRouter(prefix="/v1", tags=["people"])
Words = Annotated[list[Code], Field(max_length=60)]


class Consent(Body):
    purpose: Code


class Guardian(Body):
    name: Name
    identity_number: Code
    phone: Code


class Abilities(Body):
    skills: Words
    slots: Words
    note: Prose | None = None


@router.get("/volunteers/{number}/consents", operation_id="list_consents")
def list_(exchange: Exchange, call: Reading, number: str) -> dict[str, Any]:
    return exchange.consents.of(call, number)


@router.post("/volunteers/{number}/consents", operation_id="give_consent", status_code=201)
def give(exchange: Exchange, call: Changing, number: str, wish: Consent) -> Response:
    return answered(exchange.consents.give(call, number, purpose=wish.purpose))


@router.post("/volunteers/{number}/consent-withdrawals", operation_id="withdraw_consent", status_code=201)
def withdraw(exchange: Exchange, call: Changing, number: str, wish: Consent) -> Response:
    return answered(exchange.consents.withdraw(call, number, purpose=wish.purpose))


@router.post("/volunteers/{number}/guardians", operation_id="record_guardian", status_code=201)
def guardian(exchange: Exchange, call: Changing, number: str, wish: Guardian) -> Response:
    return answered(exchange.consents.record_guardian(call, number, **wish.model_dump()))


@router.get("/volunteers/{number}/abilities", operation_id="show_abilities")
def abilities(exchange: Exchange, call: Reading, number: str) -> dict[str, Any]:
    return exchange.consents.abilities(call, number)


@router.post("/volunteers/{number}/abilities", operation_id="state_abilities", status_code=201)
def state_abilities(exchange: Exchange, call: Changing, number: str, wish: Abilities) -> Response:
    return answered(exchange.consents.state_abilities(call, number, **wish.model_dump()))


@router.get("/abilities", operation_id="find_able_volunteers")
def able(
    exchange: Exchange,
    call: Reading,
    area: str | None = None,
    skill: str | None = None,
    slot: str | None = None,
    limit: Limit = 50,
    after: UUID | None = None,
) -> dict[str, Any]:
    """Who can do it, and has time then."""
    return exchange.consents.able(call, area=area, skill=skill, slot=slot, limit=limit, after=after)


@router.get("/minors", operation_id="list_minors_coming_of_age")
def minors(
    exchange: Exchange,
    call: Reading,
    area: str | None = None,
    month: date | None = None,
    limit: Limit = 50,
    after: str | None = None,
) -> dict[str, Any]:
    """Who turns 14 or 18 in the month of that day."""
    return exchange.consents.minors(call, area=area, month=month, limit=limit, after=after)
