"""Households: formed, joined and left; and who belongs to whom when somebody reviews hours."""

from __future__ import annotations

import os
from collections.abc import Callable
from uuid import UUID

from points import access
from points.access import Act, Actor
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.volunteers import find_volunteer, luhn_check
from points.domain.errors import NotFound
from points.domain.household import AlreadyInHousehold, Household
from points.domain.values import Role
from points.projections import groups, volunteers

_CODE = "household_code"
_MEMBER = "household_member"
_RANDOM_DIGITS = 11


class HouseholdNotFound(NotFound):
    """No such household, or none that the asker may see."""


class Households:
    """Who lives together."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def form(self, call: Call, *, head: str) -> Answer:
        """A household with its first member, in the area where that person lives. Raises AlreadyInHousehold."""
        access.require(call.actor, Act.MANAGE_HOUSEHOLDS)

        def decide(work: Work) -> Body:
            person = find_volunteer(work, head)
            person.require_active()
            path = self._tools.areas().path(person.area_code)
            access.require_in_area(call.actor, Act.MANAGE_HOUSEHOLDS, path)
            household_id, code = work.new_id(), _free_code(work)
            _claim(work, person.id, household_id)
            work.indexes.claim(_CODE, code, household_id)
            work.unit.add(
                Household.form(
                    work.at,
                    household_id,
                    code=code,
                    area_code=person.area_code,
                    head_id=person.id,
                    formed_by=call.actor.id,
                )
            )
            return {"household_id": str(household_id), "code": code}

        return self._tools.change(call, "households.form", head, decide)

    def join(self, call: Call, household_id: UUID, *, volunteer_number: str) -> Answer:
        """Raises AlreadyInHousehold for a member of this or another household."""

        def act(work: Work, household: Household) -> None:
            person = find_volunteer(work, volunteer_number)
            person.require_active()
            _claim(work, person.id, household.id)
            household.join(work.at, volunteer_id=person.id, recorded_by=call.actor.id)

        return self._change(call, "join", household_id, act, volunteer_number)

    def leave(self, call: Call, household_id: UUID, *, volunteer_number: str) -> Answer:
        """Raises NotInHousehold, HouseholdHeadLeaves."""

        def act(work: Work, household: Household) -> None:
            person = find_volunteer(work, volunteer_number)
            household.leave(work.at, volunteer_id=person.id, recorded_by=call.actor.id)
            work.indexes.release(_MEMBER, str(person.id))

        return self._change(call, "leave", household_id, act, volunteer_number)

    def name_head(self, call: Call, household_id: UUID, *, volunteer_number: str) -> Answer:
        def act(work: Work, household: Household) -> None:
            person = find_volunteer(work, volunteer_number)
            household.name_head(work.at, volunteer_id=person.id, recorded_by=call.actor.id)

        return self._change(call, "name-head", household_id, act, volunteer_number)

    def replace_code(self, call: Call, household_id: UUID) -> Answer:
        """A new printed code; the one before opens nothing any more."""

        def act(work: Work, household: Household) -> None:
            work.indexes.release(_CODE, household.code)
            code = _free_code(work)
            work.indexes.claim(_CODE, code, household.id)
            household.replace_code(work.at, code=code, replaced_by=call.actor.id)

        return self._change(call, "replace-code", household_id, act)

    def _change(
        self,
        call: Call,
        name: str,
        household_id: UUID,
        act: Callable[[Work, Household], None],
        *told: str,
    ) -> Answer:
        access.require(call.actor, Act.MANAGE_HOUSEHOLDS)

        def decide(work: Work) -> Body:
            household = work.unit.get(Household, household_id)
            path = self._tools.areas().path(household.area_code)
            access.require_in_area(call.actor, Act.MANAGE_HOUSEHOLDS, path)
            act(work, household)
            return {
                "household_id": str(household_id),
                "code": household.code,
                "members": len(household.member_ids),
            }

        return self._tools.change(call, f"households.{name}", [str(household_id), *told], decide)

    def show(self, call: Call, reference: str) -> Body:
        """A household by its id or its code, for staff of its area and for its members."""
        access.require(call.actor, Act.READ_HOUSEHOLDS)
        missing = HouseholdNotFound(subject="household", reference=reference)
        household_id = self._id_of(reference)
        with self._tools.reading() as connection:
            found = groups.household(connection, household_id) if household_id else None
            if found is None:
                raise missing
            inside = groups.members(connection, found.household_id)
            people = [volunteers.get(connection, member) for member in inside]
        if call.actor.role is Role.VOLUNTEER:
            if call.actor.volunteer_id not in inside:
                raise missing
        else:
            path = self._tools.areas().path(found.area_code)
            access.require_in_area(call.actor, Act.READ_HOUSEHOLDS, path)
        return {
            **_shown(found),
            "members": [
                {"volunteer_number": person.volunteer_number, "head": person.volunteer_id == found.head_id}
                for person in people
                if person is not None
            ],
        }

    def list(self, call: Call, *, area: str | None, limit: int, after: UUID | None = None) -> Body:
        code = area or call.actor.area_code or self._tools.county_code
        access.require(call.actor, Act.MANAGE_HOUSEHOLDS)
        access.require_in_area(call.actor, Act.MANAGE_HOUSEHOLDS, self._tools.areas(code).path(code))
        with self._tools.reading() as connection:
            found = groups.households_in(connection, code, limit, after)
        return {
            "households": [_shown(household) for household in found],
            "next": str(found[-1].household_id) if len(found) == limit else None,
        }

    def _id_of(self, reference: str) -> UUID | None:
        try:
            return UUID(reference)
        except ValueError:
            if not reference.strip():
                return None
            with self._tools.looking() as desk:
                return desk.indexes.lookup(_CODE, reference)


def own_people(work: Work, actor: Actor) -> frozenset[UUID]:
    """Whom the actor does not decide about: themselves and those who live with them (rule 3)."""
    if actor.volunteer_id is None:
        return frozenset()
    household = household_of(work, actor.volunteer_id)
    return frozenset({actor.volunteer_id, *(household.member_ids if household else ())})


def household_of(work: Work, volunteer_id: UUID) -> Household | None:
    """The household in which the person lives, decided under the head."""
    household_id = work.indexes.lookup(_MEMBER, str(volunteer_id))
    return None if household_id is None else work.unit.get(Household, household_id)


def _claim(work: Work, volunteer_id: UUID, household_id: UUID) -> None:
    known = work.indexes.lookup(_MEMBER, str(volunteer_id))
    if known is not None:
        raise AlreadyInHousehold(household_id=known)
    work.indexes.claim(_MEMBER, str(volunteer_id), household_id)


def _free_code(work: Work) -> str:
    while True:
        body = f"{int.from_bytes(os.urandom(8)) % 10**_RANDOM_DIGITS:0{_RANDOM_DIGITS}d}"
        code = body + luhn_check(body)
        if work.indexes.lookup(_CODE, code) is None:
            return code


def _shown(household: groups.Household) -> Body:
    return {
        "household_id": str(household.household_id),
        "code": household.code,
        "area": household.area_code,
    }
