"""Staff and merchants' people: role, where it holds, and whether it has ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Boolean, Column, Connection, Index, Table, select

from points.domain.staff import Staff
from points.domain.values import Role
from points.projections.areas import codes_below
from points.projections.buffers import Rows
from points.projections.columns import id_column, read_metadata, text_column
from points.projections.model import ReadModel

staff = Table(
    "staff",
    read_metadata,
    id_column("staff_id", key=True),
    text_column("role"),
    text_column("area_code", optional=True),
    id_column("merchant_id", optional=True),
    id_column("volunteer_id", optional=True),
    id_column("profile_ref"),
    id_column("appointed_by", optional=True),
    Column("revoked", Boolean, nullable=False),
    Index("staff_area", "area_code"),
    Index("staff_merchant", "merchant_id"),
)


class StaffModel(ReadModel):
    def __init__(self) -> None:
        self._staff = Rows(staff)
        super().__init__(
            (self._staff,),
            {Staff.Appointed.TOPIC: self._appointed, Staff.Revoked.TOPIC: self._revoked},
        )

    def _appointed(self, position: int, staff_id: bytes, event: Any) -> None:
        self._staff.insert(
            staff_id,
            event.role,
            event.area_code,
            event.merchant_id,
            event.volunteer_id,
            event.profile_ref,
            event.appointed_by,
            False,
        )

    def _revoked(self, position: int, staff_id: bytes, event: Any) -> None:
        self._staff.set((staff_id,), revoked=True)


class StaffMember(msgspec.Struct, frozen=True):
    """The name stands in the vault under `profile_ref`."""

    staff_id: UUID
    role: Role
    area_code: str | None
    merchant_id: UUID | None
    volunteer_id: UUID | None
    profile_ref: UUID
    appointed_by: UUID | None
    revoked: bool


def get(connection: Connection, staff_id: UUID) -> StaffMember | None:
    row = connection.execute(select(staff).where(staff.c.staff_id == staff_id)).one_or_none()
    return None if row is None else _member(row)


def page(connection: Connection, limit: int, after: UUID | None = None) -> list[StaffMember]:
    """Everyone ever appointed, by id, which is by age."""
    statement = select(staff).order_by(staff.c.staff_id).limit(limit)
    if after is not None:
        statement = statement.where(staff.c.staff_id > after)
    return [_member(row) for row in connection.execute(statement)]


def in_area(
    connection: Connection, area_code: str, limit: int, after: UUID | None = None
) -> list[StaffMember]:
    """Those appointed for the area or below it, ended appointments included, by id."""
    statement = select(staff).where(staff.c.area_code.in_(codes_below(area_code)))
    if after is not None:
        statement = statement.where(staff.c.staff_id > after)
    return [_member(row) for row in connection.execute(statement.order_by(staff.c.staff_id).limit(limit))]


def of_merchant(
    connection: Connection, merchant_id: UUID, limit: int, after: UUID | None = None
) -> list[StaffMember]:
    """A merchant's people, by id."""
    statement = select(staff).where(staff.c.merchant_id == merchant_id)
    if after is not None:
        statement = statement.where(staff.c.staff_id > after)
    return [_member(row) for row in connection.execute(statement.order_by(staff.c.staff_id).limit(limit))]


def _member(row: Any) -> StaffMember:
    staff_id, role, *rest = row
    return StaffMember(staff_id, Role(role), *rest)
