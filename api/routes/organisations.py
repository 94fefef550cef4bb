"""Organisations and teams; posts of grid workers and building leads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from api.bodies import Body, Code, Name
from api.dependencies import Changing, Exchange, Limit, Reading, answered

router = APIRouter(prefix="/v1", tags=["people"])


class NewOrganisation(Body):
    name: Name
    kind: Code
    area: Code


class NewTeam(Body):
    name: Name
    leader: Code | None = None


class Member(Body):
    volunteer_number: Code
    team_id: UUID | None = None


class Leaving(Body):
    volunteer_number: Code


class NewPost(Body):
    """Of a volunteer or of a member of staff."""

    kind: Code
    area: Code
    volunteer_number: Code | None = None
    staff_id: UUID | None = None


class NewArea(Body):
    code: Code
    name: Name
    level: Code
    parent: Code


@router.post("/organisations", operation_id="found_organisation", status_code=201)
def found(exchange: Exchange, call: Changing, wish: NewOrganisation) -> Response:
    return answered(exchange.organisations.found(call, **wish.model_dump()))


@router.get("/organisations", operation_id="list_organisations")
def list_(
    exchange: Exchange, call: Reading, area: str | None = None, limit: Limit = 50, after: UUID | None = None
) -> dict[str, Any]:
    return exchange.organisations.list(call, area=area, limit=limit, after=after)


@router.get("/organisations/{organisation_id}", operation_id="show_organisation")
def show(
    exchange: Exchange, call: Reading, organisation_id: UUID, limit: Limit = 50, after: UUID | None = None
) -> dict[str, Any]:
    return exchange.organisations.show(call, organisation_id, limit=limit, after=after)


@router.post("/organisations/{organisation_id}/teams", operation_id="form_team", status_code=201)
def form_team(exchange: Exchange, call: Changing, organisation_id: UUID, wish: NewTeam) -> Response:
    return answered(exchange.organisations.form_team(call, organisation_id, **wish.model_dump()))


@router.post(
    "/organisations/{organisation_id}/teams/{team_id}/dissolutions",
    operation_id="dissolve_team",
    status_code=201,
)
def dissolve_team(exchange: Exchange, call: Changing, organisation_id: UUID, team_id: UUID) -> Response:
    return answered(exchange.organisations.dissolve_team(call, organisation_id, team_id))


@router.post("/organisations/{organisation_id}/members", operation_id="join_organisation", status_code=201)
def join(exchange: Exchange, call: Changing, organisation_id: UUID, wish: Member) -> Response:
    return answered(exchange.organisations.join(call, organisation_id, **wish.model_dump()))


@router.post(
    "/organisations/{organisation_id}/departures", operation_id="leave_organisation", status_code=201
)
def leave(exchange: Exchange, call: Changing, organisation_id: UUID, wish: Leaving) -> Response:
    return answered(exchange.organisations.leave(call, organisation_id, **wish.model_dump()))


@router.post("/organisations/{organisation_id}/closings", operation_id="close_organisation", status_code=201)
def close(exchange: Exchange, call: Changing, organisation_id: UUID) -> Response:
    return answered(exchange.organisations.close(call, organisation_id))


@router.post("/posts", operation_id="assign_post", status_code=201)
def assign(exchange: Exchange, call: Changing, wish: NewPost) -> Response:
    return answered(exchange.organisations.assign(call, **wish.model_dump()))


@router.get("/posts", operation_id="list_posts")
def posts(
    exchange: Exchange, call: Reading, area: str | None = None, limit: Limit = 50, after: UUID | None = None
) -> dict[str, Any]:
    return exchange.organisations.posts(call, area=area, limit=limit, after=after)


@router.post("/posts/{post_id}/endings", operation_id="end_post", status_code=201)
def end_post(exchange: Exchange, call: Changing, post_id: UUID) -> Response:
    return answered(exchange.organisations.end_post(call, post_id))


@router.post("/areas", operation_id="add_area", status_code=201)
def add_area(exchange: Exchange, call: Changing, wish: NewArea) -> Response:
    """A grid or a building below one's own community."""
    return answered(exchange.organisations.add_area(call, **wish.model_dump()))
