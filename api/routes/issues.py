"""The issue ledger."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from api.bodies import Body, Code, Digest, Prose, Truth, digest_of
from api.dependencies import Changing, Exchange, Limit, Reading, answered

router = APIRouter(prefix="/v1/issues", tags=["issues"])


class NewIssue(Body):
    text: Prose
    category: Code
    area: Code | None = None
    source: Code = "resident"
    source_id: UUID | None = None
    owner_id: UUID | None = None
    due_on: date | None = None
    volunteer_number: Code | None = None
    resident_id: UUID | None = None


class Note(Body):
    text: Prose


class Transfer(Body):
    owner_id: UUID
    reason: Prose
    due_on: date | None = None


class AskersWord(Body):
    satisfied: Truth
    text: Prose | None = None


class Closing(Body):
    evidence_sha256: Digest | None = None


class Reopening(Body):
    reason: Prose
    due_on: date | None = None


@router.post("", operation_id="open_issue", status_code=201)
def open_(exchange: Exchange, call: Changing, wish: NewIssue) -> Response:
    return answered(exchange.issues.open(call, **wish.model_dump()))


@router.get("", operation_id="list_issues")
def list_(
    exchange: Exchange,
    call: Reading,
    area: str | None = None,
    state: str | None = None,
    mine: bool = False,
    source_id: UUID | None = None,
    limit: Limit = 50,
    after: UUID | None = None,
) -> dict[str, Any]:
    return exchange.issues.list(
        call, area=area, state=state, mine=mine, source_id=source_id, limit=limit, after=after
    )


@router.post("/{issue_id}/notes", operation_id="note_on_issue", status_code=201)
def note(exchange: Exchange, call: Changing, issue_id: UUID, wish: Note) -> Response:
    return answered(exchange.issues.note(call, issue_id, text=wish.text))


@router.post("/{issue_id}/transfers", operation_id="transfer_issue", status_code=201)
def transfer(exchange: Exchange, call: Changing, issue_id: UUID, wish: Transfer) -> Response:
    return answered(exchange.issues.transfer(call, issue_id, **wish.model_dump()))


@router.post("/{issue_id}/attempts", operation_id="attempt_on_issue", status_code=201)
def attempt(exchange: Exchange, call: Changing, issue_id: UUID, wish: Note) -> Response:
    """The asker was sought in vain."""
    return answered(exchange.issues.attempt(call, issue_id, text=wish.text))


@router.post("/{issue_id}/words", operation_id="speak_on_issue", status_code=201)
def word(exchange: Exchange, call: Changing, issue_id: UUID, wish: AskersWord) -> Response:
    return answered(exchange.issues.word(call, issue_id, **wish.model_dump()))


@router.post("/{issue_id}/closures", operation_id="close_issue", status_code=201)
def close(exchange: Exchange, call: Changing, issue_id: UUID, wish: Closing) -> Response:
    return answered(exchange.issues.close(call, issue_id, evidence=digest_of(wish.evidence_sha256)))


@router.post("/{issue_id}/reopenings", operation_id="reopen_issue", status_code=201)
def reopen(exchange: Exchange, call: Changing, issue_id: UUID, wish: Reopening) -> Response:
    return answered(exchange.issues.reopen(call, issue_id, **wish.model_dump()))
