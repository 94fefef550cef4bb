"""Tasks that upper bodies want of communities, and how far their admission has come."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Index, Table

from points.domain.admission import Admission as AdmissionAggregate
from points.projections.areas import codes_below
from points.projections.buffers import Rows
from points.projections.columns import count_column, id_column, read_metadata, text_column
from points.projections.model import ReadModel
from points.projections.paging import by_id

admissions = Table(
    "admissions",
    read_metadata,
    id_column("admission_id", key=True),
    text_column("area_code"),
    text_column("kind"),
    id_column("title_ref"),
    count_column("cost_fen"),
    id_column("proposed_by"),
    text_column("stage"),
    id_column("budget_id", optional=True),
    id_column("owner_id", optional=True),
    Index("admissions_area", "area_code", "stage"),
)
STAGES = ("proposed", "admitted", "turned_away", "funded", "assigned")


class Admissions(ReadModel):
    def __init__(self) -> None:
        self._admissions = Rows(admissions)
        super().__init__(
            (self._admissions,),
            {
                AdmissionAggregate.Proposed.TOPIC: self._proposed,
                AdmissionAggregate.Admitted.TOPIC: self._admitted,
                AdmissionAggregate.TurnedAway.TOPIC: self._turned_away,
                AdmissionAggregate.Funded.TOPIC: self._funded,
                AdmissionAggregate.Assigned.TOPIC: self._assigned,
            },
        )

    def _proposed(self, position: int, id_: bytes, event: Any) -> None:
        self._admissions.insert(
            id_,
            event.area_code,
            event.kind,
            event.title_ref,
            event.cost_fen,
            event.proposed_by,
            "proposed",
            None,
            None,
        )

    def _admitted(self, position: int, id_: bytes, event: Any) -> None:
        self._admissions.set((id_,), stage="admitted")

    def _turned_away(self, position: int, id_: bytes, event: Any) -> None:
        self._admissions.set((id_,), stage="turned_away")

    def _funded(self, position: int, id_: bytes, event: Any) -> None:
        self._admissions.set((id_,), stage="funded", budget_id=event.budget_id)

    def _assigned(self, position: int, id_: bytes, event: Any) -> None:
        self._admissions.set((id_,), stage="assigned", owner_id=event.owner_id)


class Admission(msgspec.Struct, frozen=True):
    admission_id: UUID
    area_code: str
    kind: str
    title_ref: UUID
    cost_fen: int
    proposed_by: UUID
    stage: str
    budget_id: UUID | None
    owner_id: UUID | None


def in_area(
    connection: Connection,
    area_code: str,
    limit: int,
    after: UUID | None = None,
    *,
    stage: str | None = None,
) -> list[Admission]:
    where: list[ColumnElement[bool]] = [admissions.c.area_code.in_(codes_below(area_code))]
    if stage is not None:
        where.append(admissions.c.stage == stage)
    return by_id(connection, admissions, Admission, *where, limit=limit, after=after)
