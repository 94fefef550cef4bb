"""Alarms by area and by merchant, with what was counted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, Index, Table, Text, func, select

from points.domain.alarm import Alarm as Aggregate
from points.domain.alarm import Measure
from points.projections.areas import codes_below
from points.projections.buffers import Rows
from points.projections.columns import count_column, id_column, read_metadata, text_column
from points.projections.model import ReadModel

alarms = Table(
    "alarms",
    read_metadata,
    id_column("alarm_id", key=True),
    text_column("kind"),
    text_column("subject_type"),
    id_column("subject_id"),
    text_column("area_code"),
    id_column("merchant_id", optional=True),
    text_column("window"),
    Column("measures", Text, nullable=False, comment="name=value/threshold, separated by blanks"),
    count_column("raised_at_us"),
    text_column("outcome", optional=True),
    id_column("decided_by", optional=True),
    id_column("reason_ref", optional=True),
    count_column("position"),
    Index("alarms_area", "area_code", "position"),
    Index("alarms_merchant", "merchant_id"),
)


class Alarms(ReadModel):
    def __init__(self) -> None:
        self._alarms = Rows(alarms)
        super().__init__(
            (self._alarms,),
            {Aggregate.Raised.TOPIC: self._raised, Aggregate.Decided.TOPIC: self._decided},
        )

    def _raised(self, position: int, alarm_id: bytes, event: Any) -> None:
        self._alarms.insert(
            alarm_id,
            event.kind,
            event.subject_type,
            event.subject_id,
            event.area_code,
            event.merchant_id,
            event.window,
            " ".join(f"{m.name}={m.value}/{m.threshold}" for m in event.measures),
            event.timestamp_us,
            None,
            None,
            None,
            position,
        )

    def _decided(self, position: int, alarm_id: bytes, event: Any) -> None:
        self._alarms.set(
            (alarm_id,), outcome=event.outcome, decided_by=event.decided_by, reason_ref=event.reason_ref
        )


class Alarm(msgspec.Struct, frozen=True):
    alarm_id: UUID
    kind: str
    subject_type: str
    subject_id: UUID
    area_code: str
    merchant_id: UUID | None
    window: str
    measures_text: str
    raised_at_us: int
    outcome: str | None
    decided_by: UUID | None
    reason_ref: UUID | None
    position: int

    @property
    def measures(self) -> list[Measure]:
        found = []
        for part in self.measures_text.split():
            name, _, numbers = part.partition("=")
            value, _, threshold = numbers.partition("/")
            found.append(Measure(name, int(value), int(threshold)))
        return found


def get(connection: Connection, alarm_id: UUID) -> Alarm | None:
    row = connection.execute(select(alarms).where(alarms.c.alarm_id == alarm_id)).one_or_none()
    return None if row is None else Alarm(*row)


def in_area(
    connection: Connection,
    area_code: str,
    limit: int,
    *,
    open_only: bool = False,
    before: int | None = None,
) -> list[Alarm]:
    """Alarms of the area and below it, raised before a position, newest first."""
    statement = select(alarms).where(alarms.c.area_code.in_(codes_below(area_code)))
    if open_only:
        statement = statement.where(alarms.c.outcome.is_(None))
    if before is not None:
        statement = statement.where(alarms.c.position < before)
    rows = connection.execute(statement.order_by(alarms.c.position.desc()).limit(limit))
    return [Alarm(*row) for row in rows]


def open_about(connection: Connection, merchant_id: UUID) -> int:
    """How many alarms about a merchant wait for a decision."""
    statement = select(func.count()).where(alarms.c.merchant_id == merchant_id, alarms.c.outcome.is_(None))
    return int(connection.execute(statement).scalar_one())
