"""Service certificates: asked for, posted, issued, printed, revoked; checked by anybody."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from api.bodies import Body, Code, Prose
from api.dependencies import Changing, Exchange, Limit, Reading, answered
from api.routes.service_records import Objection, Ruling

router = APIRouter(prefix="/v1/certificates", tags=["honours"])


class CertificateRequest(Body):
    """Everything up to today unless a period is told."""

    volunteer_number: Code
    period_from: date | None = None
    period_until: date | None = None


class Revocation(Body):
    reason: Prose


@router.post("", operation_id="request_certificate", status_code=201)
def request(exchange: Exchange, call: Changing, wish: CertificateRequest) -> Response:
    told = wish.model_dump(exclude={"volunteer_number"})
    return answered(exchange.certificates.request(call, wish.volunteer_number, **told))


@router.get("", operation_id="list_certificates")
def list_(
    exchange: Exchange,
    call: Reading,
    area: str | None = None,
    state: str | None = None,
    limit: Limit = 50,
    after: UUID | None = None,
) -> dict[str, Any]:
    return exchange.certificates.list(call, area=area, state=state, limit=limit, after=after)


@router.get("/notices", operation_id="list_certificate_notices")
def notices(
    exchange: Exchange, area: str | None = None, limit: Limit = 50, after: UUID | None = None
) -> dict[str, Any]:
    return exchange.certificates.notices(area, limit=limit, after=after)


@router.get("/{reference}", operation_id="check_certificate")
def check(exchange: Exchange, reference: str) -> dict[str, Any]:
    """By the digits of the code all that the paper shows; by the serial, whether it exists and still stands."""
    return exchange.certificates.check(reference)


@router.get("/{certificate_id}/record", operation_id="show_certificate")
def show(exchange: Exchange, call: Reading, certificate_id: UUID) -> dict[str, Any]:
    return exchange.certificates.show(call, certificate_id)


@router.get("/{certificate_id}/paper", operation_id="print_certificate", response_class=Response)
def print_(exchange: Exchange, call: Reading, certificate_id: UUID) -> Response:
    data, name = exchange.certificates.pdf(call, certificate_id)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, 200, headers, "application/pdf")


@router.post("/{certificate_id}/issues", operation_id="issue_certificate", status_code=201)
def issue(exchange: Exchange, call: Changing, certificate_id: UUID) -> Response:
    return answered(exchange.certificates.issue(call, certificate_id))


@router.post("/{certificate_id}/revocations", operation_id="revoke_certificate", status_code=201)
def revoke(exchange: Exchange, call: Changing, certificate_id: UUID, wish: Revocation) -> Response:
    return answered(exchange.certificates.revoke(call, certificate_id, reason=wish.reason))


@router.post("/{certificate_id}/objections", operation_id="object_to_certificate", status_code=201)
def object_(exchange: Exchange, call: Changing, certificate_id: UUID, wish: Objection) -> Response:
    return answered(exchange.certificates.object(call, certificate_id, text=wish.text))


@router.post(
    "/{certificate_id}/objections/{objection_id}/answers",
    operation_id="answer_certificate_objection",
    status_code=201,
)
def answer(
    exchange: Exchange, call: Changing, certificate_id: UUID, objection_id: UUID, wish: Ruling
) -> Response:
    return answered(exchange.certificates.answer(call, certificate_id, objection_id, **wish.model_dump()))
