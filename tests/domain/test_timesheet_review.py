"""Who reviews hours, how far up, and how often: four eyes, and more for long days."""

from __future__ import annotations

from datetime import date

import pytest

from points.domain import timesheet_errors as refused
from points.domain.service_record import RecordState
from points.domain.timesheet import Timesheet
from points.domain.values import ReviewTier
from tests.domain.examples import (
    CLERK,
    MONTH_AFTER,
    VOLUNTEER,
    a_reviewer,
    a_service,
    a_sheet,
    approve,
    confirm,
    put_on_notice,
)
from tests.domain.scenario import at, event, given, id_of

DAY = date(2026, 4, 10)
LAST_OF_APRIL, FIRST_OF_MAY = date(2026, 4, 30), date(2026, 5, 1)
FIRST, PARENT, COUNTY = ReviewTier.FIRST, ReviewTier.PARENT, ReviewTier.COUNTY
AFTER_NOTICE = at("2026-05-26 00:00")


def sheet_with(minutes: int) -> Timesheet:
    sheet = a_sheet()
    sheet.record_service(MONTH_AFTER, a_service("one", DAY, minutes))
    return sheet


@pytest.mark.parametrize(
    ("minutes", "tier"),
    [(1, FIRST), (480, FIRST), (481, PARENT), (720, PARENT), (721, COUNTY), (1_440, COUNTY)],
)
def test_the_length_of_the_day_says_which_tier_it_needs(minutes: int, tier: ReviewTier) -> None:
    sheet = sheet_with(minutes)
    assert sheet.needed_tier(sheet.record(id_of("one")), None) == (tier, minutes)


def test_the_tier_follows_the_persons_whole_day_not_the_single_record() -> None:
    sheet = sheet_with(480)
    sheet.record_service(MONTH_AFTER, a_service("two", DAY, 1, activity="other activity"))
    assert sheet.needed_tier(sheet.record(id_of("two")), None) == (PARENT, 481)


def test_a_night_needs_the_tier_of_its_longer_day() -> None:
    april, may = a_sheet(), a_sheet("2026-05")
    april.record_service(MONTH_AFTER, a_service("night", LAST_OF_APRIL, between=(1_380, 1_500)), may)
    may.record_service(MONTH_AFTER, a_service("day", FIRST_OF_MAY, between=(480, 901)))
    assert april.needed_tier(april.record(id_of("night")), may) == (PARENT, 481)


def test_a_first_review_is_given() -> None:
    given(sheet_with(480)).when(lambda s: approve(s, "one")).then(
        event(
            Timesheet.ServiceReviewed,
            record_id=id_of("one"),
            tier=1,
            approved=True,
            reviewed_by=id_of("reviewer"),
            reason_ref=None,
        )
    )


def test_a_day_of_8_hours_is_reviewed_by_one() -> None:
    sheet = sheet_with(480)
    approve(sheet, "one")
    given(sheet).when(lambda s: approve(s, "one", "another", reach=COUNTY)).then_refused(
        refused.NothingLeftToReview, record_id=id_of("one")
    )


def test_a_longer_day_is_reviewed_again_by_the_parent_area() -> None:
    sheet = sheet_with(481)
    assert (
        given(sheet).when(lambda s: approve(s, "one")).then(event(Timesheet.ServiceReviewed, tier=1)) is FIRST
    )
    given(sheet).when(lambda s: approve(s, "one", "another")).then_refused(
        refused.HigherReviewNeeded, needed_tier=2, day_minutes=481
    )
    answer = given(sheet).when(lambda s: approve(s, "one", "parent", reach=PARENT))
    assert answer.then(event(Timesheet.ServiceReviewed, tier=2)) is PARENT


def test_up_to_12_hours_the_parent_area_suffices() -> None:
    sheet = sheet_with(720)
    approve(sheet, "one")
    approve(sheet, "one", "parent", reach=PARENT)
    given(sheet).when(lambda s: put_on_notice(s, "one")).then(event(Timesheet.NoticeGiven))


def test_above_12_hours_only_a_county_reviewer_completes_the_review() -> None:
    sheet = sheet_with(721)
    approve(sheet, "one")
    given(sheet).when(lambda s: approve(s, "one", "parent", reach=PARENT)).then_refused(
        refused.HigherReviewNeeded, needed_tier=3, day_minutes=721
    )
    given(sheet).when(lambda s: approve(s, "one", "county", reach=COUNTY)).then(
        event(Timesheet.ServiceReviewed, tier=3, reviewed_by=id_of("county"))
    )


def test_a_county_reviewer_who_comes_first_gives_only_the_first_tier() -> None:
    given(sheet_with(721)).when(lambda s: approve(s, "one", "county", reach=COUNTY)).then(
        event(Timesheet.ServiceReviewed, tier=1)
    )


# Four eyes


def test_nobody_reviews_their_own_hours() -> None:
    reviewer = a_reviewer(person_ids=frozenset({VOLUNTEER}))
    given(sheet_with(60)).when(
        lambda s: s.review(MONTH_AFTER, id_of("one"), reviewer, approved=True)
    ).then_refused(refused.OwnHours)


def test_nobody_reviews_their_households_hours() -> None:
    reviewer = a_reviewer(person_ids=frozenset({id_of("the reviewer as volunteer"), VOLUNTEER}))
    given(sheet_with(60)).when(
        lambda s: s.review(MONTH_AFTER, id_of("one"), reviewer, approved=True)
    ).then_refused(refused.OwnHours)


def test_a_reviewer_who_is_a_volunteer_reviews_the_hours_of_others() -> None:
    reviewer = a_reviewer(person_ids=frozenset({id_of("the reviewer as volunteer")}))
    given(sheet_with(60)).when(lambda s: s.review(MONTH_AFTER, id_of("one"), reviewer, approved=True)).then(
        event(Timesheet.ServiceReviewed)
    )


@pytest.mark.parametrize("approved", [True, False])
def test_nobody_reviews_what_they_entered_themselves(approved: bool) -> None:
    sheet = a_sheet()
    sheet.record_service(MONTH_AFTER, a_service("one", DAY, 60, entered_by=id_of("reviewer")))
    given(sheet).when(
        lambda s: s.review(MONTH_AFTER, id_of("one"), a_reviewer(), approved=approved)
    ).then_refused(refused.OwnEntry)


def test_one_person_does_not_give_two_tiers() -> None:
    sheet = sheet_with(721)
    approve(sheet, "one", "county", reach=COUNTY)
    given(sheet).when(lambda s: approve(s, "one", "county", reach=COUNTY)).then_refused(
        refused.TierAlreadyGiven
    )


def test_an_unknown_record_is_not_found() -> None:
    given(a_sheet()).when(lambda s: approve(s, "nothing")).then_refused(
        refused.RecordNotFound, subject="service-record", reference=str(id_of("nothing"))
    )


# Rejection


def test_a_rejection_is_recorded_with_its_reason() -> None:
    sheet = sheet_with(60)
    given(sheet).when(
        lambda s: s.review(MONTH_AFTER, id_of("one"), a_reviewer(), approved=False, reason_ref=id_of("why"))
    ).then(event(Timesheet.ServiceReviewed, approved=False, reason_ref=id_of("why")))
    assert sheet.record(id_of("one")).state is RecordState.REJECTED


def test_a_rejection_needs_no_higher_reach() -> None:
    sheet = sheet_with(721)
    approve(sheet, "one")
    given(sheet).when(
        lambda s: s.review(MONTH_AFTER, id_of("one"), a_reviewer("another"), approved=False)
    ).then(event(Timesheet.ServiceReviewed, approved=False))


def test_a_rejected_record_is_closed_to_everything() -> None:
    sheet = sheet_with(60)
    sheet.review(MONTH_AFTER, id_of("one"), a_reviewer(), approved=False)
    given(sheet).when(lambda s: approve(s, "one", "another")).then_refused(
        refused.RecordRejected, record_id=id_of("one")
    )
    given(sheet).when(lambda s: put_on_notice(s, "one")).then_refused(
        refused.RecordRejected, record_id=id_of("one")
    )
    given(sheet).when(lambda s: s.check_confirmable(AFTER_NOTICE, id_of("one"), frozenset())).then_refused(
        refused.RecordRejected, record_id=id_of("one")
    )


# A late record lengthens the day


def test_a_late_record_reopens_the_review_before_notice() -> None:
    sheet = sheet_with(480)
    approve(sheet, "one")
    sheet.record_service(MONTH_AFTER, a_service("late", DAY, 1, activity="other activity"))
    given(sheet).when(lambda s: put_on_notice(s, "one")).then_refused(
        refused.ReviewIncomplete, record_id=id_of("one"), needed_tier=2
    )
    approve(sheet, "one", "parent", reach=PARENT)
    given(sheet).when(lambda s: put_on_notice(s, "one")).then(event(Timesheet.NoticeGiven))


def test_a_late_record_reopens_the_review_before_confirmation() -> None:
    sheet = sheet_with(480)
    approve(sheet, "one")
    put_on_notice(sheet, "one")
    sheet.record_service(MONTH_AFTER, a_service("late", DAY, 241, activity="other activity"))
    given(sheet).when(lambda s: s.check_confirmable(AFTER_NOTICE, id_of("one"), frozenset())).then_refused(
        refused.ReviewIncomplete, record_id=id_of("one"), needed_tier=3
    )
    approve(sheet, "one", "county", reach=COUNTY)
    given(sheet).when(lambda s: s.check_confirmable(AFTER_NOTICE, id_of("one"), frozenset())).then_nothing()


def test_a_late_record_in_the_next_sheet_reopens_the_review_of_the_night_before_it() -> None:
    april, may = a_sheet(), a_sheet("2026-05")
    april.record_service(MONTH_AFTER, a_service("night", LAST_OF_APRIL, between=(1_380, 1_500)), may)
    approve(april, "night", following=may)
    may.record_service(MONTH_AFTER, a_service("late", FIRST_OF_MAY, between=(480, 901)))
    given(april, may).when(lambda s: put_on_notice(s, "night", following=may)).then_refused(
        refused.ReviewIncomplete, record_id=id_of("night"), needed_tier=2
    )


def test_a_rejection_shortens_the_day_again() -> None:
    sheet = sheet_with(480)
    sheet.record_service(MONTH_AFTER, a_service("late", DAY, 1, activity="other activity"))
    sheet.review(MONTH_AFTER, id_of("late"), a_reviewer(), approved=False)
    approve(sheet, "one")
    given(sheet).when(lambda s: put_on_notice(s, "one")).then(event(Timesheet.NoticeGiven))


def test_a_late_record_after_confirmation_leaves_the_confirmed_one_alone_but_is_itself_reviewed_higher() -> (
    None
):
    sheet = sheet_with(480)
    approve(sheet, "one")
    put_on_notice(sheet, "one")
    confirm(sheet, "one", AFTER_NOTICE)
    sheet.record_service(AFTER_NOTICE, a_service("late", DAY, 1, activity="other activity", entered_by=CLERK))
    assert sheet.record(id_of("one")).state is RecordState.CONFIRMED
    assert sheet.needed_tier(sheet.record(id_of("late")), None) == (PARENT, 481)
