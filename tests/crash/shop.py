"""A store with people who hold points and tills that take them, and clients who pay through a real server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import httpx

from points.access import Actor
from points.application.tools import Call
from points.bootstrap import Exchange, Settings
from points.codes.checking import verify
from points.codes.token import Kind, redemption_id
from points.domain import naming
from points.domain.values import Role
from points.projections import takings
from tests.application.market import START, Market, Person
from tests.support.paths import ROOT

PEOPLE = 4
POINTS_EACH = 1_000
_READY_WITHIN_S = 30.0
_FIRST_IDENTITY = 19600101


@dataclass
class Shop:
    """What the clients need: tokens of phones and of a till, and where the store is."""

    settings: Settings
    phones: list[str]
    numbers: list[str]
    till: str
    began: float = field(default_factory=time.monotonic)

    @property
    def now(self) -> datetime:
        """The store's clock: ten days after it was made, and running."""
        return START + timedelta(days=10, seconds=time.monotonic() - self.began)


def opened_shop(database_url: str, folder: Path) -> Shop:
    """Make the store and its people, then leave it to the server."""
    settings = Settings(database_url, master_key_file=folder / "key", fixed_at=START)
    market = Market(settings)
    phones, numbers = [], []
    try:
        for nth in range(PEOPLE):
            number, phone = _enrolled(market, nth)
            phones.append(phone)
            numbers.append(number)
        till = market.exchange.tills.enrol(market.call(market.clerk), market.merchant).body["token"]
    finally:
        market.exchange.close()
    return Shop(settings, phones, numbers, till)


def _enrolled(market: Market, nth: int) -> tuple[str, str]:
    ex = market.exchange
    first = f"990000{_FIRST_IDENTITY + nth}001"
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first))
    registered = ex.volunteers.register(
        market.call(market.clerk),
        name="甲某",
        identity_number=first + "10X98765432"[total % 11],
        phone=f"1990000{nth:04}",
        area="500233001001",
    )
    number: str = registered.body["volunteer_number"]
    offered = ex.volunteers.enrol(market.call(market.clerk), number)
    token: str = ex.sign_in.redeem_code(offered.body["digits"], market.now)["token"]
    phone = ex.authenticate(token, market.now)
    assert phone.volunteer_id is not None
    account_id = naming.account_id(ex.tools.tenant, phone.volunteer_id)
    market.open_account(phone.volunteer_id, account_id)
    market.issue(Person(phone.volunteer_id, account_id, phone.id, phone), 0, POINTS_EACH)
    return number, token


class Server:
    """`points serve` as a process of its own."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Returns after how many seconds it was ready."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("POINTS_")}
        settings = self._shop.settings
        environment = {
            **kept,
            "PYTHONPATH": str(ROOT),
            "POINTS_DATABASE": settings.database_url,
            "POINTS_MASTER_KEY_FILE": str(settings.key_file),
            "POINTS_NOW": self._shop.now.isoformat(),
        }
        command = [sys.executable, "-m", "cli.main", "serve", "--port", str(self._port)]
        began = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603  # our own program
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while time.monotonic() - began < _READY_WITHIN_S:
            with suppress(httpx.HTTPError):
                if httpx.get(f"{self.url}/readyz", timeout=1).status_code == httpx.codes.OK:
                    return time.monotonic() - began
            time.sleep(0.02)
        raise TimeoutError(self.url)

    def kill(self) -> None:
        """No chance to say goodbye."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(timeout=20)


class Client(threading.Thread):
    """Shows a code and pays one point with it, over and over; notes what it was told, and what it was not."""

    def __init__(self, shop: Shop, url: str, phone: str) -> None:
        super().__init__(daemon=True)
        self._shop, self._url, self._phone = shop, url, phone
        self._ended = threading.Event()
        self.paid: dict[str, str] = {}
        """By code, the redemption that was acknowledged."""
        self.unheard: list[str] = []
        """Codes whose answer never came."""

    def run(self) -> None:
        made = 0
        with httpx.Client(base_url=self._url, timeout=10) as client:
            while not self._ended.is_set():
                made += 1
                try:
                    code = self._code(client, f"{self.name}-{made}")
                    if code is not None:
                        self._pay(client, code)
                except httpx.HTTPError:
                    time.sleep(0.01)  # the server is away for a moment

    def end(self) -> None:
        self._ended.set()
        self.join()

    def _code(self, client: httpx.Client, key: str) -> str | None:
        answer = client.post("/v1/payment-codes", headers=_as(self._phone, key))
        return str(answer.json()["digits"]) if answer.is_success else None

    def _pay(self, client: httpx.Client, code: str) -> None:
        try:
            answer = client.post(
                "/v1/redemptions", headers=_as(self._shop.till), json={"code": code, "points": 1}
            )
        except httpx.HTTPError:
            self.unheard.append(code)
            return
        if answer.is_success:
            self.paid[code] = answer.json()["id"]
        elif answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            self.unheard.append(code)


def _as(token: str, key: str | None = None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})


@contextmanager
def under_load(shop: Shop, url: str) -> Iterator[list[Client]]:
    """A client for each phone, all paying at once."""
    clients = [Client(shop, url, phone) for phone in shop.phones]
    for client in clients:
        client.start()
    try:
        yield clients
    finally:
        for client in clients:
            client.end()


@dataclass
class Balance:
    """What the store holds at the end, beside what the clients were told."""

    acknowledged: int
    unheard: int
    found_of_unheard: int
    stored: int


def counted(shop: Shop, clients: list[Client]) -> Balance:
    """Open the store anew and hold it against the clients' notes. Raises AssertionError for a point lost or doubled."""
    exchange = Exchange.open(shop.settings)
    try:
        tools = exchange.tools
        with tools.looking() as desk:
            keys = desk.key_ring.current()
        told = {UUID(id_) for client in clients for id_ in client.paid.values()}
        maybe = set()
        for client in clients:
            for code in client.unheard:
                token = verify(code, expected=Kind.PAYMENT, tenant=tools.tenant.bytes, keys=keys)
                maybe.add(redemption_id(tools.tenant.bytes, token.key_id, token.nonce, token.not_before_s))
        with tools.reading() as connection:
            lost = [id_ for id_ in told if takings.get(connection, id_) is None]
            whole = {id_ for id_ in maybe if takings.get(connection, id_) is not None}
            merchants = takings.net_pay_by_merchant(connection)
        assert not lost, f"{len(lost)} of {len(told)} acknowledged redemptions are gone"
        stored = len(told | whole)
        spent = sum(POINTS_EACH - _held(exchange, shop, number) for number in shop.numbers)
        assert spent == stored, f"{spent} points left the accounts for {stored} redemptions"
        assert len(merchants) <= 1
        report = exchange.audit.verify_store()
        assert report["ok"], report
        return Balance(len(told), len(maybe), len(whole), stored)
    finally:
        exchange.close()


def _held(exchange: Exchange, shop: Shop, number: str) -> int:
    call = Call(Actor(UUID(int=0), Role.AUDITOR), None, shop.now)
    balance: int = exchange.accounts.balance(call, number)["balance"]
    return balance
