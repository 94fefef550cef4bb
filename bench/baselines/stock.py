"""The event library as its handbook shows it: `Application`, `Aggregate`, its recorders, snapshots each 100.

Two ways, because a critic may ask for the other: `StockMerchant` writes the account's and the merchant's
stream (the handbook's bank accounts; all callers meet at fifty merchants); `StockRedemption` writes the
account's stream and one of the redemption's own, as the exchange does. Both retry when another was first.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, ClassVar
from uuid import NAMESPACE_OID, UUID, uuid5

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate, DomainEventProtocol, event
from eventsourcing.persistence import IntegrityError, OperationalError
from psycopg.conninfo import conninfo_to_dict

from bench.port import Books, Place, Refused
from bench.workload import Population

PAGE = 5_000


class Account(Aggregate):
    @event("Opened")
    def __init__(self, account: int, points: int) -> None:
        self.account, self.points = account, points
        self.keys: list[int] = []

    @staticmethod
    def create_id(account: int) -> UUID:
        return uuid5(NAMESPACE_OID, f"account {account}")

    def redeem(self, key: int, points: int) -> None:
        if points > self.points:
            raise Refused
        self._redeem(key, points)

    @event("Redeemed")
    def _redeem(self, key: int, points: int) -> None:
        self.points -= points
        self.keys.append(key)


class Merchant(Aggregate):
    @event("Enrolled")
    def __init__(self, merchant: int) -> None:
        self.merchant, self.points = merchant, 0

    @staticmethod
    def create_id(merchant: int) -> UUID:
        return uuid5(NAMESPACE_OID, f"merchant {merchant}")

    @event("Received")
    def receive(self, points: int) -> None:
        self.points += points


class Redemption(Aggregate):
    @event("Confirmed")
    def __init__(self, key: int, merchant: int, points: int) -> None:
        self.key, self.merchant, self.points = key, merchant, points

    @staticmethod
    def create_id(key: int) -> UUID:
        return uuid5(NAMESPACE_OID, f"redemption {key}")


class Exchange(Application[UUID]):
    snapshotting_intervals: ClassVar[dict[type[Any], int]] = {Account: 100, Merchant: 100}

    def events_by_page(self) -> Iterator[DomainEventProtocol[UUID]]:
        """All events in the order of the log, read and decoded as the library does it."""
        last = 0
        while page := self.recorder.select_notifications(last, PAGE, inclusive_of_start=False):
            yield from map(self.mapper.to_domain_event, page)
            last = page[-1].id


class Stock(ABC):
    def __init__(self, environment: Callable[[Place], dict[str, str]]) -> None:
        self._environment = environment

    def setup(self, place: Place, population: Population) -> None:
        self.app = Exchange(env=self._environment(place))
        for first in range(0, population.accounts, 1_000):
            some = range(first, min(first + 1_000, population.accounts))
            self.app.save(*(Account(account, sum(population.lots(account))) for account in some))
        self.app.save(*(Merchant(merchant) for merchant in range(population.merchants)))

    def connect(self) -> None:
        """The library keeps a pool of its own."""
        return

    def transfer(self, connection: None, key: int, account: int, merchant: int, points: int) -> None:
        while True:
            try:
                return self._transfer(key, account, merchant, points)
            except (IntegrityError, OperationalError):
                continue  # another caller was first, or held the database for long: load and decide again

    @abstractmethod
    def _transfer(self, key: int, account: int, merchant: int, points: int) -> None: ...

    def check_sum(self) -> Books:
        left = taken = 0
        keys: list[int] = []
        for happened in self.app.events_by_page():
            match happened:
                case Account.Opened(points=points):  # type: ignore[attr-defined]  # the decorator makes the class
                    left += points
                case Account.Redeemed(points=points, key=key):  # type: ignore[attr-defined]
                    left -= points
                    keys.append(key)
                case Merchant.Received(points=points) | Redemption.Confirmed(points=points):  # type: ignore[attr-defined]
                    taken += points
                case _:
                    pass
        assert len(set(keys)) == len(keys), "a key was stored twice"
        return Books(left, taken, len(keys))

    def bytes_stored(self) -> None:
        """Not asked of this peer: its snapshots share the file."""
        return

    def close(self) -> None:
        self.app.close()


class StockMerchant(Stock):
    def _transfer(self, key: int, account: int, merchant: int, points: int) -> None:
        payer: Account = self.app.repository.get(Account.create_id(account))
        if key in payer.keys:
            return
        shop: Merchant = self.app.repository.get(Merchant.create_id(merchant))
        payer.redeem(key, points)
        shop.receive(points)
        self.app.save(payer, shop)


class StockRedemption(Stock):
    def _transfer(self, key: int, account: int, merchant: int, points: int) -> None:
        payer: Account = self.app.repository.get(Account.create_id(account))
        payer.redeem(key, points)
        try:
            self.app.save(payer, Redemption(key, merchant, points))
        except IntegrityError:
            if not self._is_stored(key):
                raise

    def _is_stored(self, key: int) -> bool:
        try:
            self.app.repository.get(Redemption.create_id(key))
        except AggregateNotFoundError:
            return False
        return True


def on_sqlite(place: Place) -> dict[str, str]:
    return {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": str(place.directory / "stock.db"),
    }


def on_postgres(place: Place) -> dict[str, str]:
    """A connection for each of the sixteen callers; the rest as the library has it."""
    where = conninfo_to_dict(place.postgres or "")
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(where["dbname"]),
        "POSTGRES_HOST": str(where["host"]),
        "POSTGRES_USER": str(where["user"]),
        "POSTGRES_PASSWORD": "",
        "POSTGRES_POOL_SIZE": "16",
    }
