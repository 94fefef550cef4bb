"""One open store: its tools wired together, and every use case by name."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import structlog
from sqlalchemy import Engine, event, exc
from sqlalchemy.schema import CreateSchema

from points.access import Actor
from points.application.accounts import Accounts
from points.application.activities import Activities
from points.application.adjustments import Adjustments
from points.application.alarms import Alarms
from points.application.areas import Areas
from points.application.attendances import Attendances
from points.application.auditing import Auditing
from points.application.budgets import Budgets
from points.application.categories import Categories
from points.application.certificates import Certificates
from points.application.confirmations import Confirmations
from points.application.consents import Consents
from points.application.erasures import Erasures
from points.application.expiry import Expiry
from points.application.fund_reports import FundReports
from points.application.funds import Funds
from points.application.giving import Giving
from points.application.governance import Governance
from points.application.hours import Hours
from points.application.household_points import HouseholdPoints
from points.application.households import Households
from points.application.issues import Issues
from points.application.listings import Listings
from points.application.menu import Menu
from points.application.myself import Myself
from points.application.notices import Notices
from points.application.objections import Objections
from points.application.organisations import Organisations
from points.application.paying import Paying
from points.application.proofs import Proofs
from points.application.rates import Rates
from points.application.requests import Requests
from points.application.residents import Residents
from points.application.reviews import Reviews
from points.application.scheme_studies import SchemeStudies
from points.application.schemes import Schemes
from points.application.screen import Screen
from points.application.sessions import Sessions
from points.application.shifts import Shifts
from points.application.sign_in import SignIn
from points.application.staff import StaffDesk
from points.application.stars import Stars
from points.application.tasks import Tasks
from points.application.tools import Tools
from points.application.volunteers import Volunteers
from points.bootstrap.settings import ClockNotSettable, Settings
from points.codes.keyring import KeyCache
from points.domain.calendar import from_us
from points.domain.errors import Invalid, PointsError
from points.domain.ids import TimeOrderedIds
from points.i18n.catalogue import Catalogue
from points.ledger import master_key
from points.ledger.audit.follower import AuditFollower
from points.ledger.codec import Codecs
from points.ledger.database import open_engine
from points.ledger.errors import StoreMissing
from points.ledger.identity import StoreIdentity, read_identity
from points.ledger.migrations import check_format
from points.ledger.recorder import EventRecorder
from points.ledger.vault import VaultKeys
from points.ledger.writer import Writer
from points.merchants.alarms import MerchantAlarms
from points.merchants.authorisations import Authorisations
from points.merchants.bills import Bills
from points.merchants.cards import Cards
from points.merchants.day_totals import DayTotalsObserver
from points.merchants.disputes import Disputes
from points.merchants.merchant_codes import MerchantCodes
from points.merchants.merchants import Merchants
from points.merchants.offers import Offers
from points.merchants.reconciliation import Reconciliation
from points.merchants.redeeming import Redeeming
from points.merchants.refunds import Refunds
from points.merchants.settlement_documents import SettlementDocuments
from points.merchants.settling import Settling
from points.merchants.statements import Statements
from points.merchants.till_day import TillDay
from points.merchants.tills import Tills
from points.merchants.webhook_delivery import Deliveries
from points.merchants.webhooks import Webhooks
from points.projections.models import all_models
from points.projections.projector import Projector
from points.projections.rebuild import rebuild
from points.projections.store import ReadStore

AUDIT_POLL_S = 1.0
DAY_POLL_S = 30.0

_log = structlog.get_logger(__name__)
WEBHOOK_POLL_S = 2.0


class Exchange:
    """One open store with its use cases."""

    def __init__(
        self,
        tools: Tools,
        totals: DayTotalsObserver,
        follower: AuditFollower,
        wake: threading.Event,
        deliveries: Deliveries,
    ) -> None:
        """`wake` is set by readers who wait: the projector then looks at once instead of at its next turn."""
        self.tools = tools
        self._follower = follower
        self._stop, self._wake = threading.Event(), wake
        self._threads: list[threading.Thread] = []
        self._people(tools)
        self._service(tools)
        self._needs(tools)
        self._points(tools)
        self._market(tools, totals)
        self._settling(tools, deliveries)
        self.audit = Auditing(tools, follower)
        self.alarms = Alarms(tools)
        self.proofs = Proofs(tools)
        self.screen = Screen(tools, self.rates, self.stars)

    def _people(self, tools: Tools) -> None:
        self.sign_in = SignIn(tools)
        self.sessions = Sessions(tools)
        self.myself = Myself(tools, Accounts(tools))
        self.staff = StaffDesk(tools)
        self.areas = Areas(tools)
        self.volunteers = Volunteers(tools)
        self.categories = Categories(tools)
        self.consents = Consents(tools)
        self.erasures = Erasures(tools)
        self.households = Households(tools)
        self.organisations = Organisations(tools)

    def _service(self, tools: Tools) -> None:
        self.activities = Activities(tools)
        self.shifts = Shifts(tools)
        self.attendances = Attendances(tools)
        self.hours = Hours(tools)
        self.reviews = Reviews(tools)
        self.notices = Notices(tools)
        self.objections = Objections(tools)
        self.confirmations = Confirmations(tools)
        self.stars = Stars(tools)
        self.certificates = Certificates(tools)

    def _needs(self, tools: Tools) -> None:
        self.menu = Menu(tools)
        self.residents = Residents(tools)
        self.requests = Requests(tools)
        self.listings = Listings(tools)
        self.issues = Issues(tools)
        self.governance = Governance(tools)
        self.tasks = Tasks(tools)

    def _points(self, tools: Tools) -> None:
        self.schemes = Schemes(tools)
        self.scheme_studies = SchemeStudies(tools)
        self.funds = Funds(tools)
        self.budgets = Budgets(tools)
        self.fund_reports = FundReports(tools)
        self.accounts = Accounts(tools)
        self.giving = Giving(tools)
        self.household_points = HouseholdPoints(tools)
        self.adjustments = Adjustments(tools)
        self.rates = Rates(tools)
        self.expiry = Expiry(tools)

    def _market(self, tools: Tools, totals: DayTotalsObserver) -> None:
        self.paying = Paying(tools)
        self.merchants = Merchants(tools)
        self.tills = Tills(tools)
        self.till_day = TillDay(tools)
        self.redeeming = Redeeming(tools, totals)
        self.authorisations = Authorisations(tools, self.redeeming)
        self.merchant_codes = MerchantCodes(tools, self.redeeming)
        self.cards = Cards(tools, self.redeeming)
        self.offers = Offers(tools)
        self.bills = Bills(tools)
        self.refunds = Refunds(tools)

    def _settling(self, tools: Tools, deliveries: Deliveries) -> None:
        self.merchant_alarms = MerchantAlarms(tools)
        self.settling = Settling(tools, self.merchant_alarms)
        self.statements = Statements(tools)
        self.settlement_documents = SettlementDocuments(tools, self.statements, Catalogue.load)
        self.reconciliation = Reconciliation(tools)
        self.disputes = Disputes(tools)
        self.deliveries = deliveries
        self.webhooks = Webhooks(tools, deliveries)

    @classmethod
    def open(cls, settings: Settings) -> Exchange:
        """Open a store that `create_store` made.

        Raises StoreMissing, MasterKeyMissing, MasterKeyWrong, StoreNeedsMigration, StoreFormatUnknown,
        ClockNotSettable.
        """
        engine = settings.open_engine()
        try:
            identity = identity_of(settings, engine)
            key = master_key.load(settings.key_file)
            key.check(identity.key_check)
            return wire(settings, engine, identity, key)
        except BaseException:
            engine.dispose()
            raise

    def authenticate(self, token: str | None, fixed_at: datetime | None = None) -> Actor:
        """Who holds the token. Raises NotAuthenticated, ClockNotSettable."""
        self.check_clock(fixed_at)
        return self.sign_in.authenticate(token, fixed_at)

    def check_clock(self, fixed_at: datetime | None) -> None:
        if fixed_at is not None and not self.tools.demo:
            raise ClockNotSettable

    def wait_for(self, position: int) -> None:
        """Return once the read models hold everything up to the position. Raises ProjectionBehind.

        Raises Invalid for a position that the log has not reached: waiting for it would only hold a thread.
        """
        if position > self.tools.recorder.read_head().position:
            raise Invalid(field="points-position", rule="beyond-the-log")
        self.tools.wait_for(position)

    def follow(self) -> None:
        """Let a thread carry the log into the read models and the audit tree, as a server does."""
        self.tools.projector.catch_up()
        self.tools.follow = True
        self._threads = [
            threading.Thread(target=self._project, name="projector", daemon=True),
            threading.Thread(target=self._keep_tree, name="audit-tree", daemon=True),
            threading.Thread(target=self._keep_days, name="days", daemon=True),
            threading.Thread(target=self._deliver, name="webhooks", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def _project(self) -> None:
        self.tools.projector.run(self._stop, self._wake)

    def _keep_tree(self) -> None:
        while not self._stop.wait(AUDIT_POLL_S):
            self.audit.keep_up()

    def _keep_days(self) -> None:
        """Once a day, by the county's clock: points that ended are taken, those that will end are told."""
        done: date | None = None
        while not self._stop.wait(DAY_POLL_S):
            today = self.tools.local_today()
            if today == done:
                continue
            try:
                self.expiry.run_by_itself()
            except (PointsError, exc.SQLAlchemyError) as error:
                # Whatever stood in the way, the next look tries again: the run does nothing twice.
                _log.warning("daily-run-failed", error=type(error).__name__)
            else:
                done = today

    def _deliver(self) -> None:
        while not self._stop.wait(WEBHOOK_POLL_S):
            try:
                self.deliveries.step()
            except (exc.SQLAlchemyError, PointsError) as error:
                # Merchants are told later; the store itself complains elsewhere.
                structlog.get_logger("webhooks").warning("not delivered", error=type(error).__name__)

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
        self.deliveries.close()
        self.tools.read_store.engine.dispose()
        self.tools.engine.dispose()


def wire(settings: Settings, engine: Engine, identity: StoreIdentity, key: master_key.MasterKey) -> Exchange:
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
    follower = AuditFollower(
        recorder.read_page, _engine_beside(settings, engine, "audit"), identity.tenant.bytes
    )
    follower.stored.create_tables()
    deliveries = Deliveries(tools, lambda: _engine_beside(settings, engine, "webhooks"))
    return Exchange(tools, totals, follower, wake, deliveries)


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


def identity_of(settings: Settings, engine: Engine) -> StoreIdentity:
    """Raises StoreMissing, StoreNeedsMigration, StoreFormatUnknown."""
    number, identity = format_and_identity(settings, engine)
    check_format(number)
    return identity


def format_and_identity(settings: Settings, engine: Engine) -> tuple[int, StoreIdentity]:
    """Raises StoreMissing."""
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
    return found_there


def _engine_beside(settings: Settings, engine: Engine, what: str) -> Engine:
    """What can be rebuilt, as the audit tree can, lies beside the store: there it never holds the writer's lock."""
    if settings.sqlite_file is None:
        schema = f"{settings.schema}_{what}"
        with engine.begin() as connection:
            connection.execute(CreateSchema(schema, if_not_exists=True))
        return engine.execution_options(schema_translate_map={None: schema})
    file = settings.sqlite_file
    beside = open_engine(f"sqlite:///{file.with_name(file.name.removesuffix('.db') + f'.{what}.db')}")

    @event.listens_for(beside, "connect")
    def _relax(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA synchronous=NORMAL").close()

    return beside
