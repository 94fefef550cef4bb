from __future__ import annotations

from datetime import timedelta

from points.domain.attendance import (
    CheckInWindowClosed,
    NoForgottenSignOut,
    NotCheckedIn,
    SignOutForgotten,
    StillCheckedIn,
    TooManyPairs,
)
from points.domain.errors import Invalid
from tests.domain.examples import an_attendance, sign_in, sign_out
from tests.domain.scenario import NOW, given, id_of

HOUR = timedelta(hours=1)
DOOR = {"opens_at": NOW - timedelta(minutes=30), "closes_at": NOW + 2 * HOUR}


def settle(attendance: object, minutes: int, at: object) -> None:
    attendance.settle(  # type: ignore[attr-defined]  # any attendance
        at, minutes=minutes, record_id=None, settled_by=id_of("clerk"), reason_ref=id_of("reason")
    )


def test_minutes_between_in_and_out_count() -> None:
    attendance = an_attendance()
    sign_in(attendance, at=NOW + timedelta(minutes=10))
    assert sign_out(attendance, NOW + timedelta(minutes=55, seconds=59)) == 45


def test_the_time_before_the_start_and_after_the_end_does_not_count() -> None:
    attendance = an_attendance()
    sign_in(attendance, at=NOW - timedelta(minutes=25))
    assert sign_out(attendance, NOW + 2 * HOUR + timedelta(minutes=20)) == 120


def test_signing_in_and_out_for_a_photograph_earns_nothing() -> None:
    attendance = an_attendance()
    sign_in(attendance)
    assert sign_out(attendance, NOW + timedelta(seconds=50)) == 0


def test_asking_twice_signs_in_once() -> None:
    attendance = an_attendance()
    assert sign_in(attendance)
    assert not sign_in(attendance, at=NOW + timedelta(minutes=1))
    assert attendance.pairs == 1


def test_nobody_is_at_two_places_at_once() -> None:
    attendance = an_attendance()
    sign_in(attendance)
    given(attendance).when(lambda a: sign_in(a, "other activity")).then_refused(
        StillCheckedIn, activity_id=id_of("activity")
    )


def test_at_most_three_pairs_a_day() -> None:
    attendance = an_attendance()
    for nth in range(3):
        sign_in(attendance, at=NOW + timedelta(minutes=10 * nth))
        sign_out(attendance, NOW + timedelta(minutes=10 * nth + 5))
    given(attendance).when(lambda a: sign_in(a, at=NOW + HOUR)).then_refused(TooManyPairs, pairs=3)


def test_the_door_opens_half_an_hour_before_and_closes_at_the_end() -> None:
    early, late = NOW - timedelta(minutes=31), NOW + 2 * HOUR + timedelta(seconds=1)
    given(an_attendance()).when(lambda a: sign_in(a, at=early)).then_refused(CheckInWindowClosed, **DOOR)
    given(an_attendance()).when(lambda a: sign_in(a, at=late)).then_refused(CheckInWindowClosed, **DOOR)


def test_who_never_signed_in_does_not_sign_out() -> None:
    given(an_attendance()).when(lambda a: sign_out(a, NOW + HOUR)).then_refused(NotCheckedIn)


def test_a_forgotten_sign_out_earns_nothing_until_staff_settle_it() -> None:
    attendance = an_attendance()
    sign_in(attendance)
    until = NOW + 2 * HOUR + timedelta(minutes=30)
    late = until + timedelta(minutes=1)
    given(attendance).when(lambda a: sign_out(a, late)).then_refused(SignOutForgotten, until=until)
    given(attendance).when(lambda a: settle(a, 60, NOW + HOUR)).then_refused(NoForgottenSignOut)
    given(attendance).when(lambda a: settle(a, 121, late)).then_refused(
        Invalid, field="minutes", rule="out-of-range"
    )
    settle(attendance, 60, late)
    assert attendance.present is None
