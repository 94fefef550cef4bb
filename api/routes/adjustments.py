"""Relief, corrections and deductions: one proposes, another approves."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.bodies import Body, Code, Prose, Truth
from api.dependencies import Changing, Exchange, Limit, Reading, answered

router = APIRouter(prefix="/v1", tags=["adjustments"])

_MOST = 10_000_000


class Proposal(Body):
    kind: Code
    points: Annotated[int, Field(strict=True, ge=-_MOST, le=_MOST)] | None = None
    reason: Prose
    budget_id: UUID | None = None
    scheme_id: UUID | None = None
    record_id: UUID | None = None
    activity_id: UUID | None = None
    household_id: UUID | None = None


class Rejection(Body):
    reason: Prose


class Appeal(Body):
    text: Prose


class AppealAnswer(Body):
    upheld: Truth
    text: Prose


@router.post("/volunteers/{number}/adjustments", operation_id="propose_adjustment", status_code=201)
def propose(exchange: Exchange, call: Changing, number: str, wish: Proposal) -> Response:
    return answered(exchange.adjustments.propose(call, number, **wish.model_dump()))


@router.get("/adjustments", operation_id="list_adjustments")
def list_(
    exchange: Exchange,
    call: Reading,
    area: str | None = None,
    state: str | None = None,
    limit: Limit = 50,
    after: UUID | None = None,
) -> dict[str, Any]:
    return exchange.adjustments.list(call, area=area, state=state, limit=limit, after=after)


@router.get("/adjustments/{adjustment_id}", operation_id="show_adjustment")
def show(exchange: Exchange, call: Reading, adjustment_id: UUID) -> dict[str, Any]:
    return exchange.adjustments.show(call, adjustment_id)


@router.post("/adjustments/{adjustment_id}/approvals", operation_id="approve_adjustment", status_code=201)
def approve(exchange: Exchange, call: Changing, adjustment_id: UUID) -> Response:
    return answered(exchange.adjustments.approve(call, adjustment_id))


@router.post("/adjustments/{adjustment_id}/rejections", operation_id="reject_adjustment", status_code=201)
def reject(exchange: Exchange, call: Changing, adjustment_id: UUID, wish: Rejection) -> Response:
    return answered(exchange.adjustments.reject(call, adjustment_id, reason=wish.reason))


@router.post("/adjustments/{adjustment_id}/appeals", operation_id="appeal_adjustment", status_code=201)
def appeal(exchange: Exchange, call: Changing, adjustment_id: UUID, wish: Appeal) -> Response:
    return answered(exchange.adjustments.appeal(call, adjustment_id, text=wish.text))


@router.post("/adjustments/{adjustment_id}/answers", operation_id="answer_appeal", status_code=201)
def answer(exchange: Exchange, call: Changing, adjustment_id: UUID, wish: AppealAnswer) -> Response:
    return answered(exchange.adjustments.answer(call, adjustment_id, upheld=wish.upheld, text=wish.text))
