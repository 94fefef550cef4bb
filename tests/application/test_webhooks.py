"""Notices to merchants: signed, repeated until they arrive or three days have passed, and never about people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from points.access import OutsideScope
from points.bootstrap import Settings
from points.domain.errors import Invalid
from points.domain.webhook import WebhookRemoved
from points.merchants.errors import WebhookAddressRefused, WebhookNotFound
from points.merchants.webhook_delivery import GIVE_UP_AFTER_S
from points.merchants.webhook_signing import signature
from tests.application.market import PAY_FEN, START, Market

URL = "https://8.8.8.8/points"


class Endpoint:
    """Stands where the network would be: answers with a status and keeps what it was sent."""

    def __init__(self) -> None:
        self.status = 200
        self.got: list[tuple[str, Mapping[str, str], bytes]] = []

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        self.got.append((url, headers, body))
        if self.status == 0:
            raise ConnectionRefusedError
        return self.status

    @property
    def said(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.got]


class Clock:
    """The market's own clock, for the deliveries' waiting."""

    def __init__(self, market: Market) -> None:
        self._market = market

    def __call__(self) -> Any:
        return self._market.now


@pytest.fixture
def market(database_url: str, tmp_path: Path) -> Iterator[Market]:
    market = Market(Settings(database_url, master_key_file=tmp_path / "key", fixed_at=START))
    yield market
    market.exchange.close()


@pytest.fixture
def endpoint(market: Market) -> Endpoint:
    endpoint = Endpoint()
    market.exchange.deliveries.deliver_by(endpoint)
    market.exchange.tools.now = Clock(market)
    return endpoint


def register(market: Market, **types: Any) -> tuple[UUID, str]:
    made = market.exchange.webhooks.register(market.call(market.owner), market.merchant, url=URL, **types)
    return UUID(made.body["webhook_id"]), made.body["secret"]


def test_a_sale_its_refund_and_its_settlement_are_told_signed_and_without_anybodys_name(
    market: Market, endpoint: Endpoint
) -> None:
    person = market.person(50)
    market.pay(person, 10)  # before the endpoint was registered: not told
    webhook, secret = register(market)
    sale = market.pay(person, 40)
    market.refund(sale, 15)
    market.carry_through()
    assert market.exchange.deliveries.step() == 7
    assert market.exchange.deliveries.step() == 0
    types = [said["type"] for said in endpoint.said]
    assert types == [
        "redemption.confirmed",
        "redemption.refunded",
        "settlement.drawn_up",
        "settlement.approved",
        "settlement.approved",
        "settlement.ordered",
        "settlement.paid",
    ]
    data = endpoint.said[0]["data"]
    assert (data["redemption_id"], data["points"], data["pay_fen"]) == (str(sale), 40, 40 * PAY_FEN)
    everything = b"".join(body for _, _, body in endpoint.got).decode()
    for person_id in (person.account_id, person.volunteer_id, person.device_id):
        assert str(person_id) not in everything
    url, headers, body = endpoint.got[0]
    assert url == URL
    stamp = int(headers["webhook-timestamp"])
    assert headers["webhook-signature"] == signature(secret, headers["webhook-id"], stamp, body)
    assert webhook.hex in headers["webhook-id"]


def test_what_fails_is_sent_again_with_growing_pauses_then_kept_as_a_dead_letter(
    market: Market, endpoint: Endpoint
) -> None:
    webhook, _ = register(market, types=["redemption.confirmed"])
    endpoint.status = 500
    market.pay(market.person(50), 50)
    deliveries = market.exchange.deliveries
    deliveries.step()
    deliveries.step()  # its time has not come again
    assert len(endpoint.got) == 1
    market.at(seconds=6)
    endpoint.status = 0
    deliveries.step()
    assert len(endpoint.got) == 2
    started = market.now
    while market.now - started < timedelta(seconds=GIVE_UP_AFTER_S + 100_000):
        market.at(hours=5)
        deliveries.step()
    attempts = len(endpoint.got)
    assert 8 <= attempts <= 14
    (dead,) = market.exchange.webhooks.dead_letters(market.call(market.owner), webhook)["dead_letters"]
    assert (dead["attempts"], dead["status"]) == (attempts, 0)

    endpoint.status = 204
    market.exchange.webhooks.replay(market.call(market.owner), webhook, after=dead["position"] - 1)
    assert deliveries.step() == 1
    assert {headers["webhook-id"] for _, headers, _ in endpoint.got} == {dead["msg_id"]}
    assert market.exchange.webhooks.dead_letters(market.call(market.owner), webhook)["dead_letters"] == []


def test_a_merchant_registers_only_public_addresses_and_sees_only_its_own(
    market: Market, endpoint: Endpoint
) -> None:
    ex, call = market.exchange, market.call
    webhook, _ = register(market, types=["redemption.confirmed"])
    _, other_till, stranger = market.shop()
    for url in ("http://8.8.8.8/", "https://127.0.0.1/", "https://169.254.169.254/latest"):
        with pytest.raises(WebhookAddressRefused):
            ex.webhooks.register(call(market.owner), market.merchant, url=url)
    with pytest.raises(Invalid):
        ex.webhooks.register(call(market.owner), market.merchant, url=URL, types=["everything"])
    with pytest.raises(OutsideScope):
        ex.webhooks.register(call(stranger), market.merchant, url=URL)
    with pytest.raises(WebhookNotFound):
        ex.webhooks.remove(call(stranger), webhook)
    market.pay(market.person(50), 50, other_till)
    assert ex.deliveries.step() == 0

    (shown,) = ex.webhooks.list(call(market.owner), market.merchant)["webhooks"]
    assert "secret" not in shown
    ex.webhooks.remove(call(market.owner), webhook)
    market.pay(market.person(50), 50)
    assert ex.deliveries.step() == 0
    with pytest.raises(WebhookRemoved):
        ex.webhooks.replay(call(market.owner), webhook, after=0)
    assert endpoint.got == []
