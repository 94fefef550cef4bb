"""What a timesheet takes: the hours of each day, exactly."""

from __future__ import annotations

from datetime import date

import pytest

from points.domain import timesheet_errors as refused
from points.domain.errors import Invalid
from points.domain.service_record import Interval, Service
from points.domain.timesheet import Timesheet
from points.domain.values import Minutes, TimeClass
from tests.domain.examples import MONTH_AFTER, VOLUNTEER, a_reviewer, a_service, a_sheet
from tests.domain.scenario import NOW, assert_replays, at, event, given, id_of, started

DAY, NEXT_DAY = date(2026, 4, 10), date(2026, 4, 11)
LAST_OF_APRIL, FIRST_OF_MAY = date(2026, 4, 30), date(2026, 5, 1)
H = 60


def taken(sheet: Timesheet, *services: Service) -> Timesheet:
    for service in services:
        sheet.record_service(MONTH_AFTER, service)
    return sheet


def test_a_sheet_opens_for_one_person_and_month() -> None:
    sheet = Timesheet.open(NOW, id_of("sheet"), volunteer_id=VOLUNTEER, month="2026-04")
    started(sheet, event(Timesheet.Opened, volunteer_id=VOLUNTEER, month="2026-04"))


def test_a_service_is_recorded_with_all_that_was_said_of_it() -> None:
    service = a_service("one", DAY, between=(9 * H, 11 * H))
    given(a_sheet()).when(lambda s: s.record_service(MONTH_AFTER, service)).then(
        event(
            Timesheet.ServiceRecorded,
            record_id=service.record_id,
            activity_id=service.activity_id,
            area_code=service.area_code,
            kind="elder_care",
            time_class="supplementary",
            day=DAY,
            starts_at_minute=540,
            ends_at_minute=660,
            minutes=120,
            entered_by=service.entered_by,
            reason_ref=service.reason_ref,
            evidence=service.evidence,
        )
    )


def test_minutes_without_a_place_in_the_day_are_recorded_without_an_interval() -> None:
    sheet = a_sheet()
    given(sheet).when(lambda s: s.record_service(MONTH_AFTER, a_service("one", DAY, 90))).then(
        event(Timesheet.ServiceRecorded, starts_at_minute=None, ends_at_minute=None, minutes=90)
    )
    assert sheet.day_minutes(DAY) == 90


@pytest.mark.parametrize("minutes", [0, -1])
def test_service_is_at_least_one_minute(minutes: int) -> None:
    given(a_sheet()).when(
        lambda s: s.record_service(MONTH_AFTER, a_service("one", DAY, minutes))
    ).then_refused(refused.NoServiceTime)


def test_a_service_of_one_minute_is_taken() -> None:
    sheet = taken(a_sheet(), a_service("one", DAY, 1))
    assert sheet.day_minutes(DAY) == 1


def test_one_service_is_at_most_24_hours() -> None:
    given(a_sheet()).when(lambda s: s.record_service(MONTH_AFTER, a_service("one", DAY, 1_441))).then_refused(
        refused.ServiceTooLong, asked_minutes=1_441
    )
    assert taken(a_sheet(), a_service("one", DAY, 1_440)).day_minutes(DAY) == 1_440


def test_minutes_must_agree_with_the_times() -> None:
    service = a_service("one", DAY, between=(60, 120))._replace(minutes=Minutes(61))
    given(a_sheet()).when(lambda s: s.record_service(MONTH_AFTER, service)).then_refused(
        refused.IntervalDiffersFromMinutes, asked_minutes=61, interval_minutes=60
    )


@pytest.mark.parametrize("start", [-1, 1_440])
def test_a_service_starts_within_its_day(start: int) -> None:
    service = a_service("one", DAY, between=(start, start + 60))
    given(a_sheet()).when(lambda s: s.record_service(MONTH_AFTER, service)).then_refused(
        Invalid, field="starts-at", rule="outside-day"
    )


def test_a_service_may_start_in_the_last_minute_of_its_day() -> None:
    sheet = taken(a_sheet(), a_service("one", DAY, between=(1_439, 1_440)))
    assert (sheet.day_minutes(DAY), sheet.day_minutes(NEXT_DAY)) == (1, 0)


def test_service_of_a_day_to_come_is_not_recorded() -> None:
    given(a_sheet()).when(
        lambda s: s.record_service(NOW, a_service("one", date(2026, 4, 16), 60))
    ).then_refused(refused.FutureService, day=date(2026, 4, 16))


def test_the_day_of_service_is_judged_in_shanghai_not_in_utc() -> None:
    just_after_midnight = at("2026-04-11 00:00")  # still the 10th in UTC
    sheet = a_sheet()
    sheet.record_service(just_after_midnight, a_service("one", NEXT_DAY, 1))
    assert sheet.day_minutes(NEXT_DAY) == 1


def test_supplementary_time_needs_a_reason() -> None:
    service = a_service("one", DAY, 60, reason_ref=None)
    given(a_sheet()).when(lambda s: s.record_service(MONTH_AFTER, service)).then_refused(
        refused.ReasonMissing
    )


def test_verified_time_needs_no_reason() -> None:
    service = a_service("one", DAY, 60, reason_ref=None, time_class=TimeClass.VERIFIED)
    given(a_sheet()).when(lambda s: s.record_service(MONTH_AFTER, service)).then(
        event(Timesheet.ServiceRecorded, time_class="verified", reason_ref=None)
    )


# Known again


def test_the_same_activity_day_and_interval_is_on_record() -> None:
    sheet = taken(a_sheet(), a_service("one", DAY, between=(60, 120)))
    given(sheet).when(
        lambda s: s.record_service(MONTH_AFTER, a_service("two", DAY, between=(60, 120)))
    ).then_refused(refused.AlreadyRecorded, record_id=id_of("one"))


def test_the_same_activity_and_day_without_times_is_on_record_whatever_its_minutes() -> None:
    sheet = taken(a_sheet(), a_service("one", DAY, 60))
    given(sheet).when(lambda s: s.record_service(MONTH_AFTER, a_service("two", DAY, 90))).then_refused(
        refused.AlreadyRecorded, record_id=id_of("one")
    )


def test_the_same_interval_under_another_activity_is_an_overlap() -> None:
    sheet = taken(a_sheet(), a_service("one", DAY, between=(60, 120)))
    other = a_service("two", DAY, between=(60, 120), activity="other activity")
    given(sheet).when(lambda s: s.record_service(MONTH_AFTER, other)).then_refused(
        refused.OverlapsOtherService, record_id=id_of("one")
    )


@pytest.mark.parametrize("placed_first", [True, False])
def test_one_activity_is_not_recorded_once_with_times_and_once_without(placed_first: bool) -> None:
    placed, unplaced = a_service("placed", DAY, between=(60, 120)), a_service("unplaced", DAY, 60)
    first, second = (placed, unplaced) if placed_first else (unplaced, placed)
    given(taken(a_sheet(), first)).when(lambda s: s.record_service(MONTH_AFTER, second)).then_refused(
        refused.OverlapsOtherService, record_id=first.record_id
    )


def test_two_visits_to_one_activity_on_a_day_are_two_services() -> None:
    sheet = taken(
        a_sheet(), a_service("one", DAY, between=(60, 120)), a_service("two", DAY, between=(180, 240))
    )
    assert sheet.day_minutes(DAY) == 120


def test_the_same_activity_on_another_day_is_another_service() -> None:
    sheet = taken(a_sheet(), a_service("one", DAY, 60), a_service("two", NEXT_DAY, 60))
    assert (sheet.day_minutes(DAY), sheet.day_minutes(NEXT_DAY)) == (60, 60)


# Overlap


@pytest.mark.parametrize(
    "between",
    [
        pytest.param((59, 61), id="one minute over the start"),
        pytest.param((119, 180), id="the last minute"),
        pytest.param((61, 119), id="inside"),
        pytest.param((30, 150), id="around"),
        pytest.param((60, 121), id="the same start"),
    ],
)
def test_services_that_share_one_minute_overlap(between: tuple[int, int]) -> None:
    sheet = taken(a_sheet(), a_service("one", DAY, between=(60, 120)))
    other = a_service("two", DAY, between=between, activity="other activity")
    given(sheet).when(lambda s: s.record_service(MONTH_AFTER, other)).then_refused(
        refused.OverlapsOtherService, record_id=id_of("one")
    )


@pytest.mark.parametrize("between", [(0, 60), (120, 180)])
def test_services_that_only_touch_are_both_taken(between: tuple[int, int]) -> None:
    sheet = taken(a_sheet(), a_service("one", DAY, between=(60, 120)))
    other = a_service("two", DAY, between=between, activity="other activity")
    given(sheet).when(lambda s: s.record_service(MONTH_AFTER, other)).then(event(Timesheet.ServiceRecorded))


# The 24 hours of a day


def test_a_day_of_exactly_24_hours_is_taken_and_then_full() -> None:
    sheet = taken(a_sheet(), a_service("one", DAY, between=(0, 1_439)))
    sheet.record_service(MONTH_AFTER, a_service("two", DAY, 1, activity="other activity"))
    assert sheet.day_minutes(DAY) == 1_440
    third = a_service("three", DAY, 1, activity="third activity")
    given(sheet).when(lambda s: s.record_service(MONTH_AFTER, third)).then_refused(
        refused.DayFull, day=DAY, asked_minutes=1, left_minutes=0
    )


def test_unplaced_minutes_take_room_from_placed_ones() -> None:
    sheet = taken(a_sheet(), a_service("one", DAY, 1_000))
    other = a_service("two", DAY, between=(0, 441), activity="other activity")
    given(sheet).when(lambda s: s.record_service(MONTH_AFTER, other)).then_refused(
        refused.DayFull, day=DAY, asked_minutes=441, left_minutes=440
    )
    fits = a_service("two", DAY, between=(0, 440), activity="other activity")
    given(sheet).when(lambda s: s.record_service(MONTH_AFTER, fits)).then(event(Timesheet.ServiceRecorded))


# Midnight and the end of the month


def test_service_past_midnight_is_split_between_its_two_days() -> None:
    sheet = taken(a_sheet(), a_service("night", DAY, between=(23 * H, 26 * H)))
    assert (sheet.day_minutes(DAY), sheet.day_minutes(NEXT_DAY)) == (60, 120)


def test_service_past_midnight_overlaps_the_next_morning() -> None:
    sheet = taken(a_sheet(), a_service("night", DAY, between=(23 * H, 26 * H)))
    morning = a_service("morning", NEXT_DAY, between=(119, 180))
    given(sheet).when(lambda s: s.record_service(MONTH_AFTER, morning)).then_refused(
        refused.OverlapsOtherService, record_id=id_of("night")
    )
    touching = a_service("morning", NEXT_DAY, between=(120, 180))
    given(sheet).when(lambda s: s.record_service(MONTH_AFTER, touching)).then(
        event(Timesheet.ServiceRecorded)
    )


def test_a_night_that_meets_a_full_next_day_is_refused_for_that_day() -> None:
    sheet = taken(a_sheet(), a_service("long", NEXT_DAY, 1_400))
    night = a_service("night", DAY, between=(23 * H, 24 * H + 41))
    given(sheet).when(lambda s: s.record_service(MONTH_AFTER, night)).then_refused(
        refused.DayFull, day=NEXT_DAY, asked_minutes=41, left_minutes=40
    )


def test_service_past_the_end_of_the_month_is_noted_in_the_next_sheet() -> None:
    april, may = a_sheet(), a_sheet("2026-05")
    night = a_service("night", LAST_OF_APRIL, between=(23 * H, 26 * H))
    given(april, may).when(lambda s: s.record_service(MONTH_AFTER, night, may)).then(
        event(Timesheet.ServiceRecorded, starts_at_minute=1_380, ends_at_minute=1_560),
        event(Timesheet.SpillRecorded, record_id=id_of("night"), day=FIRST_OF_MAY, minutes=120),
    )
    assert (april.day_minutes(LAST_OF_APRIL), may.day_minutes(FIRST_OF_MAY)) == (60, 120)


def test_service_that_ends_at_the_months_last_midnight_leaves_the_next_sheet_alone() -> None:
    april, may = a_sheet(), a_sheet("2026-05")
    evening = a_service("evening", LAST_OF_APRIL, between=(23 * H, 24 * H))
    given(april, may).when(lambda s: s.record_service(MONTH_AFTER, evening, may)).then(
        event(Timesheet.ServiceRecorded)
    )


def test_a_spill_overlaps_the_first_morning_of_the_next_month() -> None:
    april, may = a_sheet(), a_sheet("2026-05")
    april.record_service(MONTH_AFTER, a_service("night", LAST_OF_APRIL, between=(23 * H, 26 * H)), may)
    morning = a_service("morning", FIRST_OF_MAY, between=(119, 180))
    given(may).when(lambda s: s.record_service(MONTH_AFTER, morning)).then_refused(
        refused.OverlapsOtherService, record_id=id_of("night")
    )


def test_a_late_night_is_refused_where_the_next_month_already_has_that_morning() -> None:
    april, may = a_sheet(), a_sheet("2026-05")
    may.record_service(MONTH_AFTER, a_service("morning", FIRST_OF_MAY, between=(119, 180)))
    night = a_service("night", LAST_OF_APRIL, between=(23 * H, 26 * H))
    given(april, may).when(lambda s: s.record_service(MONTH_AFTER, night, may)).then_refused(
        refused.OverlapsOtherService, record_id=id_of("morning")
    )


def test_a_spill_takes_room_from_the_first_day_of_the_next_month() -> None:
    april, may = a_sheet(), a_sheet("2026-05")
    april.record_service(MONTH_AFTER, a_service("night", LAST_OF_APRIL, between=(23 * H, 26 * H)), may)
    given(may).when(
        lambda s: s.record_service(MONTH_AFTER, a_service("long", FIRST_OF_MAY, 1_321))
    ).then_refused(refused.DayFull, day=FIRST_OF_MAY, asked_minutes=1_321, left_minutes=1_320)


def test_a_night_over_the_months_end_needs_the_next_sheet_at_hand() -> None:
    night = a_service("night", LAST_OF_APRIL, between=(23 * H, 26 * H))
    sheet = a_sheet()
    with pytest.raises(ValueError, match="2026-05-01"):
        sheet.record_service(MONTH_AFTER, night)
    assert sheet.records == {}


# Rejection frees the time


def test_a_rejected_service_frees_its_time() -> None:
    sheet = taken(a_sheet(), a_service("one", DAY, between=(60, 120)))
    sheet.review(MONTH_AFTER, id_of("one"), a_reviewer(), approved=False, reason_ref=id_of("why"))
    assert sheet.day_minutes(DAY) == 0
    other = a_service("two", DAY, between=(60, 120), activity="other activity")
    given(sheet).when(lambda s: s.record_service(MONTH_AFTER, other)).then(event(Timesheet.ServiceRecorded))


def test_a_rejected_service_stays_on_record_so_that_the_same_line_is_known_again() -> None:
    sheet = taken(a_sheet(), a_service("one", DAY, between=(60, 120)))
    sheet.review(MONTH_AFTER, id_of("one"), a_reviewer(), approved=False)
    given(sheet).when(
        lambda s: s.record_service(MONTH_AFTER, a_service("two", DAY, between=(60, 120)))
    ).then_refused(refused.AlreadyRecorded, record_id=id_of("one"))


def test_a_rejected_night_drops_its_spill() -> None:
    april, may = a_sheet(), a_sheet("2026-05")
    april.record_service(MONTH_AFTER, a_service("night", LAST_OF_APRIL, between=(23 * H, 26 * H)), may)
    given(april, may).when(
        lambda s: s.review(MONTH_AFTER, id_of("night"), a_reviewer(), approved=False, following=may)
    ).then(
        event(Timesheet.ServiceReviewed, approved=False),
        event(Timesheet.SpillDropped, record_id=id_of("night")),
    )
    assert may.day_minutes(FIRST_OF_MAY) == 0
    assert may.spills == ()


def test_only_the_rejected_nights_spill_is_dropped() -> None:
    april, may = a_sheet(), a_sheet("2026-05")
    april.record_service(MONTH_AFTER, a_service("first", LAST_OF_APRIL, between=(22 * H, 24 * H + 30)), may)
    march = a_sheet("2026-03")
    march.record_service(MONTH_AFTER, a_service("early", date(2026, 3, 31), between=(1_400, 1_500)), april)
    april.review(MONTH_AFTER, id_of("first"), a_reviewer(), approved=False, following=may)
    assert [(spill.day, spill.interval) for spill in april.spills] == [(date(2026, 4, 1), Interval(0, 60))]
    assert_replays(april)
