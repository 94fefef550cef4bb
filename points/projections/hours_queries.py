"""What people ask about service records: to review, on notice, of one person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, func, select, tuple_

from points.domain.service_record import RecordState
from points.domain.values import ReviewTier
from points.projections.areas import codes_below
from points.projections.categories import changed
from points.projections.hours import objections, service_records, service_reviews
from points.projections.volunteers import volunteers

_record = service_records.c
_ROWS_AT_ONCE = 2_000


class ServiceRecord(msgspec.Struct, frozen=True):
    """`tiers` are those given. `points` are known once the record is confirmed."""

    record_id: UUID
    timesheet_id: UUID
    volunteer_id: UUID
    activity_id: UUID
    area_code: str
    kind: str
    time_class: str
    day: date
    starts_at_minute: int | None
    ends_at_minute: int | None
    minutes: int
    state: RecordState
    tiers: tuple[ReviewTier, ...]
    notice_id: UUID | None
    opened_on: date | None
    closes_on: date | None
    points: int | None
    entered_by: UUID
    open_objections: int


class Review(msgspec.Struct, frozen=True):
    """One tier of a record's review."""

    record_id: UUID
    tier: int
    approved: bool
    reviewed_by: UUID
    reason_ref: UUID | None


class Objection(msgspec.Struct, frozen=True):
    """`upheld` is None until somebody answered."""

    objection_id: UUID
    record_id: UUID
    text_ref: UUID
    raised_at_us: int
    upheld: bool | None
    answered_by: UUID | None
    answer_ref: UUID | None


class Notice(msgspec.Struct, frozen=True):
    """What one public notice shows of one area."""

    notice_id: UUID
    area_code: str
    opened_on: date
    closes_on: date
    lines: tuple[ServiceRecord, ...]


def get(connection: Connection, record_id: UUID) -> ServiceRecord | None:
    row = connection.execute(select(service_records).where(_record.record_id == record_id)).one_or_none()
    return None if row is None else _service_record(row)


def in_state(
    connection: Connection, state: RecordState, area_code: str, limit: int, after: UUID | None = None
) -> list[ServiceRecord]:
    """Records of the area and below it in this state, by id, which is by entry."""
    statement = select(service_records).where(
        _record.state == state.value, _record.area_code.in_(codes_below(area_code))
    )
    if after is not None:
        statement = statement.where(_record.record_id > after)
    rows = connection.execute(statement.order_by(_record.record_id).limit(limit))
    return [_service_record(row) for row in rows]


def due_for_confirmation(
    connection: Connection, area_code: str, today: date, limit: int, after: UUID | None = None
) -> list[ServiceRecord]:
    """Records whose notice ended before today without an open objection, by id."""
    statement = select(service_records).where(
        _record.state == RecordState.ON_NOTICE.value,
        _record.area_code.in_(codes_below(area_code)),
        _record.closes_on < today,
        _record.open_objections == 0,
    )
    if after is not None:
        statement = statement.where(_record.record_id > after)
    rows = connection.execute(statement.order_by(_record.record_id).limit(limit))
    return [_service_record(row) for row in rows]


class ConfirmedService(NamedTuple):
    """A confirmed record as a scheme looks at it, with the points it did earn."""

    volunteer_id: UUID
    category: str
    area_code: str
    kind: str
    time_class: str
    day: date
    minutes: int
    points: int


def confirmed_services(
    connection: Connection, area_code: str, first: date, last: date
) -> Iterator[ConfirmedService]:
    """Confirmed records of the area and below it, person by person and in order of days, a page at a time."""
    statement = (
        select(
            _record.volunteer_id,
            volunteers.c.category,
            _record.area_code,
            _record.kind,
            _record.time_class,
            _record.day,
            _record.minutes,
            func.coalesce(_record.points, 0),
        )
        .join(volunteers, volunteers.c.volunteer_id == _record.volunteer_id)
        .where(
            _record.state == RecordState.CONFIRMED.value,
            _record.area_code.in_(codes_below(area_code)),
            _record.day >= first,
            _record.day <= last,
        )
        .order_by(_record.volunteer_id, _record.day, _record.record_id)
    )
    streamed = connection.execution_options(yield_per=_ROWS_AT_ONCE)
    changes = changed(connection)
    for row in streamed.execute(statement):
        service = ConfirmedService(*row)
        later = changes.get(service.volunteer_id)
        if later is not None:
            held = [category for from_day, category in later if from_day <= service.day]
            service = service._replace(category=held[-1])
        yield service


def of_volunteer(
    connection: Connection, volunteer_id: UUID, limit: int, before: tuple[date, UUID] | None = None
) -> list[ServiceRecord]:
    """A person's records, the latest day first; `before` is the day and id of the last one seen."""
    statement = select(service_records).where(_record.volunteer_id == volunteer_id)
    if before is not None:
        day, record_id = before
        statement = statement.where(
            tuple_(_record.day, _record.record_id) < tuple_(day.isoformat(), record_id.bytes)
        )
    rows = connection.execute(statement.order_by(_record.day.desc(), _record.record_id.desc()).limit(limit))
    return [_service_record(row) for row in rows]


def notices(
    connection: Connection, area_code: str, day: date, limit: int, after: UUID | None = None
) -> list[Notice]:
    """Notices open on the day in the area or below it, each with its lines, by notice id and area."""
    shown = [
        _record.opened_on <= day,
        _record.closes_on >= day,
        _record.state != RecordState.REJECTED.value,
        _record.area_code.in_(codes_below(area_code)),
    ]
    ids = select(_record.notice_id).distinct().where(*shown).order_by(_record.notice_id).limit(limit)
    if after is not None:
        ids = ids.where(_record.notice_id > after)
    wanted = list(connection.execute(ids).scalars())
    statement = select(service_records).where(*shown, _record.notice_id.in_(wanted))
    statement = statement.order_by(_record.notice_id, _record.area_code, _record.day, _record.record_id)
    grouped: dict[tuple[UUID | None, str], list[ServiceRecord]] = {}
    for row in connection.execute(statement):
        line = _service_record(row)
        grouped.setdefault((line.notice_id, line.area_code), []).append(line)
    return [_notice(lines) for lines in grouped.values()]


def reviews(connection: Connection, record_id: UUID) -> list[Review]:
    """The tiers given, lowest first."""
    statement = select(service_reviews).where(service_reviews.c.record_id == record_id)
    rows = connection.execute(statement.order_by(service_reviews.c.tier))
    return [Review(*row) for row in rows]


def objections_to(connection: Connection, record_id: UUID) -> list[Objection]:
    """Oldest first, answered ones included."""
    statement = select(objections).where(objections.c.record_id == record_id)
    rows = connection.execute(statement.order_by(objections.c.raised_at_us, objections.c.objection_id))
    return [Objection(*row) for row in rows]


def _notice(lines: list[ServiceRecord]) -> Notice:
    first = lines[0]
    if first.notice_id is None or first.opened_on is None or first.closes_on is None:
        raise ValueError(first)  # a caller's slip: only records on notice come here
    return Notice(first.notice_id, first.area_code, first.opened_on, first.closes_on, tuple(lines))


def _service_record(row: Row[tuple[object, ...]]) -> ServiceRecord:
    values = row._asdict()
    bits = values.pop("tiers")
    values["tiers"] = tuple(tier for tier in ReviewTier if bits & 1 << (tier - 1))
    values["state"] = RecordState(values["state"])
    return ServiceRecord(**values)


def confirmed_minutes(connection: Connection, volunteer_id: UUID) -> int:
    """A person's service that counts: confirmed, both classes of time."""
    statement = select(func.sum(_record.minutes)).where(
        _record.volunteer_id == volunteer_id, _record.state == RecordState.CONFIRMED.value
    )
    return int(connection.execute(statement).scalar() or 0)


class Service(NamedTuple):
    """How many people served, and for how long."""

    people: int
    minutes: int


def service_between(connection: Connection, area_code: str, from_day: date, until_day: date) -> Service:
    """Service of the area and below it on these days, whatever has become of its review, rejected lines left out."""
    statement = select(
        func.count(_record.volunteer_id.distinct()), func.coalesce(func.sum(_record.minutes), 0)
    ).where(
        _record.area_code.in_(codes_below(area_code)),
        _record.day.between(from_day, until_day),
        _record.state != RecordState.REJECTED.value,
    )
    people, minutes = connection.execute(statement).one()
    return Service(int(people), int(minutes))


def any_objection_of(connection: Connection, volunteer_id: UUID) -> bool:
    """Whether an objection against one of the person's records waits for its answer."""
    statement = select(_record.record_id).where(
        _record.volunteer_id == volunteer_id, _record.open_objections > 0
    )
    return connection.execute(statement.limit(1)).first() is not None
