"""Settlements: drawn up, agreed, approved and paid; and whether everything reconciles."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query
from starlette.responses import Response

from api.bodies import Body, Code, Name, Prose
from api.dependencies import Changing, Exchange, Limit, Reading, answered
from points.i18n.language import negotiate
from points.merchants.settlement_documents import MEDIA_TYPES

router = APIRouter(prefix="/v1", tags=["settlements"])

After = Annotated[int | None, Query(ge=0, description="The `next` of the page before.")]
State = Annotated[str | None, Query(max_length=20, description="Only settlements in this state.")]
Period = Annotated[str, Query(max_length=40)]


class NewSettlement(Body):
    period: Period


class Payee(Body):
    """The account that the bank pays to."""

    holder: Name
    bank: Name
    account_number: Code


class Payment(Body):
    """`reference` is the bank's own number."""

    reference: Prose | None = None
    paid_on: date | None = None


class Failure(Body):
    reason: Prose


@router.post("/merchants/{merchant_id}/settlements", operation_id="draw_settlement", status_code=201)
def draw_up(exchange: Exchange, call: Changing, merchant_id: UUID, wish: NewSettlement) -> Response:
    return answered(exchange.settling.draw_up(call, merchant_id, period=wish.period))


@router.post("/merchants/{merchant_id}/payees", operation_id="name_payee", status_code=201)
def name_payee(exchange: Exchange, call: Changing, merchant_id: UUID, wish: Payee) -> Response:
    """It counts once a second person approved it."""
    return answered(exchange.settling.name_payee(call, merchant_id, **wish.model_dump()))


@router.post("/merchants/{merchant_id}/payee-approvals", operation_id="approve_payee", status_code=201)
def approve_payee(exchange: Exchange, call: Changing, merchant_id: UUID) -> Response:
    return answered(exchange.settling.approve_payee(call, merchant_id))


@router.get("/merchants/{merchant_id}/statements", operation_id="list_statements")
def statements(
    exchange: Exchange, call: Reading, merchant_id: UUID, limit: Limit = 50, after: After = None
) -> dict[str, Any]:
    """A merchant's statements, the newest first."""
    return exchange.statements.list(call, merchant_id=merchant_id, limit=limit, before=after)


@router.get("/settlements", operation_id="list_settlements")
def list_(
    exchange: Exchange,
    call: Reading,
    area: str | None = None,
    state: State = None,
    limit: Limit = 50,
    after: After = None,
) -> dict[str, Any]:
    return exchange.statements.list(call, area=area, state=state, limit=limit, before=after)


@router.get("/settlements/{settlement_id}", operation_id="show_settlement")
def show(exchange: Exchange, call: Reading, settlement_id: UUID) -> dict[str, Any]:
    return exchange.statements.show(call, settlement_id)


@router.get("/settlements/{settlement_id}/lines", operation_id="list_settlement_lines")
def lines(
    exchange: Exchange, call: Reading, settlement_id: UUID, limit: Limit = 100, after: After = None
) -> dict[str, Any]:
    return exchange.statements.lines(call, settlement_id, limit=limit, after=after or 0)


@router.post("/settlements/{settlement_id}/confirmations", operation_id="confirm_settlement", status_code=201)
def confirm(exchange: Exchange, call: Changing, settlement_id: UUID) -> Response:
    return answered(exchange.settling.confirm(call, settlement_id))


@router.post("/settlements/{settlement_id}/withdrawals", operation_id="withdraw_settlement", status_code=201)
def withdraw(exchange: Exchange, call: Changing, settlement_id: UUID) -> Response:
    return answered(exchange.settling.withdraw(call, settlement_id))


@router.post("/settlements/{settlement_id}/approvals", operation_id="approve_settlement", status_code=201)
def approve(exchange: Exchange, call: Changing, settlement_id: UUID) -> Response:
    return answered(exchange.settling.approve(call, settlement_id))


@router.post("/settlements/{settlement_id}/orders", operation_id="order_settlement", status_code=201)
def order(exchange: Exchange, call: Changing, settlement_id: UUID) -> Response:
    return answered(exchange.settling.order(call, settlement_id))


@router.post("/settlements/{settlement_id}/payments", operation_id="pay_settlement", status_code=201)
def pay(exchange: Exchange, call: Changing, settlement_id: UUID, wish: Payment) -> Response:
    return answered(
        exchange.settling.pay(call, settlement_id, reference=wish.reference, paid_on=wish.paid_on)
    )


@router.post("/settlements/{settlement_id}/failures", operation_id="fail_settlement", status_code=201)
def fail(exchange: Exchange, call: Changing, settlement_id: UUID, wish: Failure) -> Response:
    return answered(exchange.settling.fail(call, settlement_id, reason=wish.reason))


@router.get(
    "/settlements/{settlement_id}/documents/{kind}",
    operation_id="show_settlement_document",
    response_class=Response,
    responses={200: {"content": {name: {} for name in MEDIA_TYPES.values()}, "description": "The file"}},
)
def document(
    exchange: Exchange,
    call: Reading,
    settlement_id: UUID,
    kind: Annotated[str, Path(max_length=10, description="csv for the bank, xlsx or pdf for the office")],
    accept_language: Annotated[str | None, Header()] = None,
) -> Response:
    made = exchange.settlement_documents.make(call, settlement_id, kind, negotiate(accept_language))
    headers = {"Content-Disposition": f'attachment; filename="settlement-{settlement_id.hex[:12]}.{kind}"'}
    return Response(made, headers=headers, media_type=MEDIA_TYPES[kind])


@router.get("/reconciliation", operation_id="reconcile")
def reconcile(exchange: Exchange, call: Reading) -> dict[str, Any]:
    """Ledger against statements against payments, per merchant and per fund."""
    return exchange.reconciliation.run(call)
