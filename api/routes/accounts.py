"""What a volunteer has, had, and why."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.dependencies import Exchange, Limit, Reading
from api.instants import instant

router = APIRouter(prefix="/v1/volunteers/{number}", tags=["accounts"])
At = Annotated[str, Query(max_length=40, description="An instant with its offset; + is sent as %2B.")]
Basis = Annotated[str, Query(max_length=20, description="occurred or recorded")]


@router.get("/account", operation_id="show_account")
def balance(
    exchange: Exchange, call: Reading, number: str, at: At | None = None, basis: Basis = "occurred"
) -> dict[str, Any]:
    moment = None if at is None else instant("at", at)
    return exchange.accounts.balance(call, number, at=moment, basis=basis)


@router.get("/statement", operation_id="show_statement")
def statement(
    exchange: Exchange,
    call: Reading,
    number: str,
    limit: Limit = 50,
    before: Annotated[
        int | None, Query(ge=0, lt=1 << 63, description="The `next` of the page before.")
    ] = None,
) -> dict[str, Any]:
    return exchange.accounts.statement(call, number, limit=limit, before=before)
