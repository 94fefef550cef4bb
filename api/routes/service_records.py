"""Service hours: entering, reviewing, announcing, objecting and confirming."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Form
from pydantic import Field
from starlette.responses import Response

from api.bodies import AtLeastOne, Body, Code, Name, Prose, Truth
from api.dependencies import Changing, Exchange, Limit, Reading, answered
from api.uploads import DryRun, Saying, Upload, only_known_fields

router = APIRouter(prefix="/v1", tags=["service records"])
_CLOCK = r"\A([01][0-9]|2[0-3]):[0-5][0-9]\z"


class NewRecord(Body):
    volunteer_number: Code
    minutes: AtLeastOne
    kind: Code
    on: date
    activity: Name
    reason: Prose
    area: Code | None = None
    starts_at: Annotated[str, Field(pattern=_CLOCK, description="HH:MM, Asia/Shanghai")] | None = None
    accompanied_by: Code | None = None


class Review(Body):
    approved: Truth
    reason: Prose | None = None


class Objection(Body):
    text: Prose


class Ruling(Body):
    upheld: Truth
    text: Prose


@router.post("/service-records", operation_id="issue_hours", status_code=201)
def issue(exchange: Exchange, call: Changing, wish: NewRecord) -> Response:
    told = wish.model_dump(exclude={"starts_at"})
    if wish.starts_at is not None:
        told["starts_at_minute"] = int(wish.starts_at[:2]) * 60 + int(wish.starts_at[3:])
    return answered(exchange.hours.issue(call, **told))


@router.post(
    "/service-records/imports", operation_id="import_hours", dependencies=[Depends(only_known_fields)]
)
def import_(
    exchange: Exchange,
    call: Changing,
    said: Saying,
    file: Upload,
    area: Annotated[Code, Form()],
    reason: Annotated[Prose, Form()],
    dry_run: DryRun = False,
) -> Response:
    """Take in a sign-in sheet."""
    data, name = file.file.read(), file.filename or ""
    report = exchange.hours.import_file(call, data, name, area=area, reason=reason, dry_run=dry_run)
    return said.answer(report)


@router.get("/service-records", operation_id="list_service_records")
def list_(
    exchange: Exchange,
    call: Reading,
    state: str,
    area: str | None = None,
    limit: Limit = 50,
    after: UUID | None = None,
) -> dict[str, Any]:
    return exchange.hours.list(call, state=state, area=area, limit=limit, after=after)


@router.get("/service-records/{record_id}", operation_id="show_service_record")
def show(exchange: Exchange, call: Reading, record_id: UUID) -> dict[str, Any]:
    return exchange.hours.show(call, record_id)


@router.post("/service-records/{record_id}/reviews", operation_id="review", status_code=201)
def review(exchange: Exchange, call: Changing, record_id: UUID, wish: Review) -> Response:
    return answered(exchange.reviews.review(call, record_id, approved=wish.approved, reason=wish.reason))


@router.post("/service-records/{record_id}/objections", operation_id="object", status_code=201)
def object_(exchange: Exchange, call: Changing, record_id: UUID, wish: Objection) -> Response:
    return answered(exchange.objections.object(call, record_id, text=wish.text))


@router.post(
    "/service-records/{record_id}/objections/{objection_id}/answers",
    operation_id="answer_objection",
    status_code=201,
)
def answer(exchange: Exchange, call: Changing, record_id: UUID, objection_id: UUID, wish: Ruling) -> Response:
    done = exchange.objections.answer(call, record_id, objection_id, upheld=wish.upheld, text=wish.text)
    return answered(done)
