"""A shift's room and line through the use cases, on both databases."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from points.access import Actor, OutsideScope
from points.application.tools import Answer
from points.domain.activity import ShiftOutsideActivity
from points.domain.errors import NotAllowed, NotFound
from points.domain.roster import ShiftClosed
from points.ledger.errors import StreamNotFound
from tests.application import test_main_job
from tests.application.test_main_job import COUNTY, START, County, enrol_phone

county = test_main_job.county
STARTS, ENDS = START + timedelta(days=3), START + timedelta(days=3, hours=4)
COMMUNITY = "500233001001"


def an_activity(county: County, clerk: Actor) -> UUID:
    planned = county.exchange.activities.create(
        county.call(clerk), name="清洁家园", kind="environment", area=COUNTY, starts_at=STARTS, ends_at=ENDS
    )
    return UUID(planned.body["activity_id"])


def open_shift(county: County, clerk: Actor, activity_id: UUID, *, early: int = 0) -> Answer:
    return county.exchange.shifts.open(
        county.call(clerk),
        activity_id,
        starts_at=STARTS - timedelta(minutes=early),
        ends_at=ENDS,
        places=1,
        cancel_before_minutes=60,
    )


def a_volunteer(county: County, clerk: Actor, second: Actor, no: int) -> tuple[str, Actor]:
    number: str = county.exchange.volunteers.register(
        county.call(clerk),
        name="王小明",
        identity_number=("990000198501030001", "99000019850103001X")[no],
        phone=f"1990000000{no}",
        area=COMMUNITY,
    ).body["volunteer_number"]
    return number, enrol_phone(county, clerk, second, number)


def test_a_place_goes_down_the_line_and_only_its_own_people_touch_it(county: County) -> None:
    shifts = county.exchange.shifts
    clerk, second = county.staff("county"), county.staff("township")
    activity_id = an_activity(county, clerk)
    with pytest.raises(ShiftOutsideActivity):
        open_shift(county, clerk, activity_id, early=1)
    with pytest.raises(OutsideScope):
        open_shift(county, county.staff("community", COMMUNITY), activity_id)
    with pytest.raises(StreamNotFound):
        open_shift(county, clerk, uuid4())
    shift_id = UUID(open_shift(county, clerk, activity_id).body["shift_id"])

    (_, first), (number, other) = (a_volunteer(county, clerk, second, no) for no in range(2))
    with pytest.raises(NotAllowed):
        shifts.sign_up(county.call(clerk), shift_id)
    with pytest.raises(NotAllowed):
        shifts.close(county.call(first), shift_id)
    call = county.call(first)
    assert shifts.sign_up(call, shift_id).body["state"] == "signed-up"
    assert shifts.sign_up(call, shift_id).replayed
    assert shifts.sign_up(county.call(other), shift_id).body["state"] == "waiting"
    shifts.cancel(county.call(first), shift_id)

    county.at(days=4)
    with pytest.raises(NotFound):
        shifts.mark_no_show(county.call(clerk), shift_id, "50023300000000")
    # Only who was moved up into the place can be missed from it.
    shifts.mark_no_show(county.call(clerk), shift_id, number)
    shifts.close(county.call(clerk), shift_id)
    with pytest.raises(ShiftClosed):
        shifts.sign_up(county.call(first), shift_id)
