"""What a volunteer is, when that changes: schemes pay by the category of the day of service."""

from __future__ import annotations

from datetime import date

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.volunteers import find_volunteer
from points.domain.errors import Invalid
from points.domain.values import Category


class Categories:
    """A student becomes a teacher, a teacher retires."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def change(self, call: Call, number: str, *, category: str, from_day: date | None = None) -> Answer:
        """State another category from a day on, today unless told. What was paid already stays paid.

        Raises Invalid, VolunteerNotFound, VolunteerWithdrawn, OutsideScope.
        """
        access.require(call.actor, Act.REGISTER_VOLUNTEER)
        if category not in set(Category):
            raise Invalid(field="category", rule="category-unknown")

        def decide(work: Work) -> Body:
            volunteer = find_volunteer(work, number)
            path = self._tools.areas().path(volunteer.area_code)
            access.require_in_area(call.actor, Act.REGISTER_VOLUNTEER, path)
            day = from_day or work.today
            volunteer.change_category(
                work.at, category=Category(category), from_day=day, changed_by=call.actor.id
            )
            return {"volunteer_number": number, "category": category, "from_day": day.isoformat()}

        told = [number, category, from_day and from_day.isoformat()]
        return self._tools.change(call, "categories.change", told, decide)
