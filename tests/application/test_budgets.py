"""Money on its way down, watched and reported; what was true at any earlier position stays askable."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import openpyxl
import pypdfium2  # type: ignore[import-untyped]  # the package has no stubs
import pytest

from points.access import OutsideScope
from points.application.tools import Answer, Body
from points.bootstrap import Exchange, Settings
from points.domain.budget import BudgetExhausted, BudgetOutsideParent
from points.domain.calendar import SHANGHAI
from points.domain.errors import Invalid
from points.projections import funds
from tests.application.test_main_job import (
    COUNTY,
    START,
    County,
    enrol_phone,
    enrol_till,
    scheme_and_money,
)

TOWN, VILLAGE, ELSEWHERE = "500233001", "500233001001", "500233102"


class World(County):
    """A county with 10,000 yuan: 7,000 stay above, 2,000 go to a town, 1,000 of which to a village."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.settings = settings
        self.clerk, self.second = self.staff("county"), self.staff("township")
        self.reviewers = [self.staff("reviewer"), self.staff("reviewer")]
        self.fund = scheme_and_money(self, self.clerk, self.reviewers[0], 1_000_000)
        self.exchange.funds.receive(
            self.call(self.clerk),
            self.fund,
            amount_fen=500_000,
            source="=某公司",
            document_sha256=b"\x07" * 32,
        )
        self.till, _ = enrol_till(self, self.clerk, self.reviewers[0])
        self.before_position = self.exchange.tools.recorder.read_head().position
        self.before = self.liability()
        with self.exchange.tools.reading() as connection:
            (found,) = funds.find_budgets(connection, [COUNTY], START.date())
        self.county_budget = found.budget_id
        self.town_budget = self.allocate(self.county_budget, TOWN, 200_000)
        self.town = self.staff("township", TOWN)
        allocated = self.exchange.budgets.allocate(
            self.call(self.town), self.town_budget, area=VILLAGE, amount_fen=100_000
        )
        self.village_budget = UUID(allocated.body["budget_id"])

    def allocate(self, budget: UUID, area: str, fen: int) -> UUID:
        allocated = self.exchange.budgets.allocate(self.call(self.clerk), budget, area=area, amount_fen=fen)
        return UUID(allocated.body["budget_id"])

    def liability(self, **when: object) -> Body:
        return self.exchange.fund_reports.liability(self.call(self.clerk), self.fund, **when)  # type: ignore[arg-type]  # one of two

    def shown(self) -> dict[str, Body]:
        report = self.exchange.fund_reports.report(self.call(self.clerk), self.fund)
        return {budget["budget_id"]: budget for budget in report["budgets"]}

    def serve(self, activity: str, minutes: int) -> Answer:
        """Hours of one person at an activity of the village, reviewed, on notice and due."""
        ex = self.exchange
        issued = ex.hours.issue(
            self.call(self.clerk),
            volunteer_number=self.number,
            minutes=minutes,
            kind="environment",
            on=START.date() - timedelta(days=1),
            activity=activity,
            area=VILLAGE,
            reason="补录",
        )
        self.at(minutes=1)
        record = UUID(issued.body["record_id"])
        ex.reviews.review(self.call(self.reviewers[0]), record, approved=True)
        ex.notices.give(self.call(self.clerk), [record])
        return issued

    def register(self) -> None:
        registered = self.exchange.volunteers.register(
            self.call(self.clerk),
            area=VILLAGE,
            name="测试",
            identity_number="990000198501030001",
            phone="19900000000",
        )
        self.number: str = registered.body["volunteer_number"]


@pytest.fixture(scope="module")
def world(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    key: Path = tmp_path_factory.mktemp("key") / "key"
    world = World(Settings(module_database_url, master_key_file=key, fixed_at=START))
    yield world
    world.exchange.close()


def test_money_goes_down_level_by_level_and_is_counted_once(world: World) -> None:
    budgets = world.shown()
    assert budgets[str(world.county_budget)]["available_fen"] == 800_000
    assert budgets[str(world.town_budget)]["available_fen"] == 100_000
    assert budgets[str(world.village_budget)]["available_fen"] == 100_000
    assert budgets[str(world.village_budget)]["parent_id"] == str(world.town_budget)
    assert sum(budget["reserved_fen"] for budget in budgets.values()) == 1_000_000


def test_money_goes_neither_aside_nor_beyond_what_is_free(world: World) -> None:
    ex = world.exchange
    with pytest.raises(BudgetOutsideParent):
        world.allocate(world.town_budget, ELSEWHERE, 1)
    with pytest.raises(BudgetOutsideParent):
        world.allocate(world.town_budget, TOWN, 1)
    with pytest.raises(BudgetExhausted):
        world.allocate(world.town_budget, VILLAGE, 100_001)
    with pytest.raises(OutsideScope):
        ex.budgets.allocate(
            world.call(world.staff("township", ELSEWHERE)), world.town_budget, area=VILLAGE, amount_fen=1
        )


def test_the_nearest_budget_pays_and_an_activitys_own_before_all_others(world: World) -> None:
    ex = world.exchange
    world.register()
    world.serve("植树", 60)
    record = world.serve("清扫", 90)
    own = ex.budgets.allocate(
        world.call(world.clerk),
        world.village_budget,
        area=VILLAGE,
        amount_fen=500,
        activity_id=UUID(record.body["activity_id"]),
    )
    world.at(days=7)
    confirmed = ex.confirmations.confirm(world.call(world.clerk))
    assert (confirmed["confirmed"], confirmed["points"], confirmed["refused"]) == (2, 5, [])
    budgets = world.shown()
    assert budgets[own.body["budget_id"]]["committed_fen"] == 300
    assert budgets[str(world.village_budget)]["committed_fen"] == 200
    phone = enrol_phone(world, world.clerk, world.second, world.number)
    code = ex.paying.payment_code(world.call(phone)).body["digits"]
    ex.redeeming.redeem(world.call(world.till), code=code, points=4)


def test_a_fund_can_be_asked_what_it_owed_at_any_earlier_position_and_instant(world: World) -> None:
    now = world.liability()
    assert (now["issued_points"], now["redeemed_points"], now["covered"]) == (5, 4, True)
    assert (now["held_fen"], now["takings_pay_fen"], now["owed_fen"]) == (100, 400, 500)
    assert world.liability(position=world.before_position) == world.before
    assert world.before["issued_points"] == 0
    assert world.liability(position=0)["received_fen"] == 0
    then = world.liability(at=START + timedelta(minutes=30))
    assert (then["issued_points"], then["received_fen"]) == (0, 1_500_000)
    with pytest.raises(Invalid):
        world.liability(position=now["position"] + 1_000)
    shown = world.exchange.funds.show(world.call(world.clerk), world.fund)
    assert now["owed_fen"] == shown["liability"]["owed_fen"]


def test_each_source_sees_its_share_and_the_shares_add_up(world: World) -> None:
    told = world.exchange.fund_reports.sources(world.call(world.clerk), world.fund)["sources"]
    assert [source["amount_fen"] for source in told] == [1_000_000, 500_000]
    assert [source["issued_points"] for source in told] == [3, 2]
    assert sum(source["redeemed_points"] for source in told) == 4
    assert [source["shops"] for source in told] == [
        [{"kind": "supermarket", "points": 3, "pay_fen": 267}],
        [{"kind": "supermarket", "points": 1, "pay_fen": 133}],
    ]


def test_the_audit_report_holds_no_formula_whatever_a_donor_is_called(world: World) -> None:
    made = world.exchange.fund_reports.workbook(world.call(world.clerk), world.fund)
    book = openpyxl.load_workbook(io.BytesIO(made))
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert "'=某公司" in {cell.value for cell in cells}
    assert "07" * 32 in {cell.value for cell in cells}


def test_the_audit_report_is_a_paper_too_that_says_the_same_sums(world: World) -> None:
    made = world.exchange.fund_reports.paper(world.call(world.clerk), world.fund)
    with pypdfium2.PdfDocument(made) as document:
        page = document[0]
        text = page.get_textpage()
        shown = text.get_text_range()
        text.close()
        page.close()
    assert "15,000.00" in shown
    assert "负债有资金保障" in shown
    assert world.exchange.fund_reports.paper(world.call(world.clerk), world.fund) == made


def test_a_budget_that_runs_low_is_listed_where_somebody_set_its_level(world: World) -> None:
    ex = world.exchange
    seen = ex.budgets.alarms(world.call(world.clerk), limit=50)["alarms"]
    assert seen == []
    ex.budgets.set_alarm(world.call(world.town), world.village_budget, below_percent=100)
    (alarm,) = ex.budgets.alarms(world.call(world.town), limit=50)["alarms"]
    assert alarm["budget_id"] == str(world.village_budget)
    assert ex.budgets.alarms(world.call(world.clerk), area=ELSEWHERE, limit=50)["alarms"] == []


def test_of_many_who_hand_money_down_at_once_no_more_goes_than_there_is(world: World) -> None:
    # Two exchanges over one store stand for two processes.
    other = Exchange.open(world.settings)

    def hand_down(caller: int) -> bool:
        try:
            (world.exchange, other)[caller % 2].budgets.allocate(
                world.call(world.clerk, f"hand-{caller}"), world.town_budget, area=VILLAGE, amount_fen=30_000
            )
        except BudgetExhausted:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(hand_down, range(8))) == 3
    other.close()
    assert world.shown()[str(world.town_budget)]["available_fen"] == 10_000


def test_at_years_end_the_rest_is_carried_over_or_goes_back_to_its_fund(world: World) -> None:
    ex = world.exchange
    world.now = datetime(2027, 1, 4, 9, tzinfo=SHANGHAI)
    free = ex.funds.show(world.call(world.clerk), world.fund)["available_fen"]
    carried = ex.budgets.close(world.call(world.clerk), world.town_budget, carry_to="2027").body
    assert carried["rest_fen"] == 10_000
    returned = ex.budgets.close(world.call(world.clerk), world.county_budget).body
    assert (returned["rest_fen"], returned["carried_to"]) == (800_000, None)
    budgets = world.shown()
    assert budgets[carried["carried_to"]]["available_fen"] == 10_000
    shown = ex.funds.show(world.call(world.clerk), world.fund)
    assert shown["available_fen"] == free + 800_000
    assert shown["points"]["balanced"]
    with ex.tools.reading() as connection:
        found = funds.find_budgets(connection, [TOWN, COUNTY], date(2026, 11, 2))
    assert found == []


def test_the_read_models_are_the_same_when_rebuilt_from_the_first_event(world: World) -> None:
    assert world.exchange.projections_rebuild()["differences"] == []
