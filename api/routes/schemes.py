"""Schemes: how minutes become points."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from api.bodies import AtLeastOne, Body, Code, Count, Name
from api.dependencies import Changing, Exchange, Limit, Reading, answered

router = APIRouter(prefix="/v1/schemes", tags=["schemes"])


class Rate(Body):
    kind: Code
    time_class: Code
    points: Count
    per_minutes: AtLeastOne


class Draft(Body):
    name: Name
    area: Code
    in_force_from: date
    rates: list[Rate]
    rounding: Code
    value_fen: Count
    expires_after_months: AtLeastOne | None = None
    redeem_at_least_points: Count = 0
    scheme_id: UUID | None = None


class Approval(Body):
    version: AtLeastOne | None = None


@router.post("", operation_id="draft_scheme", status_code=201)
def draft(exchange: Exchange, call: Changing, wish: Draft) -> Response:
    rates = [(rate.kind, rate.time_class, rate.points, rate.per_minutes) for rate in wish.rates]
    return answered(exchange.schemes.draft(call, rates=rates, **wish.model_dump(exclude={"rates"})))


@router.post("/{scheme_id}/approvals", operation_id="approve_scheme", status_code=201)
def approve(exchange: Exchange, call: Changing, scheme_id: UUID, wish: Approval) -> Response:
    return answered(exchange.schemes.approve(call, scheme_id, wish.version))


@router.get("", operation_id="list_schemes")
def list_(exchange: Exchange, call: Reading, limit: Limit = 50, after: UUID | None = None) -> dict[str, Any]:
    return exchange.schemes.list(call, limit=limit, after=after)


@router.get("/{scheme_id}", operation_id="show_scheme")
def show(exchange: Exchange, call: Reading, scheme_id: UUID) -> dict[str, Any]:
    return exchange.schemes.show(call, scheme_id)
