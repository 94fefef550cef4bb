"""A shift's places are exact, its line is in order, and a promise to come can be given up in time."""

from __future__ import annotations

from datetime import datetime

import pytest

from points.domain.errors import Refused
from points.domain.roster import (
    AlreadySignedUp,
    NotSignedUp,
    Roster,
    ShiftClosed,
    ShiftEndsBeforeStart,
    ShiftNotAhead,
    ShiftNotEnded,
    ShiftStarted,
    ShiftWithoutPlaces,
    TooLateToCancel,
)
from tests.domain.scenario import A_SECOND, NOW, at, event, given, id_of

STARTS, ENDS = at("2026-04-20 14:00"), at("2026-04-20 16:00")
LAST_CHANCE = at("2026-04-20 12:00")
FIRST, SECOND, THIRD, CLERK = (id_of(name) for name in ("first", "second", "third", "clerk"))


def a_roster(*, places: int = 1, starts_at: datetime = STARTS, ends_at: datetime = ENDS) -> Roster:
    return Roster.open(
        NOW,
        id_of("roster"),
        activity_id=id_of("activity"),
        starts_at=starts_at,
        ends_at=ends_at,
        places=places,
        cancel_before_minutes=120,
        opened_by=CLERK,
    )


def with_people(*people: str) -> Roster:
    roster = a_roster()
    for name in people:
        roster.sign_up(NOW, volunteer_id=id_of(name))
    return roster


@pytest.mark.parametrize(
    ("places", "starts_at", "ends_at", "refusal"),
    [
        (1, ENDS, STARTS, ShiftEndsBeforeStart),
        (1, STARTS, STARTS, ShiftEndsBeforeStart),
        (1, NOW, ENDS, ShiftNotAhead),
        (0, STARTS, ENDS, ShiftWithoutPlaces),
    ],
)
def test_a_shift_lies_ahead_lasts_and_has_room(
    places: int, starts_at: datetime, ends_at: datetime, refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        a_roster(places=places, starts_at=starts_at, ends_at=ends_at)


def test_a_free_place_is_taken() -> None:
    given(a_roster()).when(lambda r: r.sign_up(NOW, volunteer_id=FIRST)).then(
        event(Roster.SignedUp, volunteer_id=FIRST)
    )


def test_who_finds_no_place_waits_for_one() -> None:
    given(with_people("first")).when(lambda r: r.sign_up(NOW, volunteer_id=SECOND)).then(
        event(Roster.Waitlisted, volunteer_id=SECOND)
    )


def test_nobody_holds_two_places_or_turns() -> None:
    roster = with_people("first", "second")
    given(roster).when(lambda r: r.sign_up(NOW, volunteer_id=FIRST)).then_refused(AlreadySignedUp)
    given(roster).when(lambda r: r.sign_up(NOW, volunteer_id=SECOND)).then_refused(AlreadySignedUp)


def test_no_place_is_taken_once_the_shift_starts() -> None:
    given(a_roster()).when(lambda r: r.sign_up(STARTS, volunteer_id=FIRST)).then_refused(ShiftStarted)
    given(a_roster()).when(lambda r: r.sign_up(STARTS - A_SECOND, volunteer_id=FIRST)).then(
        event(Roster.SignedUp, volunteer_id=FIRST)
    )


def test_a_place_given_up_goes_to_the_first_in_line() -> None:
    roster = with_people("first", "second", "third")
    given(roster).when(lambda r: r.cancel(LAST_CHANCE, volunteer_id=FIRST)).then(
        event(Roster.Cancelled, volunteer_id=FIRST, promoted_id=SECOND)
    )
    assert (roster.signed_up, roster.waiting) == ((SECOND,), (THIRD,))


def test_a_place_nobody_waits_for_becomes_free() -> None:
    roster = with_people("first")
    roster.cancel(NOW, volunteer_id=FIRST)
    given(roster).when(lambda r: r.sign_up(NOW, volunteer_id=SECOND)).then(
        event(Roster.SignedUp, volunteer_id=SECOND)
    )


def test_a_place_is_not_given_up_a_second_too_late() -> None:
    given(with_people("first")).when(
        lambda r: r.cancel(LAST_CHANCE + A_SECOND, volunteer_id=FIRST)
    ).then_refused(TooLateToCancel, until=LAST_CHANCE)


def test_a_turn_in_the_line_is_given_up_until_the_start() -> None:
    roster = with_people("first", "second")
    given(roster).when(lambda r: r.cancel(STARTS - A_SECOND, volunteer_id=SECOND)).then(
        event(Roster.Cancelled, volunteer_id=SECOND, promoted_id=None)
    )


def test_a_stranger_to_the_shift_gives_nothing_up() -> None:
    given(a_roster()).when(lambda r: r.cancel(NOW, volunteer_id=FIRST)).then_refused(NotSignedUp)


def test_who_did_not_come_is_marked_once_and_only_after_the_end() -> None:
    roster = with_people("first")
    given(roster).when(
        lambda r: r.mark_no_show(ENDS - A_SECOND, volunteer_id=FIRST, marked_by=CLERK)
    ).then_refused(ShiftNotEnded)
    given(roster).when(lambda r: r.mark_no_show(ENDS, volunteer_id=FIRST, marked_by=CLERK)).then(
        event(Roster.NoShowMarked, volunteer_id=FIRST, marked_by=CLERK)
    )
    given(roster).when(lambda r: r.mark_no_show(ENDS, volunteer_id=FIRST, marked_by=CLERK)).then_nothing()


def test_who_only_waited_is_no_no_show() -> None:
    given(with_people("first", "second")).when(
        lambda r: r.mark_no_show(ENDS, volunteer_id=SECOND, marked_by=CLERK)
    ).then_refused(NotSignedUp)


def test_a_shift_called_off_takes_nobody_and_blames_nobody() -> None:
    roster = with_people("first")
    given(roster).when(lambda r: r.close(NOW, closed_by=CLERK)).then(event(Roster.Closed, closed_by=CLERK))
    given(roster).when(lambda r: r.close(NOW, closed_by=CLERK)).then_nothing()
    given(roster).when(lambda r: r.sign_up(NOW, volunteer_id=SECOND)).then_refused(ShiftClosed)
    given(roster).when(lambda r: r.cancel(NOW, volunteer_id=FIRST)).then_refused(ShiftClosed)
    given(roster).when(lambda r: r.mark_no_show(ENDS, volunteer_id=FIRST, marked_by=CLERK)).then_refused(
        ShiftClosed
    )
