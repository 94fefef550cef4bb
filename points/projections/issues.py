"""The issue ledger, with the meetings and agreements that feed it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, Column, ColumnElement, Connection, Index, Table, or_

from points.domain.co_building import CoBuilding as CoBuildingAggregate
from points.domain.issue import Issue as IssueAggregate
from points.domain.meeting import Meeting as MeetingAggregate
from points.projections.areas import codes_below
from points.projections.buffers import Rows
from points.projections.columns import day_column, id_column, read_metadata, text_column
from points.projections.model import ReadModel, day_text
from points.projections.paging import by_id, one

issues = Table(
    "issues",
    read_metadata,
    id_column("issue_id", key=True),
    text_column("area_code"),
    text_column("category"),
    text_column("source"),
    id_column("source_id", optional=True),
    id_column("asker_id", optional=True),
    id_column("text_ref"),
    id_column("owner_id", optional=True),
    day_column("due_on"),
    day_column("opened_on"),
    id_column("opened_by"),
    Column("closed", Boolean, nullable=False),
    day_column("closed_on", optional=True),
    Column("satisfied", Boolean, nullable=True),
    Index("issues_area", "area_code", "closed", "due_on"),
    Index("issues_owner", "owner_id"),
    Index("issues_source", "source_id"),
)
meetings = Table(
    "meetings",
    read_metadata,
    id_column("meeting_id", key=True),
    text_column("kind"),
    text_column("area_code"),
    day_column("held_on"),
    id_column("text_ref"),
    Index("meetings_area", "area_code"),
)
co_buildings = Table(
    "co_buildings",
    read_metadata,
    id_column("agreement_id", key=True),
    text_column("area_code"),
    id_column("partner_id"),
    id_column("title_ref"),
    day_column("signed_on"),
    Column("ended", Boolean, nullable=False),
    Index("co_buildings_area", "area_code"),
)


class IssueLedger(ReadModel):
    def __init__(self) -> None:
        self._issues, self._meetings, self._agreements = Rows(issues), Rows(meetings), Rows(co_buildings)
        super().__init__(
            (self._issues, self._meetings, self._agreements),
            {
                IssueAggregate.Opened.TOPIC: self._opened,
                IssueAggregate.Transferred.TOPIC: self._transferred,
                IssueAggregate.WordGiven.TOPIC: self._word_given,
                IssueAggregate.ClosedOut.TOPIC: self._closed_out,
                IssueAggregate.Reopened.TOPIC: self._reopened,
                MeetingAggregate.Held.TOPIC: self._held,
                CoBuildingAggregate.Signed.TOPIC: self._signed,
                CoBuildingAggregate.Ended.TOPIC: self._ended,
            },
        )

    def _opened(self, position: int, id_: bytes, event: Any) -> None:
        self._issues.insert(
            id_,
            event.area_code,
            event.category,
            event.source,
            event.source_id,
            event.asker_id,
            event.text_ref,
            event.owner_id,
            event.due_on,
            day_text(event.timestamp_us),
            event.opened_by,
            False,
            None,
            None,
        )

    def _transferred(self, position: int, id_: bytes, event: Any) -> None:
        self._issues.set((id_,), owner_id=event.owner_id, due_on=event.due_on)

    def _word_given(self, position: int, id_: bytes, event: Any) -> None:
        self._issues.set((id_,), satisfied=event.satisfied)

    def _closed_out(self, position: int, id_: bytes, event: Any) -> None:
        self._issues.set((id_,), closed=True, closed_on=day_text(event.timestamp_us))

    def _reopened(self, position: int, id_: bytes, event: Any) -> None:
        self._issues.set((id_,), closed=False, closed_on=None, due_on=event.due_on, satisfied=None)

    def _held(self, position: int, id_: bytes, event: Any) -> None:
        self._meetings.insert(id_, event.kind, event.area_code, event.held_on, event.text_ref)

    def _signed(self, position: int, id_: bytes, event: Any) -> None:
        self._agreements.insert(
            id_, event.area_code, event.partner_id, event.title_ref, event.signed_on, False
        )

    def _ended(self, position: int, id_: bytes, event: Any) -> None:
        self._agreements.set((id_,), ended=True)


class Issue(msgspec.Struct, frozen=True):
    issue_id: UUID
    area_code: str
    category: str
    source: str
    source_id: UUID | None
    asker_id: UUID | None
    text_ref: UUID
    owner_id: UUID | None
    due_on: date
    opened_on: date
    opened_by: UUID
    closed: bool
    closed_on: date | None
    satisfied: bool | None

    def overdue(self, today: date) -> bool:
        return not self.closed and self.due_on < today


class Meeting(msgspec.Struct, frozen=True):
    meeting_id: UUID
    kind: str
    area_code: str
    held_on: date
    text_ref: UUID


class Agreement(msgspec.Struct, frozen=True):
    agreement_id: UUID
    area_code: str
    partner_id: UUID
    title_ref: UUID
    signed_on: date
    ended: bool


def get(connection: Connection, issue_id: UUID) -> Issue | None:
    return one(connection, issues, Issue, issue_id)


def page(
    connection: Connection,
    limit: int,
    after: UUID | None = None,
    *,
    area_code: str | None = None,
    closed: bool | None = None,
    overdue_on: date | None = None,
    whose: UUID | None = None,
    source_id: UUID | None = None,
) -> list[Issue]:
    """By age; `whose` leaves those that a person handles or asked about, `overdue_on` the late ones of a day."""
    where: list[ColumnElement[bool]] = []
    if area_code is not None:
        where.append(issues.c.area_code.in_(codes_below(area_code)))
    if closed is not None:
        where.append(issues.c.closed.is_(closed))
    if overdue_on is not None:
        where.append(issues.c.closed.is_(False) & (issues.c.due_on < overdue_on))
    if whose is not None:
        where.append(or_(issues.c.owner_id == whose, issues.c.asker_id == whose))
    if source_id is not None:
        where.append(issues.c.source_id == source_id)
    return by_id(connection, issues, Issue, *where, limit=limit, after=after)


def meetings_in(
    connection: Connection, area_code: str, limit: int, after: UUID | None = None
) -> list[Meeting]:
    inside = meetings.c.area_code.in_(codes_below(area_code))
    return by_id(connection, meetings, Meeting, inside, limit=limit, after=after)


def agreements_in(
    connection: Connection, area_code: str, limit: int, after: UUID | None = None
) -> list[Agreement]:
    inside = co_buildings.c.area_code.in_(codes_below(area_code))
    return by_id(connection, co_buildings, Agreement, inside, limit=limit, after=after)
