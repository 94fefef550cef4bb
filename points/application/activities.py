"""Activities: planned by staff, or known only from the sheets that name them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.sheets.categories import kind_of
from points.application.sheets.rules import CellRefused
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain.activity import Activity
from points.domain.calendar import from_us, local_day
from points.domain.errors import Invalid
from points.domain.values import ServiceKind
from points.ledger.blind_indexes import ACTIVITY, activity_value
from points.projections import activities as activity_model


class Activities:
    """What people do together."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def create(
        self,
        call: Call,
        *,
        name: str,
        kind: str,
        area: str,
        starts_at: datetime,
        ends_at: datetime,
        places: int | None = None,
    ) -> Answer:
        """Plan one. Raises ActivityNotAhead, ActivityEndsBeforeStart, Invalid, OutsideScope."""
        access.require_in_area(call.actor, Act.PLAN_ACTIVITY, self._tools.areas(area).path(area))
        known_kind = read_kind(kind)
        if not name.strip():
            raise Invalid(field="activity", rule="missing")

        def decide(work: Work) -> Body:
            activity_id = work.new_id()
            activity = Activity.plan(
                work.at,
                activity_id,
                area_code=area,
                kind=known_kind,
                title_ref=work.text(activity_id, name.strip()),
                starts_at=starts_at,
                ends_at=ends_at,
                places=places,
                planned_by=call.actor.id,
            )
            work.unit.add(activity)
            value = activity_value(area, local_day(starts_at).isoformat(), name)
            if work.indexes.lookup(ACTIVITY, value) is None:
                work.indexes.claim(ACTIVITY, value, activity_id)
            return {"activity_id": str(activity_id)}

        told = [name, kind, area, starts_at.isoformat(), ends_at.isoformat(), places]
        return self._tools.change(call, "activities.create", told, decide)

    def list(
        self, call: Call, *, area: str | None, limit: int, before: tuple[date, UUID] | None = None
    ) -> Body:
        """Those of an area and below it, the latest day first."""
        code = area or call.actor.area_code or self._tools.county_code
        access.require(call.actor, Act.READ_ACTIVITIES)
        with self._tools.reading() as connection:
            found = activity_model.in_area(connection, code, limit, before=before)
        with self._tools.looking() as desk:
            titles = desk.vault.get_many([activity.title_ref for activity in found])
        shown: list[dict[str, Any]] = [
            {
                "activity_id": str(activity.activity_id),
                "name": titles.get(activity.title_ref, {}).get("text"),
                "kind": activity.kind,
                "area": activity.area_code,
                "day": activity.day.isoformat(),
                "starts_at": _iso(activity.starts_at_us),
                "ends_at": _iso(activity.ends_at_us),
                "places": activity.places,
            }
            for activity in found
        ]
        last = found[-1] if len(found) == limit else None
        return {"activities": shown, "next": last and f"{last.day.isoformat()}.{last.activity_id}"}


def read_kind(kind: str) -> ServiceKind:
    """A kind by its code, or by the words that sheets use for it. Raises Invalid for one that nobody knows."""
    if kind in set(ServiceKind):
        return ServiceKind(kind)
    try:
        return ServiceKind(kind_of(kind))
    except CellRefused:
        raise Invalid(field="kind", rule="kind-unknown") from None


def activity_of_name(
    work: Work,
    *,
    area: str,
    day: date,
    name: str,
    kind: ServiceKind,
    evidence: bytes | None,
    recorded_by: UUID,
) -> Activity:
    """The activity of that name, day and area; recorded as a past one if nobody knew it (contract: imports)."""
    value = activity_value(area, day.isoformat(), name)
    known = work.indexes.lookup(ACTIVITY, value)
    if known is not None:
        return work.unit.get(Activity, known)
    activity_id = work.new_id()
    work.indexes.claim(ACTIVITY, value, activity_id)
    activity = Activity.record(
        work.at,
        activity_id,
        area_code=area,
        kind=kind,
        title_ref=work.text(activity_id, name),
        day=day,
        evidence=evidence,
        recorded_by=recorded_by,
    )
    return work.unit.add(activity)


def _iso(at_us: int | None) -> str | None:
    return None if at_us is None else from_us(at_us).isoformat()
