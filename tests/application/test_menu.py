"""The menu and the issue ledger through the use cases, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from points.access import Actor, OutsideScope
from points.application.scope import OwnerNotHere
from points.application.tasks import BudgetOfOtherArea, LevelTooLow
from points.bootstrap import Exchange, Settings
from points.domain.admission import TaskBarred
from points.domain.errors import Invalid, NotAllowed, NotFound
from points.domain.issue import AskersWordMissing, OwnWord
from points.domain.request_errors import (
    AlreadyRated,
    BothSides,
    HoursAlreadyDrafted,
    OwnRequest,
    RequestNotAtStage,
)
from tests.application.test_main_job import COUNTY, START, County, enrol_phone

COMMUNITY, TOWNSHIP, FAR = "500233001001", "500233001", "500233210001"
DIGEST = b"\x09" * 32
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


class Place(NamedTuple):
    county: County
    clerk: Actor
    community: Actor
    grid: Actor
    asker: Actor
    helper: Actor
    far: Actor
    numbers: dict[str, str]

    @property
    def ex(self) -> Exchange:
        return self.county.exchange


def person_with_phone(county: County, clerk: Actor, second: Actor, no: int, area: str) -> tuple[str, Actor]:
    body = f"9900001980010{no}001"
    check = "10X98765432"[sum(w * int(d) for w, d in zip(_WEIGHTS, body, strict=True)) % 11]
    number = county.exchange.volunteers.register(
        county.call(clerk), name="某某", identity_number=body + check, phone=f"1990000100{no}", area=area
    ).body["volunteer_number"]
    return number, enrol_phone(county, clerk, second, number)


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Place]:
    county = County(Settings(database_url, master_key_file=tmp_path / "key", fixed_at=START))
    clerk, second = county.staff("county"), county.staff("township")
    people = {
        name: person_with_phone(county, clerk, second, no, area)
        for no, (name, area) in enumerate({"asker": COMMUNITY, "helper": COMMUNITY, "far": FAR}.items(), 1)
    }
    yield Place(
        county,
        clerk,
        county.staff("community", COMMUNITY),
        county.staff("grid_worker", COMMUNITY),
        people["asker"][1],
        people["helper"][1],
        people["far"][1],
        {name: number for name, (number, _) in people.items()},
    )
    county.exchange.close()


def test_a_need_from_the_menu_is_claimed_served_confirmed_rated_and_counted(place: Place) -> None:
    county, ex, call = place.county, place.ex, place.county.call
    listed = ex.menu.list_item(call(place.clerk), area=COUNTY, kind="elder_care", title="理发")
    item = UUID(listed.body["menu_item_id"])
    assert [i["title"] for i in ex.menu.list(call(place.asker), area=None, limit=10)["menu_items"]] == [
        "理发"
    ]
    request = UUID(
        ex.requests.place(call(place.asker), need="行动不便", menu_item_id=item).body["request_id"]
    )

    seen = ex.requests.list(call(place.helper), area=None, limit=10, state="open")["requests"]
    assert [one["request_id"] for one in seen] == [str(request)]
    assert "need" not in ex.requests.show(call(place.helper), request)
    with pytest.raises(OwnRequest):
        ex.requests.claim(call(place.asker), request)
    with pytest.raises(OutsideScope):
        ex.requests.claim(call(place.far), request)
    ex.requests.claim(call(place.helper), request)
    assert "need" not in ex.requests.show(call(place.helper), request)
    ex.requests.answer(call(place.asker), request, agreed=True)
    shown = ex.requests.show(call(place.helper), request)
    assert (shown["state"], shown["need"], shown["contact"]["name"]) == ("accepted", "行动不便", "某某")
    for looker in (county.staff("reviewer"), county.staff("auditor")):
        assert {"need", "contact"}.isdisjoint(ex.requests.show(call(looker), request))
    assert [r["request_id"] for r in _mine(place, "accepted")] == [str(request)]

    with pytest.raises(OutsideScope):
        ex.requests.report_done(call(place.far), request)
    ex.requests.report_done(call(place.helper), request, evidence=DIGEST)
    with pytest.raises(OutsideScope):
        ex.requests.confirm(call(place.helper), request)
    with pytest.raises(RequestNotAtStage):
        ex.requests.rate(call(place.asker), request, rating=1)
    ex.requests.confirm(call(place.asker), request)
    with pytest.raises(OutsideScope):
        ex.requests.rate(call(place.helper), request, rating=5)
    ex.requests.rate(call(place.asker), request, rating=5, text="好")
    with pytest.raises(AlreadyRated):
        ex.requests.rate(call(place.asker), request, rating=1)

    drafted: dict[str, Any] = {"minutes": 60, "on": county.now.date(), "reason": "点单"}
    county.at(hours=8)
    with pytest.raises(OutsideScope):
        ex.requests.draft_hours(
            call(place.community), request, volunteer_number=place.numbers["far"], **drafted
        )
    helper = place.numbers["helper"]
    draft = call(place.community)
    first = ex.requests.draft_hours(draft, request, volunteer_number=helper, **drafted)
    again = ex.requests.draft_hours(draft, request, volunteer_number=helper, **drafted)
    assert (again.replayed, again.body) == (True, first.body)
    (record,) = ex.hours.of_volunteer(call(place.helper), helper, limit=10)["records"]
    assert (record["minutes"], record["time_class"]) == (60, "supplementary")
    with pytest.raises(HoursAlreadyDrafted):
        ex.requests.draft_hours(call(place.community), request, volunteer_number=helper, **drafted)


def _mine(place: Place, state: str) -> list[dict[str, str]]:
    answer = place.ex.requests.list(
        place.county.call(place.helper), area=None, limit=10, state=state, mine=True
    )
    rows: list[dict[str, str]] = answer["requests"]
    return rows


def test_a_resident_without_a_phone_is_served_by_way_of_the_grid_worker(place: Place) -> None:
    county, ex, call = place.county, place.ex, place.county.call
    told = ex.residents.record(call(place.grid), area=COMMUNITY, name="老人", phone="1990000", address="楼")
    resident = UUID(told.body["resident_id"])
    wish: dict[str, Any] = {"need": "买药", "kind": "medical", "area": COMMUNITY, "resident_id": resident}
    with pytest.raises(Invalid):
        ex.requests.place(call(place.grid), need="买药", kind="medical", area=COMMUNITY)
    request = UUID(ex.requests.place(call(place.grid), **wish).body["request_id"])
    ex.requests.dispatch(call(place.community), request, volunteer_number=place.numbers["helper"])
    with pytest.raises(BothSides):
        ex.requests.answer(call(place.community), request, agreed=True, side="asker")
    with pytest.raises(OutsideScope):
        ex.requests.answer(call(place.grid), request, agreed=True, side="claimant")

    county.at(days=3)
    assert ex.requests.lapse_due(call(place.community)).body["lapsed"] == 1
    ex.requests.claim(call(place.helper), request)
    ex.requests.answer(call(place.grid), request, agreed=True, side="asker")
    ex.requests.report_done(call(place.helper), request)
    ex.requests.confirm(call(place.grid), request, reason="老人没有手机")
    ex.requests.rate(call(place.grid), request, rating=4, evidence=DIGEST)
    assert ex.requests.show(call(place.grid), request)["rating"] == 4

    ex.residents.forget(call(place.grid), resident)
    assert ex.requests.show(call(place.grid), request)["contact"] == {}


def test_an_issue_is_closed_with_evidence_and_the_askers_own_word(place: Place) -> None:
    county, ex, call = place.county, place.ex, place.county.call
    opened = ex.issues.open(call(place.asker), text="路灯坏了", category="facilities")
    issue = UUID(opened.body["issue_id"])
    assert opened.body["due_on"] == "2026-11-09"
    with pytest.raises(OwnerNotHere):
        ex.issues.transfer(call(place.community), issue, owner_id=place.asker.id, reason="派")
    ex.issues.transfer(call(place.community), issue, owner_id=place.grid.id, reason="派")
    with pytest.raises(NotAllowed):
        ex.issues.close(call(place.asker), issue, evidence=DIGEST)
    with pytest.raises(OwnWord):
        ex.issues.word(call(place.grid), issue, satisfied=True)
    with pytest.raises(OutsideScope):
        ex.issues.word(call(place.helper), issue, satisfied=True)
    with pytest.raises(AskersWordMissing):
        ex.issues.close(call(place.grid), issue, evidence=DIGEST)
    county.at(days=8)
    (late,) = ex.issues.list(call(place.grid), area=None, limit=10, state="overdue", mine=True)["issues"]
    assert (late["issue_id"], late["overdue"]) == (str(issue), True)
    ex.issues.word(call(place.asker), issue, satisfied=True)
    ex.issues.close(call(place.grid), issue, evidence=DIGEST)
    assert ex.issues.list(call(place.grid), area=None, limit=10, state="overdue")["issues"] == []
    ex.issues.reopen(call(place.asker), issue, reason="又坏了")
    (again,) = ex.issues.list(call(place.asker), area=None, limit=10)["issues"]
    assert (again["closed_on"], again["satisfied"]) == (None, None)


def test_meetings_visits_and_agreements_feed_the_ledger_with_an_owner(place: Place) -> None:
    county, ex, call = place.county, place.ex, place.county.call
    today = county.now.date()
    meeting = ex.governance.hold_meeting(
        call(place.clerk), area=COUNTY, kind="joint", held_on=today, minutes="纪要"
    ).body["meeting_id"]
    finding: dict[str, Any] = {
        "text": "整改",
        "category": "safety",
        "area": COMMUNITY,
        "source_id": UUID(meeting),
    }
    with pytest.raises(Invalid):
        ex.issues.open(call(place.clerk), source="joint_meeting", **finding)
    with pytest.raises(NotFound):
        ex.issues.open(call(place.clerk), source="supervision", owner_id=place.grid.id, **finding)
    ex.issues.open(call(place.clerk), source="joint_meeting", owner_id=place.grid.id, **finding)
    found = ex.issues.list(call(place.clerk), area=COUNTY, limit=10, source_id=UUID(meeting))["issues"]
    assert [one["owner_id"] for one in found] == [str(place.grid.id)]

    leader = _cadre(place, "township_leader")
    _cadre(place, "office_cadre")
    county.at(days=60)
    ex.governance.record_visit(
        call(place.clerk), cadre_id=leader, area=COMMUNITY, visited_on=date(2026, 12, 3)
    )
    counts = ex.governance.visit_counts(call(place.clerk), month="2026-12", area=None, limit=10)["counts"]
    leaders = [one for one in counts if one["rank"] == "township_leader"]
    assert [(one["visits"], one["required"], one["short"]) for one in leaders] == [(1, 2, True)]
    weeks = [one for one in counts if one["rank"] == "office_cadre"]
    assert [one["from"] for one in weeks] == ["2026-12-07", "2026-12-14", "2026-12-21", "2026-12-28"]
    assert [one["short"] for one in weeks] == [True, True, True, False]


def _cadre(place: Place, rank: str) -> UUID:
    call = place.county.call(place.clerk)
    body = place.ex.governance.charge_cadre(call, area=TOWNSHIP, rank=rank, name="某").body
    return UUID(body["cadre_id"])


def test_a_task_enters_a_community_by_a_second_person_and_with_its_money(place: Place) -> None:
    county, ex, call = place.county, place.ex, place.county.call
    task: dict[str, Any] = {"area": COMMUNITY, "title": "调查", "cost_fen": 50_000}
    with pytest.raises(TaskBarred):
        ex.tasks.propose(call(place.clerk), kind="demolition", **task)
    admission = UUID(ex.tasks.propose(call(place.clerk), kind="survey", **task).body["admission_id"])
    with pytest.raises(NotAllowed):
        ex.tasks.decide(call(place.clerk), admission, admitted=True)
    with pytest.raises(LevelTooLow):
        ex.tasks.decide(call(county.staff("reviewer", COMMUNITY)), admission, admitted=True)
    ex.tasks.decide(call(county.staff("reviewer", TOWNSHIP)), admission, admitted=True)
    fund = UUID(ex.funds.open(call(place.clerk), name="财", kind="fiscal", area=COUNTY).body["fund_id"])
    ex.funds.receive(call(place.clerk), fund, amount_fen=200_000, source="局")
    near, far = (
        UUID(
            ex.funds.reserve(call(place.clerk), fund, area=area, period="2026", amount_fen=60_000).body[
                "budget_id"
            ]
        )
        for area in (COMMUNITY, FAR)
    )
    with pytest.raises(BudgetOfOtherArea):
        ex.tasks.fund(call(place.clerk), admission, budget_id=far)
    ex.tasks.fund(call(place.clerk), admission, budget_id=near)
    ex.tasks.assign(call(place.community), admission, owner_id=place.grid.id)
    (shown,) = ex.tasks.list(call(place.community), area=None, limit=10)["admissions"]
    assert (shown["state"], shown["owner_id"]) == ("assigned", str(place.grid.id))


def test_a_resource_is_claimed_by_one_side_and_agreed_by_the_other(place: Place) -> None:
    ex, call = place.ex, place.county.call
    offered = ex.listings.publish(call(place.helper), "resource", title="轮椅")
    listing = UUID(offered.body["listing_id"])
    ex.listings.claim(call(place.asker), listing)
    with pytest.raises(OutsideScope):
        ex.listings.step(call(place.asker), listing, "agree")
    ex.listings.step(call(place.helper), listing, "agree")
    (shown,) = ex.listings.list(call(place.asker), "resource", area=None, limit=10)["listings"]
    assert (shown["title"], shown["state"]) == ("轮椅", "agreed")
