"""Service records on their way to points."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from points.domain.service_record import RecordState
from points.domain.values import ReviewTier
from points.projections import hours_queries as hours
from tests.projections.world import CLERK, COUNTY, REVIEWER, VILLAGE, World

DAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _tree(world: World) -> None:
    world.areas()


def found(world: World, record_id: UUID) -> hours.ServiceRecord:
    with world.reading() as connection:
        record = hours.get(connection, record_id)
    assert record is not None
    return record


def test_a_record_knows_whose_it_is_from_its_sheet(world: World) -> None:
    volunteer = world.volunteer()
    sheet, record_id = world.recorded(volunteer, DAY, minutes=90)

    record = found(world, record_id)

    assert (record.volunteer_id, record.timesheet_id) == (volunteer.id, sheet.id)
    assert (record.state, record.minutes, record.tiers) == (RecordState.RECORDED, 90, ())


def test_the_owner_is_found_when_the_sheet_was_opened_pages_ago(world: World) -> None:
    volunteer = world.volunteer()
    sheet, _ = world.recorded(volunteer, DAY)
    world.projector.catch_up()
    known = next(iter(sheet.records.values()))
    later = world.service(volunteer, date(2026, 6, 2), 30, known.activity_id)
    sheet.record_service(world.clock(), later)
    world.keep(sheet)

    assert found(world, later.record_id).volunteer_id == volunteer.id


def test_a_record_goes_from_review_over_notice_to_its_points(world: World) -> None:
    sheet, record_id = world.recorded(world.volunteer(), DAY)
    world.review(sheet, record_id)
    assert found(world, record_id).tiers == (ReviewTier.FIRST,)
    notice_id = world.give_notice(sheet, record_id)
    on_notice = found(world, record_id)
    world.clock.advance(days=4)
    world.confirm(sheet, record_id, points=25)

    record = found(world, record_id)

    assert (on_notice.state, on_notice.notice_id) == (RecordState.ON_NOTICE, notice_id)
    assert (on_notice.opened_on, on_notice.closes_on) == (date(2026, 6, 15), date(2026, 6, 18))
    assert (record.state, record.points) == (RecordState.CONFIRMED, 25)


def test_a_rejection_is_shown_with_who_made_it(world: World) -> None:
    sheet, record_id = world.recorded(world.volunteer(), DAY)
    world.review(sheet, record_id, approved=False)

    record = found(world, record_id)
    with world.reading() as connection:
        (review,) = hours.reviews(connection, record_id)

    assert (record.state, record.tiers) == (RecordState.REJECTED, ())
    assert (review.tier, review.approved, review.reviewed_by) == (1, False, REVIEWER)


@pytest.mark.parametrize(("upheld", "state"), [(True, RecordState.REJECTED), (False, RecordState.ON_NOTICE)])
def test_an_objection_is_open_until_it_is_answered(world: World, state: RecordState, *, upheld: bool) -> None:
    sheet, record_id = world.recorded(world.volunteer(), DAY)
    world.review(sheet, record_id)
    world.give_notice(sheet, record_id)
    objection_id = world.ids()
    sheet.object(world.clock(), record_id, objection_id=objection_id, text_ref=world.ids())
    world.keep(sheet)
    assert found(world, record_id).open_objections == 1

    sheet.answer_objection(
        world.clock(),
        record_id,
        objection_id=objection_id,
        upheld=upheld,
        answered_by=REVIEWER,
        text_ref=world.ids(),
    )
    world.keep(sheet)

    record = found(world, record_id)
    with world.reading() as connection:
        (objection,) = hours.objections_to(connection, record_id)
    assert (record.open_objections, record.state) == (0, state)
    assert (objection.upheld, objection.answered_by) == (upheld, REVIEWER)


def test_records_of_a_state_are_listed_for_an_area_in_pages(world: World) -> None:
    entered = [world.recorded(world.volunteer(), DAY)[1] for _ in range(3)]
    sheet, reviewed_away = world.recorded(world.volunteer(), DAY)
    world.review(sheet, reviewed_away, approved=False)

    with world.reading() as connection:
        first = hours.in_state(connection, RecordState.RECORDED, COUNTY, limit=2)
        rest = hours.in_state(connection, RecordState.RECORDED, COUNTY, limit=2, after=first[-1].record_id)
        elsewhere = hours.in_state(connection, RecordState.RECORDED, f"{VILLAGE}01", limit=2)

    assert [record.record_id for record in first + rest] == entered
    assert elsewhere == []


def test_a_persons_records_come_latest_day_first_in_pages(world: World) -> None:
    volunteer = world.volunteer()
    days = [date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)]
    for day in days:
        world.recorded(volunteer, day)

    with world.reading() as connection:
        first = hours.of_volunteer(connection, volunteer.id, limit=2)
        last = first[-1]
        rest = hours.of_volunteer(connection, volunteer.id, limit=2, before=(last.day, last.record_id))

    assert [record.day for record in first + rest] == days[::-1]


def test_a_notice_shows_its_lines_on_the_days_it_is_open(world: World) -> None:
    sheet, record_id = world.recorded(world.volunteer(), DAY)
    world.review(sheet, record_id)
    notice_id = world.give_notice(sheet, record_id)

    with world.reading() as connection:
        (notice,) = hours.notices(connection, COUNTY, date(2026, 6, 18), limit=5)
        over = hours.notices(connection, COUNTY, date(2026, 6, 19), limit=5)
        next_page = hours.notices(connection, COUNTY, date(2026, 6, 18), limit=5, after=notice_id)

    assert (notice.notice_id, notice.area_code) == (notice_id, VILLAGE)
    assert [line.record_id for line in notice.lines] == [record_id]
    assert over == next_page == []


def test_due_for_confirmation_are_records_past_their_notice_without_an_open_objection(world: World) -> None:
    sheet, record_id = world.recorded(world.volunteer(), DAY)
    world.review(sheet, record_id)
    world.give_notice(sheet, record_id)
    other, disputed = world.recorded(world.volunteer(), DAY)
    world.review(other, disputed)
    world.give_notice(other, disputed)
    other.object(world.clock(), disputed, objection_id=world.ids(), text_ref=CLERK)
    world.keep(other)

    with world.reading() as connection:
        too_early = hours.due_for_confirmation(connection, COUNTY, date(2026, 6, 18), limit=5)
        due = hours.due_for_confirmation(connection, COUNTY, date(2026, 6, 19), limit=5)
        rest = hours.due_for_confirmation(connection, COUNTY, date(2026, 6, 19), limit=5, after=record_id)

    assert [record.record_id for record in due] == [record_id]
    assert too_early == rest == []
