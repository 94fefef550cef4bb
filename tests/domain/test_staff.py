"""Staff are appointed, sign in by a one-time code, and are revoked for good."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from points.domain.staff import SignInExpired, SignInNotOffered, Staff, StaffRevoked
from tests.domain.examples import COMMUNITY, VOLUNTEER, a_staff_member
from tests.domain.scenario import A_SECOND, NOW, event, given, id_of, started

SESSION, OTHER_SESSION = id_of("session"), id_of("other session")
ADMIN = id_of("admin")
END = NOW + timedelta(minutes=10)


def offer(staff: Staff, session_id: UUID = SESSION) -> None:
    staff.offer_sign_in(NOW, session_id=session_id, offered_by=ADMIN, expires_at=END)


def test_a_person_is_appointed_to_a_role_for_an_area() -> None:
    started(
        a_staff_member(),
        event(
            Staff.Appointed,
            role="reviewer",
            area_code=COMMUNITY,
            merchant_id=None,
            volunteer_id=VOLUNTEER,
            profile_ref=id_of("profile"),
            appointed_by=ADMIN,
        ),
    )


def test_a_sign_in_code_works_once() -> None:
    staff = a_staff_member()
    given(staff).when(offer).then(
        event(Staff.SignInOffered, session_id=SESSION, offered_by=ADMIN, expires_at_us=1_776_215_400_000_000)
    )
    given(staff).when(lambda s: s.sign_in(NOW, session_id=SESSION)).then(
        event(Staff.SignedIn, session_id=SESSION)
    )
    given(staff).when(lambda s: s.sign_in(NOW, session_id=SESSION)).then_refused(SignInNotOffered)


def test_a_sign_in_code_holds_to_its_end_and_no_second_longer() -> None:
    staff = a_staff_member()
    offer(staff)
    given(staff).when(lambda s: s.sign_in(END + A_SECOND, session_id=SESSION)).then_refused(SignInExpired)
    given(staff).when(lambda s: s.sign_in(END, session_id=SESSION)).then(event(Staff.SignedIn))


def test_a_new_code_replaces_the_one_before() -> None:
    staff = a_staff_member()
    offer(staff, SESSION)
    offer(staff, OTHER_SESSION)
    given(staff).when(lambda s: s.sign_in(NOW, session_id=SESSION)).then_refused(SignInNotOffered)


def test_who_is_revoked_does_nothing_any_more() -> None:
    staff = a_staff_member()
    offer(staff)
    given(staff).when(lambda s: s.revoke(NOW, revoked_by=ADMIN)).then(event(Staff.Revoked, revoked_by=ADMIN))
    for decision in (offer, lambda s: s.sign_in(NOW, session_id=SESSION), lambda s: s.require_active()):
        given(staff).when(decision).then_refused(StaffRevoked)


def test_an_appointment_ends_once() -> None:
    staff = a_staff_member()
    staff.revoke(NOW, revoked_by=ADMIN)
    given(staff).when(lambda s: s.revoke(NOW, revoked_by=ADMIN)).then_nothing()
