"""Our engine in the bench: a whole store behind `Exchange.open`, its rules, projector and audit follower on.

A redemption starts where a till's code has been read and believed: its Ed25519 signature is checked on the
caller's side, outside the lock, and is not part of these numbers.
"""

from __future__ import annotations

from typing import Any, Literal, Self

from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import URL, Connection, func, select, text

from bench.exchange_store import AREA, Names, lengthen, populate
from bench.port import Books, Place, Refused, Replayed
from bench.workload import Population
from points.access import Actor
from points.application.tools import Call
from points.bootstrap import Exchange, Settings, create_store
from points.codes.keys import Purpose
from points.codes.token import Kind, Token, redemption_id
from points.domain import errors
from points.domain.account import Account
from points.domain.redemption import PaidBy, Redemption
from points.domain.values import Points, Role
from points.ledger.errors import StoreMissing
from points.ledger.writer import Command
from points.merchants.redeeming import Payment
from points.projections.accounts import Accounts, lots
from points.projections.models import all_models
from points.projections.projector import PageApplier

PAGE_EVENTS = 5_000
CODE_FOR_S = 0xFFFF
CODE_CAP_POINTS = 1_000
SUBJECT = bytes(12)
# A redemption leaves itself, its account and its phone in the cache: at this size the accounts among them are
# fewer than the population allows.
AGGREGATES_EACH_ACCOUNT = 3


class Adapter:
    """Implements `bench.port.Exchange`."""

    def __init__(self, exchange: Exchange, population: Population) -> None:
        self._exchange, self._tools = exchange, exchange.tools
        self._tenant = self._tools.tenant.bytes
        self._names = Names(self._tools.tenant, population)
        self._calls = [
            Call(Actor(till_id, Role.TILL, merchant_id=merchant_id))
            for till_id, merchant_id in zip(self._names.tills, self._names.merchants, strict=True)
        ]

    @classmethod
    def open(cls, place: Place, population: Population) -> Self:
        settings = settings_of(place, population)
        try:
            exchange = Exchange.open(settings)
        except StoreMissing:
            create_store(settings, county=AREA)
            exchange = Exchange.open(settings)
            populate(exchange.tools, Names(exchange.tools.tenant, population), population)
            exchange.follow()
            exchange.close()
            exchange = Exchange.open(settings)  # with nothing cached
        adapter = cls(exchange, population)
        adapter._start()
        return adapter

    def _start(self) -> None:
        self._not_before_s = int(self._tools.now().timestamp())
        with self._tools.looking() as desk:
            keys = desk.key_ring.current()
        self._key_id = next(
            k.key_id for k in keys if Purpose.PAYMENT in k.kinds and k.signs_at(self._not_before_s)
        )
        self._exchange.follow()
        # The first command of a process counts the caps from the log: before that nobody is ready.
        self._tools.writer.run(Command(self._tools.new_id(), lambda _: None))

    def redeem(self, key: int, account: int, merchant: int, points: int) -> None:
        nonce = key.to_bytes(8)
        at_s = self._not_before_s
        token = Token(Kind.PAYMENT, self._key_id, SUBJECT, 0, nonce, at_s, CODE_FOR_S, CODE_CAP_POINTS)
        payment = Payment(
            token,
            redemption_id(self._tenant, self._key_id, nonce, at_s),
            self._names.accounts[account],
            self._names.devices[account],
            PaidBy.PAYMENT_CODE,
        )
        command = self._exchange.redeeming.confirming(self._calls[merchant], payment, Points(points))
        try:
            self._tools.writer.run(command)
        except errors.Refused as refusal:
            raise Refused from refusal

    def check_sum(self) -> Books:
        """From the log itself, page by page."""
        decode, shops = self._tools.codecs.decode, set(self._names.merchants)
        left = taken = transfers = after = 0
        while page := self._tools.recorder.read_page(after, PAGE_EVENTS):
            after = page[-1].position
            for row in page:
                if row.topic not in _COUNTED:
                    continue
                event = decode(row.originator_id, row.version, row.topic, row.state)
                match event:
                    case Account.PointsIssued():
                        left += event.points
                    case Account.PointsRedeemed():
                        left -= sum(part.points for part in event.taken)
                    case Redemption.Confirmed() if event.merchant_id in shops:
                        taken += event.points
                        transfers += 1
        return Books(left, taken, transfers)

    def bytes_stored(self) -> int:
        """The whole ledger but its snapshots, which can be made again from the log."""
        with self._tools.engine.connect() as connection:
            return _bytes(connection)

    def forget(self, account: int) -> None:
        writer = self._tools.writer
        with writer._lead:  # noqa: SLF001  # nobody writes meanwhile; only a bench wants to forget
            writer._cache.evict(self._names.accounts[account])  # noqa: SLF001  # as above

    def bulk_load(self, events: int) -> None:
        lengthen(self._tools, self._names, events)
        self._tools.projector.catch_up()
        self._exchange.audit.keep_up()

    def replay(self, into: Literal["balances", "all"]) -> Replayed:
        tools = self._tools
        models = (Accounts(),) if into == "balances" else all_models()
        applier, fresh = PageApplier(tools.codecs, models), tools.read_store.next_generation()
        until, position = tools.recorder.read_head().position, 0
        while position < until:
            position = applier.apply(tools.recorder, fresh, until)
        with fresh.engine.connect() as connection:
            left = connection.execute(select(func.sum(lots.c.points))).scalar_one()
        fresh.drop()
        return Replayed(position, int(left))

    def close(self) -> None:
        self._exchange.close()


_COUNTED = frozenset({Account.PointsIssued.TOPIC, Account.PointsRedeemed.TOPIC, Redemption.Confirmed.TOPIC})


def settings_of(place: Place, population: Population) -> Settings:
    return Settings(
        database_url=_url(place),
        tenant_name="bench",
        master_key_file=place.directory / "master-key",
        cached_aggregates=AGGREGATES_EACH_ACCOUNT * population.cached_accounts,
    )


def _url(place: Place) -> str:
    if place.postgres is None:
        return f"sqlite:///{place.directory.absolute() / 'exchange.db'}"
    where: dict[str, Any] = conninfo_to_dict(place.postgres)
    url = URL.create(
        "postgresql", where.get("user"), database=where["dbname"], query={"host": str(where["host"])}
    )
    return url.render_as_string(hide_password=False)


def _bytes(connection: Connection) -> int:
    if connection.dialect.name == "sqlite":
        kept = "SELECT sum(pgsize) FROM dbstat WHERE aggregate = 1 AND name NOT LIKE '%snapshots%'"
    else:
        kept = (
            "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname = 'points_bench' AND relkind = 'r' AND relname <> 'snapshots'"
        )
    return int(connection.execute(text(kept)).scalar_one())
