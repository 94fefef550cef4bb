"""Requests: what is needed where, who took it on, and how it was rated."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, Column, ColumnElement, Connection, Index, Table, and_, not_, or_

from points.domain.claims import Side
from points.domain.request import Request as RequestAggregate
from points.domain.request_errors import RequestStage
from points.projections.areas import codes_below
from points.projections.buffers import Rows
from points.projections.columns import (
    count_column,
    day_column,
    id_column,
    read_metadata,
    small_column,
    text_column,
)
from points.projections.model import ReadModel
from points.projections.paging import by_id, one

requests = Table(
    "requests",
    read_metadata,
    id_column("request_id", key=True),
    text_column("area_code"),
    text_column("kind"),
    id_column("menu_item_id", optional=True),
    id_column("beneficiary_id"),
    id_column("profile_ref"),
    id_column("text_ref"),
    day_column("wanted_on", optional=True),
    Column("paired", Boolean, nullable=False),
    id_column("placed_by"),
    text_column("stage"),
    text_column("claimant_kind", optional=True),
    id_column("claimant_id", optional=True),
    count_column("offer_expires_at_us", optional=True),
    Column("asker_agreed", Boolean, nullable=False),
    Column("claimant_agreed", Boolean, nullable=False),
    small_column("rating", optional=True),
    Column("rating_passed_on", Boolean, nullable=False),
    id_column("record_id", optional=True),
    Index("requests_area", "area_code", "stage"),
    Index("requests_beneficiary", "beneficiary_id"),
    Index("requests_claimant", "claimant_id"),
)


class Requests(ReadModel):
    def __init__(self) -> None:
        self._requests = Rows(requests)
        request = RequestAggregate
        super().__init__(
            (self._requests,),
            {
                request.Placed.TOPIC: self._placed,
                request.Dispatched.TOPIC: self._dispatched,
                request.Claimed.TOPIC: self._claimed,
                request.Agreed.TOPIC: self._agreed,
                request.Declined.TOPIC: self._reopened,
                request.Lapsed.TOPIC: self._reopened,
                request.Done.TOPIC: self._done,
                request.Confirmed.TOPIC: self._confirmed,
                request.Rated.TOPIC: self._rated,
                request.HoursDrafted.TOPIC: self._drafted,
                request.Cancelled.TOPIC: self._cancelled,
            },
        )

    def _placed(self, position: int, id_: bytes, event: Any) -> None:
        self._requests.insert(
            id_,
            event.area_code,
            event.kind,
            event.menu_item_id,
            event.beneficiary_id,
            event.profile_ref,
            event.text_ref,
            event.wanted_on,
            event.paired,
            event.placed_by,
            RequestStage.OPEN.value,
            None,
            None,
            None,
            False,
            False,
            None,
            False,
            None,
        )

    def _dispatched(self, position: int, id_: bytes, event: Any) -> None:
        self._offered(id_, event, claimant_agreed=False)

    def _claimed(self, position: int, id_: bytes, event: Any) -> None:
        self._offered(id_, event, claimant_agreed=True)

    def _offered(self, id_: bytes, event: Any, *, claimant_agreed: bool) -> None:
        self._requests.set(
            (id_,),
            stage=RequestStage.OFFERED.value,
            claimant_kind=event.claimant_kind,
            claimant_id=event.claimant_id,
            offer_expires_at_us=event.expires_at_us,
            asker_agreed=False,
            claimant_agreed=claimant_agreed,
        )

    def _agreed(self, position: int, id_: bytes, event: Any) -> None:
        # Whether both have agreed shows only when the row is read: a page does not know the row before it.
        if event.side == Side.ASKER:
            self._requests.set((id_,), asker_agreed=True)
        else:
            self._requests.set((id_,), claimant_agreed=True)

    def _reopened(self, position: int, id_: bytes, event: Any) -> None:
        self._requests.set(
            (id_,),
            stage=RequestStage.OPEN.value,
            claimant_kind=None,
            claimant_id=None,
            offer_expires_at_us=None,
            asker_agreed=False,
            claimant_agreed=False,
        )

    def _done(self, position: int, id_: bytes, event: Any) -> None:
        self._requests.set((id_,), stage=RequestStage.DONE.value)

    def _confirmed(self, position: int, id_: bytes, event: Any) -> None:
        self._requests.set((id_,), stage=RequestStage.CONFIRMED.value)

    def _rated(self, position: int, id_: bytes, event: Any) -> None:
        self._requests.set((id_,), rating=event.rating, rating_passed_on=event.evidence is not None)

    def _drafted(self, position: int, id_: bytes, event: Any) -> None:
        self._requests.set((id_,), record_id=event.record_id)

    def _cancelled(self, position: int, id_: bytes, event: Any) -> None:
        self._requests.set((id_,), stage=RequestStage.CANCELLED.value)


class Request(msgspec.Struct, frozen=True):
    """Who is served, and what they need, stand in the vault."""

    request_id: UUID
    area_code: str
    kind: str
    menu_item_id: UUID | None
    beneficiary_id: UUID
    profile_ref: UUID
    text_ref: UUID
    wanted_on: date | None
    paired: bool
    placed_by: UUID
    stored_stage: str
    claimant_kind: str | None
    claimant_id: UUID | None
    offer_expires_at_us: int | None
    asker_agreed: bool
    claimant_agreed: bool
    rating: int | None
    rating_passed_on: bool
    record_id: UUID | None

    @property
    def stage(self) -> RequestStage:
        if self.stored_stage == RequestStage.OFFERED and self.asker_agreed and self.claimant_agreed:
            return RequestStage.ACCEPTED
        return RequestStage(self.stored_stage)


def get(connection: Connection, request_id: UUID) -> Request | None:
    return one(connection, requests, Request, request_id)


def page(
    connection: Connection,
    limit: int,
    after: UUID | None = None,
    *,
    area_code: str | None = None,
    stage: RequestStage | None = None,
    whose: UUID | None = None,
) -> list[Request]:
    """By age; `whose` leaves those that a person asked for, or took on."""
    where: list[ColumnElement[bool]] = []
    if area_code is not None:
        where.append(requests.c.area_code.in_(codes_below(area_code)))
    if stage is not None:
        where.append(_at(stage))
    if whose is not None:
        where.append(or_(requests.c.beneficiary_id == whose, requests.c.claimant_id == whose))
    return by_id(connection, requests, Request, *where, limit=limit, after=after)


def lapsed(connection: Connection, now_us: int, limit: int) -> list[Request]:
    """Those whose offer nobody answered in time."""
    over = and_(_at(RequestStage.OFFERED), requests.c.offer_expires_at_us <= now_us)
    return by_id(connection, requests, Request, over, limit=limit)


def _at(stage: RequestStage) -> ColumnElement[bool]:
    both = and_(requests.c.asker_agreed, requests.c.claimant_agreed)
    if stage is RequestStage.ACCEPTED:
        return and_(requests.c.stage == RequestStage.OFFERED.value, both)
    if stage is RequestStage.OFFERED:
        return and_(requests.c.stage == stage.value, not_(both))
    return requests.c.stage == stage.value
