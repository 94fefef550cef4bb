"""What people consent to and offer, who their guardians are, and which of them come of age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.ages import birth_of
from points.application.sheets.rules import CellRefused
from points.application.sheets.values import read_identity_number, read_name, read_phone
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.volunteers import find_volunteer, see_volunteer
from points.domain.errors import Invalid
from points.domain.minors import ADULT_FROM_AGE_YEARS, GUARDIAN_BELOW_AGE_YEARS, age_group
from points.domain.people import Purpose, Skill, Slot
from points.domain.volunteer import Volunteer
from points.projections import honours, volunteers

_SCANNED_AT_ONCE = 2_000
_TURNING = (GUARDIAN_BELOW_AGE_YEARS, ADULT_FROM_AGE_YEARS)


class Consents:
    """What each person said yes to."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def give(self, call: Call, number: str, *, purpose: str) -> Answer:
        """The person consents. Raises Invalid for a purpose that nobody knows."""
        access.require(call.actor, Act.RECORD_CONSENT)
        known = _purpose(purpose)

        def decide(work: Work) -> Body:
            volunteer = self._theirs(work, call, Act.RECORD_CONSENT, number)
            volunteer.consent(work.at, known, recorded_by=call.actor.id)
            return {"volunteer_number": number, "purpose": known.value, "given": True}

        return self._tools.change(call, "consents.give", [number, purpose], decide)

    def withdraw(self, call: Call, number: str, *, purpose: str) -> Answer:
        """The person takes a consent back, at any time and without a reason."""
        access.require(call.actor, Act.RECORD_CONSENT)
        known = _purpose(purpose)

        def decide(work: Work) -> Body:
            volunteer = self._theirs(work, call, Act.RECORD_CONSENT, number)
            volunteer.withdraw_consent(work.at, known, recorded_by=call.actor.id)
            return {"volunteer_number": number, "purpose": known.value, "given": False}

        return self._tools.change(call, "consents.withdraw", [number, purpose], decide)

    def of(self, call: Call, number: str) -> Body:
        """Every purpose that was ever answered, and since when the last answer stands."""
        volunteer = see_volunteer(self._tools, call.actor, Act.READ_VOLUNTEER, number)
        with self._tools.reading() as connection:
            found = honours.consents_of(connection, volunteer.volunteer_id)
        return {
            "consents": [
                {"purpose": purpose, "given": given, "since": since.isoformat()}
                for purpose, given, since in found
            ]
        }

    def record_guardian(
        self, call: Call, number: str, *, name: str, identity_number: str, phone: str
    ) -> Answer:
        """Name a minor's guardian, who thereby consents. Raises Invalid, OutsideScope."""
        access.require(call.actor, Act.RECORD_GUARDIAN)
        fields = _guardian(name, identity_number, phone)

        def decide(work: Work) -> Body:
            volunteer = self._theirs(work, call, Act.RECORD_GUARDIAN, number)
            ref = work.vault.put(volunteer.id, fields)
            volunteer.record_guardian(work.at, guardian_ref=ref, recorded_by=call.actor.id)
            return {"volunteer_number": number}

        told = [number, name, identity_number, phone]
        return self._tools.change(call, "consents.record-guardian", told, decide)

    def state_abilities(
        self,
        call: Call,
        number: str,
        *,
        skills: Sequence[str],
        slots: Sequence[str],
        note: str | None = None,
    ) -> Answer:
        """What a volunteer offers and when; replaces what was stated before. Raises Invalid."""
        access.require(call.actor, Act.STATE_ABILITIES)
        if not set(skills) <= set(Skill):
            raise Invalid(field="skills", rule="skill-unknown")
        if not set(slots) <= set(Slot):
            raise Invalid(field="slots", rule="slot-unknown")

        def decide(work: Work) -> Body:
            volunteer = self._theirs(work, call, Act.STATE_ABILITIES, number)
            volunteer.state_abilities(
                work.at,
                skills=frozenset(Skill(skill) for skill in skills),
                slots=frozenset(Slot(slot) for slot in slots),
                note_ref=work.text(volunteer.id, note.strip()) if note and note.strip() else None,
                stated_by=call.actor.id,
            )
            return {"volunteer_number": number}

        told = [number, list(skills), list(slots), note]
        return self._tools.change(call, "consents.state-abilities", told, decide)

    def abilities(self, call: Call, number: str) -> Body:
        volunteer = see_volunteer(self._tools, call.actor, Act.READ_VOLUNTEER, number)
        with self._tools.reading() as connection:
            found = honours.abilities_of(connection, volunteer.volunteer_id)
        skills, slots, note_ref = found or ([], [], None)
        with self._tools.looking() as desk:
            note = desk.vault.get_text(note_ref) if note_ref else None
        return {"skills": skills, "slots": slots, "note": note}

    def able(
        self,
        call: Call,
        *,
        area: str | None,
        skill: str | None,
        slot: str | None,
        limit: int,
        after: UUID | None = None,
    ) -> Body:
        """Who can do it, and has time then."""
        code = area or call.actor.area_code or self._tools.county_code
        access.require_in_area(call.actor, Act.READ_ABILITIES, self._tools.areas(code).path(code))
        with self._tools.reading() as connection:
            found = honours.able(connection, code, skill, slot, limit, after)
        return {
            "volunteers": [
                {"volunteer_number": number, "area": lives, "skills": skills, "slots": slots}
                for _, number, lives, skills, slots in found
            ],
            "next": str(found[-1][0]) if len(found) == limit else None,
        }

    def minors(
        self, call: Call, *, area: str | None, month: date | None, limit: int, after: str | None = None
    ) -> Body:
        """Volunteers who turn 14 or 18 in the month, with what then changes.

        Birthdays stand in the vault alone, so a page is read through rather than looked up: it may hold fewer
        than `limit` and still have a `next`.
        """
        code = area or call.actor.area_code or self._tools.county_code
        access.require_in_area(call.actor, Act.READ_MINORS, self._tools.areas(code).path(code))
        asked = month or self._tools.today(call)
        with self._tools.reading() as connection:
            people = volunteers.in_area(connection, code, _SCANNED_AT_ONCE, after)
        found: list[dict[str, Any]] = []
        last: str | None = None
        with self._tools.looking() as desk:
            for person in people:
                birth = birth_of(desk.vault.get(person.profile_ref) or {})
                turns = birth and _turns(birth, asked)
                if turns and not person.withdrawn:
                    found.append({"volunteer_number": person.volunteer_number, **turns})
                last = person.volunteer_number
                if len(found) == limit:
                    break
        more = last is not None and (len(found) == limit or len(people) == _SCANNED_AT_ONCE)
        return {"volunteers": found, "next": last if more else None}

    def _theirs(self, work: Work, call: Call, act: Act, number: str) -> Volunteer:
        access.require(call.actor, act)
        volunteer = find_volunteer(work, number)
        path = self._tools.areas().path(volunteer.area_code)
        access.require_for_volunteer(call.actor, act, volunteer.id, path)
        return volunteer


def _turns(birth: date, month: date) -> dict[str, Any] | None:
    if birth.month != month.month:
        return None
    age = month.year - birth.year
    if age not in _TURNING:
        return None
    day = date(month.year, 3, 1) if (birth.month, birth.day) == (2, 29) else birth.replace(year=month.year)
    return {"turns": age, "on": day.isoformat(), "group": age_group(birth, day).value}


def _purpose(purpose: str) -> Purpose:
    if purpose not in set(Purpose):
        raise Invalid(field="purpose", rule="purpose-unknown")
    return Purpose(purpose)


def _guardian(name: str, identity_number: str, phone: str) -> dict[str, str]:
    try:
        field = "name"
        clean_name = read_name(name)
        field = "identity-number"
        identity, birth = read_identity_number(identity_number)
        field = "phone"
        clean_phone = read_phone(phone)
    except CellRefused as refusal:
        raise Invalid(field=field, rule=refusal.rule.value) from None
    return {"name": clean_name, "identity_number": identity, "phone": clean_phone, "birth": birth.isoformat()}
