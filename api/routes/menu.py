"""The service menu, residents, and the two lists that are claimed from both sides."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from api.bodies import Body, Code, Name, Prose, Truth
from api.dependencies import Changing, Exchange, Limit, Reading, answered

router = APIRouter(prefix="/v1", tags=["menu"])


class NewItem(Body):
    area: Code
    kind: Code
    title: Name
    paired: Truth = False
    askable_by: Code = "anyone"


class NewResident(Body):
    area: Code
    name: Name
    phone: str = ""
    address: str = ""


class NewListing(Body):
    title: Name
    area: Code | None = None
    owner_kind: Code | None = None
    owner_id: UUID | None = None


class ListingClaim(Body):
    claimant_kind: Code | None = None
    claimant_id: UUID | None = None


class ListingStep(Body):
    step: Literal["agree", "decline", "fulfil", "withdraw"]
    reason: Prose | None = None


@router.post("/menu-items", operation_id="list_menu_item", status_code=201)
def list_item(exchange: Exchange, call: Changing, wish: NewItem) -> Response:
    return answered(exchange.menu.list_item(call, **wish.model_dump()))


@router.post("/menu-items/{menu_item_id}/withdrawals", operation_id="withdraw_menu_item", status_code=201)
def withdraw_item(exchange: Exchange, call: Changing, menu_item_id: UUID) -> Response:
    return answered(exchange.menu.withdraw(call, menu_item_id))


@router.get("/menu-items", operation_id="list_menu_items")
def list_items(
    exchange: Exchange, call: Reading, area: str | None = None, limit: Limit = 50, after: UUID | None = None
) -> dict[str, Any]:
    return exchange.menu.list(call, area=area, limit=limit, after=after)


@router.post("/residents", operation_id="record_resident", status_code=201)
def record_resident(exchange: Exchange, call: Changing, wish: NewResident) -> Response:
    return answered(exchange.residents.record(call, **wish.model_dump()))


@router.post("/residents/{resident_id}/erasures", operation_id="forget_resident", status_code=201)
def forget_resident(exchange: Exchange, call: Changing, resident_id: UUID) -> Response:
    return answered(exchange.residents.forget(call, resident_id))


@router.post("/resources", operation_id="publish_resource", status_code=201)
def publish_resource(exchange: Exchange, call: Changing, wish: NewListing) -> Response:
    return answered(exchange.listings.publish(call, "resource", **wish.model_dump()))


@router.post("/projects", operation_id="publish_project", status_code=201)
def publish_project(exchange: Exchange, call: Changing, wish: NewListing) -> Response:
    return answered(exchange.listings.publish(call, "project", **wish.model_dump()))


@router.get("/resources", operation_id="list_resources")
def list_resources(
    exchange: Exchange,
    call: Reading,
    area: str | None = None,
    state: str | None = None,
    limit: Limit = 50,
    after: UUID | None = None,
) -> dict[str, Any]:
    return exchange.listings.list(call, "resource", area=area, state=state, limit=limit, after=after)


@router.get("/projects", operation_id="list_projects")
def list_projects(
    exchange: Exchange,
    call: Reading,
    area: str | None = None,
    state: str | None = None,
    limit: Limit = 50,
    after: UUID | None = None,
) -> dict[str, Any]:
    return exchange.listings.list(call, "project", area=area, state=state, limit=limit, after=after)


@router.post("/listings/{listing_id}/claims", operation_id="claim_listing", status_code=201)
def claim_listing(exchange: Exchange, call: Changing, listing_id: UUID, wish: ListingClaim) -> Response:
    """Come forward for a resource or a project."""
    return answered(exchange.listings.claim(call, listing_id, **wish.model_dump()))


@router.post("/listings/{listing_id}/steps", operation_id="step_listing", status_code=201)
def step_listing(exchange: Exchange, call: Changing, listing_id: UUID, wish: ListingStep) -> Response:
    """The owner's answer to a claim, and how it ended."""
    return answered(exchange.listings.step(call, listing_id, wish.step, reason=wish.reason))
