"""Meetings, visits and co-building agreements, and the admission of tasks to communities."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from api.bodies import AtLeastOne, Body, Code, Digest, Name, Prose, Truth, digest_of
from api.dependencies import Changing, Exchange, Limit, Reading, answered

router = APIRouter(prefix="/v1", tags=["governance"])


class NewMeeting(Body):
    area: Code
    kind: Code
    held_on: date
    minutes: Prose


class NewCadre(Body):
    area: Code
    rank: Code
    name: Name


class NewVisit(Body):
    cadre_id: UUID
    area: Code
    visited_on: date
    notes: Prose | None = None


class NewAgreement(Body):
    area: Code
    partner_id: UUID
    title: Name
    signed_on: date
    evidence_sha256: Digest | None = None


class NewTask(Body):
    area: Code
    kind: Code
    title: Name
    cost_fen: AtLeastOne


class Decision(Body):
    admitted: Truth
    reason: Prose | None = None


class TaskBudget(Body):
    budget_id: UUID


class Assignment(Body):
    owner_id: UUID


@router.post("/meetings", operation_id="hold_meeting", status_code=201)
def hold_meeting(exchange: Exchange, call: Changing, wish: NewMeeting) -> Response:
    return answered(exchange.governance.hold_meeting(call, **wish.model_dump()))


@router.get("/meetings", operation_id="list_meetings")
def meetings(
    exchange: Exchange, call: Reading, area: str | None = None, limit: Limit = 50, after: UUID | None = None
) -> dict[str, Any]:
    return exchange.governance.meetings(call, area=area, limit=limit, after=after)


@router.post("/cadres", operation_id="charge_cadre", status_code=201)
def charge_cadre(exchange: Exchange, call: Changing, wish: NewCadre) -> Response:
    return answered(exchange.governance.charge_cadre(call, **wish.model_dump()))


@router.post("/cadres/{cadre_id}/releases", operation_id="release_cadre", status_code=201)
def release_cadre(exchange: Exchange, call: Changing, cadre_id: UUID) -> Response:
    return answered(exchange.governance.release_cadre(call, cadre_id))


@router.post("/visits", operation_id="record_visit", status_code=201)
def record_visit(exchange: Exchange, call: Changing, wish: NewVisit) -> Response:
    return answered(exchange.governance.record_visit(call, **wish.model_dump()))


@router.get("/visits", operation_id="count_visits")
def count_visits(
    exchange: Exchange,
    call: Reading,
    month: str,
    area: str | None = None,
    limit: Limit = 50,
    after: UUID | None = None,
) -> dict[str, Any]:
    """Visits of each cadre in a month, or in each of its weeks; what fell short is marked."""
    return exchange.governance.visit_counts(call, month=month, area=area, limit=limit, after=after)


@router.post("/agreements", operation_id="sign_agreement", status_code=201)
def sign_agreement(exchange: Exchange, call: Changing, wish: NewAgreement) -> Response:
    told = wish.model_dump(exclude={"evidence_sha256"})
    evidence = digest_of(wish.evidence_sha256)
    return answered(exchange.governance.sign_agreement(call, evidence=evidence, **told))


@router.post("/agreements/{agreement_id}/endings", operation_id="end_agreement", status_code=201)
def end_agreement(exchange: Exchange, call: Changing, agreement_id: UUID) -> Response:
    return answered(exchange.governance.end_agreement(call, agreement_id))


@router.get("/agreements", operation_id="list_agreements")
def agreements(
    exchange: Exchange, call: Reading, area: str | None = None, limit: Limit = 50, after: UUID | None = None
) -> dict[str, Any]:
    return exchange.governance.agreements(call, area=area, limit=limit, after=after)


@router.post("/task-admissions", operation_id="propose_task", status_code=201)
def propose_task(exchange: Exchange, call: Changing, wish: NewTask) -> Response:
    return answered(exchange.tasks.propose(call, **wish.model_dump()))


@router.get("/task-admissions", operation_id="list_tasks")
def tasks(
    exchange: Exchange,
    call: Reading,
    area: str | None = None,
    state: str | None = None,
    limit: Limit = 50,
    after: UUID | None = None,
) -> dict[str, Any]:
    return exchange.tasks.list(call, area=area, state=state, limit=limit, after=after)


@router.post("/task-admissions/{admission_id}/decisions", operation_id="decide_task", status_code=201)
def decide_task(exchange: Exchange, call: Changing, admission_id: UUID, wish: Decision) -> Response:
    return answered(exchange.tasks.decide(call, admission_id, **wish.model_dump()))


@router.post("/task-admissions/{admission_id}/budgets", operation_id="fund_task", status_code=201)
def fund_task(exchange: Exchange, call: Changing, admission_id: UUID, wish: TaskBudget) -> Response:
    return answered(exchange.tasks.fund(call, admission_id, budget_id=wish.budget_id))


@router.post("/task-admissions/{admission_id}/assignments", operation_id="assign_task", status_code=201)
def assign_task(exchange: Exchange, call: Changing, admission_id: UUID, wish: Assignment) -> Response:
    return answered(exchange.tasks.assign(call, admission_id, owner_id=wish.owner_id))
