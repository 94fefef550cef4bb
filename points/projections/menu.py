"""The service menu, and the lists of resources and projects."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, Column, Connection, Index, Table

from points.domain.listing import Listing as ListingAggregate
from points.domain.listing import ListingStage
from points.domain.menu_item import MenuItem as MenuItemAggregate
from points.projections.areas import codes_below
from points.projections.buffers import Rows
from points.projections.columns import id_column, read_metadata, text_column
from points.projections.model import ReadModel
from points.projections.paging import by_id

menu_items = Table(
    "menu_items",
    read_metadata,
    id_column("menu_item_id", key=True),
    text_column("area_code"),
    text_column("kind"),
    id_column("title_ref"),
    Column("paired", Boolean, nullable=False),
    text_column("askable_by"),
    Column("withdrawn", Boolean, nullable=False),
    Index("menu_items_area", "area_code"),
)
listings = Table(
    "listings",
    read_metadata,
    id_column("listing_id", key=True),
    text_column("kind"),
    text_column("area_code"),
    text_column("owner_kind"),
    id_column("owner_id"),
    id_column("title_ref"),
    text_column("stage"),
    text_column("claimant_kind", optional=True),
    id_column("claimant_id", optional=True),
    Index("listings_area", "area_code", "kind"),
)


class Menu(ReadModel):
    def __init__(self) -> None:
        self._items, self._listings = Rows(menu_items), Rows(listings)
        listing = ListingAggregate
        super().__init__(
            (self._items, self._listings),
            {
                MenuItemAggregate.Listed.TOPIC: self._listed,
                MenuItemAggregate.Withdrawn.TOPIC: self._taken_off,
                listing.Published.TOPIC: self._published,
                listing.Claimed.TOPIC: self._claimed,
                listing.Agreed.TOPIC: self._agreed,
                listing.Declined.TOPIC: self._declined,
                listing.Fulfilled.TOPIC: self._fulfilled,
                listing.Withdrawn.TOPIC: self._withdrawn,
            },
        )

    def _listed(self, position: int, id_: bytes, event: Any) -> None:
        self._items.insert(
            id_, event.area_code, event.kind, event.title_ref, event.paired, event.askable_by, False
        )

    def _taken_off(self, position: int, id_: bytes, event: Any) -> None:
        self._items.set((id_,), withdrawn=True)

    def _published(self, position: int, id_: bytes, event: Any) -> None:
        self._listings.insert(
            id_,
            event.kind,
            event.area_code,
            event.owner_kind,
            event.owner_id,
            event.title_ref,
            ListingStage.OPEN.value,
            None,
            None,
        )

    def _claimed(self, position: int, id_: bytes, event: Any) -> None:
        self._listings.set(
            (id_,),
            stage=ListingStage.CLAIMED.value,
            claimant_kind=event.claimant_kind,
            claimant_id=event.claimant_id,
        )

    def _agreed(self, position: int, id_: bytes, event: Any) -> None:
        self._listings.set((id_,), stage=ListingStage.AGREED.value)

    def _declined(self, position: int, id_: bytes, event: Any) -> None:
        self._listings.set((id_,), stage=ListingStage.OPEN.value, claimant_kind=None, claimant_id=None)

    def _fulfilled(self, position: int, id_: bytes, event: Any) -> None:
        self._listings.set((id_,), stage=ListingStage.FULFILLED.value)

    def _withdrawn(self, position: int, id_: bytes, event: Any) -> None:
        self._listings.set((id_,), stage=ListingStage.WITHDRAWN.value)


class MenuItem(msgspec.Struct, frozen=True):
    menu_item_id: UUID
    area_code: str
    kind: str
    title_ref: UUID
    paired: bool
    askable_by: str
    withdrawn: bool


class Listing(msgspec.Struct, frozen=True):
    listing_id: UUID
    kind: str
    area_code: str
    owner_kind: str
    owner_id: UUID
    title_ref: UUID
    stage: str
    claimant_kind: str | None
    claimant_id: UUID | None


def items_for(
    connection: Connection, area_codes: tuple[str, ...], limit: int, after: UUID | None = None
) -> list[MenuItem]:
    """What can be asked for in an area: its own menu and those of the areas above it."""
    offered = menu_items.c.area_code.in_(area_codes) & menu_items.c.withdrawn.is_(False)
    return by_id(connection, menu_items, MenuItem, offered, limit=limit, after=after)


def listings_in(
    connection: Connection,
    area_code: str,
    kind: str,
    limit: int,
    after: UUID | None = None,
    *,
    stage: str | None = None,
) -> list[Listing]:
    where = [listings.c.area_code.in_(codes_below(area_code)), listings.c.kind == kind]
    if stage is not None:
        where.append(listings.c.stage == stage)
    return by_id(connection, listings, Listing, *where, limit=limit, after=after)
