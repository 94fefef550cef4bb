"""Schemes and their versions, as they were drafted and put in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, get_type_hints
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, Column, Connection, Index, Table, Text, select

from points.domain.scheme import Scheme as SchemeAggregate
from points.domain.scheme_rules import NO_RULES, Rules
from points.domain.scheme_terms import Rate, Terms
from points.domain.values import AmountFen, Points, Rounding
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

schemes = Table(
    "schemes",
    read_metadata,
    id_column("scheme_id", key=True),
    text_column("area_code"),
    id_column("name_ref"),
    Index("schemes_area", "area_code"),
)

scheme_versions = Table(
    "scheme_versions",
    read_metadata,
    id_column("scheme_id", key=True),
    small_column("number", key=True),
    day_column("in_force_from"),
    Column("rates", Text, nullable=False, comment="JSON: [kind, time class, points, per minutes] each"),
    text_column("rounding"),
    count_column("value_fen"),
    small_column("expires_after_months", optional=True),
    count_column("redeem_at_least_points"),
    id_column("drafted_by"),
    id_column("approved_by", optional=True),
    Column("rules", Text, nullable=True, comment="JSON: the rules beside the rates, where any are stated"),
    day_column("notice_opened_on", optional=True),
    day_column("notice_closes_on", optional=True),
    Column("withdrawn", Boolean, nullable=False),
    Index("scheme_versions_notice", "notice_closes_on"),
)


class Schemes(ReadModel):
    def __init__(self) -> None:
        self._schemes = Rows(schemes)
        self._versions = Rows(scheme_versions)
        super().__init__(
            (self._schemes, self._versions),
            {
                SchemeAggregate.Opened.TOPIC: self._opened,
                SchemeAggregate.VersionDrafted.TOPIC: self._drafted,
                SchemeAggregate.VersionApproved.TOPIC: self._approved,
                SchemeAggregate.VersionRulesDrafted.TOPIC: self._ruled,
                SchemeAggregate.VersionNoticeGiven.TOPIC: self._noticed,
                SchemeAggregate.VersionWithdrawn.TOPIC: self._withdrawn,
            },
        )

    def _opened(self, position: int, scheme_id: bytes, event: Any) -> None:
        self._schemes.insert(scheme_id, event.area_code, event.name_ref)

    def _drafted(self, position: int, scheme_id: bytes, event: Any) -> None:
        self._versions.insert(
            scheme_id,
            event.number,
            event.in_force_from,
            msgspec.json.encode(event.rates).decode(),
            event.rounding,
            event.value_fen,
            event.expires_after_months,
            event.redeem_at_least_points,
            event.drafted_by,
            None,
            None,
            None,
            None,
            False,
        )

    def _approved(self, position: int, scheme_id: bytes, event: Any) -> None:
        self._versions.set((scheme_id, event.number), approved_by=event.approved_by)

    def _ruled(self, position: int, scheme_id: bytes, event: Any) -> None:
        stated = {name: getattr(event, name) for name in Rules._fields}
        self._versions.set((scheme_id, event.number), rules=msgspec.json.encode(stated).decode())

    def _noticed(self, position: int, scheme_id: bytes, event: Any) -> None:
        self._versions.set(
            (scheme_id, event.number),
            notice_opened_on=event.opened_on,
            notice_closes_on=event.closes_on,
        )

    def _withdrawn(self, position: int, scheme_id: bytes, event: Any) -> None:
        self._versions.set((scheme_id, event.number), withdrawn=True)


class SchemeVersion(msgspec.Struct, frozen=True):
    number: int
    in_force_from: date
    rates: tuple[Rate, ...]
    rounding: str
    value_fen: int
    expires_after_months: int | None
    redeem_at_least_points: int
    drafted_by: UUID
    approved_by: UUID | None
    rules: Rules = NO_RULES
    notice_opened_on: date | None = None
    notice_closes_on: date | None = None
    withdrawn: bool = False

    @property
    def terms(self) -> Terms:
        """As the scheme itself reckons with them."""
        return Terms(
            self.in_force_from,
            self.rates,
            Rounding(self.rounding),
            AmountFen(self.value_fen),
            self.expires_after_months,
            Points(self.redeem_at_least_points),
            self.rules,
        )


class Scheme(msgspec.Struct, frozen=True):
    """`versions` by number. Its name stands in the vault under `name_ref`."""

    scheme_id: UUID
    area_code: str
    name_ref: UUID
    versions: tuple[SchemeVersion, ...]


def get(connection: Connection, scheme_id: UUID) -> Scheme | None:
    found = _with_versions(
        connection, connection.execute(select(schemes).where(schemes.c.scheme_id == scheme_id)).all()
    )
    return found[0] if found else None


def page(connection: Connection, limit: int, after: UUID | None = None) -> list[Scheme]:
    """Schemes by id, which is by age."""
    statement = select(schemes).order_by(schemes.c.scheme_id).limit(limit)
    if after is not None:
        statement = statement.where(schemes.c.scheme_id > after)
    return _with_versions(connection, connection.execute(statement).all())


def for_area(connection: Connection, area_codes: Sequence[str]) -> list[Scheme]:
    """Schemes of these areas, those of the first code first; older ones before newer."""
    rows = connection.execute(select(schemes).where(schemes.c.area_code.in_(area_codes))).all()
    order = {code: place for place, code in enumerate(area_codes)}
    found = _with_versions(connection, rows)
    return sorted(found, key=lambda scheme: (order[scheme.area_code], scheme.scheme_id))


def on_notice(connection: Connection, day: date, limit: int) -> list[Scheme]:
    """Schemes with a version that hangs out on the day; only those versions are in them."""
    shown = scheme_versions.c
    showing = (
        select(shown.scheme_id)
        .where(shown.notice_opened_on <= day, shown.notice_closes_on >= day, shown.withdrawn.is_(False))
        .distinct()
    )
    statement = select(schemes).where(schemes.c.scheme_id.in_(showing)).order_by(schemes.c.scheme_id)
    found = _with_versions(connection, connection.execute(statement.limit(limit)).all())
    return [
        msgspec.structs.replace(
            scheme,
            versions=tuple(
                version
                for version in scheme.versions
                if not version.withdrawn
                and version.notice_opened_on is not None
                and version.notice_closes_on is not None
                and version.notice_opened_on <= day <= version.notice_closes_on
            ),
        )
        for scheme in found
    ]


def _version(row: Any) -> SchemeVersion:
    values = row._asdict()
    del values["scheme_id"]
    values["rates"] = msgspec.json.decode(values["rates"], type=tuple[Rate, ...])
    stated = values["rules"]
    if stated is None:
        values["rules"] = NO_RULES
    else:
        facts = msgspec.json.decode(stated)
        hints = get_type_hints(Rules)
        values["rules"] = Rules(**{name: msgspec.convert(facts[name], hints[name]) for name in Rules._fields})
    return SchemeVersion(**values)


def _with_versions(connection: Connection, rows: Sequence[Any]) -> list[Scheme]:
    versions: dict[UUID, list[SchemeVersion]] = {row.scheme_id: [] for row in rows}
    statement = select(scheme_versions).where(scheme_versions.c.scheme_id.in_(list(versions)))
    ordered = statement.order_by(scheme_versions.c.scheme_id, scheme_versions.c.number)
    for row in connection.execute(ordered):
        versions[row.scheme_id].append(_version(row))
    return [
        Scheme(scheme_id, area_code, name_ref, tuple(versions[scheme_id]))
        for scheme_id, area_code, name_ref in rows
    ]
