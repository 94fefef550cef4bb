"""Activities lie ahead when planned, and bound the supplementary time that names them."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from points.domain.activity import (
    Activity,
    ActivityEndsBeforeStart,
    ActivityNotAhead,
    LongerThanActivity,
    OutsideActivityDay,
    ShiftOutsideActivity,
)
from points.domain.values import Minutes
from tests.domain.examples import CLERK, COMMUNITY, a_planned_activity, a_recorded_activity
from tests.domain.scenario import A_SECOND, NOW, at, event, given, id_of, start_refused, started

DAY = date(2026, 4, 20)


def test_an_activity_is_planned_ahead() -> None:
    activity = started(
        a_planned_activity(),
        event(
            Activity.Planned,
            area_code=COMMUNITY,
            kind="environment",
            title_ref=id_of("title"),
            starts_at_us=1_776_664_800_000_000,
            ends_at_us=1_776_673_800_000_000,
            places=20,
            planned_by=CLERK,
        ),
    )
    assert activity.day == DAY


def test_a_planned_activity_does_not_start_now_or_earlier() -> None:
    later = at("2026-04-20 16:30")
    start_refused(lambda: a_planned_activity(NOW, later), ActivityNotAhead)
    assert a_planned_activity(NOW + A_SECOND, later).day == date(2026, 4, 15)


@pytest.mark.parametrize("end", ["2026-04-20 14:00", "2026-04-20 13:59"])
def test_an_activity_ends_after_it_starts(end: str) -> None:
    start_refused(lambda: a_planned_activity(ends_at=at(end)), ActivityEndsBeforeStart)


def test_the_day_of_an_activity_is_the_one_in_shanghai() -> None:
    assert a_planned_activity(at("2026-04-20 07:00"), at("2026-04-20 08:00")).day == DAY


def test_a_past_activity_is_recorded_from_a_sheet() -> None:
    started(
        a_recorded_activity(date(2026, 4, 10)),
        event(
            Activity.Recorded,
            area_code=COMMUNITY,
            kind="environment",
            title_ref=id_of("title"),
            day=date(2026, 4, 10),
            evidence=b"\x04" * 32,
            recorded_by=CLERK,
        ),
    )


def test_supplementary_time_is_at_most_the_activitys_length() -> None:
    activity = a_planned_activity()
    given(activity).when(lambda a: a.check_supplementary(DAY, Minutes(150))).then_nothing()
    given(activity).when(lambda a: a.check_supplementary(DAY, Minutes(151))).then_refused(
        LongerThanActivity, asked_minutes=151, activity_minutes=150
    )


@pytest.mark.parametrize("day", [date(2026, 4, 19), date(2026, 4, 21)])
def test_supplementary_time_is_dated_on_the_activitys_day(day: date) -> None:
    given(a_planned_activity()).when(lambda a: a.check_supplementary(day, Minutes(1))).then_refused(
        OutsideActivityDay, day=day
    )


def test_an_activity_over_midnight_has_two_days() -> None:
    activity = a_planned_activity(at("2026-04-20 22:00"), at("2026-04-21 02:00"))
    for day in (DAY, date(2026, 4, 21)):
        check = partial(Activity.check_supplementary, day=day, minutes=Minutes(240))
        given(activity).when(check).then_nothing()


def test_a_recorded_activity_knows_only_its_day() -> None:
    activity = a_recorded_activity(date(2026, 4, 10))
    given(activity).when(lambda a: a.check_supplementary(date(2026, 4, 10), Minutes(1_440))).then_nothing()
    given(activity).when(lambda a: a.check_supplementary(date(2026, 4, 11), Minutes(1))).then_refused(
        OutsideActivityDay, day=date(2026, 4, 11)
    )


def test_a_shift_lies_within_its_activity() -> None:
    starts, ends = at("2026-04-20 14:00"), at("2026-04-20 16:30")
    given(a_planned_activity()).when(lambda a: a.check_shift(starts, ends)).then_nothing()
    given(a_planned_activity()).when(lambda a: a.check_shift(starts - A_SECOND, ends)).then_refused(
        ShiftOutsideActivity
    )
    given(a_planned_activity()).when(lambda a: a.check_shift(starts, ends + A_SECOND)).then_refused(
        ShiftOutsideActivity
    )


def test_an_activity_known_only_afterwards_has_no_shifts() -> None:
    given(a_recorded_activity()).when(
        lambda a: a.check_shift(at("2026-04-20 14:00"), at("2026-04-20 16:00"))
    ).then_refused(ShiftOutsideActivity)
