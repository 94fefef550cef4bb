"""Disputes about redemptions."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import Response

from api.bodies import Body, Code, Count, Prose
from api.dependencies import Changing, Exchange, Limit, Reading, answered

router = APIRouter(prefix="/v1", tags=["disputes"])

After = Annotated[int | None, Query(ge=0, description="The `next` of the page before.")]
Digest = Annotated[str, Field(pattern=r"\A[0-9a-fA-F]{64}\z", description="SHA-256 of a paper or picture")]
Evidence = list[Digest]


class NewDispute(Body):
    reason: Prose
    evidence: Evidence = Field(default_factory=list, max_length=20)


class DisputeAnswer(Body):
    text: Prose
    evidence: Evidence = Field(default_factory=list, max_length=20)


class DisputeDecision(Body):
    """`outcome` is upheld or refused; an upheld dispute may refund points."""

    outcome: Code
    reason: Prose
    refund_points: Count = 0


@router.post("/redemptions/{redemption_id}/disputes", operation_id="raise_dispute", status_code=201)
def raise_(exchange: Exchange, call: Changing, redemption_id: UUID, wish: NewDispute) -> Response:
    return answered(exchange.disputes.raise_(call, redemption_id, reason=wish.reason, evidence=wish.evidence))


@router.get("/disputes", operation_id="list_disputes")
def list_(
    exchange: Exchange,
    call: Reading,
    area: str | None = None,
    merchant_id: UUID | None = None,
    open_only: bool = False,
    limit: Limit = 50,
    after: After = None,
) -> dict[str, Any]:
    return exchange.disputes.list(
        call, area=area, merchant_id=merchant_id, open_only=open_only, limit=limit, before=after
    )


@router.get("/disputes/{dispute_id}", operation_id="show_dispute")
def show(exchange: Exchange, call: Reading, dispute_id: UUID) -> dict[str, Any]:
    return exchange.disputes.show(call, dispute_id)


@router.post("/disputes/{dispute_id}/answers", operation_id="answer_dispute", status_code=201)
def answer(exchange: Exchange, call: Changing, dispute_id: UUID, wish: DisputeAnswer) -> Response:
    return answered(exchange.disputes.answer(call, dispute_id, text=wish.text, evidence=wish.evidence))


@router.post("/disputes/{dispute_id}/decisions", operation_id="decide_dispute", status_code=201)
def decide(exchange: Exchange, call: Changing, dispute_id: UUID, wish: DisputeDecision) -> Response:
    return answered(exchange.disputes.decide(call, dispute_id, **wish.model_dump()))
