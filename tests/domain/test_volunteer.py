"""The register: who may enter it, leave it and come back, and whose phone is whose."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from points.domain.errors import Invalid
from points.domain.values import Category
from points.domain.volunteer import (
    EnrolmentExpired,
    EnrolmentNotOffered,
    GuardianConsentMissing,
    SecondApproverMissing,
    SecondApproverSame,
    TooYoung,
    Volunteer,
    VolunteerNotWithdrawn,
    VolunteerWithdrawn,
    check_age,
)
from tests.domain.examples import CLERK, COMMUNITY, a_volunteer
from tests.domain.scenario import A_SECOND, NOW, event, given, id_of, started

NUMBER = "50023312345674"
TEN_MINUTES_LATER = NOW + timedelta(minutes=10)
PHONE, OTHER_PHONE = id_of("phone"), id_of("other phone")


def offer(
    volunteer: Volunteer,
    device_id: UUID = PHONE,
    *,
    approved_by: UUID | None = None,
    holds_points: bool = False,
) -> None:
    volunteer.offer_enrolment(
        NOW,
        device_id=device_id,
        offered_by=CLERK,
        approved_by=approved_by,
        holds_points=holds_points,
        expires_at=TEN_MINUTES_LATER,
    )


def withdrawn() -> Volunteer:
    volunteer = a_volunteer()
    volunteer.withdraw(NOW, withdrawn_by=CLERK)
    return volunteer


def test_a_volunteer_is_registered_without_anything_of_the_person() -> None:
    started(
        a_volunteer(),
        event(
            Volunteer.Registered,
            volunteer_number=NUMBER,
            area_code=COMMUNITY,
            category="retired",
            profile_ref=id_of("profile"),
            guardian_consent=False,
            registered_by=CLERK,
        ),
    )


# Ages


@pytest.mark.parametrize("consent", [False, True])
def test_under_6_nobody_is_registered_even_with_consent(consent: bool) -> None:
    with pytest.raises(TooYoung) as refusal:
        check_age(5, guardian_consent=consent)
    assert refusal.value.facts == {"age_years": 5, "minimum_age_years": 6}


@pytest.mark.parametrize("age_years", [6, 13])
def test_from_6_to_13_a_guardian_consents(age_years: int) -> None:
    with pytest.raises(GuardianConsentMissing) as refusal:
        check_age(age_years, guardian_consent=False)
    assert refusal.value.facts == {"age_years": age_years}
    check_age(age_years, guardian_consent=True)


def test_from_14_nobody_needs_a_guardian() -> None:
    check_age(14, guardian_consent=False)


# Moving, leaving, coming back


def test_a_move_changes_the_area() -> None:
    volunteer = a_volunteer()
    given(volunteer).when(lambda v: v.move(NOW, area_code="500233002001", moved_by=CLERK)).then(
        event(Volunteer.Moved, area_code="500233002001", moved_by=CLERK)
    )
    assert volunteer.area_code == "500233002001"


def test_a_move_to_where_one_lives_is_none() -> None:
    given(a_volunteer()).when(lambda v: v.move(NOW, area_code=COMMUNITY, moved_by=CLERK)).then_nothing()


def test_a_volunteer_leaves_once() -> None:
    volunteer = a_volunteer()
    given(volunteer).when(lambda v: v.withdraw(NOW, withdrawn_by=CLERK)).then(
        event(Volunteer.Withdrawn, withdrawn_by=CLERK)
    )
    given(volunteer).when(lambda v: v.withdraw(NOW, withdrawn_by=CLERK)).then_refused(
        VolunteerWithdrawn, volunteer_number=NUMBER
    )


def test_who_left_is_neither_moved_nor_given_a_phone() -> None:
    volunteer = withdrawn()
    for decision in (
        lambda v: v.move(NOW, area_code="500233002001", moved_by=CLERK),
        offer,
        lambda v: v.accept_device(NOW, device_id=PHONE),
        lambda v: v.require_active(),
    ):
        given(volunteer).when(decision).then_refused(VolunteerWithdrawn, volunteer_number=NUMBER)


def test_who_left_comes_back_where_they_live_now() -> None:
    volunteer = withdrawn()
    given(volunteer).when(lambda v: v.come_back(NOW, area_code="500233002001", returned_by=CLERK)).then(
        event(Volunteer.Returned, area_code="500233002001", returned_by=CLERK)
    )
    assert (volunteer.withdrawn, volunteer.area_code) == (False, "500233002001")


def test_who_never_left_cannot_come_back() -> None:
    given(a_volunteer()).when(
        lambda v: v.come_back(NOW, area_code=COMMUNITY, returned_by=CLERK)
    ).then_refused(VolunteerNotWithdrawn, volunteer_number=NUMBER)


# Phones


def test_staff_offer_a_first_phone_alone_while_nothing_can_be_taken_over() -> None:
    given(a_volunteer()).when(offer).then(
        event(
            Volunteer.EnrolmentOffered,
            device_id=PHONE,
            offered_by=CLERK,
            approved_by=None,
            expires_at_us=1_776_215_400_000_000,
        )
    )


def test_a_phone_accepts_the_code_once() -> None:
    volunteer = a_volunteer()
    offer(volunteer)
    given(volunteer).when(lambda v: v.accept_device(NOW, device_id=PHONE)).then(
        event(Volunteer.DeviceAccepted, device_id=PHONE)
    )
    assert volunteer.devices == (PHONE,)
    given(volunteer).when(lambda v: v.accept_device(NOW, device_id=PHONE)).then_refused(EnrolmentNotOffered)


def test_the_code_holds_for_its_ten_minutes_and_no_second_longer() -> None:
    volunteer = a_volunteer()
    offer(volunteer)
    given(volunteer).when(
        lambda v: v.accept_device(TEN_MINUTES_LATER + A_SECOND, device_id=PHONE)
    ).then_refused(EnrolmentExpired)
    given(volunteer).when(lambda v: v.accept_device(TEN_MINUTES_LATER, device_id=PHONE)).then(
        event(Volunteer.DeviceAccepted)
    )


def test_a_code_never_made_is_not_accepted() -> None:
    given(a_volunteer()).when(lambda v: v.accept_device(NOW, device_id=PHONE)).then_refused(
        EnrolmentNotOffered
    )


def test_a_new_code_replaces_the_one_before() -> None:
    volunteer = a_volunteer()
    offer(volunteer, PHONE)
    offer(volunteer, OTHER_PHONE)
    given(volunteer).when(lambda v: v.accept_device(NOW, device_id=PHONE)).then_refused(EnrolmentNotOffered)
    given(volunteer).when(lambda v: v.accept_device(NOW, device_id=OTHER_PHONE)).then(
        event(Volunteer.DeviceAccepted, device_id=OTHER_PHONE)
    )


def test_an_account_that_holds_points_needs_a_second_approver() -> None:
    volunteer = a_volunteer()
    given(volunteer).when(lambda v: offer(v, holds_points=True)).then_refused(SecondApproverMissing)
    given(volunteer).when(lambda v: offer(v, holds_points=True, approved_by=id_of("second"))).then(
        event(Volunteer.EnrolmentOffered, approved_by=id_of("second"))
    )


def test_a_further_phone_needs_a_second_approver() -> None:
    volunteer = a_volunteer()
    offer(volunteer)
    volunteer.accept_device(NOW, device_id=PHONE)
    given(volunteer).when(lambda v: offer(v, OTHER_PHONE)).then_refused(SecondApproverMissing)
    given(volunteer).when(lambda v: offer(v, OTHER_PHONE, approved_by=id_of("second"))).then(
        event(Volunteer.EnrolmentOffered, device_id=OTHER_PHONE)
    )


def test_the_second_approver_is_another_person() -> None:
    given(a_volunteer()).when(lambda v: offer(v, approved_by=CLERK)).then_refused(SecondApproverSame)


# Categories


def change(volunteer: Volunteer, category: Category, from_day: date) -> None:
    volunteer.change_category(NOW, category=category, from_day=from_day, changed_by=CLERK)


def test_a_category_holds_from_its_day_on_and_the_former_one_before() -> None:
    volunteer = a_volunteer()
    given(volunteer).when(lambda v: change(v, Category.TEACHER, date(2026, 3, 1))).then(
        event(
            Volunteer.CategoryChanged,
            category="teacher",
            former_category="retired",
            from_day=date(2026, 3, 1),
        )
    )
    assert volunteer.category_on(date(2026, 2, 28)) is Category.RETIRED
    assert volunteer.category_on(date(2026, 3, 1)) is Category.TEACHER
    given(volunteer).when(lambda v: change(v, Category.TEACHER, date(2026, 3, 1))).then_nothing()


def test_what_was_stated_last_counts_for_the_days_it_holds_on() -> None:
    volunteer = a_volunteer()
    change(volunteer, Category.TEACHER, date(2026, 3, 1))
    change(volunteer, Category.STUDENT, date(2026, 1, 1))
    assert volunteer.category_on(date(2026, 4, 1)) is Category.STUDENT
    assert volunteer.category_on(date(2025, 12, 31)) is Category.RETIRED


def test_a_category_is_not_stated_for_days_to_come() -> None:
    given(a_volunteer()).when(lambda v: change(v, Category.TEACHER, date(2026, 4, 16))).then_refused(
        Invalid, field="from-day", rule="future-date"
    )
