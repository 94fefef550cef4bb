"""Funds: money received, and budgets set aside from it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.bodies import AtLeastOne, Body, Name
from api.dependencies import Changing, Exchange, Limit, Reading, answered
from api.instants import instant

router = APIRouter(prefix="/v1/funds", tags=["funds"])

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class NewFund(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(min_length=1, max_length=200)
    kind: str = Field(max_length=50)
    area: str = Field(max_length=20)


class NewBudget(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    area: str = Field(max_length=20)
    period: str = Field(max_length=40, description='"2026", "2026-Q4", "2026-11" or two days with a slash')
    amount_fen: int = Field(ge=1)


class NewReceipt(Body):
    amount_fen: AtLeastOne
    source: Name
    received_on: date | None = None
    document_sha256: Annotated[str, Field(pattern=r"\A[0-9a-fA-F]{64}\z")] | None = None


@router.post("", operation_id="open_fund", status_code=201)
def open_(exchange: Exchange, call: Changing, wish: NewFund) -> Response:
    return answered(exchange.funds.open(call, name=wish.name, kind=wish.kind, area=wish.area))


@router.post("/{fund_id}/receipts", operation_id="receive_money", status_code=201)
def receive(exchange: Exchange, call: Changing, fund_id: UUID, wish: NewReceipt) -> Response:
    digest = None if wish.document_sha256 is None else bytes.fromhex(wish.document_sha256)
    told = wish.model_dump(exclude={"document_sha256"})
    return answered(exchange.funds.receive(call, fund_id, document_sha256=digest, **told))


@router.post("/{fund_id}/budgets", operation_id="reserve_budget", status_code=201)
def reserve(exchange: Exchange, call: Changing, fund_id: UUID, wish: NewBudget) -> Response:
    return answered(
        exchange.funds.reserve(call, fund_id, area=wish.area, period=wish.period, amount_fen=wish.amount_fen)
    )


@router.get("", operation_id="list_funds")
def list_(exchange: Exchange, call: Reading, limit: Limit = 50, after: UUID | None = None) -> dict[str, Any]:
    return exchange.funds.list(call, limit=limit, after=after)


@router.get("/{fund_id}/liability", operation_id="show_fund_liability")
def liability(
    exchange: Exchange,
    call: Reading,
    fund_id: UUID,
    at: str | None = None,
    position: Annotated[int | None, Query(ge=0, le=2**63 - 1)] = None,
) -> dict[str, Any]:
    """What it owed and what covered it: now, or as was known at an instant or a position of the log."""
    moment = None if at is None else instant("at", at)
    return exchange.fund_reports.liability(call, fund_id, at=moment, position=position)


@router.get("/{fund_id}/receipts", operation_id="list_receipts")
def receipts(
    exchange: Exchange,
    call: Reading,
    fund_id: UUID,
    limit: Limit = 50,
    after: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
) -> dict[str, Any]:
    return exchange.fund_reports.receipts(call, fund_id, limit=limit, after=after)


@router.get("/{fund_id}/sources", operation_id="show_fund_sources")
def sources(exchange: Exchange, call: Reading, fund_id: UUID) -> dict[str, Any]:
    """What each source's money became, pro rata."""
    return exchange.fund_reports.sources(call, fund_id)


@router.get("/{fund_id}/report", operation_id="show_fund_report")
def report(exchange: Exchange, call: Reading, fund_id: UUID) -> dict[str, Any]:
    return exchange.fund_reports.report(call, fund_id)


@router.get("/{fund_id}/report.xlsx", operation_id="export_fund_report", response_class=Response)
def workbook(exchange: Exchange, call: Reading, fund_id: UUID) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="fund-{fund_id}.xlsx"'}
    return Response(exchange.fund_reports.workbook(call, fund_id), 200, headers, _XLSX)


@router.get("/{fund_id}/report.pdf", operation_id="print_fund_report", response_class=Response)
def paper(exchange: Exchange, call: Reading, fund_id: UUID) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="fund-{fund_id}.pdf"'}
    return Response(exchange.fund_reports.paper(call, fund_id), 200, headers, "application/pdf")


@router.get("/{fund_id}", operation_id="show_fund")
def show(exchange: Exchange, call: Reading, fund_id: UUID) -> dict[str, Any]:
    return exchange.funds.show(call, fund_id)
