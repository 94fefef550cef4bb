"""Public notice, objections, and the confirmation that makes minutes count."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import pytest

from points.domain import timesheet_errors as refused
from points.domain.service_record import RecordState
from points.domain.timesheet import Timesheet
from points.domain.values import ReviewTier
from tests.domain.examples import (
    CLERK,
    MONTH_AFTER,
    SCHEME,
    VOLUNTEER,
    a_service,
    a_sheet,
    approve,
    confirm,
    put_on_notice,
)
from tests.domain.scenario import at, event, given, id_of

DAY = date(2026, 4, 10)
LAST_OF_APRIL, FIRST_OF_MAY = date(2026, 4, 30), date(2026, 5, 1)
OPENED_ON, CLOSES_ON = date(2026, 5, 20), date(2026, 5, 25)
LAST_MOMENT, AFTER_NOTICE = at("2026-05-25 23:59"), at("2026-05-26 00:00")


def reviewed(*names: str) -> Timesheet:
    sheet = a_sheet()
    for number, name in enumerate(names):
        sheet.record_service(MONTH_AFTER, a_service(name, DAY, 60, activity=f"activity {number}"))
        approve(sheet, name)
    return sheet


def on_notice(*names: str) -> Timesheet:
    sheet = reviewed(*names)
    put_on_notice(sheet, *names, closes_on=CLOSES_ON)
    return sheet


def object_to(sheet: Timesheet, name: str, objection: str = "objection") -> None:
    sheet.object(MONTH_AFTER, id_of(name), objection_id=id_of(objection), text_ref=id_of("text"))


def answer(
    sheet: Timesheet,
    name: str,
    *,
    upheld: bool,
    objection: str = "objection",
    answered_by: str = "answerer",
    following: Timesheet | None = None,
) -> None:
    sheet.answer_objection(
        MONTH_AFTER,
        id_of(name),
        objection_id=id_of(objection),
        upheld=upheld,
        answered_by=id_of(answered_by),
        text_ref=id_of("answer"),
        following=following,
    )


def check(
    sheet: Timesheet, name: str, when: datetime = AFTER_NOTICE, person_ids: frozenset[UUID] = frozenset()
) -> object:
    return sheet.check_confirmable(when, id_of(name), person_ids)


# Notice


def test_reviewed_records_are_put_on_notice_together() -> None:
    sheet = reviewed("one", "two")
    given(sheet).when(lambda s: put_on_notice(s, "one", "two", closes_on=CLOSES_ON)).then(
        event(
            Timesheet.NoticeGiven,
            record_ids=(id_of("one"), id_of("two")),
            notice_id=id_of("notice"),
            opened_on=OPENED_ON,
            closes_on=CLOSES_ON,
            given_by=CLERK,
        )
    )
    assert [record.state for record in sheet.records.values()] == [RecordState.ON_NOTICE] * 2


def test_a_notice_of_two_days_is_too_short_and_of_three_long_enough() -> None:
    sheet = reviewed("one")
    given(sheet).when(lambda s: put_on_notice(s, "one", closes_on=date(2026, 5, 22))).then_refused(
        refused.NoticeTooShort, closes_on=date(2026, 5, 22)
    )
    given(sheet).when(lambda s: put_on_notice(s, "one", closes_on=date(2026, 5, 23))).then(
        event(Timesheet.NoticeGiven, closes_on=date(2026, 5, 23))
    )


def test_a_notice_opens_on_the_day_in_shanghai() -> None:
    given(reviewed("one")).when(
        lambda s: put_on_notice(s, "one", when=at("2026-05-21 00:00"), closes_on=CLOSES_ON)
    ).then(event(Timesheet.NoticeGiven, opened_on=date(2026, 5, 21)))


def test_an_unreviewed_record_is_not_put_on_notice_nor_are_those_beside_it() -> None:
    sheet = reviewed("one")
    sheet.record_service(MONTH_AFTER, a_service("two", DAY, 60, activity="other activity"))
    given(sheet).when(lambda s: put_on_notice(s, "one", "two")).then_refused(
        refused.ReviewIncomplete, record_id=id_of("two"), needed_tier=1
    )


def test_a_record_is_put_on_notice_once() -> None:
    given(on_notice("one")).when(lambda s: put_on_notice(s, "one")).then_refused(
        refused.NoticeAlreadyGiven, record_id=id_of("one")
    )


def test_a_confirmed_record_is_not_put_on_notice() -> None:
    sheet = on_notice("one")
    confirm(sheet, "one", AFTER_NOTICE)
    given(sheet).when(lambda s: put_on_notice(s, "one")).then_refused(
        refused.AlreadyConfirmed, record_id=id_of("one")
    )


# Confirmation


def test_minutes_count_once_confirmed() -> None:
    sheet = on_notice("one")
    given(sheet).when(lambda s: confirm(s, "one", AFTER_NOTICE, points=7)).then(
        event(
            Timesheet.ServiceConfirmed,
            record_id=id_of("one"),
            points=7,
            scheme_id=SCHEME,
            scheme_version=1,
            confirmed_by=id_of("confirmer"),
        )
    )
    assert sheet.record(id_of("one")).state is RecordState.CONFIRMED


def test_the_last_day_of_the_notice_belongs_to_it() -> None:
    sheet = on_notice("one")
    given(sheet).when(lambda s: check(s, "one", LAST_MOMENT)).then_refused(
        refused.NoticeStillOpen, record_id=id_of("one"), closes_on=CLOSES_ON
    )
    assert given(sheet).when(lambda s: check(s, "one", AFTER_NOTICE)).then_nothing() is sheet.record(
        id_of("one")
    )


def test_hours_without_notice_are_not_confirmed() -> None:
    given(reviewed("one")).when(lambda s: check(s, "one")).then_refused(
        refused.NoticeMissing, record_id=id_of("one")
    )


def test_nobody_confirms_their_own_or_their_households_hours() -> None:
    given(on_notice("one")).when(
        lambda s: check(s, "one", person_ids=frozenset({id_of("someone else"), VOLUNTEER}))
    ).then_refused(refused.OwnHours)


def test_a_record_is_confirmed_once() -> None:
    sheet = on_notice("one")
    confirm(sheet, "one", AFTER_NOTICE)
    given(sheet).when(lambda s: check(s, "one")).then_refused(
        refused.AlreadyConfirmed, record_id=id_of("one")
    )


def test_a_confirmed_record_is_not_reviewed_again() -> None:
    sheet = on_notice("one")
    confirm(sheet, "one", AFTER_NOTICE)
    given(sheet).when(lambda s: approve(s, "one", "another", reach=ReviewTier.COUNTY)).then_refused(
        refused.AlreadyConfirmed, record_id=id_of("one")
    )


# Objections


def test_an_objection_is_raised_while_the_record_is_on_notice() -> None:
    given(on_notice("one")).when(lambda s: object_to(s, "one")).then(
        event(
            Timesheet.ServiceObjected,
            record_id=id_of("one"),
            objection_id=id_of("objection"),
            text_ref=id_of("text"),
        )
    )


@pytest.mark.parametrize("confirmed", [False, True])
def test_no_objection_before_notice_nor_after_confirmation(confirmed: bool) -> None:
    sheet = on_notice("one") if confirmed else reviewed("one")
    if confirmed:
        confirm(sheet, "one", AFTER_NOTICE)
    given(sheet).when(lambda s: object_to(s, "one")).then_refused(refused.NotOnNotice, record_id=id_of("one"))


def test_an_objection_stops_its_own_line_only() -> None:
    sheet = on_notice("one", "two")
    object_to(sheet, "one")
    given(sheet).when(lambda s: check(s, "one")).then_refused(refused.ObjectionOpen, record_id=id_of("one"))
    given(sheet).when(lambda s: check(s, "two")).then_nothing()


def test_an_objection_not_upheld_lets_the_line_go_on() -> None:
    sheet = on_notice("one")
    object_to(sheet, "one")
    given(sheet).when(lambda s: answer(s, "one", upheld=False)).then(
        event(
            Timesheet.ObjectionAnswered,
            record_id=id_of("one"),
            objection_id=id_of("objection"),
            upheld=False,
            answered_by=id_of("answerer"),
            text_ref=id_of("answer"),
        )
    )
    given(sheet).when(lambda s: check(s, "one")).then_nothing()


def test_every_objection_is_answered_before_the_line_goes_on() -> None:
    sheet = on_notice("one")
    object_to(sheet, "one", "first")
    object_to(sheet, "one", "second")
    answer(sheet, "one", objection="first", upheld=False)
    given(sheet).when(lambda s: check(s, "one")).then_refused(refused.ObjectionOpen, record_id=id_of("one"))
    answer(sheet, "one", objection="second", upheld=False)
    given(sheet).when(lambda s: check(s, "one")).then_nothing()


def test_an_upheld_objection_takes_the_minutes_away() -> None:
    sheet = on_notice("one")
    object_to(sheet, "one")
    given(sheet).when(lambda s: answer(s, "one", upheld=True)).then(
        event(Timesheet.ObjectionAnswered, upheld=True)
    )
    assert sheet.day_minutes(DAY) == 0
    given(sheet).when(lambda s: check(s, "one")).then_refused(refused.RecordRejected, record_id=id_of("one"))


def test_an_objection_is_answered_once() -> None:
    sheet = on_notice("one")
    object_to(sheet, "one")
    answer(sheet, "one", upheld=False)
    given(sheet).when(lambda s: answer(s, "one", upheld=True)).then_refused(
        refused.ObjectionNotFound, subject="objection", reference=str(id_of("objection"))
    )


def test_whoever_entered_the_hours_does_not_answer_for_them() -> None:
    sheet = on_notice("one")
    object_to(sheet, "one")
    given(sheet).when(lambda s: answer(s, "one", upheld=False, answered_by="clerk")).then_refused(
        refused.OwnEntry
    )


def night_on_notice() -> tuple[Timesheet, Timesheet]:
    april, may = a_sheet(), a_sheet("2026-05")
    april.record_service(MONTH_AFTER, a_service("night", LAST_OF_APRIL, between=(1_380, 1_500)), may)
    approve(april, "night", following=may)
    put_on_notice(april, "night", following=may)
    object_to(april, "night")
    return april, may


def test_an_upheld_objection_to_a_night_drops_its_spill() -> None:
    april, may = night_on_notice()
    given(april, may).when(lambda s: answer(s, "night", upheld=True, following=may)).then(
        event(Timesheet.ObjectionAnswered, upheld=True),
        event(Timesheet.SpillDropped, record_id=id_of("night")),
    )
    assert may.day_minutes(FIRST_OF_MAY) == 0


def test_an_objection_to_a_night_is_upheld_only_with_the_next_sheet_at_hand() -> None:
    april, may = night_on_notice()
    with pytest.raises(ValueError, match="2026-05-01"):
        answer(april, "night", upheld=True)
    assert april.record(id_of("night")).state is RecordState.ON_NOTICE
    assert may.day_minutes(FIRST_OF_MAY) == 60
