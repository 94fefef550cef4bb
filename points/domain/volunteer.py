"""A volunteer in the register: where they live, whether they left, and which phones were offered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import local_day, to_us
from points.domain.errors import Invalid, Refused
from points.domain.minors import GUARDIAN_BELOW_AGE_YEARS
from points.domain.people import Purpose, Skill, Slot
from points.domain.values import Category


class VolunteerWithdrawn(Refused):
    """The volunteer has left the register."""

    volunteer_number: str


class VolunteerNotWithdrawn(Refused):
    """Only someone who left can come back."""

    volunteer_number: str


class GuardianConsentMissing(Refused):
    """Under 14 a guardian consents (rule 6)."""

    age_years: int


class TooYoung(Refused):
    """Under 6 nobody is registered (rule 6, configurable)."""

    age_years: int
    minimum_age_years: int


class EnrolmentNotOffered(Refused):
    """The one-time code is not one that staff made for this person, or it was used, or replaced."""


class EnrolmentExpired(Refused):
    """The one-time code's ten minutes are over."""


class SecondApproverMissing(Refused):
    """The account already holds points or a device: a second staff member approves a further phone."""


class SecondApproverSame(Refused):
    """The second approver is the one who makes the code."""


class ConsentMissing(Refused):
    """The person has not consented to this purpose, or took the consent back (rule 20)."""

    purpose: Purpose


MINIMUM_AGE_YEARS = 6


def check_age(age_years: int, *, guardian_consent: bool) -> None:
    """Rule 6: raises TooYoung or GuardianConsentMissing."""
    if age_years < MINIMUM_AGE_YEARS:
        raise TooYoung(age_years=age_years, minimum_age_years=MINIMUM_AGE_YEARS)
    if age_years < GUARDIAN_BELOW_AGE_YEARS and not guardian_consent:
        raise GuardianConsentMissing(age_years=age_years)


class Volunteer(Aggregate):
    TOPIC = "points.volunteer"

    class Event(Aggregate.Event):
        pass

    class Registered(Created, Event):
        """Who it is stands in the vault under `profile_ref`; nothing here derives from the person."""

        TOPIC = "points.volunteer.registered"
        volunteer_number: str
        area_code: str
        category: str
        profile_ref: UUID
        guardian_consent: bool
        registered_by: UUID

        def apply(self, aggregate: Volunteer) -> None:
            aggregate.volunteer_number = self.volunteer_number
            aggregate.area_code = self.area_code
            aggregate.category = Category(self.category)
            aggregate.categories = ((date.min, self.category),)
            aggregate.profile_ref = self.profile_ref
            aggregate.withdrawn = False
            aggregate.offers = {}
            aggregate.devices = ()
            aggregate.consents = frozenset({Purpose.GUARDIAN}) if self.guardian_consent else frozenset()

    class Moved(Event):
        TOPIC = "points.volunteer.moved"
        area_code: str
        moved_by: UUID

        def apply(self, aggregate: Volunteer) -> None:
            aggregate.area_code = self.area_code

    class CategoryChanged(Event):
        """What the person is has changed, from a day on that may lie in the past."""

        TOPIC = "points.volunteer.category_changed"
        category: str
        former_category: str
        from_day: date
        changed_by: UUID

        def apply(self, aggregate: Volunteer) -> None:
            aggregate.category = Category(self.category)
            aggregate.categories = (*aggregate.categories, (self.from_day, self.category))

    class Withdrawn(Event):
        TOPIC = "points.volunteer.withdrawn"
        withdrawn_by: UUID

        def apply(self, aggregate: Volunteer) -> None:
            aggregate.withdrawn = True

    class Returned(Event):
        TOPIC = "points.volunteer.returned"
        area_code: str
        returned_by: UUID

        def apply(self, aggregate: Volunteer) -> None:
            aggregate.withdrawn = False
            aggregate.area_code = self.area_code

    class Erased(Event):
        """The proof that the person was forgotten: whoever restores an older backup forgets them again by it."""

        TOPIC = "points.volunteer.erased"
        erased_by: UUID

        def apply(self, aggregate: Volunteer) -> None:
            aggregate.withdrawn = True
            aggregate.offers = {}
            aggregate.devices = ()
            aggregate.consents = frozenset()

    class EnrolmentOffered(Event):
        """Staff made a one-time code; it names the device that will exist once a phone has used it."""

        TOPIC = "points.volunteer.enrolment_offered"
        device_id: UUID
        offered_by: UUID
        approved_by: UUID | None
        expires_at_us: int

        def apply(self, aggregate: Volunteer) -> None:
            # A new code replaces the one before: only the last one shown to the person counts.
            aggregate.offers = {self.device_id: self.expires_at_us}

    class DeviceAccepted(Event):
        TOPIC = "points.volunteer.device_accepted"
        device_id: UUID

        def apply(self, aggregate: Volunteer) -> None:
            aggregate.offers.pop(self.device_id, None)
            aggregate.devices = (*aggregate.devices, self.device_id)

    class ConsentGiven(Event):
        """To one purpose; for a minor under 14 it is the guardian who consents."""

        TOPIC = "points.volunteer.consent_given"
        purpose: str
        recorded_by: UUID

        def apply(self, aggregate: Volunteer) -> None:
            aggregate.consents |= {Purpose(self.purpose)}

    class ConsentWithdrawn(Event):
        TOPIC = "points.volunteer.consent_withdrawn"
        purpose: str
        recorded_by: UUID

        def apply(self, aggregate: Volunteer) -> None:
            aggregate.consents -= {Purpose(self.purpose)}

    class GuardianRecorded(Event):
        """Who the guardian is stands in the vault, under the minor's own key."""

        TOPIC = "points.volunteer.guardian_recorded"
        guardian_ref: UUID
        recorded_by: UUID

        def apply(self, aggregate: Volunteer) -> None:
            pass

    class AbilitiesStated(Event):
        """Replaces what was stated before; whatever no word covers is a note in the vault."""

        TOPIC = "points.volunteer.abilities_stated"
        skills: tuple[str, ...]
        slots: tuple[str, ...]
        note_ref: UUID | None
        stated_by: UUID

        def apply(self, aggregate: Volunteer) -> None:
            pass

    volunteer_number: str
    area_code: str
    category: Category
    categories: tuple[tuple[date, str], ...]
    """Each with the day it was stated for; of those that hold on a day the one stated last counts."""
    profile_ref: UUID
    withdrawn: bool
    consents: frozenset[Purpose]
    offers: dict[UUID, int]
    devices: tuple[UUID, ...]

    @classmethod
    def register(
        cls,
        at: datetime,
        id_: UUID,
        *,
        volunteer_number: str,
        area_code: str,
        category: Category,
        profile_ref: UUID,
        guardian_consent: bool,
        registered_by: UUID,
    ) -> Self:
        return cls._start(
            cls.Registered,
            id_,
            at,
            volunteer_number=volunteer_number,
            area_code=area_code,
            category=category.value,
            profile_ref=profile_ref,
            guardian_consent=guardian_consent,
            registered_by=registered_by,
        )

    def category_on(self, day: date) -> Category:
        """What the person was on that day: a scheme pays by it (rule 10)."""
        return Category(next(word for from_day, word in reversed(self.categories) if from_day <= day))

    def change_category(self, at: datetime, *, category: Category, from_day: date, changed_by: UUID) -> None:
        """Raises VolunteerWithdrawn, Invalid for a day that has not come."""
        self.require_active()
        if from_day > local_day(at):
            raise Invalid(field="from-day", rule="future-date")
        if self.category_on(from_day) != category or self.category != category:
            self._record(
                self.CategoryChanged,
                at,
                category=category.value,
                former_category=self.category.value,
                from_day=from_day,
                changed_by=changed_by,
            )

    def move(self, at: datetime, *, area_code: str, moved_by: UUID) -> None:
        self.require_active()
        if area_code != self.area_code:
            self._record(self.Moved, at, area_code=area_code, moved_by=moved_by)

    def withdraw(self, at: datetime, *, withdrawn_by: UUID) -> None:
        self.require_active()
        self._record(self.Withdrawn, at, withdrawn_by=withdrawn_by)

    def erase(self, at: datetime, *, erased_by: UUID) -> None:
        """Forget the person; the caller destroys what the vault and the indexes hold in the same commit."""
        self._record(self.Erased, at, erased_by=erased_by)

    def come_back(self, at: datetime, *, area_code: str, returned_by: UUID) -> None:
        if not self.withdrawn:
            raise VolunteerNotWithdrawn(volunteer_number=self.volunteer_number)
        self._record(self.Returned, at, area_code=area_code, returned_by=returned_by)

    def offer_enrolment(
        self,
        at: datetime,
        *,
        device_id: UUID,
        offered_by: UUID,
        approved_by: UUID | None,
        holds_points: bool,
        expires_at: datetime,
    ) -> None:
        """Make a one-time code out to a phone.

        Raises SecondApproverMissing where one person alone could take over an account worth something.
        """
        self.require_active()
        if approved_by == offered_by:
            raise SecondApproverSame
        if approved_by is None and (holds_points or self.devices):
            raise SecondApproverMissing
        self._record(
            self.EnrolmentOffered,
            at,
            device_id=device_id,
            offered_by=offered_by,
            approved_by=approved_by,
            expires_at_us=to_us(expires_at),
        )

    def accept_device(self, at: datetime, *, device_id: UUID) -> None:
        """The phone shows the code: once, and in time."""
        self.require_active()
        expires_at_us = self.offers.get(device_id)
        if expires_at_us is None:
            raise EnrolmentNotOffered
        if to_us(at) > expires_at_us:
            raise EnrolmentExpired
        self._record(self.DeviceAccepted, at, device_id=device_id)

    def consent(self, at: datetime, purpose: Purpose, *, recorded_by: UUID) -> None:
        self.require_active()
        if purpose not in self.consents:
            self._record(self.ConsentGiven, at, purpose=purpose.value, recorded_by=recorded_by)

    def withdraw_consent(self, at: datetime, purpose: Purpose, *, recorded_by: UUID) -> None:
        """Possible at any time, for somebody who left as well."""
        if purpose in self.consents:
            self._record(self.ConsentWithdrawn, at, purpose=purpose.value, recorded_by=recorded_by)

    def require_consent(self, purpose: Purpose) -> None:
        """Raises ConsentMissing."""
        if purpose not in self.consents:
            raise ConsentMissing(purpose=purpose)

    def record_guardian(self, at: datetime, *, guardian_ref: UUID, recorded_by: UUID) -> None:
        """Name the guardian; that is a guardian's consent too, where none stood."""
        self.require_active()
        self._record(self.GuardianRecorded, at, guardian_ref=guardian_ref, recorded_by=recorded_by)
        self.consent(at, Purpose.GUARDIAN, recorded_by=recorded_by)

    def state_abilities(
        self,
        at: datetime,
        *,
        skills: frozenset[Skill],
        slots: frozenset[Slot],
        note_ref: UUID | None,
        stated_by: UUID,
    ) -> None:
        self.require_active()
        self._record(
            self.AbilitiesStated,
            at,
            skills=tuple(skill.value for skill in Skill if skill in skills),
            slots=tuple(slot.value for slot in Slot if slot in slots),
            note_ref=note_ref,
            stated_by=stated_by,
        )

    def require_active(self) -> None:
        if self.withdrawn:
            raise VolunteerWithdrawn(volunteer_number=self.volunteer_number)
