"""Volunteers: registering, enrolling their phones, moving, leaving and coming back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.responses import Response

from api.bodies import Body, Code, Name
from api.dependencies import Changing, Exchange, Limit, Reading, answered
from api.instants import day_cursor
from api.uploads import DryRun, Saying, Upload, only_known_fields

router = APIRouter(prefix="/v1/volunteers", tags=["volunteers"])


class NewVolunteer(Body):
    name: Name
    identity_number: Code
    phone: Code
    area: Code
    category: Code | None = None
    guardian_phone: Code | None = None


class InArea(Body):
    area: Code


class Enrolment(Body):
    """A second person's token, where the account holds points or a phone already."""

    approve_token: Annotated[str, Field(min_length=1, max_length=300)] | None = None


@router.post("", operation_id="register_volunteer", status_code=201)
def register(exchange: Exchange, call: Changing, wish: NewVolunteer) -> Response:
    return answered(exchange.volunteers.register(call, **wish.model_dump(exclude_none=True)))


@router.post("/imports", operation_id="import_volunteers", dependencies=[Depends(only_known_fields)])
def import_(
    exchange: Exchange, call: Changing, said: Saying, file: Upload, dry_run: DryRun = False
) -> Response:
    """Take in a roster."""
    report = exchange.volunteers.import_file(call, file.file.read(), file.filename or "", dry_run=dry_run)
    return said.answer(report)


@router.get("/{number}/hours", operation_id="list_hours_of_volunteer")
def hours(
    exchange: Exchange, call: Reading, number: str, limit: Limit = 50, after: str | None = None
) -> dict[str, Any]:
    """The latest day first."""
    return exchange.hours.of_volunteer(call, number, limit=limit, before=day_cursor(after))


@router.post("/{number}/enrolments", operation_id="enrol_device", status_code=201)
def enrol(exchange: Exchange, call: Changing, number: str, wish: Enrolment | None = None) -> Response:
    approver = None
    if wish is not None and wish.approve_token is not None:
        approver = exchange.authenticate(wish.approve_token, call.fixed_at)
    return answered(exchange.volunteers.enrol(call, number, approver))


@router.get("/{number}", operation_id="show_volunteer")
def show(exchange: Exchange, call: Reading, number: str) -> dict[str, Any]:
    return exchange.volunteers.show(call, number)


@router.post("/{number}/moves", operation_id="move_volunteer", status_code=201)
def move(exchange: Exchange, call: Changing, number: str, wish: InArea) -> Response:
    return answered(exchange.volunteers.move(call, number, wish.area))


@router.post("/{number}/withdrawals", operation_id="withdraw_volunteer", status_code=201)
def withdraw(exchange: Exchange, call: Changing, number: str) -> Response:
    return answered(exchange.volunteers.withdraw(call, number))


@router.post("/{number}/returns", operation_id="return_volunteer", status_code=201)
def come_back(exchange: Exchange, call: Changing, number: str, wish: InArea) -> Response:
    return answered(exchange.volunteers.come_back(call, number, wish.area))


@router.post("/{number}/erasures", operation_id="erase_volunteer", status_code=201)
def erase(exchange: Exchange, call: Changing, number: str) -> Response:
    """Forget a person at their wish; it cannot be undone."""
    return answered(exchange.erasures.erase(call, number))


@router.get("/{number}/data", operation_id="copy_data")
def data(exchange: Exchange, call: Reading, number: str) -> dict[str, Any]:
    """Everything that is kept about the person, for them."""
    return exchange.erasures.copy(call, number)
