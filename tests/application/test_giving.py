"""Points given, granted, corrected, deducted and ending, through the use cases on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from points.access import Actor
from points.application.adjustments import AdjustmentNotFound
from points.application.tools import Body
from points.application.volunteers import VolunteerNotFound
from points.bootstrap import Settings
from points.domain.account import InsufficientPoints
from points.domain.adjustment import (
    AdjustmentNoticeStillOpen,
    AppealOpen,
)
from points.domain.errors import Invalid, NotAllowed
from points.domain.scheme_rules import Rules
from points.domain.transfers import GiftDayCapExceeded
from points.projections import funds
from tests.application.test_main_job import COUNTY, START, County

VILLAGE, ELSEWHERE = "500233001001", "500233102"


class World(County):
    """Two people with 24 and 10 points of a scheme that knows deductions."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.clerk = self.staff("county")
        self.reviewers = [self.staff("reviewer"), self.staff("reviewer")]
        self.scheme, self.fund = self._scheme(), self._fund()
        with self.exchange.tools.reading() as connection:
            (found,) = funds.find_budgets(connection, [COUNTY], START.date())
        self.budget = found.budget_id
        self.anna, self.bo = self._register(1), self._register(2)
        self.records = {number: self.serve(number, points) for number, points in self.wanted().items()}
        self.at(days=8)
        self.exchange.confirmations.confirm(self.call(self.clerk))
        self.phones = {number: self._phone(number) for number in (self.anna, self.bo)}

    def wanted(self) -> dict[str, int]:
        return {self.anna: 24, self.bo: 10}

    def _scheme(self) -> UUID:
        drafted = self.exchange.schemes.draft(
            self.call(self.clerk),
            name="s",
            area=COUNTY,
            in_force_from=date(2026, 1, 1),
            rates=[("*", "supplementary", 1, 10)],
            rounding="down",
            value_fen=100,
            expires_after_months=3,
            rules=Rules(deductions=True),
        )
        scheme = UUID(drafted.body["scheme_id"])
        self.exchange.schemes.approve(self.call(self.reviewers[0]), scheme)
        return scheme

    def _fund(self) -> UUID:
        ex = self.exchange
        opened = ex.funds.open(self.call(self.clerk), name="财政", kind="fiscal", area=COUNTY)
        fund = UUID(opened.body["fund_id"])
        ex.funds.receive(self.call(self.clerk), fund, amount_fen=20_000, source="县财政局")
        ex.funds.reserve(self.call(self.clerk), fund, area=COUNTY, period="2026", amount_fen=20_000)
        return fund

    def _register(self, number: int) -> str:
        registered = self.exchange.volunteers.register(
            self.call(self.clerk),
            area=VILLAGE,
            name=f"测试{'一二'[number - 1]}",
            identity_number=("990000198501030001", "990000198501030028")[number - 1],
            phone=f"1990000000{number}",
        )
        told: str = registered.body["volunteer_number"]
        return told

    def serve(self, number: str, points: int) -> Body:
        ex = self.exchange
        issued = ex.hours.issue(
            self.call(self.clerk),
            volunteer_number=number,
            minutes=points * 10,
            kind="environment",
            on=self.now.date() - timedelta(days=1),
            activity=f"清扫{number[-2:]}{self.now.date()}",
            area=VILLAGE,
            reason="补录",
        )
        self.at(minutes=1)
        record = UUID(issued.body["record_id"])
        ex.reviews.review(self.call(self.reviewers[0]), record, approved=True)
        ex.notices.give(self.call(self.clerk), [record])
        return issued.body

    def _phone(self, number: str) -> Actor:
        code = self.exchange.volunteers.enrol(self.call(self.clerk), number, self.reviewers[0])
        token = self.exchange.sign_in.redeem_code(code.body["digits"], self.now)["token"]
        self.at(hours=73)
        return self.exchange.authenticate(token, self.now)

    def balance(self, number: str) -> int:
        told: int = self.exchange.accounts.balance(self.call(self.clerk), number)["balance"]
        return told

    def why(self, number: str) -> list[Body]:
        told: list[Body] = self.exchange.accounts.statement(self.call(self.clerk), number, limit=50)["lines"]
        return told

    def balanced(self) -> bool:
        shown = self.exchange.funds.show(self.call(self.clerk), self.fund)
        liability = self.exchange.fund_reports.liability(self.call(self.clerk), self.fund)
        return bool(shown["points"]["balanced"] and liability["covered"])

    def propose(self, number: str, kind: str, points: int, **named: UUID) -> UUID:
        proposed = self.exchange.adjustments.propose(
            self.call(self.clerk), number, kind=kind, points=points, reason="理由", **named
        )
        return UUID(proposed.body["adjustment_id"])


@pytest.fixture(scope="module")
def world(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    key: Path = tmp_path_factory.mktemp("key") / "key"
    world = World(Settings(module_database_url, master_key_file=key, fixed_at=START))
    yield world
    world.exchange.close()


def test_a_gift_arrives_with_the_activity_and_fund_it_came_from(world: World) -> None:
    ex = world.exchange
    call = world.call(world.phones[world.anna])
    given = ex.giving.gift(call, to=world.bo, points=4, reason="感谢")
    assert ex.giving.gift(call, to=world.bo, points=4, reason="感谢").body == given.body
    assert (world.balance(world.anna), world.balance(world.bo)) == (20, 14)
    received = world.why(world.bo)[0]
    assert (received["kind"], received["points"], received["purpose"]) == ("received", 4, "gift")
    assert received["cause_id"] == given.body["transfer_id"]
    assert received["record_id"] == world.records[world.anna]["record_id"]
    assert (received["fund"], received["scheme_version"]) == ("财政", 1)
    assert received["activity"].startswith("清扫")
    assert world.balanced()


def test_a_gift_is_refused_beyond_its_cap_to_nobody_and_from_a_desk(world: World) -> None:
    ex, phone = world.exchange, world.phones[world.anna]
    with pytest.raises(GiftDayCapExceeded):
        ex.giving.gift(world.call(phone), to=world.bo, points=51, reason="x")
    with pytest.raises(VolunteerNotFound):
        ex.giving.gift(world.call(phone), to="50023300000000", points=1, reason="x")
    with pytest.raises(NotAllowed):
        ex.giving.gift(world.call(world.clerk), to=world.bo, points=1, reason="x")


def test_a_donation_frees_the_money_behind_it(world: World) -> None:
    ex, phone = world.exchange, world.phones[world.anna]
    before = ex.funds.show(world.call(world.clerk), world.fund)["available_fen"]
    with pytest.raises(InsufficientPoints):
        ex.giving.donate(world.call(phone), points=1, reason="x", fund_id=UUID(int=1))
    ex.giving.donate(world.call(phone), points=3, reason="捐回", fund_id=world.fund)
    shown = ex.funds.show(world.call(world.clerk), world.fund)
    assert shown["available_fen"] == before + 300
    assert shown["points"]["returned"] == 3
    assert world.why(world.anna)[0]["kind"] == "donated"
    assert world.balanced()


def test_relief_takes_two_persons_and_a_budget_that_was_named(world: World) -> None:
    ex = world.exchange
    relief = world.propose(world.bo, "relief", 10, budget_id=world.budget, scheme_id=world.scheme)
    with pytest.raises(NotAllowed):
        ex.adjustments.approve(world.call(world.clerk), relief)
    with pytest.raises(AdjustmentNotFound):
        ex.adjustments.show(world.call(world.staff("reviewer", ELSEWHERE)), relief)
    done = ex.adjustments.approve(world.call(world.reviewers[0]), relief).body
    assert done["points"] == 10
    line = world.why(world.bo)[0]
    assert (line["kind"], line["purpose"], line["activity_id"]) == ("credited", "relief", None)
    with pytest.raises(InsufficientPoints):
        ex.giving.gift(world.call(world.phones[world.bo]), to=world.anna, points=20, reason="x")
    with pytest.raises(Invalid):
        world.propose(world.bo, "relief", 10)
    assert world.balanced()


def test_a_record_is_corrected_both_ways_and_what_was_spent_is_owed_and_set_off(world: World) -> None:
    ex = world.exchange
    record = UUID(world.records[world.anna]["record_id"])
    up = world.propose(world.anna, "correction", 2, record_id=record)
    ex.adjustments.approve(world.call(world.reviewers[0]), up)
    before = world.balance(world.anna)
    down = world.propose(world.anna, "correction", -(before + 5), record_id=record)
    told = ex.adjustments.approve(world.call(world.reviewers[0]), down).body
    assert (told["points"], told["debt_points"]) == (-before, 5)
    assert world.balance(world.anna) == 0
    assert ex.accounts.balance(world.call(world.clerk), world.anna)["debt"] == 5
    then = ex.accounts.balance(world.call(world.clerk), world.anna, at=world.now - timedelta(hours=1))
    assert (then["balance"], then["debt"]) == (24, 0)
    world.serve(world.anna, 8)
    world.at(days=8)
    ex.confirmations.confirm(world.call(world.clerk))
    assert world.balance(world.anna) == 3
    kinds = [line["kind"] for line in world.why(world.anna)[:2]]
    assert kinds == ["set_off", "issued"]
    assert world.balanced()


def test_a_deduction_is_told_can_be_appealed_to_and_touches_no_hours(world: World) -> None:
    ex, phone = world.exchange, world.phones[world.bo]
    activity = UUID(world.records[world.bo]["activity_id"])
    hours = ex.hours.of_volunteer(world.call(world.clerk), world.bo, limit=10)
    with pytest.raises(InsufficientPoints):
        world.propose(world.bo, "deduction", 11, activity_id=activity)
    deduction = world.propose(world.bo, "deduction", 4, activity_id=activity)
    (seen,) = ex.adjustments.list(world.call(phone), state="proposed", limit=10)["adjustments"]
    assert (seen["kind"], seen["points"], seen["reason"]) == ("deduction", 4, "理由")
    with pytest.raises(AdjustmentNoticeStillOpen):
        ex.adjustments.approve(world.call(world.reviewers[0]), deduction)
    ex.adjustments.appeal(world.call(phone), deduction, text="我没有违规")
    world.at(days=9)
    with pytest.raises(AppealOpen):
        ex.adjustments.approve(world.call(world.reviewers[0]), deduction)
    ex.adjustments.answer(world.call(world.reviewers[1]), deduction, upheld=False, text="属实")
    before = world.balance(world.bo)
    ex.adjustments.approve(world.call(world.reviewers[0]), deduction)
    assert world.balance(world.bo) == before - 4
    assert ex.hours.of_volunteer(world.call(world.clerk), world.bo, limit=10) == hours
    assert world.balanced()


def test_what_ends_is_listed_told_once_and_taken_when_its_day_has_passed(world: World) -> None:
    ex = world.exchange
    coming = ex.expiry.coming(world.call(world.clerk), within_days=120, limit=50)["ending"]
    assert sum(one["points"] for one in coming) == world.balance(world.anna) + world.balance(world.bo)
    assert coming == sorted(coming, key=lambda one: one["expires_on"])
    first = ex.expiry.announce(world.call(world.clerk), 120)
    assert first["announced_points"] == sum(one["points"] for one in coming)
    assert ex.expiry.announce(world.call(world.clerk), 120)["announced_points"] == 0
    world.at(days=121)
    assert ex.expiry.run(world.call(world.clerk))["expired_points"] == first["announced_points"]
    assert ex.expiry.run(world.call(world.clerk))["expired_points"] == 0
    assert (world.balance(world.anna), world.balance(world.bo)) == (0, 0)
    assert world.balanced()


def test_a_server_runs_the_day_by_itself_and_does_nothing_twice(world: World) -> None:
    first = world.exchange.expiry.run_by_itself()
    head = world.exchange.tools.recorder.read_head()
    assert world.exchange.expiry.run_by_itself()["expired_points"] == first["expired_points"] == 0
    assert world.exchange.tools.recorder.read_head() == head


def test_the_read_models_are_the_same_when_rebuilt_from_the_first_event(world: World) -> None:
    assert world.exchange.projections_rebuild()["differences"] == []
