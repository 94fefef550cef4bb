"""The expiry run, for the scheduler that starts it once a day."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from api.dependencies import Changing, Exchange, batched

router = APIRouter(prefix="/v1", tags=["expiry"])


@router.post("/expiry-runs", operation_id="run_expiry", status_code=201)
def run(exchange: Exchange, call: Changing) -> Response:
    return batched(exchange, call, "expiry.run", [], lambda: exchange.expiry.run(call))
