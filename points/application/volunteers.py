"""The register of volunteers: who joins, one by one or from a roster, who moves, leaves and comes back."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from points import access
from points.access import Act, Actor, OutsideScope
from points.application.ages import is_minor
from points.application.imports import ImportReport, LineResult, OnProgress, in_chunks
from points.application.sheets import LineRefusal, RosterLine, read_roster
from points.application.sheets.rules import CellRefused
from points.application.sheets.values import read_identity_number, read_name, read_phone
from points.application.sign_in import offer_code
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain import naming
from points.domain.account import Account
from points.domain.errors import Invalid, NotFound, Refused
from points.domain.values import Category
from points.domain.volunteer import Volunteer, check_age
from points.ledger.blind_indexes import IDENTITY_NUMBER, PHONE, VOLUNTEER_NUMBER
from points.projections import volunteers as volunteer_model

ENROLMENT_FOR = timedelta(minutes=10)
_RANDOM_DIGITS = 7
_SHARED_PHONE = "shared_phone"
_PHONE_AND_NAME = "phone_and_name"


class VolunteerNotFound(NotFound):
    """No volunteer has this number, or none whom the asker may see."""


class AlreadyRegistered(Refused):
    """A volunteer with this identity number is in the register."""

    volunteer_number: str


class Person(NamedTuple):
    """What is told of someone who joins. Everything but area and category goes into the vault alone."""

    name: str
    identity_number: str
    phone: str
    birth: date
    area_code: str
    category: Category
    guardian_phone: str | None
    more: dict[str, str]


class Volunteers:
    """The register."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def register(
        self,
        call: Call,
        *,
        name: str,
        identity_number: str,
        phone: str,
        area: str,
        category: str = Category.RESIDENT.value,
        guardian_phone: str | None = None,
    ) -> Answer:
        """Enter one person. Raises Invalid, AlreadyRegistered, TooYoung, GuardianConsentMissing, OutsideScope."""
        access.require_in_area(call.actor, Act.REGISTER_VOLUNTEER, self._tools.areas(area).path(area))
        person = _read_person(name, identity_number, phone, area, category, guardian_phone)

        def decide(work: Work) -> Body:
            known = work.indexes.lookup(IDENTITY_NUMBER, person.identity_number)
            if known is not None:
                number = work.unit.get(Volunteer, known).volunteer_number
                raise AlreadyRegistered(volunteer_number=number)
            volunteer = enter(work, person, self._tools.county_code, call.actor)
            return {
                "volunteer_id": str(volunteer.id),
                "volunteer_number": volunteer.volunteer_number,
            }

        told = [name, identity_number, phone, area, category, guardian_phone]
        return self._tools.change(call, "volunteers.register", told, decide)

    def import_file(
        self,
        call: Call,
        data: bytes,
        filename: str,
        *,
        dry_run: bool = False,
        on_progress: OnProgress = lambda _done, _of: None,
    ) -> ImportReport:
        """Enter the people of a roster. Who is in the register already, by identity number, is a duplicate."""
        access.require(call.actor, Act.REGISTER_VOLUNTEER)
        areas = self._tools.areas()
        reading = read_roster(data, filename, areas=areas.names, today=self._tools.today(call))

        def decide(work: Work, line: RosterLine) -> LineResult:
            if not areas.covers(call.actor.area_code, line.area_code):
                return LineRefusal(line.line, "area", "outside-scope", sheet=line.sheet)
            if work.indexes.lookup(IDENTITY_NUMBER, line.identity_number) is not None:
                return "duplicate"
            enter(work, _of_line(line), self._tools.county_code, call.actor)
            return "accepted"

        return in_chunks(
            self._tools,
            call,
            reading.lines,
            decide,
            refused=reading.refused,
            dry_run=dry_run,
            on_progress=on_progress,
        )

    def show(self, call: Call, number: str) -> Body:
        """One entry. Names and phones are masked for those who only look."""
        volunteer, profile = self._seen(call, number, Act.READ_VOLUNTEER)
        full = call.actor.role in access.ALLOWED[Act.READ_PROFILE]
        hide = unnamed if is_minor(profile, self._tools.today(call)) else masked
        fields = profile if full else {key: hide(value) for key, value in profile.items()}
        if "identity_number" in fields:
            fields["identity_number"] = masked(fields["identity_number"])
        return {
            "volunteer_number": volunteer.volunteer_number,
            "area": volunteer.area_code,
            "category": volunteer.category,
            "withdrawn": volunteer.withdrawn,
            "registered_on": volunteer.registered_on.isoformat(),
            **fields,
        }

    def enrol(self, call: Call, number: str, approver: Actor | None = None) -> Answer:
        """Make the one-time code of a phone: ten minutes, one use.

        Raises SecondApproverMissing once the account holds points or a device, and NotAllowed where the
        approver is not of the staff of that area.
        """

        def decide(work: Work) -> Body:
            volunteer = self._theirs(work, call.actor, Act.ENROL_DEVICE, number)
            if approver is not None:
                path = self._tools.areas().path(volunteer.area_code)
                access.require_in_area(approver, Act.APPROVE_DEVICE, path)
            account = work.unit.seek(Account, naming.account_id(work.tenant, volunteer.id))
            code = offer_code(work, volunteer.id, ENROLMENT_FOR)
            volunteer.offer_enrolment(
                work.at,
                device_id=code.id,
                offered_by=call.actor.id,
                approved_by=approver.id if approver else None,
                holds_points=account is not None and account.balance_points > 0,
                expires_at=code.expires_at,
            )
            return {"digits": code.digits, "expires_at": code.expires_at.isoformat()}

        told = [number, str(approver and approver.id)]
        return self._tools.change(call, "volunteers.enrol", told, decide)

    def move(self, call: Call, number: str, area: str) -> Answer:
        """The person lives elsewhere now; both areas must be the mover's."""
        access.require_in_area(call.actor, Act.REGISTER_VOLUNTEER, self._tools.areas(area).path(area))
        return self._of_register(
            call, "move", number, lambda v, w: v.move(w.at, area_code=area, moved_by=call.actor.id), area
        )

    def withdraw(self, call: Call, number: str) -> Answer:
        return self._of_register(
            call, "withdraw", number, lambda v, w: v.withdraw(w.at, withdrawn_by=call.actor.id)
        )

    def come_back(self, call: Call, number: str, area: str) -> Answer:
        access.require_in_area(call.actor, Act.REGISTER_VOLUNTEER, self._tools.areas(area).path(area))
        return self._of_register(
            call,
            "come-back",
            number,
            lambda v, w: v.come_back(w.at, area_code=area, returned_by=call.actor.id),
            area,
        )

    def _of_register(
        self,
        call: Call,
        name: str,
        number: str,
        act: Callable[[Volunteer, Work], None],
        *told: str,
    ) -> Answer:
        def decide(work: Work) -> Body:
            volunteer = self._theirs(work, call.actor, Act.REGISTER_VOLUNTEER, number)
            act(volunteer, work)
            return {"volunteer_number": volunteer.volunteer_number, "area": volunteer.area_code}

        return self._tools.change(call, f"volunteers.{name}", [number, *told], decide)

    def _theirs(self, work: Work, actor: Actor, act: Act, number: str) -> Volunteer:
        """The volunteer, if the actor may do this where the person lives."""
        access.require(actor, act)
        volunteer = find_volunteer(work, number)
        path = self._tools.areas().path(volunteer.area_code)
        access.require_for_volunteer(actor, act, volunteer.id, path)
        return volunteer

    def _seen(self, call: Call, number: str, act: Act) -> tuple[volunteer_model.Volunteer, dict[str, str]]:
        volunteer = see_volunteer(self._tools, call.actor, act, number)
        with self._tools.looking() as desk:
            return volunteer, desk.vault.get(volunteer.profile_ref) or {}


def see_volunteer(tools: Tools, actor: Actor, act: Act, number: str) -> volunteer_model.Volunteer:
    """A volunteer as the read models know them. Someone out of the asker's reach looks like nobody."""
    access.require(actor, act)
    with tools.reading() as connection:
        volunteer = volunteer_model.by_number(connection, number)
    if volunteer is None:
        raise VolunteerNotFound(subject="volunteer", reference=number)
    try:
        path = tools.areas().path(volunteer.area_code)
        access.require_for_volunteer(actor, act, volunteer.volunteer_id, path)
    except OutsideScope:
        raise VolunteerNotFound(subject="volunteer", reference=number) from None
    return volunteer


def find_volunteer(work: Work, number: str) -> Volunteer:
    """The volunteer of a number. Raises VolunteerNotFound."""
    volunteer_id = work.indexes.lookup(VOLUNTEER_NUMBER, number) if number.strip() else None
    if volunteer_id is None:
        raise VolunteerNotFound(subject="volunteer", reference=number)
    return work.unit.get(Volunteer, volunteer_id)


def find_by_phone(work: Work, phone: str, name: str | None) -> UUID | LookupError:
    """Whose phone it is. Old couples share one: then the name decides, and without a name nobody does."""
    if name:
        exact = work.indexes.lookup(_PHONE_AND_NAME, f"{phone} {name}")
        if exact is not None:
            return exact
    holder = work.indexes.lookup(PHONE, phone)
    if holder is None:
        return LookupError("volunteer-unknown")
    if name:
        return LookupError("name-differs")
    if work.indexes.lookup(_SHARED_PHONE, phone) is not None:
        return LookupError("phone-shared")
    return holder


def enter(work: Work, person: Person, county_code: str, actor: Actor) -> Volunteer:
    """Register someone whose identity number nobody has."""
    check_age(age_years(person.birth, work.today), guardian_consent=person.guardian_phone is not None)
    volunteer_id = work.new_id()
    work.indexes.claim(IDENTITY_NUMBER, person.identity_number, volunteer_id)
    _claim_phone(work, person, volunteer_id)
    number = _free_number(work, county_code)
    work.indexes.claim(VOLUNTEER_NUMBER, number, volunteer_id)
    profile = {
        "name": person.name,
        "identity_number": person.identity_number,
        "phone": person.phone,
        **person.more,
    }
    if person.guardian_phone:
        profile["guardian_phone"] = person.guardian_phone
    work.vault.open_subject(volunteer_id)
    volunteer = Volunteer.register(
        work.at,
        volunteer_id,
        volunteer_number=number,
        area_code=person.area_code,
        category=person.category,
        profile_ref=work.vault.put(volunteer_id, profile),
        guardian_consent=person.guardian_phone is not None,
        registered_by=actor.id,
    )
    return work.unit.add(volunteer)


def _claim_phone(work: Work, person: Person, volunteer_id: UUID) -> None:
    both = f"{person.phone} {person.name}"
    if work.indexes.lookup(_PHONE_AND_NAME, both) is None:
        work.indexes.claim(_PHONE_AND_NAME, both, volunteer_id)
    if work.indexes.lookup(PHONE, person.phone) is None:
        work.indexes.claim(PHONE, person.phone, volunteer_id)
    elif work.indexes.lookup(_SHARED_PHONE, person.phone) is None:
        work.indexes.claim(_SHARED_PHONE, person.phone, volunteer_id)


def release_indexes(work: Work, volunteer: Volunteer) -> None:
    """Let nobody find the person any more by number, phone or identity. A couple's phone stays the other's."""
    profile = work.vault.get(volunteer.profile_ref) or {}
    phone, name = profile.get("phone", ""), profile.get("name", "")
    for index, value in (
        (IDENTITY_NUMBER, profile.get("identity_number", "")),
        (VOLUNTEER_NUMBER, volunteer.volunteer_number),
        (PHONE, phone),
        (_SHARED_PHONE, phone),
        (_PHONE_AND_NAME, f"{phone} {name}"),
    ):
        if value.strip() and work.indexes.lookup(index, value) == volunteer.id:
            work.indexes.release(index, value)


def _free_number(work: Work, county_code: str) -> str:
    """14 digits: county, seven random ones, a Luhn check; never one that was given out before (rule 20)."""
    while True:
        random = int.from_bytes(os.urandom(8)) % 10**_RANDOM_DIGITS
        body = f"{county_code}{random:0{_RANDOM_DIGITS}d}"
        number = body + luhn_check(body)
        if work.indexes.lookup(VOLUNTEER_NUMBER, number) is None:
            return number


def luhn_check(body: str) -> str:
    """The digit that makes body and digit pass the Luhn test (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return str(-total % 10)


def age_years(birth: date, today: date) -> int:
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def masked(value: str) -> str:
    """The first character of a short text, the first and last two of a number."""
    if len(value) <= 4:  # noqa: PLR2004  # a name
        return value[:1] + "*" * (len(value) - 1)
    return value[:2] + "*" * (len(value) - 4) + value[-2:]


def unnamed(value: str) -> str:
    """Nothing at all: what is told of a minor to those who only look."""
    return "*" if value else ""


def _read_person(
    name: str, identity_number: str, phone: str, area: str, category: str, guardian_phone: str | None
) -> Person:
    """As careful as with a sheet's cells. Raises Invalid."""
    if category not in set(Category):
        raise Invalid(field="category", rule="category-unknown")
    try:
        field = "name"
        clean_name = read_name(name)
        field = "identity-number"
        identity, birth = read_identity_number(identity_number)
        field = "phone"
        clean_phone = read_phone(phone)
        field = "guardian-phone"
        guardian = read_phone(guardian_phone) if guardian_phone else None
    except CellRefused as refusal:
        raise Invalid(field=field, rule=refusal.rule.value) from None
    return Person(clean_name, identity, clean_phone, birth, area, Category(category), guardian, {})


def _of_line(line: RosterLine) -> Person:
    more: dict[str, Any] = {"remark": line.remark, "category_text": line.category_text}
    return Person(
        line.name,
        line.identity_number,
        line.phone,
        line.birth,
        line.area_code,
        Category(line.category),
        line.guardian_phone,
        {key: value for key, value in more.items() if value},
    )
