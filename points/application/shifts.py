"""Shifts of planned activities: opened by staff, joined and left by volunteers themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.volunteers import find_volunteer
from points.domain.activity import Activity
from points.domain.errors import NotAllowed
from points.domain.roster import Roster
from points.domain.volunteer import Volunteer


class Shifts:
    """Who comes when."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def open(
        self,
        call: Call,
        activity_id: UUID,
        *,
        starts_at: datetime,
        ends_at: datetime,
        places: int,
        cancel_before_minutes: int,
    ) -> Answer:
        """Raises ShiftOutsideActivity and what `Roster.open` raises; OutsideScope, StreamNotFound."""
        access.require(call.actor, Act.PLAN_ACTIVITY)

        def decide(work: Work) -> Body:
            activity = work.unit.get(Activity, activity_id)
            self._check_area(call, activity)
            activity.check_shift(starts_at, ends_at)
            shift_id = work.new_id()
            roster = Roster.open(
                work.at,
                shift_id,
                activity_id=activity_id,
                starts_at=starts_at,
                ends_at=ends_at,
                places=places,
                cancel_before_minutes=cancel_before_minutes,
                opened_by=call.actor.id,
            )
            work.unit.add(roster)
            return {"shift_id": str(shift_id)}

        span = [starts_at.isoformat(), ends_at.isoformat()]
        told = [str(activity_id), *span, places, cancel_before_minutes]
        return self._tools.change(call, "shifts.open", told, decide)

    def sign_up(self, call: Call, shift_id: UUID) -> Answer:
        """A volunteer's own act, never somebody's for them: service is never compulsory (rule 8)."""
        volunteer_id = _own(call)

        def decide(work: Work) -> Body:
            work.unit.get(Volunteer, volunteer_id).require_active()
            roster = work.unit.get(Roster, shift_id)
            roster.sign_up(work.at, volunteer_id=volunteer_id)
            place = "signed-up" if volunteer_id in roster.signed_up else "waiting"
            return {"shift_id": str(shift_id), "state": place}

        return self._tools.change(call, "shifts.sign_up", str(shift_id), decide)

    def cancel(self, call: Call, shift_id: UUID) -> Answer:
        """Give up one's own place or turn. Raises what `Roster.cancel` raises."""
        volunteer_id = _own(call)

        def decide(work: Work) -> Body:
            work.unit.get(Roster, shift_id).cancel(work.at, volunteer_id=volunteer_id)
            return {"shift_id": str(shift_id)}

        return self._tools.change(call, "shifts.cancel", str(shift_id), decide)

    def mark_no_show(self, call: Call, shift_id: UUID, volunteer_number: str) -> Answer:
        """Raises VolunteerNotFound for a number nobody has, and what `Roster.mark_no_show` raises."""

        def mark(work: Work, roster: Roster) -> None:
            volunteer_id = find_volunteer(work, volunteer_number).id
            roster.mark_no_show(work.at, volunteer_id=volunteer_id, marked_by=call.actor.id)

        return self._by_staff(call, "shifts.mark_no_show", shift_id, volunteer_number, mark)

    def close(self, call: Call, shift_id: UUID) -> Answer:
        """Call the shift off: nobody joins any more, and nobody is blamed for staying away."""

        def close(work: Work, roster: Roster) -> None:
            roster.close(work.at, closed_by=call.actor.id)

        return self._by_staff(call, "shifts.close", shift_id, None, close)

    def _by_staff(
        self, call: Call, route: str, shift_id: UUID, told: str | None, act: Callable[[Work, Roster], None]
    ) -> Answer:
        access.require(call.actor, Act.PLAN_ACTIVITY)

        def decide(work: Work) -> Body:
            roster = work.unit.get(Roster, shift_id)
            self._check_area(call, work.unit.get(Activity, roster.activity_id))
            act(work, roster)
            return {"shift_id": str(shift_id)}

        return self._tools.change(call, route, [str(shift_id), told], decide)

    def _check_area(self, call: Call, activity: Activity) -> None:
        path = self._tools.areas(activity.area_code).path(activity.area_code)
        access.require_in_area(call.actor, Act.PLAN_ACTIVITY, path)


def _own(call: Call) -> UUID:
    access.require(call.actor, Act.SIGN_UP)
    if call.actor.volunteer_id is None:
        raise NotAllowed(action=Act.SIGN_UP.value)
    return call.actor.volunteer_id
