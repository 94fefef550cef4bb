"""People through the use cases, on both databases: children, households, stars and certificates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pypdfium2  # type: ignore[import-untyped]  # the package has no stubs
import pytest
import zxingcpp

from points.access import Actor
from points.bootstrap import Exchange, Settings, create_store
from points.codes.errors import CodeSignatureInvalid
from points.domain.calendar import SHANGHAI
from points.domain.errors import NotFound
from points.domain.household import AlreadyInHousehold
from points.domain.minors import AccompanimentMissing, GuardianConsentWithdrawn
from points.domain.posting import OwnCase, PostingStillOpen
from points.domain.timesheet_errors import OwnHours
from points.domain.volunteer import ConsentMissing
from tests.application.test_main_job import COUNTY, DEMO, County, scheme_and_money

COMMUNITY = "500233001001"
START = datetime(2026, 11, 2, 9, 0, tzinfo=SHANGHAI)
WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"


def identity(birth: str, order: int) -> str:
    """In the region that does not exist."""
    body = f"990000{birth}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + CHECKS[total % 11]


@pytest.fixture
def county(database_url: str, tmp_path: Path) -> Iterator[County]:
    settings = Settings(database_url, master_key_file=tmp_path / "key", fixed_at=START)
    made = create_store(settings, (DEMO / "areas.csv").read_bytes(), demo=True, options={"star_hours": "2,4"})
    county = County.__new__(County)
    county.exchange, county.now, county.keys = Exchange.open(settings), START, 0
    county.admin = county.exchange.authenticate(made["token"], START)
    yield county
    county.exchange.close()


def register(county: County, clerk: Actor, name: str, birth: str, order: int, **more: Any) -> str:
    answer = county.exchange.volunteers.register(
        county.call(clerk),
        name=name,
        identity_number=identity(birth, order),
        phone=f"1990000{order:04d}",
        area=COMMUNITY,
        **more,
    )
    return str(answer.body["volunteer_number"])


def serve(county: County, clerk: Actor, number: str, day: date, minutes: int = 120, **more: Any) -> UUID:
    answer = county.exchange.hours.issue(
        county.call(clerk),
        volunteer_number=number,
        minutes=minutes,
        kind="elder_care",
        on=day,
        activity="陪伴老人",
        reason="纸质签到表",
        area=COMMUNITY,
        **more,
    )
    return UUID(answer.body["record_id"])


def reviewer_who_is(county: County, number: str) -> Actor:
    added = county.exchange.staff.add(
        county.call(county.admin), name="审", role="reviewer", area=COUNTY, volunteer_number=number
    )
    token = county.exchange.sign_in.redeem_code(added.body["digits"], county.now)["token"]
    return county.exchange.authenticate(token, county.now)


def test_people_from_the_register_to_the_certificate(county: County) -> None:
    ex, clerk, reviewer = county.exchange, county.staff("county"), county.staff("reviewer")
    scheme_and_money(county, clerk, reviewer, 1_000_000)
    mother = register(county, clerk, "王小明", "19800101", 1)
    child = register(county, clerk, "王小小", "20180615", 2, guardian_phone="19900000001")
    day = date(2026, 10, 30)

    # A child of eight: beside an adult who is named, and while the guardian consents.
    with pytest.raises(AccompanimentMissing):
        serve(county, clerk, child, day)
    ex.consents.withdraw(county.call(clerk), child, purpose="guardian")
    with pytest.raises(GuardianConsentWithdrawn):
        serve(county, clerk, child, day, accompanied_by=mother)
    ex.consents.record_guardian(
        county.call(clerk),
        child,
        name="王小明",
        identity_number=identity("19800101", 1),
        phone="19900000001",
    )
    serve(county, clerk, child, day, accompanied_by=mother)
    turning = ex.consents.minors(county.call(clerk), area=None, month=date(2032, 6, 1), limit=10)
    assert [(one["volunteer_number"], one["turns"]) for one in turning["volunteers"]] == [(child, 14)]

    # Mother and child live together: neither reviews nor decides about the other.
    formed = ex.households.form(county.call(clerk), head=mother).body
    household = UUID(formed["household_id"])
    ex.households.join(county.call(clerk), household, volunteer_number=child)
    with pytest.raises(AlreadyInHousehold):
        ex.households.form(county.call(clerk), head=child)
    shown = ex.households.show(county.call(clerk), formed["code"])
    assert {one["volunteer_number"] for one in shown["members"]} == {mother, child}
    family = reviewer_who_is(county, child)
    record = serve(county, clerk, mother, day, 150)
    with pytest.raises(OwnHours):
        ex.reviews.review(county.call(family), record, approved=True)

    ex.reviews.review_all(county.call(reviewer))
    ex.notices.give(county.call(clerk))
    county.at(days=7)
    assert ex.confirmations.confirm(county.call(clerk))["confirmed"] == 2

    stars(county, clerk, reviewer, family)
    certificates(county, clerk, reviewer, family, mother)


def stars(county: County, clerk: Actor, reviewer: Actor, family: Actor) -> None:
    ex = county.exchange
    assert ex.stars.propose(county.call(clerk)).body["proposed"] == 2
    assert ex.stars.propose(county.call(clerk)).body["proposed"] == 0
    names = {one["name"] for one in ex.stars.notices(None, limit=10)["notices"]}
    assert names == {"王**", "*"}, "a minor's name is hidden altogether"
    assert ex.stars.award(county.call(reviewer)).body["awarded"] == 0
    county.at(days=8)
    own = ex.stars.award(county.call(family)).body
    assert {one["type"] for one in own["refused"]} == {OwnCase.slug()}
    assert ex.stars.award(county.call(reviewer)).body["awarded"] == 2
    assert {one["level"] for one in ex.stars.honours(None, limit=10)["stars"]} == {1}


def certificates(county: County, clerk: Actor, reviewer: Actor, family: Actor, mother: str) -> None:
    ex = county.exchange
    with pytest.raises(ConsentMissing):
        ex.certificates.request(county.call(clerk), mother)
    for purpose in ("certificate", "honours_name"):
        ex.consents.give(county.call(clerk), mother, purpose=purpose)
    assert "王小明" in {one["name"] for one in ex.stars.honours(None, limit=10)["stars"]}
    asked = [UUID(ex.certificates.request(county.call(clerk), mother).body["certificate_id"]) for _ in "12"]
    with pytest.raises(PostingStillOpen):
        ex.certificates.issue(county.call(reviewer), asked[0])
    county.at(days=8)
    with pytest.raises(OwnCase):
        ex.certificates.issue(county.call(family), asked[0])
    serials = [ex.certificates.issue(county.call(reviewer), one).body["serial"] for one in asked]
    assert serials == ["500233-2026-000001", "500233-2026-000002"]

    paper, name = ex.certificates.pdf(county.call(clerk), asked[0])
    assert (paper, name) == (ex.certificates.pdf(county.call(clerk), asked[0])[0], f"{serials[0]}.pdf")
    text, link = read_paper(paper)
    assert "志愿服务平台记录" in text
    assert "王小明" in text
    assert "990000***********" in text
    assert "19800101" not in text

    checked = ex.certificates.check(link)
    assert (checked["state"], checked["verified_minutes"]) == ("issued", 0)
    assert (checked["name"], checked["supplementary_minutes"]) == ("王小明", 150)
    assert ex.certificates.check(serials[0])["name"] == "王**"
    assert "lines" not in ex.certificates.check(serials[0])
    forged = link[:-1] + str((int(link[-1]) + 1) % 10)
    with pytest.raises(CodeSignatureInvalid):
        ex.certificates.check(forged)
    with pytest.raises(NotFound):
        ex.certificates.check("500233-2026-000003")
    ex.certificates.revoke(county.call(reviewer), asked[0], reason="重复出具")
    assert ex.certificates.check(link)["state"] == "revoked"


def read_paper(paper: bytes) -> tuple[str, str]:
    """The text of its first page, and what its code says."""
    with pypdfium2.PdfDocument(paper) as document:
        page = document[0]
        words = page.get_textpage()
        text = str(words.get_text_range())
        picture = page.render(scale=3).to_pil()
        words.close()
        page.close()
    return text, str(zxingcpp.read_barcodes(picture)[0].text)


def test_organisations_posts_and_areas_below_a_community(county: County) -> None:
    ex, clerk = county.exchange, county.staff("county")
    person = register(county, clerk, "李四", "19700101", 3)
    for code, level, parent in (
        (f"{COMMUNITY}01", "grid", COMMUNITY),
        (f"{COMMUNITY}0101", "building", f"{COMMUNITY}01"),
    ):
        added = ex.organisations.add_area(
            county.call(clerk), code=code, name="一号", level=level, parent=parent
        )
        assert added.body["new"]
    ex.organisations.assign(
        county.call(clerk), kind="building_lead", area=f"{COMMUNITY}0101", volunteer_number=person
    )
    (post,) = ex.organisations.posts(county.call(clerk), area=COMMUNITY, limit=10)["posts"]
    assert post["volunteer_number"] == person
    ex.organisations.end_post(county.call(clerk), UUID(post["post_id"]))
    assert ex.organisations.posts(county.call(clerk), area=None, limit=10)["posts"] == []

    school = UUID(
        ex.organisations.found(county.call(clerk), name="实验小学", kind="school", area=COMMUNITY).body[
            "organisation_id"
        ]
    )
    team = UUID(ex.organisations.form_team(county.call(clerk), school, name="一队").body["team_id"])
    ex.organisations.join(county.call(clerk), school, volunteer_number=person, team_id=team)
    shown = ex.organisations.show(county.call(clerk), school, limit=10)
    assert shown["members"] == [{"volunteer_number": person, "team_id": str(team)}]
    ex.organisations.dissolve_team(county.call(clerk), school, team)
    assert ex.organisations.show(county.call(clerk), school, limit=10)["members"][0]["team_id"] is None
    ex.organisations.leave(county.call(clerk), school, volunteer_number=person)
    assert ex.organisations.show(county.call(clerk), school, limit=10)["members"] == []

    ex.consents.state_abilities(
        county.call(clerk), person, skills=["law", "care"], slots=["sat_morning"], note="会手语"
    )
    found = ex.consents.able(county.call(clerk), area=None, skill="law", slot="sat_morning", limit=10)
    assert [one["volunteer_number"] for one in found["volunteers"]] == [person]
    assert not ex.consents.able(county.call(clerk), area=None, skill="repair", slot=None, limit=10)[
        "volunteers"
    ]
    assert ex.consents.abilities(county.call(clerk), person)["note"] == "会手语"
