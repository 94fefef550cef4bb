"""Stars, certificates, and what people consented to and offer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, Column, Connection, Index, Table, case, func, select

from points.domain.certificate import Certificate as CertificateAggregate
from points.domain.certificate import CertificateState
from points.domain.people import Purpose
from points.domain.service_record import RecordState
from points.domain.star import Star as StarAggregate
from points.domain.star import StarState
from points.domain.values import TimeClass
from points.domain.volunteer import Volunteer
from points.projections.areas import codes_below
from points.projections.buffers import Latest, Rows
from points.projections.columns import (
    count_column,
    day_column,
    id_column,
    read_metadata,
    small_column,
    text_column,
)
from points.projections.hours import service_records
from points.projections.model import ReadModel, day_text
from points.projections.volunteers import volunteers

consents = Table(
    "consents",
    read_metadata,
    id_column("volunteer_id", key=True),
    Column("purpose", text_column("purpose").type, primary_key=True),
    Column("given", Boolean, nullable=False),
    day_column("since"),
)

abilities = Table(
    "abilities",
    read_metadata,
    id_column("volunteer_id", key=True),
    text_column("skills"),
    text_column("slots"),
    id_column("note_ref", optional=True),
    comment="words between commas, one before the first and one after the last",
)

stars = Table(
    "stars",
    read_metadata,
    id_column("star_id", key=True),
    id_column("volunteer_id"),
    text_column("area_code"),
    small_column("level"),
    count_column("verified_minutes"),
    count_column("supplementary_minutes"),
    text_column("state"),
    day_column("opened_on"),
    day_column("closes_on"),
    small_column("open_objections"),
    day_column("awarded_on", optional=True),
    Index("stars_state", "state", "area_code", "star_id"),
    Index("stars_volunteer", "volunteer_id", "level"),
)

certificates = Table(
    "certificates",
    read_metadata,
    id_column("certificate_id", key=True),
    id_column("volunteer_id"),
    text_column("area_code"),
    day_column("period_from"),
    day_column("period_until"),
    text_column("state"),
    day_column("opened_on"),
    day_column("closes_on"),
    small_column("open_objections"),
    small_column("year", optional=True),
    count_column("number", optional=True),
    id_column("paper_ref", optional=True),
    day_column("issued_on", optional=True),
    day_column("revoked_on", optional=True),
    Index("certificates_state", "state", "area_code", "certificate_id"),
    Index("certificates_serial", "year", "number"),
    Index("certificates_volunteer", "volunteer_id"),
)


class Honours(ReadModel):
    def __init__(self) -> None:
        self._consents = Latest(consents)
        self._abilities = Latest(abilities)
        self._stars = Rows(stars)
        self._certificates = Rows(certificates)
        super().__init__(
            (self._consents, self._abilities, self._stars, self._certificates),
            {
                Volunteer.Registered.TOPIC: self._registered,
                Volunteer.ConsentGiven.TOPIC: self._consented,
                Volunteer.ConsentWithdrawn.TOPIC: self._withdrew,
                Volunteer.AbilitiesStated.TOPIC: self._stated,
                StarAggregate.Proposed.TOPIC: self._proposed,
                StarAggregate.ProposedAgain.TOPIC: self._proposed_again,
                StarAggregate.Objected.TOPIC: self._star_objected,
                StarAggregate.ObjectionAnswered.TOPIC: self._star_answered,
                StarAggregate.Awarded.TOPIC: self._awarded,
                CertificateAggregate.Requested.TOPIC: self._requested,
                CertificateAggregate.Objected.TOPIC: self._objected,
                CertificateAggregate.ObjectionAnswered.TOPIC: self._answered,
                CertificateAggregate.Issued.TOPIC: self._issued,
                CertificateAggregate.Revoked.TOPIC: self._revoked,
            },
        )

    def _registered(self, position: int, volunteer_id: bytes, event: Any) -> None:
        if event.guardian_consent:
            day = day_text(event.timestamp_us)
            self._consents.put(volunteer_id, Purpose.GUARDIAN.value, True, day)

    def _consented(self, position: int, volunteer_id: bytes, event: Any) -> None:
        self._consents.put(volunteer_id, event.purpose, True, day_text(event.timestamp_us))

    def _withdrew(self, position: int, volunteer_id: bytes, event: Any) -> None:
        self._consents.put(volunteer_id, event.purpose, False, day_text(event.timestamp_us))

    def _stated(self, position: int, volunteer_id: bytes, event: Any) -> None:
        self._abilities.put(volunteer_id, _joined(event.skills), _joined(event.slots), event.note_ref)

    def _proposed(self, position: int, star_id: bytes, event: Any) -> None:
        self._stars.insert(
            star_id,
            event.volunteer_id,
            event.area_code,
            event.level,
            event.verified_minutes,
            event.supplementary_minutes,
            StarState.POSTED.value,
            event.opened_on,
            event.closes_on,
            0,
            None,
        )

    def _proposed_again(self, position: int, star_id: bytes, event: Any) -> None:
        self._stars.set(
            (star_id,),
            area_code=event.area_code,
            verified_minutes=event.verified_minutes,
            supplementary_minutes=event.supplementary_minutes,
            state=StarState.POSTED.value,
            opened_on=event.opened_on,
            closes_on=event.closes_on,
        )

    def _star_objected(self, position: int, star_id: bytes, event: Any) -> None:
        self._stars.add((star_id,), "open_objections", 1)

    def _star_answered(self, position: int, star_id: bytes, event: Any) -> None:
        self._stars.add((star_id,), "open_objections", -1)
        if event.upheld:
            self._stars.set((star_id,), state=StarState.DROPPED.value)

    def _awarded(self, position: int, star_id: bytes, event: Any) -> None:
        day = day_text(event.timestamp_us)
        self._stars.set((star_id,), state=StarState.AWARDED.value, awarded_on=day)

    def _requested(self, position: int, certificate_id: bytes, event: Any) -> None:
        self._certificates.insert(
            certificate_id,
            event.volunteer_id,
            event.area_code,
            event.period_from,
            event.period_until,
            CertificateState.POSTED.value,
            event.opened_on,
            event.closes_on,
            0,
            None,
            None,
            None,
            None,
            None,
        )

    def _objected(self, position: int, certificate_id: bytes, event: Any) -> None:
        self._certificates.add((certificate_id,), "open_objections", 1)

    def _answered(self, position: int, certificate_id: bytes, event: Any) -> None:
        self._certificates.add((certificate_id,), "open_objections", -1)
        if event.upheld:
            self._certificates.set((certificate_id,), state=CertificateState.REFUSED.value)

    def _issued(self, position: int, certificate_id: bytes, event: Any) -> None:
        self._certificates.set(
            (certificate_id,),
            state=CertificateState.ISSUED.value,
            year=event.year,
            number=event.number,
            paper_ref=event.paper_ref,
            issued_on=day_text(event.timestamp_us),
        )

    def _revoked(self, position: int, certificate_id: bytes, event: Any) -> None:
        self._certificates.set(
            (certificate_id,), state=CertificateState.REVOKED.value, revoked_on=day_text(event.timestamp_us)
        )


def _joined(words: Collection[str]) -> str:
    return f",{','.join(words)}," if words else ","


class Star(msgspec.Struct, frozen=True):
    star_id: UUID
    volunteer_id: UUID
    area_code: str
    level: int
    verified_minutes: int
    supplementary_minutes: int
    state: str
    opened_on: date
    closes_on: date
    open_objections: int
    awarded_on: date | None


class Certificate(msgspec.Struct, frozen=True):
    """The serial's parts and the paper are known once it is issued."""

    certificate_id: UUID
    volunteer_id: UUID
    area_code: str
    period_from: date
    period_until: date
    state: str
    opened_on: date
    closes_on: date
    open_objections: int
    year: int | None
    number: int | None
    paper_ref: UUID | None
    issued_on: date | None
    revoked_on: date | None


class Counted(msgspec.Struct, frozen=True):
    """A person's confirmed minutes, class by class."""

    volunteer_id: UUID
    verified_minutes: int
    supplementary_minutes: int

    @property
    def minutes(self) -> int:
        return self.verified_minutes + self.supplementary_minutes


class Served(msgspec.Struct, frozen=True):
    """What a person did in one activity."""

    activity_id: UUID
    kind: str
    first_day: date
    last_day: date
    verified_minutes: int
    supplementary_minutes: int


def stars_in(
    connection: Connection, area: str, states: Collection[StarState], limit: int, after: UUID | None = None
) -> list[Star]:
    statement = select(stars).where(
        stars.c.state.in_([state.value for state in states]), stars.c.area_code.in_(codes_below(area))
    )
    if after is not None:
        statement = statement.where(stars.c.star_id > after)
    return [Star(*row) for row in connection.execute(statement.order_by(stars.c.star_id).limit(limit))]


def star(connection: Connection, star_id: UUID) -> Star | None:
    row = connection.execute(select(stars).where(stars.c.star_id == star_id)).first()
    return None if row is None else Star(*row)


def certificates_in(
    connection: Connection, area: str, state: CertificateState | None, limit: int, after: UUID | None = None
) -> list[Certificate]:
    statement = select(certificates).where(certificates.c.area_code.in_(codes_below(area)))
    if state is not None:
        statement = statement.where(certificates.c.state == state.value)
    if after is not None:
        statement = statement.where(certificates.c.certificate_id > after)
    rows = connection.execute(statement.order_by(certificates.c.certificate_id).limit(limit))
    return [Certificate(*row) for row in rows]


def certificate(connection: Connection, certificate_id: UUID) -> Certificate | None:
    statement = select(certificates).where(certificates.c.certificate_id == certificate_id)
    row = connection.execute(statement).first()
    return None if row is None else Certificate(*row)


def by_serial(connection: Connection, year: int, number: int) -> Certificate | None:
    statement = select(certificates).where(certificates.c.year == year, certificates.c.number == number)
    row = connection.execute(statement).first()
    return None if row is None else Certificate(*row)


def consented(connection: Connection, people: Collection[UUID], purpose: Purpose) -> set[UUID]:
    """Those among the people whose consent to the purpose stands."""
    statement = select(consents.c.volunteer_id).where(
        consents.c.volunteer_id.in_(list(people)), consents.c.purpose == purpose.value, consents.c.given
    )
    return set(connection.execute(statement).scalars())


def consents_of(connection: Connection, volunteer_id: UUID) -> list[tuple[str, bool, date]]:
    """Purpose, whether it stands, and since when."""
    statement = select(consents.c.purpose, consents.c.given, consents.c.since)
    statement = statement.where(consents.c.volunteer_id == volunteer_id).order_by(consents.c.purpose)
    return [(row[0], row[1], row[2]) for row in connection.execute(statement)]


def abilities_of(
    connection: Connection, volunteer_id: UUID
) -> tuple[list[str], list[str], UUID | None] | None:
    statement = select(abilities.c.skills, abilities.c.slots, abilities.c.note_ref)
    row = connection.execute(statement.where(abilities.c.volunteer_id == volunteer_id)).first()
    return None if row is None else (_words(row[0]), _words(row[1]), row[2])


def able(
    connection: Connection,
    area: str,
    skill: str | None,
    slot: str | None,
    limit: int,
    after: UUID | None = None,
) -> list[tuple[UUID, str, str, list[str], list[str]]]:
    """Id, number and area of volunteers who offer the skill in that part of the week, with all they offer."""
    both = volunteers.join(abilities, abilities.c.volunteer_id == volunteers.c.volunteer_id)
    columns = (
        volunteers.c.volunteer_id,
        volunteers.c.volunteer_number,
        volunteers.c.area_code,
        abilities.c.skills,
        abilities.c.slots,
    )
    statement = select(*columns).select_from(both)
    statement = statement.where(~volunteers.c.withdrawn, volunteers.c.area_code.in_(codes_below(area)))
    for column, word in ((abilities.c.skills, skill), (abilities.c.slots, slot)):
        if word is not None:
            statement = statement.where(column.contains(f",{word},", autoescape=True))
    if after is not None:
        statement = statement.where(volunteers.c.volunteer_id > after)
    rows = connection.execute(statement.order_by(volunteers.c.volunteer_id).limit(limit))
    return [(row[0], row[1], row[2], _words(row[3]), _words(row[4])) for row in rows]


def _words(joined: str) -> list[str]:
    return [word for word in joined.split(",") if word]


_own = service_records.c
_verified = func.coalesce(func.sum(case((_own.time_class == TimeClass.VERIFIED.value, _own.minutes))), 0)
_supplementary = func.coalesce(func.sum(case((_own.time_class != TimeClass.VERIFIED.value, _own.minutes))), 0)


def counted(connection: Connection, volunteer_id: UUID) -> Counted:
    statement = select(_verified, _supplementary).where(
        _own.volunteer_id == volunteer_id, _own.state == RecordState.CONFIRMED.value
    )
    row = connection.execute(statement).one()
    return Counted(volunteer_id, int(row[0]), int(row[1]))


def counted_in(
    connection: Connection, area: str, at_least_minutes: int, limit: int, after: UUID | None = None
) -> list[Counted]:
    """Volunteers living in the area or below it whose confirmed minutes reach so many, by id."""
    people = select(volunteers.c.volunteer_id).where(volunteers.c.area_code.in_(codes_below(area)))
    statement = select(_own.volunteer_id, _verified, _supplementary).where(
        _own.state == RecordState.CONFIRMED.value, _own.volunteer_id.in_(people)
    )
    if after is not None:
        statement = statement.where(_own.volunteer_id > after)
    statement = statement.group_by(_own.volunteer_id).having(func.sum(_own.minutes) >= at_least_minutes)
    rows = connection.execute(statement.order_by(_own.volunteer_id).limit(limit))
    return [Counted(row[0], int(row[1]), int(row[2])) for row in rows]


def served(connection: Connection, volunteer_id: UUID, from_day: date, until_day: date) -> list[Served]:
    """Confirmed service of the days, activity by activity, the earliest first."""
    columns = (_own.activity_id, _own.kind, func.min(_own.day), func.max(_own.day), _verified, _supplementary)
    statement = select(*columns).where(
        _own.volunteer_id == volunteer_id,
        _own.state == RecordState.CONFIRMED.value,
        _own.day >= from_day,
        _own.day <= until_day,
    )
    statement = statement.group_by(_own.activity_id, _own.kind)
    statement = statement.order_by(func.min(_own.day), _own.activity_id)
    return [
        Served(row[0], row[1], row[2], row[3], int(row[4]), int(row[5]))
        for row in connection.execute(statement)
    ]
