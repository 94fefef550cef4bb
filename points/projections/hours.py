"""Service records: how far each is between its entry and its points. Queries are in `hours_queries`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Index, Table, select

from points.domain.service_record import RecordState
from points.domain.timesheet import Timesheet
from points.projections.buffers import Lines, Rows
from points.projections.columns import (
    count_column,
    day_column,
    id_column,
    read_metadata,
    small_column,
    text_column,
)
from points.projections.model import ReadModel

timesheets = Table(
    "timesheets",
    read_metadata,
    id_column("timesheet_id", key=True),
    id_column("volunteer_id"),
    text_column("month"),
)

service_records = Table(
    "service_records",
    read_metadata,
    id_column("record_id", key=True),
    id_column("timesheet_id"),
    id_column("volunteer_id"),
    id_column("activity_id"),
    text_column("area_code"),
    text_column("kind"),
    text_column("time_class"),
    day_column("day"),
    small_column("starts_at_minute", optional=True),
    small_column("ends_at_minute", optional=True),
    small_column("minutes"),
    text_column("state"),
    small_column("tiers"),
    id_column("notice_id", optional=True),
    day_column("opened_on", optional=True),
    day_column("closes_on", optional=True),
    count_column("points", optional=True),
    id_column("entered_by"),
    small_column("open_objections"),
    Index("service_records_todo", "state", "area_code", "record_id"),
    Index("service_records_volunteer", "volunteer_id", "state", "day"),
    Index("service_records_notice", "notice_id"),
)

service_reviews = Table(
    "service_reviews",
    read_metadata,
    id_column("record_id", key=True),
    small_column("tier", key=True),
    Column("approved", Boolean, nullable=False),
    id_column("reviewed_by"),
    id_column("reason_ref", optional=True),
)

objections = Table(
    "objections",
    read_metadata,
    id_column("objection_id", key=True),
    id_column("record_id"),
    id_column("text_ref"),
    count_column("raised_at_us"),
    Column("upheld", Boolean, nullable=True),
    id_column("answered_by", optional=True),
    id_column("answer_ref", optional=True),
    Index("objections_record", "record_id"),
)

_LOOK_UP_AT_ONCE = 500
_SHEET, _VOLUNTEER = 1, 2


class Hours(ReadModel):
    def __init__(self) -> None:
        self._timesheets = Rows(timesheets)
        self._records = Rows(service_records)
        self._reviews = Lines(service_reviews)
        self._objections = Rows(objections)
        super().__init__(
            (self._timesheets, self._records, self._reviews, self._objections),
            {
                Timesheet.Opened.TOPIC: self._opened,
                Timesheet.ServiceRecorded.TOPIC: self._recorded,
                Timesheet.ServiceReviewed.TOPIC: self._reviewed,
                Timesheet.NoticeGiven.TOPIC: self._notice_given,
                Timesheet.ServiceObjected.TOPIC: self._objected,
                Timesheet.ObjectionAnswered.TOPIC: self._answered,
                Timesheet.ServiceConfirmed.TOPIC: self._confirmed,
            },
        )

    def _opened(self, position: int, timesheet_id: bytes, event: Any) -> None:
        self._timesheets.insert(timesheet_id, event.volunteer_id, event.month)

    def _recorded(self, position: int, timesheet_id: bytes, event: Any) -> None:
        self._records.insert(
            event.record_id,
            timesheet_id,
            None,
            event.activity_id,
            event.area_code,
            event.kind,
            event.time_class,
            event.day,
            event.starts_at_minute,
            event.ends_at_minute,
            event.minutes,
            RecordState.RECORDED.value,
            0,
            None,
            None,
            None,
            None,
            event.entered_by,
            0,
        )

    def _reviewed(self, position: int, timesheet_id: bytes, event: Any) -> None:
        self._reviews.insert(
            (event.record_id, event.tier, event.approved, event.reviewed_by, event.reason_ref)
        )
        if event.approved:
            self._records.add((event.record_id,), "tiers", _bit(event.tier))
        else:
            self._records.set((event.record_id,), state=RecordState.REJECTED.value)

    def _notice_given(self, position: int, timesheet_id: bytes, event: Any) -> None:
        for record_id in event.record_ids:
            self._records.set(
                (record_id,),
                state=RecordState.ON_NOTICE.value,
                notice_id=event.notice_id,
                opened_on=event.opened_on,
                closes_on=event.closes_on,
            )

    def _objected(self, position: int, timesheet_id: bytes, event: Any) -> None:
        self._objections.insert(
            event.objection_id, event.record_id, event.text_ref, event.timestamp_us, None, None, None
        )
        self._records.add((event.record_id,), "open_objections", 1)

    def _answered(self, position: int, timesheet_id: bytes, event: Any) -> None:
        self._objections.set(
            (event.objection_id,),
            upheld=event.upheld,
            answered_by=event.answered_by,
            answer_ref=event.text_ref,
        )
        self._records.add((event.record_id,), "open_objections", -1)
        if event.upheld:
            self._records.set((event.record_id,), state=RecordState.REJECTED.value)

    def _confirmed(self, position: int, timesheet_id: bytes, event: Any) -> None:
        self._records.set((event.record_id,), state=RecordState.CONFIRMED.value, points=event.points)

    def flush(self, connection: Connection) -> None:
        """Records learn whose they are here: their events name only the sheet."""
        owners = {key[0]: row[1] for key, row in self._timesheets.new.items()}
        records = self._records.new.values()
        owners.update(_owners(connection, {row[_SHEET] for row in records} - owners.keys()))
        for row in records:
            row[_VOLUNTEER] = owners[row[_SHEET]]
        super().flush(connection)


def _bit(tier: int) -> int:
    return 1 << (tier - 1)


def _owners(connection: Connection, sheets: Iterable[bytes]) -> dict[bytes, bytes]:
    wanted = sorted(sheets)
    owners: dict[bytes, bytes] = {}
    for start in range(0, len(wanted), _LOOK_UP_AT_ONCE):
        part = wanted[start : start + _LOOK_UP_AT_ONCE]
        statement = select(timesheets.c.timesheet_id, timesheets.c.volunteer_id)
        rows = connection.execute(statement.where(timesheets.c.timesheet_id.in_(part)))
        owners.update((sheet.bytes, volunteer.bytes) for sheet, volunteer in rows)
    return owners
