"""Verified time through the use cases, on both databases: shown by a code of the moment, or by the organiser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import pytest

from points.access import Actor
from points.bootstrap import Settings
from points.codes.errors import CodeExpired
from points.domain.attendance import (
    NotCheckedIn,
    PosterProvesNothing,
    SignOutForgotten,
    StillCheckedIn,
    SyncedTooLate,
)
from points.domain.errors import NotAllowed
from points.domain.timesheet_errors import OverlapsOtherService
from tests.application.test_main_job import START, County

COMMUNITY = "500233001001"


class Scene(NamedTuple):
    county: County
    clerk: Actor
    phone: Actor
    number: str
    activity: UUID

    def screen(self) -> str:
        made = self.county.exchange.attendances.screen_code(self.county.call(self.clerk), self.activity)
        return str(made.body["digits"])

    def records(self) -> list[dict[str, object]]:
        found = self.county.exchange.hours.of_volunteer(self.county.call(self.clerk), self.number, limit=50)
        records: list[dict[str, object]] = found["records"]
        return records


@pytest.fixture
def scene(database_url: str, tmp_path: Path) -> Iterator[Scene]:
    county = County(Settings(database_url, master_key_file=tmp_path / "key", fixed_at=START))
    ex, clerk = county.exchange, county.staff("county")
    registered = ex.volunteers.register(
        county.call(clerk),
        name="甲某",
        identity_number="990000196001010013",
        phone="19900000001",
        area=COMMUNITY,
    )
    number = str(registered.body["volunteer_number"])
    offered = ex.volunteers.enrol(county.call(clerk), number)
    token = ex.sign_in.redeem_code(offered.body["digits"], county.now)["token"]
    activity = planned(county, clerk, "清扫")
    county.at(hours=1)
    yield Scene(county, clerk, ex.authenticate(token, county.now), number, activity)
    ex.close()


def planned(county: County, clerk: Actor, name: str) -> UUID:
    made = county.exchange.activities.create(
        county.call(clerk),
        name=name,
        kind="environment",
        area=COMMUNITY,
        starts_at=START + timedelta(hours=1),
        ends_at=START + timedelta(hours=3),
    )
    return UUID(made.body["activity_id"])


def test_the_screens_code_in_and_out_makes_verified_minutes_once(scene: Scene) -> None:
    county, ex = scene.county, scene.county.exchange
    ex.attendances.check_in(county.call(scene.phone), code=scene.screen())
    county.at(minutes=50)
    call, code = county.call(scene.phone), scene.screen()
    out = ex.attendances.check_out(call, code=code)
    assert out.body["minutes"] == 50
    assert ex.attendances.check_out(call, code=code).replayed
    (record,) = scene.records()
    assert (record["time_class"], record["minutes"], record["state"]) == ("verified", 50, "recorded")
    with pytest.raises(NotCheckedIn):
        ex.attendances.check_out(county.call(scene.phone), code=scene.screen())


def test_a_photograph_of_the_screen_is_worth_nothing_a_minute_later(scene: Scene) -> None:
    code = scene.screen()
    scene.county.at(seconds=61)
    with pytest.raises(CodeExpired):
        scene.county.exchange.attendances.check_in(scene.county.call(scene.phone), code=code)


def test_a_printed_poster_proves_nothing(scene: Scene) -> None:
    county, ex = scene.county, scene.county.exchange
    poster = ex.attendances.poster_code(county.call(scene.clerk), scene.activity).body["digits"]
    with pytest.raises(PosterProvesNothing):
        ex.attendances.check_in(county.call(scene.phone), code=poster)


def test_the_organiser_scans_a_phone_and_nobody_vouches_for_themselves(scene: Scene) -> None:
    county, ex = scene.county, scene.county.exchange
    code = ex.attendances.presence_code(county.call(scene.phone)).body["digits"]
    ex.attendances.check_in(county.call(scene.clerk), code=code, activity_id=scene.activity)
    county.at(minutes=30)
    code = ex.attendances.presence_code(county.call(scene.phone)).body["digits"]
    out = ex.attendances.check_out(county.call(scene.clerk), code=code, activity_id=scene.activity)
    assert out.body["minutes"] == 30
    with pytest.raises(NotAllowed):
        ex.attendances.check_in(county.call(scene.phone), code=code, activity_id=scene.activity)


def test_two_phones_of_one_person_are_one_person(scene: Scene) -> None:
    county, ex = scene.county, scene.county.exchange
    second = county.staff("township")
    offered = ex.volunteers.enrol(county.call(scene.clerk), scene.number, second)
    other = ex.authenticate(ex.sign_in.redeem_code(offered.body["digits"], county.now)["token"], county.now)
    elsewhere = scene._replace(activity=planned_now(scene))
    ex.attendances.check_in(county.call(scene.phone), code=scene.screen())
    with pytest.raises(StillCheckedIn):
        ex.attendances.check_in(county.call(other), code=elsewhere.screen())


def planned_now(scene: Scene) -> UUID:
    made = scene.county.exchange.activities.create(
        scene.county.call(scene.clerk),
        name="探访",
        kind="environment",
        area=COMMUNITY,
        starts_at=scene.county.now + timedelta(minutes=5),
        ends_at=scene.county.now + timedelta(hours=1),
    )
    return UUID(made.body["activity_id"])


def test_verified_minutes_never_lie_over_hours_that_staff_entered(scene: Scene) -> None:
    county, ex = scene.county, scene.county.exchange
    ex.attendances.check_in(county.call(scene.phone), code=scene.screen())
    county.at(minutes=50)
    ex.hours.issue(
        county.call(scene.clerk),
        volunteer_number=scene.number,
        minutes=60,
        kind="environment",
        on=START.date(),
        activity="另一场",
        reason="纸质签到",
        area=COMMUNITY,
        starts_at_minute=10 * 60 + 15,
    )
    with pytest.raises(OverlapsOtherService):
        ex.attendances.check_out(county.call(scene.phone), code=scene.screen())


def test_a_forgotten_sign_out_is_settled_as_supplementary_time(scene: Scene) -> None:
    county, ex = scene.county, scene.county.exchange
    ex.attendances.check_in(county.call(scene.phone), code=scene.screen())
    county.at(hours=3)
    with pytest.raises(SignOutForgotten):
        ex.attendances.check_out(county.call(scene.phone), code=scene.screen())
    ex.attendances.settle(
        county.call(scene.clerk),
        volunteer_number=scene.number,
        day=START.date(),
        minutes=60,
        reason="组织者证明",
        evidence=b"\x01" * 32,
    )
    (record,) = scene.records()
    assert (record["time_class"], record["minutes"]) == ("supplementary", 60)


def test_what_was_scanned_without_a_network_counts_by_the_codes_own_time(scene: Scene) -> None:
    county, ex = scene.county, scene.county.exchange
    scanned_at, code = county.now, scene.screen()
    county.at(hours=20)
    with pytest.raises(CodeExpired):
        ex.attendances.check_in(
            county.call(scene.phone), code=code, captured_at=scanned_at + timedelta(minutes=5)
        )
    entered = ex.attendances.check_in(county.call(scene.phone), code=code, captured_at=scanned_at)
    assert entered.body["checked_in_at"] == scanned_at.isoformat()
    county.at(hours=80)
    with pytest.raises(SyncedTooLate):
        ex.attendances.check_out(county.call(scene.phone), code=code, captured_at=scanned_at)
