"""Replay with the library alone: read, decode, fold; and its projection, one transaction an event."""

from __future__ import annotations

import time
from collections import Counter
from uuid import UUID

from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import Tracking
from eventsourcing.sqlite import SQLiteDatastore, SQLiteTrackingRecorder

from bench.baselines.stock import PAGE, Account, Merchant, StockMerchant, on_sqlite
from bench.port import Place
from bench.workload import Population, requests

SAVED_AT_ONCE = 500


def stock_store(place: Place, events: int) -> StockMerchant:
    """A log of redemptions, two events each, saved many at a time: how it was written does not matter."""
    population = Population()
    stock = StockMerchant(on_sqlite)
    stock.setup(place, Population(accounts=0, merchants=0))
    accounts = [Account(account, sum(population.lots(account))) for account in range(population.accounts)]
    merchants = [Merchant(merchant) for merchant in range(population.merchants)]
    asks = requests(population, events // 2, seed=6)
    for first in range(0, len(asks), SAVED_AT_ONCE):
        touched: dict[UUID, Account | Merchant] = {}
        for key, asked in enumerate(asks[first : first + SAVED_AT_ONCE], start=first):
            account, merchant = accounts[asked.account], merchants[asked.merchant]
            account.redeem(key, asked.points)
            merchant.receive(asked.points)
            touched |= {account.id: account, merchant.id: merchant}
        stock.app.save(*touched.values())
    return stock


def change(happened: DomainEventProtocol[UUID]) -> int:
    """What an event does to the balance of its stream."""
    match happened:
        case Account.Opened(points=points) | Merchant.Received(points=points):  # type: ignore[attr-defined]  # as in stock.py
            return int(points)
        case Account.Redeemed(points=points):  # type: ignore[attr-defined]
            return -int(points)
        case _:
            return 0


def fold_per_s(stock: StockMerchant) -> float:
    balances: Counter[UUID] = Counter()
    events = 0
    start = time.perf_counter()
    for events, happened in enumerate(stock.app.events_by_page(), start=1):  # noqa: B007  # counted in passing
        balances[happened.originator_id] += change(happened)
    return events / (time.perf_counter() - start)


class Balances(SQLiteTrackingRecorder):
    """A read model in the library's way: its tables and the position of the event, in one transaction."""

    def construct_create_table_statements(self) -> list[str]:
        table = "CREATE TABLE IF NOT EXISTS balances (id TEXT PRIMARY KEY, points INTEGER NOT NULL)"
        return [*super().construct_create_table_statements(), table]

    def apply(self, happened: DomainEventProtocol[UUID], tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                "INSERT INTO balances VALUES (?1, ?2) ON CONFLICT DO UPDATE SET points = points + ?2",
                (happened.originator_id.hex, change(happened)),
            )


def project_per_s(stock: StockMerchant, place: Place, seconds: float) -> float:
    """As many events as the seconds allow."""
    view = Balances(SQLiteDatastore(str(place.directory / "view.db")))
    view.create_table()
    events = 0
    start = time.perf_counter()
    for notification in stock.app.recorder.select_notifications(1, PAGE * 10):
        view.apply(stock.app.mapper.to_domain_event(notification), Tracking("log", notification.id))
        events += 1
        if time.perf_counter() - start > seconds:
            break
    elapsed_s = time.perf_counter() - start
    view.datastore.close()
    return events / elapsed_s
