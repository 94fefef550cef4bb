"""Audit: keys, signed heads and proofs for everybody; verification and export for auditors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Path, Query
from starlette.responses import Response, StreamingResponse

from api.dependencies import Changing, Exchange, Reading, batched

LINES_A_CHUNK = 500

router = APIRouter(prefix="/v1", tags=["audit"])

Position = Annotated[int, Path(ge=1, lt=1 << 63)]
Checkpoint = Annotated[str | None, Query(max_length=4000, description="A checkpoint kept elsewhere.")]


@router.get("/keys", operation_id="show_keys")
def keys(exchange: Exchange) -> dict[str, Any]:
    return exchange.audit.keys()


@router.get("/audit/checkpoints", operation_id="list_checkpoints")
def checkpoints(exchange: Exchange) -> dict[str, Any]:
    return exchange.audit.checkpoints()


@router.post("/audit/checkpoints", operation_id="make_checkpoint", status_code=201)
def make_checkpoint(exchange: Exchange, call: Changing) -> Response:
    return batched(exchange, call, "audit.make-checkpoint", [], lambda: exchange.audit.make_checkpoint(call))


@router.get("/audit/events/{position}/proof", operation_id="prove_event")
def proof(
    exchange: Exchange, position: Position, size: Annotated[int | None, Query(ge=1)] = None
) -> dict[str, Any]:
    """`size` is that of a signed checkpoint; the log as it is now unless told."""
    return exchange.audit.proof(position, size)


@router.get("/audit/verification", operation_id="verify_log")
def verification(exchange: Exchange, call: Reading, checkpoint: Checkpoint = None) -> dict[str, Any]:
    return exchange.audit.verify(call, checkpoint=checkpoint)


@router.get(
    "/audit/export",
    operation_id="export_log",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/jsonl": {}}, "description": "An event a line, oldest first"}},
)
def export(exchange: Exchange, call: Reading) -> StreamingResponse:
    lines = exchange.audit.export_lines(
        call
    )  # refuses before the first line, while a status can still say so
    structlog.get_logger("api").info("log exported", actor_id=str(call.actor.id), role=call.actor.role.value)
    headers = {"Content-Disposition": 'attachment; filename="events.jsonl"'}
    return StreamingResponse(_chunks(lines), headers=headers, media_type="application/jsonl")


def _chunks(lines: Iterable[str]) -> Iterator[str]:
    # Each piece is a hop to a thread: one a line would make the hops the work.
    remaining = iter(lines)
    while chunk := list(islice(remaining, LINES_A_CHUNK)):
        yield "\n".join(chunk) + "\n"
