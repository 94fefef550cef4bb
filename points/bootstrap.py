"""The only wiring: settings → store, keys, vault, writer, projector, use cases."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, exc, inspect, make_url
from sqlalchemy.schema import CreateSchema, DropSchema

from points.access import Actor
from points.application.accounts import Accounts
from points.application.activities import Activities
from points.application.areas import Areas, read_csv
from points.application.auditing import Auditing
from points.application.confirmations import Confirmations
from points.application.expiry import Expiry
from points.application.funds import Funds
from points.application.hours import Hours
from points.application.notices import Notices
from points.application.objections import Objections
from points.application.paying import Paying
from points.application.rates import Rates
from points.application.reviews import Reviews
from points.application.schemes import Schemes
from points.application.setup import StoreExists, found, new_tenant
from points.application.sign_in import SignIn
from points.application.staff import StaffDesk
from points.application.tools import Tools
from points.application.volunteers import Volunteers
from points.codes.keyring import KeyCache
from points.domain.calendar import from_us
from points.domain.errors import Invalid, Refused
from points.domain.ids import TimeOrderedIds
from points.ledger import backup as backups
from points.ledger import master_key
from points.ledger.audit.follower import AuditFollower
from points.ledger.codec import Codecs
from points.ledger.database import for_writing, open_engine, tenant_schema
from points.ledger.errors import StoreFormatUnknown, StoreMissing
from points.ledger.identity import FORMAT, StoreIdentity, read_identity, store_identity, write_identity
from points.ledger.metadata import ledger_metadata
from points.ledger.recorder import EventRecorder
from points.ledger.tables import log_head
from points.ledger.vault import VaultKeys
from points.ledger.writer import Writer
from points.merchants.day_totals import DayTotalsObserver
from points.merchants.merchants import Merchants
from points.merchants.redeeming import Redeeming
from points.merchants.refunds import Refunds
from points.merchants.tills import Tills
from points.projections.models import all_models
from points.projections.projector import Projector
from points.projections.rebuild import rebuild
from points.projections.store import ReadStore

AUDIT_POLL_S = 1.0


class ClockNotSettable(Refused):
    """Only a demo store lets its clock be set by hand."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a store is. `fixed_at` starts a demo store's clock at an instant; it runs on from there.

    `cached_aggregates` is how many the writer keeps in memory, a few hundred bytes to a few KiB each.
    """

    database_url: str
    tenant_name: str = "county"
    master_key_file: Path | None = None
    fixed_at: datetime | None = None
    cached_aggregates: int = 20_000

    @property
    def sqlite_file(self) -> Path | None:
        """The store's file; None on PostgreSQL."""
        url = make_url(self.database_url)
        return Path(url.database or "") if url.get_backend_name() == "sqlite" else None

    @property
    def key_file(self) -> Path:
        """Beside an SQLite store unless named. Raises Invalid where nothing says where it is."""
        if self.master_key_file is not None:
            return self.master_key_file
        if self.sqlite_file is not None:
            return self.sqlite_file.with_name(self.sqlite_file.name + ".master-key")
        return Path(f"points-{self.tenant_name}.master-key")

    @property
    def schema(self) -> str | None:
        return None if self.sqlite_file is not None else tenant_schema(self.tenant_name)

    def open_engine(self) -> Engine:
        return open_engine(self.database_url, self.schema)


class Exchange:
    """One open store with its use cases."""

    def __init__(
        self, tools: Tools, totals: DayTotalsObserver, follower: AuditFollower, wake: threading.Event
    ) -> None:
        """`wake` is set by readers who wait: the projector then looks at once instead of at its next turn."""
        self.tools = tools
        self._follower = follower
        self._stop, self._wake = threading.Event(), wake
        self._threads: list[threading.Thread] = []
        self.sign_in = SignIn(tools)
        self.staff = StaffDesk(tools)
        self.areas = Areas(tools)
        self.volunteers = Volunteers(tools)
        self.activities = Activities(tools)
        self.hours = Hours(tools)
        self.reviews = Reviews(tools)
        self.notices = Notices(tools)
        self.objections = Objections(tools)
        self.confirmations = Confirmations(tools)
        self.schemes = Schemes(tools)
        self.funds = Funds(tools)
        self.accounts = Accounts(tools)
        self.rates = Rates(tools)
        self.expiry = Expiry(tools)
        self.paying = Paying(tools)
        self.audit = Auditing(tools, follower)
        self.merchants = Merchants(tools)
        self.tills = Tills(tools)
        self.redeeming = Redeeming(tools, totals)
        self.refunds = Refunds(tools)

    @classmethod
    def open(cls, settings: Settings) -> Exchange:
        """Open a store that `create_store` made.

        Raises StoreMissing, MasterKeyMissing, MasterKeyWrong, StoreFormatUnknown, ClockNotSettable.
        """
        engine = settings.open_engine()
        identity = _identity(settings, engine)
        key = master_key.load(settings.key_file)
        key.check(identity.key_check)
        return _wire(settings, engine, identity, key)

    def authenticate(self, token: str | None, fixed_at: datetime | None = None) -> Actor:
        """Who holds the token. Raises NotAuthenticated, ClockNotSettable."""
        self.check_clock(fixed_at)
        return self.sign_in.authenticate(token, fixed_at)

    def check_clock(self, fixed_at: datetime | None) -> None:
        if fixed_at is not None and not self.tools.demo:
            raise ClockNotSettable

    def wait_for(self, position: int) -> None:
        """Return once the read models hold everything up to the position. Raises ProjectionBehind."""
        self.tools.wait_for(position)

    def follow(self) -> None:
        """Let a thread carry the log into the read models and the audit tree, as a server does."""
        self.tools.projector.catch_up()
        self.tools.follow = True
        self._threads = [
            threading.Thread(target=self._project, name="projector", daemon=True),
            threading.Thread(target=self._keep_tree, name="audit-tree", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _project(self) -> None:
        self.tools.projector.run(self._stop, self._wake)

    def _keep_tree(self) -> None:
        while not self._stop.wait(AUDIT_POLL_S):
            self.audit.keep_up()

    def health(self) -> dict[str, Any]:
        """Head, lag and queue as they are; raises what the store raises if it cannot be reached."""
        head = self.tools.recorder.read_head().position
        shown = self.tools.projector.position()
        return {
            "position": head,
            "projector_lag_events": head - shown,
            "queue_length": self.tools.writer.queue_length,
        }

    def projections_status(self) -> dict[str, Any]:
        store = self.tools.read_store
        head = self.tools.recorder.read_head().position
        return {
            "generation": store.current.number,
            "position": store.current.position(),
            "head": head,
        }

    def projections_rebuild(self, accept_differences: bool = False) -> dict[str, Any]:
        """Fill new tables beside the old, compare, switch if nothing differs or differences are accepted."""
        tools = self.tools
        tools.projector.catch_up()
        report = rebuild(
            tools.projector, tools.codecs, all_models(), accept_differences=accept_differences, grace_s=1
        )
        return {
            "position": report.position,
            "switched": report.switched,
            "differences": [{"table": d.table, "rows": d.rows} for d in report.differences],
        }

    def close(self) -> None:
        self._stop.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(timeout=5)
        # What was written is in the tree before anybody could change it unseen.
        self.audit.keep_up()
        self.tools.writer.close()
        self.tools.read_store.engine.dispose()
        self.tools.engine.dispose()


def create_store(
    settings: Settings,
    areas_csv: bytes | None = None,
    county: str | None = None,
    demo: bool = False,
    options: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Make a store, its keys and its first administrator. Returns tenant and token.

    Raises StoreExists, MasterKeyExists, Invalid (county), AreaFileRefused; then nothing was made.
    """
    if settings.fixed_at is not None and not demo:
        raise ClockNotSettable
    county_code = county or _root_of(areas_csv)
    with _engine_for_now(settings) as engine:
        _make_tables(settings, engine)
        key_made = False
        try:
            key = master_key.create(settings.key_file)
            key_made = True
            identity = StoreIdentity(new_tenant(), county_code, demo, key.fingerprint())
            with for_writing(engine).begin() as connection:
                write_identity(connection, identity)
            exchange = _wire(settings, engine, identity, key)
            try:
                return found(
                    exchange.tools,
                    areas_csv=areas_csv,
                    options=options or {},
                    fixed_at=settings.fixed_at,
                )
            finally:
                exchange.close()
        except BaseException:
            _unmake(settings, engine, key_made=key_made)
            raise


def backup(settings: Settings, path: Path) -> dict[str, Any]:
    """Copy the store, at one position, into a file; the master key is never in it."""
    with _engine_for_now(settings) as engine:
        _identity(settings, engine)
        return {"position": backups.write(engine, path)}


def restore(settings: Settings, path: Path) -> dict[str, Any]:
    """Make a store from a backup; the restore itself is recorded, and published keys rise above what was.

    Raises StoreExists, BackupUnreadable, MasterKeyMissing, MasterKeyWrong.
    """
    key = master_key.load(settings.key_file)
    with _engine_for_now(settings) as engine:
        _make_tables(settings, engine)
        try:
            backups.read(engine, path)
            identity = _identity(settings, engine)
            key.check(identity.key_check)
            exchange = _wire(settings, engine, identity, key)
            try:
                return exchange.audit.record_restore(settings.fixed_at)
            finally:
                exchange.close()
        except BaseException:
            _unmake(settings, engine, key_made=False)
            raise


@contextmanager
def _engine_for_now(settings: Settings) -> Iterator[Engine]:
    """The store's engine, for a task that ends with the block."""
    engine = settings.open_engine()
    try:
        yield engine
    finally:
        engine.dispose()


def _wire(settings: Settings, engine: Engine, identity: StoreIdentity, key: master_key.MasterKey) -> Exchange:
    recorder, codecs, ids = EventRecorder(engine), Codecs(), TimeOrderedIds()
    now = _clock(settings, identity, recorder)
    totals = DayTotalsObserver()
    wake = threading.Event()
    writer = Writer(
        recorder,
        codecs,
        now=now,
        new_id=ids,
        observers=(totals,),
        cache_size=settings.cached_aggregates,
    )
    read_store = ReadStore(engine, settings.database_url, settings.schema)
    keys = master_key.TenantKeys(key, identity.tenant.bytes)
    tools = Tools(
        tenant=identity.tenant,
        county_code=identity.county_code,
        demo=identity.demo,
        engine=engine,
        recorder=recorder,
        codecs=codecs,
        writer=writer,
        keys=keys,
        vault_keys=VaultKeys(keys),
        key_cache=KeyCache(),
        read_store=read_store,
        projector=Projector(recorder, read_store, codecs, all_models()),
        now=now,
        new_id=ids,
        wake=wake,
    )
    follower = AuditFollower(recorder.read_page, _audit_engine(settings, engine), identity.tenant.bytes)
    follower.stored.create_tables()
    return Exchange(tools, totals, follower, wake)


def _clock(settings: Settings, identity: StoreIdentity, recorder: EventRecorder) -> Callable[[], datetime]:
    """The system's clock; a demo store's starts where it was set, and never before what is on record."""
    if settings.fixed_at is not None and not identity.demo:
        raise ClockNotSettable
    if not identity.demo:
        return lambda: datetime.now(UTC)
    start = settings.fixed_at or datetime.now(UTC)
    last = from_us(recorder.read_head().recorded_at_us)
    ahead = (max(start, last) if settings.fixed_at is None else start) - datetime.now(UTC)
    return lambda: datetime.now(UTC) + ahead


def _identity(settings: Settings, engine: Engine) -> StoreIdentity:
    place = settings.sqlite_file
    missing = StoreMissing(place=str(place) if place else settings.tenant_name)
    if place is not None and not place.exists():
        raise missing
    try:
        with engine.connect() as connection:
            found_there = read_identity(connection)
    except (exc.ProgrammingError, exc.OperationalError) as error:
        raise missing from error
    if found_there is None:
        raise missing
    number, identity = found_there
    if number != FORMAT:
        raise StoreFormatUnknown(found=number, known=FORMAT)
    return identity


def _make_tables(settings: Settings, engine: Engine) -> None:
    if settings.sqlite_file is not None:
        if settings.sqlite_file.exists():
            raise StoreExists
        settings.sqlite_file.parent.mkdir(parents=True, exist_ok=True)
    elif inspect(engine).has_table(store_identity.name, schema=settings.schema):
        raise StoreExists
    _clear_beside(settings, engine)
    with for_writing(engine).begin() as connection:
        if settings.schema is not None:
            connection.execute(CreateSchema(settings.schema, if_not_exists=True))
        ledger_metadata.create_all(connection, checkfirst=False)
        connection.execute(log_head.insert(), {"id": 1, "position": 0, "recorded_at": 0})


def _unmake(settings: Settings, engine: Engine, *, key_made: bool) -> None:
    """Leave no half-made store behind."""
    _clear_beside(settings, engine)
    if settings.sqlite_file is not None:
        engine.dispose()
        _remove(settings.sqlite_file)
    else:
        with for_writing(engine).begin() as connection:
            ledger_metadata.drop_all(connection)
    if key_made:
        settings.key_file.unlink(missing_ok=True)


def _clear_beside(settings: Settings, engine: Engine) -> None:
    """Drop tree and read models of a log that is gone: the next one in its place would contradict them."""
    file = settings.sqlite_file
    if file is not None:
        stem = file.name.removesuffix(".db")
        for made in (file.with_name(f"{stem}.audit.db"), *file.parent.glob(f"{stem}.read-[0-9]*.db")):
            _remove(made)
        return
    ours = re.compile(rf"{settings.schema}_(audit|read_[0-9]+)")
    for schema in filter(ours.fullmatch, inspect(engine).get_schema_names()):
        if not inspect(engine).has_table(
            store_identity.name, schema=schema
        ):  # a tenant may be named like that
            with engine.begin() as connection:
                connection.execute(DropSchema(schema, cascade=True))


def _remove(database: Path) -> None:
    """An SQLite file and what belongs to it, by full name: a backup may lie beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _audit_engine(settings: Settings, engine: Engine) -> Engine:
    """The audit tree can be rebuilt: it lies beside the store, where it never holds the writer's lock."""
    if settings.sqlite_file is None:
        schema = f"{settings.schema}_audit"
        with engine.begin() as connection:
            connection.execute(CreateSchema(schema, if_not_exists=True))
        return engine.execution_options(schema_translate_map={None: schema})
    file = settings.sqlite_file
    beside = open_engine(f"sqlite:///{file.with_name(file.name.removesuffix('.db') + '.audit.db')}")

    @event.listens_for(beside, "connect")
    def _relax(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA synchronous=NORMAL").close()

    return beside


def _root_of(areas_csv: bytes | None) -> str:
    """The county's code, from the one area that has nothing above it. Raises Invalid."""
    if areas_csv is None:
        raise Invalid(field="county", rule="missing")
    lines = read_csv(areas_csv, ("code", "name", "level", "parent_code"))
    roots = [row["code"] for _, row in lines if not row["parent_code"]]
    if len(roots) != 1:
        raise Invalid(field="areas", rule="one-root")
    return roots[0]
