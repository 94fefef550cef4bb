"""The client for shops: it asks again when no answer came, and believes only signed notices."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.pos_client import PointsRefused, PointsUnreachable, PosClient, WebhookForged, verify_webhook
from cli.in_process import ApplicationTransport
from points.bootstrap import Settings
from points.merchants.webhook_signing import headers, new_secret
from tests.application.market import START, Market

Answer = httpx.Response | Exception


class Server:
    """Gives its answers one after the other, the last one over and over."""

    def __init__(self, *answers: Callable[[], Answer]) -> None:
        self._answers = answers
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers[min(len(self.requests), len(self._answers)) - 1]()
        if isinstance(answer, Exception):
            raise answer
        return answer


def lost() -> Answer:
    return httpx.ReadTimeout("lost")


def busy() -> Answer:
    return httpx.Response(503, json={"type": "https://points.invalid/problems/writer-busy"})


def taken() -> Answer:
    return httpx.Response(200, json={"id": "r", "points": 20, "position": 7, "receipt": "87"})


def client(server: Server) -> tuple[PosClient, list[float]]:
    pauses: list[float] = []
    return (
        PosClient("https://points.example", "t", transport=httpx.MockTransport(server), sleep=pauses.append),
        pauses,
    )


def test_a_call_whose_answer_was_lost_is_made_again_and_is_the_same() -> None:
    server = Server(lost, busy, taken)
    pos, pauses = client(server)
    assert pos.redeem(20, code="87").position == 7
    assert len({request.content for request in server.requests}) == 1
    assert len(pauses) == 2


@pytest.mark.parametrize("answer", [lost, busy])
def test_after_some_tries_the_shop_is_told_that_nothing_is_known(answer: Callable[[], Answer]) -> None:
    pos, _ = client(Server(answer))
    with pytest.raises(PointsUnreachable):
        pos.redeem(20, short_code="123456789012")


def test_a_refusal_is_not_asked_again() -> None:
    document = {"type": "https://points.invalid/problems/code-already-used", "detail": "Used."}
    server = Server(lambda: httpx.Response(409, json=document))
    pos, _ = client(server)
    with pytest.raises(PointsRefused) as refused:
        pos.redeem(20, code="87")
    assert (refused.value.type, refused.value.status, refused.value.detail) == (
        "code-already-used",
        409,
        "Used.",
    )
    assert len(server.requests) == 1


def test_a_refund_carries_the_shops_own_key() -> None:
    told = {"redemption_id": "r", "refund_no": 1, "points": 5, "position": 8}
    server = Server(lambda: httpx.Response(201, json=told))
    pos, _ = client(server)
    assert pos.refund("r", 5, "returned", key="refund-1").refund_no == 1
    assert server.requests[0].headers["Idempotency-Key"] == "refund-1"


def test_statements_are_read_page_by_page() -> None:
    pages: list[dict[str, Any]] = [
        {"statements": [{"revision": 2}], "next": 9},
        {"statements": [{"revision": 1}], "next": None},
    ]
    server = Server(*(lambda page=page: httpx.Response(200, json=page) for page in pages))
    pos, _ = client(server)
    assert [each["revision"] for each in pos.statements("m")] == [2, 1]
    assert server.requests[1].url.params["after"] == "9"


def test_on_a_store_a_till_asks_for_its_redemption_and_gives_part_of_it_back(tmp_path: Path) -> None:
    market = Market(Settings(f"sqlite:///{tmp_path / 's.db'}", fixed_at=START))
    token = market.exchange.tills.enrol(market.call(market.clerk), market.merchant).body["token"]
    till = market.exchange.authenticate(token, market.now)
    sale = str(market.pay(market.person(50), 30, till))
    transport = ApplicationTransport(create_app(market.exchange))
    with PosClient("http://points", token, transport=transport) as pos:
        assert pos.refund(sale, 10, "returned", key="1") == pos.refund(sale, 10, "returned", key="1")
        assert pos.redemption(sale)["refunded_points"] == 10
        with pytest.raises(PointsRefused, match="refund-exceeds-redemption"):
            pos.refund(sale, 21, "returned", key="2")
    market.exchange.close()


def test_a_notice_is_believed_only_with_its_signature_and_while_it_is_fresh() -> None:
    secret, body = new_secret(), b'{"type":"redemption.confirmed"}'
    signed = headers(secret, "msg_1", 1_000, body)
    verify_webhook(secret, signed, body, 1_200)
    for wrong in (
        (new_secret(), signed, body, 1_000),
        (secret, signed, body + b" ", 1_000),
        (secret, signed | {"webhook-id": "msg_2"}, body, 1_000),
        (secret, signed, body, 1_301),
        (secret, signed | {"webhook-timestamp": "x"}, body, 1_000),
        (secret, {}, body, 1_000),
    ):
        with pytest.raises(WebhookForged):
            verify_webhook(*wrong)
