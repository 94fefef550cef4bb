"""Points that a household shares: put together by members, shared out by the head, left to it by one who died."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from points.application.tools import Work
from points.application.volunteers import find_volunteer
from points.bootstrap import Settings
from points.domain.account import InsufficientPoints
from points.domain.errors import Invalid, NotAllowed
from points.domain.household import Household, NotInHousehold
from tests.application.test_giving import VILLAGE, World
from tests.application.test_main_job import START


class Home(World):
    """Anna, the head, and Bo live together; somebody else lives elsewhere."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        tools = self.exchange.tools
        self.home, self.other_home = tools.new_id(), tools.new_id()

        def decide(work: Work) -> None:
            anna, bo = (find_volunteer(work, number) for number in (self.anna, self.bo))
            for id_, head in ((self.home, anna), (self.other_home, bo)):
                household = Household.form(
                    work.at,
                    id_,
                    code="1",
                    area_code=VILLAGE,
                    head_id=head.id,
                    formed_by=self.clerk.id,
                )
                work.unit.add(household)
            joined = work.unit.get(Household, self.home)
            joined.join(work.at, volunteer_id=bo.id, recorded_by=self.clerk.id)

        tools.writer.run(tools.command(self.call(self.clerk), decide))

    def lying(self) -> int:
        shown = self.exchange.household_points.show(self.call(self.clerk), self.home)
        assert shown["balance"] == sum(lot["points"] for lot in shown["lots"])
        balance: int = shown["balance"]
        return balance


@pytest.fixture(scope="module")
def home(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    key: Path = tmp_path_factory.mktemp("key") / "key"
    home = Home(Settings(module_database_url, master_key_file=key, fixed_at=START))
    yield home
    home.exchange.close()


def test_members_put_together_and_the_head_shares_out(home: Home) -> None:
    ex, anna, bo = home.exchange, home.phones[home.anna], home.phones[home.bo]
    ex.household_points.pool(home.call(anna), home.home, points=6, reason="家用")
    ex.household_points.pool(home.call(bo), home.home, points=4, reason="家用")
    assert home.lying() == 10
    with pytest.raises(NotAllowed):
        ex.household_points.share(home.call(bo), home.home, to=home.bo, points=1, reason="x")
    ex.household_points.share(home.call(anna), home.home, to=home.bo, points=7, reason="买米")
    assert home.lying() == 3
    assert (home.balance(home.anna), home.balance(home.bo)) == (18, 13)
    line = home.why(home.bo)[0]
    assert (line["kind"], line["purpose"]) == ("received", "sharing")
    assert line["activity"]
    assert home.balanced()


def test_only_members_put_in_and_get_out_and_nobody_more_than_there_is(home: Home) -> None:
    ex, anna = home.exchange, home.phones[home.anna]
    with pytest.raises(NotInHousehold):
        ex.household_points.pool(home.call(anna), home.other_home, points=1, reason="x")
    with pytest.raises(InsufficientPoints):
        ex.household_points.share(home.call(anna), home.home, to=home.bo, points=4, reason="x")
    with pytest.raises(NotAllowed):
        ex.household_points.pool(home.call(home.clerk), home.home, points=1, reason="x")


def test_a_bequest_takes_two_persons_and_leaves_everything_to_the_own_household(home: Home) -> None:
    ex = home.exchange

    def propose(points: int | None, household: UUID) -> UUID:
        proposed = ex.adjustments.propose(
            home.call(home.clerk),
            home.anna,
            kind="bequest",
            points=points,
            reason="遗赠",
            household_id=household,
        )
        return UUID(proposed.body["adjustment_id"])

    with pytest.raises(NotInHousehold):
        propose(None, home.other_home)
    with pytest.raises(Invalid):
        propose(5, home.home)
    before = home.lying() + home.balance(home.anna)
    ex.adjustments.approve(home.call(home.reviewers[0]), propose(None, home.home))
    assert (home.balance(home.anna), home.lying()) == (0, before)
    assert home.why(home.anna)[0]["purpose"] == "bequest"
    assert home.balanced()


def test_points_of_a_household_end_like_all_others(home: Home) -> None:
    held = home.lying() + home.balance(home.bo)
    home.at(days=121)
    assert home.exchange.expiry.run(home.call(home.clerk))["expired_points"] == held
    assert home.lying() == 0
    assert home.balanced()
    assert home.exchange.projections_rebuild()["differences"] == []
