"""Is the process up, is it of use, and how is it doing? For probes and scrapers, who hold no token."""

from __future__ import annotations

from typing import Any

import structlog
from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from api.dependencies import Exchange
from api.problems import problem

LAG_EVENTS_MAX = 10_000

router = APIRouter(tags=["health"])


@router.get("/livez", operation_id="livez")
def livez() -> dict[str, bool]:
    return {"ok": True}


@router.get("/readyz", operation_id="readyz", response_model=None)
def readyz(exchange: Exchange) -> dict[str, Any] | Response:
    """Not ready while the store is away, or while what would be read is far behind what was written."""
    try:
        state: dict[str, Any] = exchange.health()
    except Exception as error:  # noqa: BLE001  whatever keeps the store from answering keeps us from being of use
        structlog.get_logger("api").warning("store unreachable", error=type(error).__name__)
        return problem(503, "not-ready", "Not ready", reason="store-unreachable")
    if state["projector_lag_events"] > LAG_EVENTS_MAX:
        return problem(503, "not-ready", "Not ready", reason="read-models-behind", **state)
    return {"ok": True, **state}


@router.get("/metrics", operation_id="metrics", response_model=None)
def metrics(request: Request) -> Response:
    return Response(request.app.state.metrics.exposition(), headers={"Content-Type": CONTENT_TYPE_LATEST})
