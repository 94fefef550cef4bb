from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from api.app import create_app
from points.access import Actor, NotAuthenticated
from points.application.tools import Answer, Call
from points.bootstrap import Exchange
from points.domain.errors import NotFound
from tests.support.client import Client

TOKEN = {"Authorization": "Bearer t0ken"}
KEYED = TOKEN | {"Idempotency-Key": "k"}
FUND = {"name": "n", "kind": "k", "area": "a"}


class Funds:
    def open(self, call: Call, **_wish: str) -> Answer:
        return Answer({"fund_id": "f", "position": 7}, 7, replayed=call.key == "again")

    def show(self, call: Call, fund_id: UUID) -> dict[str, Any]:
        raise NotFound(subject="fund", reference=str(fund_id))


class Many:
    def confirm(self, call: Call, record_ids: list[UUID] | None) -> dict[str, Any]:
        return {"confirmed": 0}

    give = confirm


class Redeeming:
    async def redeem_async(self, call: Call, **wish: Any) -> Answer:
        return Answer({"id": "r", "points": wish["points"], "position": 9, "receipt": "x"}, 9)


def authenticate(token: str | None, _at: datetime | None) -> Any:
    if token != "t0ken":
        raise NotAuthenticated
    return SimpleNamespace(spec=Actor)


@pytest.fixture
def client() -> Client:
    exchange = SimpleNamespace(
        authenticate=authenticate,
        funds=Funds(),
        redeeming=Redeeming(),
        confirmations=Many(),
        notices=Many(),
        close=lambda: None,
        tools=SimpleNamespace(keys=SimpleNamespace(subkey=lambda *_: bytes(32))),
    )
    return Client(create_app(cast("Exchange", exchange)))


def test_a_first_change_answers_201_and_a_replay_200_both_with_the_position(client: Client) -> None:
    first = client.post("/v1/funds", json=FUND, headers=KEYED)
    again = client.post("/v1/funds", json=FUND, headers=TOKEN | {"Idempotency-Key": "again"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.headers["Points-Position"] == "7"
    assert first.json() == again.json()


def test_a_change_without_a_key_is_refused_with_400(client: Client) -> None:
    answer = client.post("/v1/funds", json=FUND, headers=TOKEN)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("/idempotency-key-missing")


def test_an_unknown_field_is_refused_without_repeating_its_value(client: Client) -> None:
    answer = client.post("/v1/funds", json=FUND | {"phone": "13800000000"}, headers=KEYED)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "phone", "rule": "extra_forbidden"}]
    assert "13800000000" not in answer.text


def test_a_missing_thing_is_a_problem_in_the_callers_language(client: Client) -> None:
    url = f"/v1/funds/{UUID(int=1)}"
    told = {tag: client.get(url, headers=TOKEN | {"Accept-Language": tag}) for tag in ("en", "zh-CN")}
    assert {answer.status_code for answer in told.values()} == {404}
    assert told["en"].headers["content-type"] == "application/problem+json"
    assert told["en"].json()["detail"] != told["zh-CN"].json()["detail"]


def test_redeeming_needs_no_key_but_exactly_one_code(client: Client) -> None:
    good = client.post("/v1/redemptions", json={"code": "87", "points": 5}, headers=TOKEN)
    both = client.post("/v1/redemptions", json={"code": "87", "short_code": "1", "points": 5}, headers=TOKEN)
    assert (good.status_code, good.json()["points"]) == (201, 5)
    assert both.status_code == 422


def test_a_body_over_one_mebibyte_is_refused_with_413(client: Client) -> None:
    answer = client.post("/v1/redemptions", content=b" " * (1 << 20) + b"{}", headers=TOKEN)
    assert answer.status_code == 413


def test_an_unexpected_failure_tells_only_the_request_id(client: Client) -> None:
    headers = TOKEN | {"X-Request-Id": "abc"}
    answer = client.get("/v1/volunteers/13800000000", headers=headers)
    assert (answer.status_code, answer.json()["request_id"]) == (500, "abc")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "volunteers" not in answer.text


def test_the_log_holds_neither_numbers_nor_tokens(client: Client) -> None:
    with capture_logs() as lines:
        client.get("/v1/volunteers/13800000000?q=13800000000", headers=TOKEN)
        client.post("/v1/funds", json=FUND | {"phone": "13800000000"}, headers=KEYED)
    assert [line["status"] for line in lines if line["event"] == "request"] == [500, 422]
    assert "13800000000" not in str(lines)
    assert "t0ken" not in str(lines)


@pytest.mark.parametrize("path", ["/v1/confirmations", "/v1/notices"])
def test_an_empty_wish_never_means_every_record(client: Client, path: str) -> None:
    assert client.post(path, json={}, headers=KEYED).status_code == 422


def test_the_log_names_the_hot_route_too(client: Client) -> None:
    with capture_logs() as lines:
        client.post("/v1/redemptions", json={"code": "87", "points": 5}, headers=TOKEN)
    assert [line["route"] for line in lines if line["event"] == "request"] == ["/v1/redemptions"]


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/v1/nowhere", 404),
        ("PUT", "/v1/funds", 405),
        ("POST", "/v1/funds", 422),
        ("GET", "/v1/volunteers/1", 500),
    ],
)
def test_what_no_use_case_refused_is_told_in_the_callers_language_too(
    client: Client, method: str, url: str, status: int
) -> None:
    told = {
        tag: client.request(method, url, json={}, headers=KEYED | {"Accept-Language": tag})
        for tag in ("en", "zh-CN", "zh-TW")
    }
    assert {answer.status_code for answer in told.values()} == {status}
    titles = {answer.json()["title"] for answer in told.values()}
    assert len(titles) == len(told)
    assert not any("http." in title for title in titles)
