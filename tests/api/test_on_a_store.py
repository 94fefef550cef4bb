from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from points.bootstrap import Exchange, Settings, create_store
from tests.support.client import Client

DEMO = Path(__file__).parents[2] / "demo"
COUNTY, COMMUNITY = "500233", "500233001001"
START = datetime(2026, 11, 24, 1, tzinfo=UTC)


class Desk:
    """Someone with a token; every change has a key of its own."""

    def __init__(self, client: Client, token: str) -> None:
        self.client = client
        self._token = {"Authorization": f"Bearer {token}"}
        self._keys = count(1)

    def get(self, url: str, **headers: str) -> httpx.Response:
        return self.client.get(url, headers=self._token | headers)

    def post(self, url: str, *, language: str = "en", **kwargs: Any) -> httpx.Response:
        headers = self._token | {"Idempotency-Key": str(next(self._keys)), "Accept-Language": language}
        return self.client.post(url, headers=headers, **kwargs)

    def send(self, url: str, name: str, *, language: str = "en", **fields: str) -> httpx.Response:
        file = (name, (DEMO / name).read_bytes())
        return self.post(url, language=language, files={"file": file}, data=fields)


@pytest.fixture
def admin(tmp_path: Path) -> Iterator[Desk]:
    settings = Settings(f"sqlite:///{tmp_path}/s.db", fixed_at=START)
    made = create_store(settings, areas_csv=(DEMO / "areas.csv").read_bytes(), demo=True)
    exchange = Exchange.open(replace(settings, fixed_at=START + timedelta(hours=1)))
    yield Desk(Client(create_app(exchange)), made["token"])
    exchange.close()


@pytest.fixture
def county(admin: Desk) -> Desk:
    added = admin.post("/v1/staff", json={"name": "office", "role": "county", "area": COUNTY})
    assert added.status_code == 201, added.text
    signed_in = admin.client.post("/v1/sign-ins", json={"digits": added.json()["digits"]})
    assert signed_in.status_code == 201, signed_in.text
    return Desk(admin.client, signed_in.json()["token"])


def register(desk: Desk) -> str:
    person = {"name": "甲", "identity_number": IDENTITY, "phone": "19900009999", "area": COMMUNITY}
    answer = desk.post("/v1/volunteers", json=person)
    assert answer.status_code == 201, answer.text
    number: str = answer.json()["volunteer_number"]
    return number


def checked(body: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]


IDENTITY = checked("99000019700101001")


def test_a_rehearsed_roster_says_what_the_import_then_does_and_a_second_import_does_nothing(
    county: Desk,
) -> None:
    rehearsed = county.send("/v1/volunteers/imports", "roster.xlsx", dry_run="true")
    done = county.send("/v1/volunteers/imports", "roster.xlsx")
    again = county.send("/v1/volunteers/imports", "roster.xlsx", dry_run="false")
    assert [a.status_code for a in (rehearsed, done, again)] == [200, 200, 200], rehearsed.text
    told, first, second = rehearsed.json(), done.json(), again.json()
    assert told["accepted"] > 0
    assert told["refused"]
    assert "Points-Position" not in rehearsed.headers
    assert done.headers["Points-Position"] == str(first["position"])
    assert told == first | {"position": None}
    assert (second["accepted"], second["duplicate"]) == (0, first["accepted"] + first["duplicate"])
    assert second["refused"] == first["refused"]


def test_a_refused_line_is_explained_in_the_callers_language(county: Desk) -> None:
    url = "/v1/volunteers/imports"
    english = county.send(url, "roster.xlsx", dry_run="true", language="en").json()["refused"]
    chinese = county.send(url, "roster.xlsx", dry_run="true", language="zh-CN").json()["refused"]
    said = [(a["message"], b["message"]) for a, b in zip(english, chinese, strict=True)]
    assert all(one and one != other for one, other in said)


def test_a_file_that_is_no_sheet_is_the_senders_fault(county: Desk) -> None:
    answer = county.post("/v1/volunteers/imports", files={"file": ("a.xlsx", b"no sheet")})
    assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (422, "header-not-found")


def test_a_misspelt_dry_run_enters_nothing(county: Desk) -> None:
    answer = county.send("/v1/volunteers/imports", "roster.xlsx", dryrun="true")
    assert (answer.status_code, answer.json()["field"]) == (422, "dryrun")
    later = county.send("/v1/volunteers/imports", "roster.xlsx").json()
    assert later["accepted"] > 0


def test_a_sign_in_sheet_of_a_roster_is_taken_in_once(county: Desk) -> None:
    county.send("/v1/volunteers/imports", "roster.xlsx")
    wish = {"area": COUNTY, "reason": "paper sheet"}
    done = county.send("/v1/service-records/imports", "signin.xlsx", **wish)
    again = county.send("/v1/service-records/imports", "signin.xlsx", **wish)
    assert done.status_code == 200, done.text
    assert done.json()["accepted"] > 0
    assert again.json()["accepted"] == 0


def test_anyone_may_look_at_areas_and_rates_but_only_the_county_takes_residents_in(
    admin: Desk, county: Desk
) -> None:
    assert admin.send("/v1/areas/residents-imports", "residents.csv").status_code == 403
    taken = county.send("/v1/areas/residents-imports", "residents.csv")
    assert (taken.status_code, taken.json()["refused"]) == (200, [])
    assert county.send("/v1/areas/imports", "areas.csv").json()["accepted"] == 0
    client = county.client
    page = client.get("/v1/areas?limit=2").json()
    rest = client.get(f"/v1/areas?limit=200&after={page['next']}").json()
    assert len(page["areas"]) + len(rest["areas"]) == 29
    assert client.get(f"/v1/areas/{COUNTY}").json()["level"] == "county"
    rate = client.get(f"/v1/areas/{COUNTY}/registration-rate?year=2026").json()
    assert rate["residents"] > 0
    assert client.get("/v1/areas/0/registration-rate").status_code == 404


def test_a_new_volunteer_has_an_empty_account_statement_and_list_of_hours(county: Desk) -> None:
    url = f"/v1/volunteers/{register(county)}"
    account = county.get(f"{url}/account").json()
    assert (account["balance"], account["lots"]) == (0, [])
    before = county.get(f"{url}/account?at=2026-01-01T00:00:00%2B08:00&basis=recorded").json()
    assert before["balance"] == 0
    assert county.get(f"{url}/statement?limit=5&before=9").json()["lines"] == []
    assert county.get(f"{url}/hours").json() == {"records": [], "next": None}
    for query in ("at=2026-01-01T00:00:00", "at=0001-01-01T00:00:00%2B14:00", "at=x", "basis=x"):
        assert county.get(f"{url}/account?{query}").status_code == 422, query


def test_a_phone_is_enrolled_and_a_false_approver_is_not_believed(county: Desk) -> None:
    url = f"/v1/volunteers/{register(county)}/enrolments"
    assert county.post(url, json={"approve_token": "false"}).status_code == 401
    offered = county.post(url)
    assert offered.status_code == 201, offered.text
    phone = county.client.post("/v1/sign-ins", json={"digits": offered.json()["digits"]}).json()
    assert phone["role"] == "volunteer"


def test_activities_are_listed_page_by_page_the_latest_day_first(county: Desk) -> None:
    for day in ("2026-12-01", "2026-12-02", "2026-12-03"):
        times = {"starts_at": f"{day}T09:00:00+08:00", "ends_at": f"{day}T11:00:00+08:00"}
        plan = {"name": day, "kind": "environment", "area": COMMUNITY} | times
        planned = county.post("/v1/activities", json=plan)
        assert planned.status_code == 201, planned.text
    first = county.get("/v1/activities?limit=2").json()
    rest = county.get(f"/v1/activities?limit=2&after={first['next']}").json()
    assert [a["name"] for a in first["activities"] + rest["activities"]] == [
        "2026-12-03",
        "2026-12-02",
        "2026-12-01",
    ]
    for cursor in ("2026-12-01", "x.y", "2026-13-01.00000000-0000-0000-0000-000000000000"):
        assert county.get(f"/v1/activities?after={cursor}").status_code == 422, cursor


def test_hours_are_listed_page_by_page_the_latest_day_first(county: Desk) -> None:
    number = register(county)
    for day in ("2026-11-10", "2026-11-12", "2026-11-11"):
        wish = {"volunteer_number": number, "minutes": 60, "kind": "environment", "on": day}
        entered = county.post(
            "/v1/service-records", json=wish | {"activity": "sweeping", "reason": "paper", "area": COMMUNITY}
        )
        assert entered.status_code == 201, entered.text
    url = f"/v1/volunteers/{number}/hours?limit=2"
    first = county.get(url).json()
    rest = county.get(f"{url}&after={first['next']}").json()
    days = [record["day"] for record in first["records"] + rest["records"]]
    assert days == ["2026-11-12", "2026-11-11", "2026-11-10"]


def test_a_reader_may_wait_for_the_position_that_an_import_named(county: Desk) -> None:
    done = county.send("/v1/volunteers/imports", "roster.xlsx")
    headers = {"Points-Position": done.headers["Points-Position"]}
    assert county.get("/v1/activities", **headers).status_code == 200
    rate = county.client.get(f"/v1/areas/{COUNTY}/registration-rate?year=2026").json()
    assert rate["registered"] == done.json()["accepted"]
