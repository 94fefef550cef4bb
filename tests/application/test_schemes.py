"""Schemes on a store: coefficients and caps when hours are confirmed, trials of drafts, notice, windows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from points.access import OutsideScope
from points.application.tools import Answer
from points.bootstrap import Settings
from points.domain.errors import Invalid, NotAllowed
from points.domain.scheme_rules import Coefficient, RedemptionWindowClosed, Rules, Window
from points.projections import hours_queries, volunteers
from tests.application.test_main_job import (
    COUNTY,
    START,
    County,
    earn,
    enrol_phone,
    enrol_till,
    number_with_most,
)

DAY_CAP, PERIOD_CAP = 6, 10
RULES = Rules(
    coefficients=(Coefficient("*", "student", 1, 2), Coefficient("medical", "*", 3, 2)),
    day_cap_points=DAY_CAP,
    period_cap_points=PERIOD_CAP,
    windows=(Window(11, 1, 11, 9),),
)
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


class World(County):
    """A county whose demo hours were confirmed under a scheme with every rule."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.clerk, self.second = self.staff("county"), self.staff("township")
        self.reviewers = [self.staff("reviewer"), self.staff("reviewer")]
        self.scheme = UUID(self.draft(RULES).body["scheme_id"])
        self.exchange.schemes.approve(self.call(self.reviewers[0]), self.scheme)
        fund = UUID(self._fund())
        self.exchange.funds.receive(self.call(self.clerk), fund, amount_fen=5_000_000, source="县财政局")
        self.exchange.funds.reserve(
            self.call(self.clerk), fund, area=COUNTY, period="2026", amount_fen=5_000_000
        )
        self.till, _ = enrol_till(self, self.clerk, self.reviewers[0])
        self.earned = earn(self, self.clerk, self.reviewers)

    def _fund(self) -> str:
        opened = self.exchange.funds.open(self.call(self.clerk), name="财政", kind="fiscal", area=COUNTY)
        return str(opened.body["fund_id"])

    def draft(
        self, rules: Rules, *, scheme: UUID | None = None, start: date = FIRST, points: int = 1
    ) -> Answer:
        return self.exchange.schemes.draft(
            self.call(self.clerk),
            name="县积分制",
            area=COUNTY,
            in_force_from=start,
            rates=[("*", "supplementary", points, 30)],
            rounding="down",
            value_fen=100,
            scheme_id=scheme,
            rules=rules,
        )


@pytest.fixture(scope="module")
def world(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    key: Path = tmp_path_factory.mktemp("key") / "key"
    world = World(Settings(module_database_url, master_key_file=key, fixed_at=START))
    yield world
    world.exchange.close()


def services(world: World) -> list[hours_queries.ConfirmedService]:
    with world.exchange.tools.reading() as connection:
        return list(hours_queries.confirmed_services(connection, COUNTY, FIRST, LAST))


def test_nobody_earns_more_a_day_or_a_month_than_the_caps_allow(world: World) -> None:
    days: defaultdict[tuple[UUID, date], int] = defaultdict(int)
    months: defaultdict[tuple[UUID, int], int] = defaultdict(int)
    for service in services(world):
        days[service.volunteer_id, service.day] += service.points
        months[service.volunteer_id, service.day.month] += service.points
    assert max(days.values()) == DAY_CAP
    assert max(months.values()) == PERIOD_CAP
    assert sum(days.values()) == world.earned["confirmed"]["points"] > 0


def test_trying_the_version_in_force_out_gives_exactly_what_it_paid(world: World) -> None:
    tried = world.exchange.scheme_studies.simulate(
        world.call(world.clerk), world.scheme, from_month="2026-01", to_month="2026-12", version=1
    )
    assert tried["points"] == tried["paid_points"] == world.earned["confirmed"]["points"]
    assert tried["records"] == world.earned["confirmed"]["confirmed"]
    assert tried["amount_fen"] == tried["points"] * 100
    assert sum(area["points"] for area in tried["areas"]) == tried["points"]
    assert tried["distribution"]["people_with_the_same"] == tried["people"]
    assert sum(size["people"] for size in tried["distribution"]["by_points"]) == tried["people"]


def test_a_draft_is_tried_out_on_past_months_before_anybody_approves_it(world: World) -> None:
    drafted = world.draft(Rules(), scheme=world.scheme, start=date(2027, 1, 1), points=2)
    head = world.exchange.tools.recorder.read_head()
    tried = world.exchange.scheme_studies.simulate(
        world.call(world.clerk), world.scheme, from_month="2026-01", to_month="2026-12"
    )
    assert tried["version"] == drafted.body["version"]
    expected = sum(service.minutes * 2 // 30 for service in services(world))
    assert tried["points"] == expected > tried["paid_points"]
    assert world.exchange.tools.recorder.read_head() == head
    found = world.exchange.scheme_studies.compare(world.call(world.clerk), world.scheme, 1, tried["version"])
    assert "rate-changed" in {change.slug for change in found}


def test_staff_further_down_try_a_scheme_out_on_their_own_area_alone(world: World) -> None:
    town = world.staff("township", "500233102")
    tried = world.exchange.scheme_studies.simulate(
        world.call(town), world.scheme, from_month="2026-01", to_month="2026-12", version=1
    )
    assert tried["area"] == "500233102"
    with pytest.raises(NotAllowed):
        world.exchange.scheme_studies.simulate(
            world.call(world.till), world.scheme, from_month="2026-01", to_month="2026-12"
        )


def test_an_approved_version_is_shown_to_everybody_and_may_be_taken_back(world: World) -> None:
    ex = world.exchange
    version = world.draft(Rules(notice_working_days=3), scheme=world.scheme, start=date(2027, 1, 1)).body[
        "version"
    ]
    ex.schemes.approve(world.call(world.reviewers[0]), world.scheme, version)
    (shown,) = ex.schemes.notices(world.now.date())["schemes"]
    assert [one["version"] for one in shown["versions"]] == [version]
    with pytest.raises(OutsideScope):
        ex.schemes.withdraw(
            world.call(world.staff("reviewer", "500233102")), world.scheme, version, reason="异议"
        )
    ex.schemes.withdraw(world.call(world.reviewers[1]), world.scheme, version, reason="异议成立")
    assert ex.schemes.notices(world.now.date())["schemes"] == []


def test_the_category_of_the_day_of_service_decides_before_and_after_it_changed(world: World) -> None:
    ex, call = world.exchange, world.call(world.clerk)
    number = number_with_most(world)
    mine = [s for s in services(world) if s.points and s.category != "student"]
    with ex.tools.reading() as connection:
        person = volunteers.by_number(connection, number)
    assert person is not None
    days = sorted(s.day for s in mine if s.volunteer_id == person.volunteer_id)
    before = {s.day: s.category for s in services(world) if s.volunteer_id == person.volunteer_id}
    ex.categories.change(call, number, category="veteran", from_day=days[-1])
    after = {s.day: s.category for s in services(world) if s.volunteer_id == person.volunteer_id}
    assert {day: word for day, word in after.items() if day < days[-1]} == {
        day: word for day, word in before.items() if day < days[-1]
    }
    assert after[days[-1]] == "veteran"
    with pytest.raises(Invalid):
        ex.categories.change(world.call(world.clerk), number, category="mayor")


def test_points_are_spent_within_the_schemes_window_and_not_after_it(world: World) -> None:
    ex, number = world.exchange, number_with_most(world)
    phone = enrol_phone(world, world.clerk, world.second, number)
    code = ex.paying.payment_code(world.call(phone)).body["digits"]
    assert ex.redeeming.redeem(world.call(world.till), code=code, points=1).body["points"] == 1
    world.at(days=3)
    code = ex.paying.payment_code(world.call(phone)).body["digits"]
    with pytest.raises(RedemptionWindowClosed) as refusal:
        ex.redeeming.redeem(world.call(world.till), code=code, points=1)
    assert refusal.value.opens_on == date(2027, 11, 1)
