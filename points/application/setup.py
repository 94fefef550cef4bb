"""Opening a store: the tenant, its keys, its areas and the first administrator."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from points.application.areas import read_csv, register_area
from points.application.settings import PEOPLE_SETTINGS, star_levels_hours
from points.application.sheets import LineRefusal
from points.application.tools import Body, Tools, Work
from points.domain import naming
from points.domain.errors import Invalid, Refused
from points.domain.staff import Staff
from points.domain.tenant import Tenant
from points.domain.values import Role
from points.ledger.credentials import ActorKind
from points.ledger.unit import Unit
from points.ledger.writer import Command

TENANT_BYTES = 16
_SETTINGS = frozenset({"host", "gift_day_points", "gift_year_points"}) | PEOPLE_SETTINGS
_NUMBERS = frozenset({"gift_day_points", "gift_year_points"})

_A_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


class StoreExists(Refused):
    """There is a store here already; `init` never touches one."""


class AreaFileRefused(Refused):
    """A line of the area file cannot be taken in; nothing was made."""

    line: int
    field: str
    rule: str


def new_tenant() -> UUID:
    """16 random bytes, published with the keys and derived from no name."""
    return UUID(bytes=os.urandom(TENANT_BYTES))


def found(
    tools: Tools,
    *,
    areas_csv: bytes | None,
    options: Mapping[str, str],
    fixed_at: datetime | None,
) -> Body:
    """Everything a new store needs, in one commit. The token in the body exists nowhere else.

    Raises AreaFileRefused, Invalid.
    """
    unknown = sorted(set(options) - _SETTINGS)
    if unknown:
        raise Invalid(field="set", rule="setting-unknown")
    if not all(_A_NUMBER.fullmatch(options[name]) for name in _NUMBERS & options.keys()):
        raise Invalid(field="set", rule="number-unreadable")
    star_levels_hours(options)

    def decide(unit: Unit) -> Body:
        work = Work(unit, tools)
        tenant = Tenant.open(
            work.at,
            naming.tenant_id(tools.tenant),
            tenant=tools.tenant.bytes,
            county_code=tools.county_code,
            demo=tools.demo,
        )
        work.unit.add(tenant)
        for key, value in options.items():
            tenant.change_setting(work.at, key, value)
        if fixed_at is not None:
            tenant.fix_clock(work.at)
        work.key_ring.found_demo()
        work.key_ring.ensure(int(work.at.timestamp()))
        _take_in_areas(work, areas_csv)
        return {"tenant": tools.tenant.hex, "token": _first_administrator(work)}

    outcome = tools.writer.run(Command(tools.new_id(), decide, fixed_at=fixed_at))
    return {**outcome.value, "position": outcome.position}


def _take_in_areas(work: Work, areas_csv: bytes | None) -> None:
    if areas_csv is None:
        return
    for line, row in read_csv(areas_csv, ("code", "name", "level", "parent_code")):
        result = register_area(work, line, row)
        if isinstance(result, LineRefusal):
            raise AreaFileRefused(line=line, field=result.field, rule=result.rule)


def _first_administrator(work: Work) -> str:
    staff_id = work.new_id()
    work.vault.open_subject(staff_id)
    staff = Staff.appoint(
        work.at,
        staff_id,
        role=Role.ADMIN,
        area_code=None,
        merchant_id=None,
        volunteer_id=None,
        profile_ref=work.vault.put(staff_id, {"name": "admin"}),
        appointed_by=None,
    )
    work.unit.add(staff)
    return work.credentials.issue(ActorKind.STAFF, staff_id, work.at, None)
