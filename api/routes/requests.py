"""Requests from the menu: placed, dispatched or claimed, agreed, served, confirmed, rated."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.bodies import AtLeastOne, Body, Code, Digest, Prose, Truth, digest_of
from api.dependencies import Changing, Exchange, Limit, Reading, answered

router = APIRouter(prefix="/v1", tags=["requests"])


class NewRequest(Body):
    need: Prose
    area: Code | None = None
    kind: Code | None = None
    menu_item_id: UUID | None = None
    paired: Truth = False
    volunteer_number: Code | None = None
    resident_id: UUID | None = None
    wanted_on: date | None = None


class Dispatch(Body):
    volunteer_number: Code | None = None
    claimant_kind: Code | None = None
    claimant_id: UUID | None = None


class Claim(Body):
    claimant_kind: Code | None = None
    claimant_id: UUID | None = None


class Word(Body):
    agreed: Truth
    side: Code | None = None
    reason: Prose | None = None


class Pair(Body):
    social_worker: Code
    volunteer: Code


class Report(Body):
    evidence_sha256: Digest | None = None


class Reason(Body):
    reason: Prose | None = None


class Rating(Body):
    rating: Annotated[int, Field(strict=True)]
    text: Prose | None = None
    evidence_sha256: Digest | None = None


class HoursOfRequest(Body):
    volunteer_number: Code
    minutes: AtLeastOne
    on: date
    reason: Prose


@router.post("/requests", operation_id="place_request", status_code=201)
def place(exchange: Exchange, call: Changing, wish: NewRequest) -> Response:
    return answered(exchange.requests.place(call, **wish.model_dump()))


@router.get("/requests", operation_id="list_requests")
def list_(
    exchange: Exchange,
    call: Reading,
    area: str | None = None,
    state: str | None = None,
    mine: bool = False,
    limit: Limit = 50,
    after: UUID | None = None,
) -> dict[str, Any]:
    return exchange.requests.list(call, area=area, state=state, mine=mine, limit=limit, after=after)


@router.get("/requests/{request_id}", operation_id="show_request")
def show(exchange: Exchange, call: Reading, request_id: UUID) -> dict[str, Any]:
    return exchange.requests.show(call, request_id)


@router.post("/requests/{request_id}/dispatches", operation_id="dispatch_request", status_code=201)
def dispatch(exchange: Exchange, call: Changing, request_id: UUID, wish: Dispatch) -> Response:
    return answered(exchange.requests.dispatch(call, request_id, **wish.model_dump()))


@router.post("/requests/{request_id}/claims", operation_id="claim_request", status_code=201)
def claim(exchange: Exchange, call: Changing, request_id: UUID, wish: Claim) -> Response:
    return answered(exchange.requests.claim(call, request_id, **wish.model_dump()))


@router.post("/requests/{request_id}/answers", operation_id="answer_request", status_code=201)
def answer(exchange: Exchange, call: Changing, request_id: UUID, wish: Word) -> Response:
    return answered(exchange.requests.answer(call, request_id, **wish.model_dump()))


@router.post("/requests/{request_id}/pairs", operation_id="pair_request", status_code=201)
def pair(exchange: Exchange, call: Changing, request_id: UUID, wish: Pair) -> Response:
    return answered(exchange.requests.pair(call, request_id, **wish.model_dump()))


@router.post("/requests/{request_id}/reports", operation_id="report_request_done", status_code=201)
def report(exchange: Exchange, call: Changing, request_id: UUID, wish: Report) -> Response:
    evidence = digest_of(wish.evidence_sha256)
    return answered(exchange.requests.report_done(call, request_id, evidence=evidence))


@router.post("/requests/{request_id}/confirmations", operation_id="confirm_request", status_code=201)
def confirm(exchange: Exchange, call: Changing, request_id: UUID, wish: Reason) -> Response:
    return answered(exchange.requests.confirm(call, request_id, reason=wish.reason))


@router.post("/requests/{request_id}/ratings", operation_id="rate_request", status_code=201)
def rate(exchange: Exchange, call: Changing, request_id: UUID, wish: Rating) -> Response:
    evidence = digest_of(wish.evidence_sha256)
    return answered(
        exchange.requests.rate(call, request_id, rating=wish.rating, text=wish.text, evidence=evidence)
    )


@router.post("/requests/{request_id}/hours", operation_id="draft_request_hours", status_code=201)
def hours(exchange: Exchange, call: Changing, request_id: UUID, wish: HoursOfRequest) -> Response:
    return answered(exchange.requests.draft_hours(call, request_id, **wish.model_dump()))


@router.post("/requests/{request_id}/cancellations", operation_id="cancel_request", status_code=201)
def cancel(exchange: Exchange, call: Changing, request_id: UUID, wish: Reason) -> Response:
    return answered(exchange.requests.cancel(call, request_id, reason=wish.reason))


@router.post("/request-lapses", operation_id="lapse_requests", status_code=201)
def lapse(exchange: Exchange, call: Changing) -> Response:
    """Put back into the list what nobody answered in time."""
    return answered(exchange.requests.lapse_due(call))
