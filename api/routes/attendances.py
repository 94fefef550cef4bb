"""Signing in and out, and the codes for it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from api.bodies import Body, Code, Count, Prose
from api.dependencies import Changing, Exchange, answered
from api.instants import instant
from api.routes.activities import Moment

router = APIRouter(prefix="/v1", tags=["attendances"])


class Check(Body):
    """`activity_id` goes with the code of a volunteer's phone; `captured_at` with what a phone scanned offline."""

    code: Annotated[str, Field(min_length=1, max_length=400)]
    activity_id: UUID | None = None
    fence: Code = "unknown"
    captured_at: Moment | None = None

    def told(self) -> dict[str, Any]:
        at = None if self.captured_at is None else instant("captured-at", self.captured_at)
        return {"code": self.code, "activity_id": self.activity_id, "fence": self.fence, "captured_at": at}


class Settlement(Body):
    """`evidence_sha256` is the digest of what backs the minutes."""

    volunteer_number: Code
    day: date
    minutes: Count
    reason: Prose
    evidence_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


@router.post("/activities/{activity_id}/screen-codes", operation_id="make_screen_code", status_code=201)
def screen_code(exchange: Exchange, call: Changing, activity_id: UUID) -> Response:
    return answered(exchange.attendances.screen_code(call, activity_id))


@router.post("/activities/{activity_id}/poster-codes", operation_id="make_poster_code", status_code=201)
def poster_code(exchange: Exchange, call: Changing, activity_id: UUID) -> Response:
    return answered(exchange.attendances.poster_code(call, activity_id))


@router.post("/presence-codes", operation_id="make_presence_code", status_code=201)
def presence_code(exchange: Exchange, call: Changing) -> Response:
    return answered(exchange.attendances.presence_code(call))


@router.post("/check-ins", operation_id="check_in", status_code=201)
def check_in(exchange: Exchange, call: Changing, wish: Check) -> Response:
    return answered(exchange.attendances.check_in(call, **wish.told()))


@router.post("/check-outs", operation_id="check_out", status_code=201)
def check_out(exchange: Exchange, call: Changing, wish: Check) -> Response:
    return answered(exchange.attendances.check_out(call, **wish.told()))


@router.post("/attendance-settlements", operation_id="settle_attendance", status_code=201)
def settle(exchange: Exchange, call: Changing, wish: Settlement) -> Response:
    evidence = None if wish.evidence_sha256 is None else bytes.fromhex(wish.evidence_sha256)
    told = wish.model_dump(exclude={"evidence_sha256"})
    return answered(exchange.attendances.settle(call, **told, evidence=evidence))
