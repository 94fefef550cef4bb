"""A small county whose aggregates are real: what they do is appended to a real log and projected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from sqlalchemy import Connection, Engine, insert
from sqlalchemy.schema import CreateSchema

from points.domain.account import Account, Taken
from points.domain.aggregate import Aggregate
from points.domain.area import Area
from points.domain.budget import Budget
from points.domain.fund import Fund
from points.domain.merchant import Caps, Merchant
from points.domain.merchant import Terms as AgreementTerms
from points.domain.naming import area_id
from points.domain.redemption import PaidBy, Portion, Redemption
from points.domain.service_record import Reviewer, Service
from points.domain.till import Till
from points.domain.timesheet import Timesheet
from points.domain.values import (
    AmountFen,
    AreaLevel,
    Category,
    FundKind,
    MerchantKind,
    Minutes,
    Origin,
    Points,
    ReviewTier,
    ServiceKind,
    TimeClass,
)
from points.domain.volunteer import Volunteer
from points.ledger.codec import Codecs
from points.ledger.database import open_engine, tenant_schema
from points.ledger.metadata import ledger_metadata
from points.ledger.recorder import EventRecorder
from points.ledger.tables import log_head
from points.projections.model import ReadModel
from points.projections.models import all_models
from points.projections.projector import Projector
from points.projections.store import ReadStore
from tests.support.clock import CountedIds, FixedClock

TENANT = UUID(int=7)
CLERK, REVIEWER = UUID(int=101), UUID(int=102)
SCHEME = UUID(int=55)
COUNTY, TOWN, VILLAGE, OTHER_VILLAGE = "500233", "500233101", "500233101001", "500233101002"


class World:
    """A store of either kind with a projector; `keep` appends what aggregates decided."""

    def __init__(self, database_url: str, clock: FixedClock, ids: CountedIds) -> None:
        self.database_url = database_url
        self.clock = clock
        self.ids = ids
        self.schema = tenant_schema("demo") if database_url.startswith("postgresql") else None
        self.engine: Engine = open_engine(database_url, self.schema)
        with self.engine.begin() as connection:
            if self.schema:
                connection.execute(CreateSchema(self.schema))
            ledger_metadata.create_all(connection)
            connection.execute(insert(log_head).values(id=1, position=0, recorded_at=0))
        self.codecs = Codecs()
        self.recorder = EventRecorder(self.engine)
        self.projector = self.another_projector(all_models())

    def another_projector(self, models: Sequence[ReadModel]) -> Projector:
        """As another process would have it: with a read store of its own."""
        read_store = ReadStore(self.engine, self.database_url, self.schema)
        return Projector(self.recorder, read_store, self.codecs, models)

    def close(self) -> None:
        self.projector.read_store.engine.dispose()
        self.engine.dispose()

    def keep(self, *aggregates: Aggregate) -> int:
        """Append what happened to each; returns the log's last position."""
        stored: list[StoredEvent] = []
        for aggregate in aggregates:
            for event in aggregate.collect_events():
                topic, state = self.codecs.encode(event)
                stored.append(StoredEvent(aggregate.id, event.originator_version, topic, state))
        self.recorder.insert_events(stored)
        return self.recorder.read_head().position

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Catch up, then a connection to the read models."""
        self.projector.catch_up()
        with self.projector.read_store.engine.connect() as connection:
            yield connection

    # People and places

    def areas(self) -> None:
        for code, level, parent in (
            (COUNTY, AreaLevel.COUNTY, None),
            (TOWN, AreaLevel.TOWNSHIP, COUNTY),
            (VILLAGE, AreaLevel.COMMUNITY, TOWN),
            (OTHER_VILLAGE, AreaLevel.COMMUNITY, TOWN),
        ):
            self.keep(self.area(code, level, parent))

    def area(self, code: str, level: AreaLevel, parent_code: str | None) -> Area:
        return Area.register(
            self.clock(), area_id(TENANT, code), code=code, name=code, level=level, parent_code=parent_code
        )

    def residents(self, area: Area, year: int, count: int) -> None:
        area.count_residents(self.clock(), year=year, residents=count)
        self.keep(area)

    def volunteer(self, area_code: str = VILLAGE, category: Category = Category.RESIDENT) -> Volunteer:
        id_ = self.ids()
        volunteer = Volunteer.register(
            self.clock(),
            id_,
            volunteer_number=f"500233{id_.int % 10**8:08}",
            area_code=area_code,
            category=category,
            profile_ref=self.ids(),
            guardian_consent=False,
            registered_by=CLERK,
        )
        self.keep(volunteer)
        return volunteer

    # Hours

    def recorded(self, volunteer: Volunteer, day: date, minutes: int = 60) -> tuple[Timesheet, UUID]:
        """A sheet with one service of that day, not yet reviewed."""
        sheet = Timesheet.open(
            self.clock(), self.ids(), volunteer_id=volunteer.id, month=f"{day.year}-{day.month:02}"
        )
        service = self.service(volunteer, day, minutes, self.ids())
        sheet.record_service(self.clock(), service)
        self.keep(sheet)
        return sheet, service.record_id

    def service(self, volunteer: Volunteer, day: date, minutes: int, activity_id: UUID) -> Service:
        return Service(
            self.ids(),
            activity_id,
            volunteer.area_code,
            ServiceKind.YOUTH,
            TimeClass.VERIFIED,
            day,
            None,
            Minutes(minutes),
            CLERK,
            None,
            None,
        )

    def review(self, sheet: Timesheet, record_id: UUID, *, approved: bool = True) -> None:
        reviewer = Reviewer(REVIEWER, frozenset(), ReviewTier.COUNTY)
        sheet.review(self.clock(), record_id, reviewer, approved=approved)
        self.keep(sheet)

    def give_notice(self, sheet: Timesheet, record_id: UUID) -> UUID:
        notice_id = self.ids()
        closes_on = self.today() + timedelta(days=3)
        sheet.give_notice(
            self.clock(), (record_id,), notice_id=notice_id, closes_on=closes_on, given_by=CLERK
        )
        self.keep(sheet)
        return notice_id

    def confirm(self, sheet: Timesheet, record_id: UUID, points: int = 10) -> None:
        """The notice has ended: the clock must have moved on."""
        record = sheet.check_confirmable(self.clock(), record_id, frozenset())
        sheet.confirm(
            self.clock(),
            record,
            points=Points(points),
            scheme_id=self.ids(),
            scheme_version=1,
            confirmed_by=CLERK,
        )
        self.keep(sheet)

    def serve(self, volunteer: Volunteer, day: date) -> None:
        """A service from its entry to its confirmation; takes four days of the clock."""
        sheet, record_id = self.recorded(volunteer, day)
        self.review(sheet, record_id)
        self.give_notice(sheet, record_id)
        self.clock.advance(days=4)
        self.confirm(sheet, record_id)

    def today(self) -> date:
        return (self.clock() + timedelta(hours=8)).date()

    # Money and points

    def fund(self, received_fen: int = 1_000_000) -> Fund:
        fund = Fund.open(
            self.clock(),
            self.ids(),
            kind=FundKind.FISCAL,
            area_code=COUNTY,
            name_ref=self.ids(),
            opened_by=CLERK,
        )
        fund.receive(
            self.clock(),
            receipt_id=self.ids(),
            amount_fen=AmountFen(received_fen),
            source_ref=self.ids(),
            document=None,
            received_on=self.today(),
            recorded_by=CLERK,
        )
        self.keep(fund)
        return fund

    def budget(self, fund: Fund, area_code: str = TOWN, amount_fen: int = 500_000) -> Budget:
        budget_id = self.ids()
        fund.reserve(
            self.clock(),
            budget_id=budget_id,
            area_code=area_code,
            amount_fen=AmountFen(amount_fen),
            reserved_by=CLERK,
        )
        budget = Budget.open(
            self.clock(),
            budget_id,
            fund_id=fund.id,
            area_code=area_code,
            period_from=date(2026, 1, 1),
            period_until=date(2026, 12, 31),
            amount_fen=AmountFen(amount_fen),
        )
        self.keep(fund, budget)
        return budget

    def account(self, volunteer_id: UUID | None = None) -> Account:
        account = Account.open(self.clock(), self.ids(), volunteer_id=volunteer_id or self.ids())
        self.keep(account)
        return account

    def issue(
        self,
        account: Account,
        budget: Budget,
        points: int,
        *,
        value_fen: int = 100,
        expires_on: date | None = None,
        scheme_id: UUID = SCHEME,
    ) -> None:
        lot_no = account.issue(
            self.clock(),
            points=Points(points),
            value_fen=AmountFen(value_fen),
            budget_id=budget.id,
            scheme_id=scheme_id,
            scheme_version=1,
            origin=Origin.EARNED,
            earned_on=self.today(),
            expires_on=expires_on,
            record_id=self.ids(),
            activity_id=self.ids(),
        )
        budget.issue(
            self.clock(),
            account_id=account.id,
            lot_no=lot_no,
            points=Points(points),
            value_fen=AmountFen(value_fen),
        )
        self.keep(account, budget)

    def merchant(self) -> tuple[Merchant, Till]:
        """With an approved agreement at 90 fen a point."""
        merchant = Merchant.enrol(
            self.clock(),
            self.ids(),
            kind=MerchantKind.SUPERMARKET,
            area_code=TOWN,
            name_ref=self.ids(),
            enrolled_by=CLERK,
        )
        terms = AgreementTerms(
            (UUID(int=55), UUID(int=56)),
            AmountFen(90),
            Caps(100, 200, 300, 400),
            date(2026, 1, 1),
            date(2026, 12, 31),
        )
        number = merchant.make_agreement(self.clock(), terms, made_by=CLERK)
        merchant.approve_agreement(self.clock(), number, approved_by=REVIEWER)
        till = Till.enrol(self.clock(), self.ids(), merchant_id=merchant.id, number=1, enrolled_by=CLERK)
        self.keep(merchant, till)
        return merchant, till

    def redeem(self, account: Account, till: Till, points: int) -> Redemption:
        schemes = frozenset(lot.scheme_id for lot in account.lots.values())
        taken = account.choose(Points(points), self.today(), schemes)
        redemption_id = self.ids()
        account.redeem(self.clock(), redemption_id=redemption_id, taken=taken)
        lots = account.lots
        redemption = Redemption.confirm(
            self.clock(),
            redemption_id,
            account_id=account.id,
            device_id=None,
            merchant_id=till.merchant_id,
            till_id=till.id,
            paid_by=PaidBy.PAYMENT_CODE,
            agreement_no=1,
            points=Points(points),
            portions=tuple(
                Portion(n, p, lots[n].budget_id, lots[n].value_fen, min(lots[n].value_fen, 90))
                for n, p in taken
            ),
        )
        self.keep(account, redemption)
        return redemption

    def refund(
        self, redemption: Redemption, account: Account, points: int, budgets: Iterable[Budget] = ()
    ) -> None:
        """What falls to closed lots goes back through its budget, which must be among `budgets`."""
        portions = redemption.choose_refund(Points(points))
        asked = tuple(Taken(portion.lot_no, portion.points) for portion in portions)
        restored, closed = account.plan_restore(asked, self.today())
        refund_no = redemption.refund(
            self.clock(), portions=portions, returned=closed, refunded_by=CLERK, reason_ref=self.ids()
        )
        touched: list[Aggregate] = [redemption]
        if restored:
            account.restore(self.clock(), redemption_id=redemption.id, refund_no=refund_no, restored=restored)
            touched.append(account)
        closed_lots = {part.lot_no: part.points for part in closed}
        for portion in portions:
            if portion.lot_no in closed_lots:
                budget = next(b for b in budgets if b.id == portion.budget_id)
                back = closed_lots[portion.lot_no]
                budget.give_back(
                    self.clock(),
                    account_id=account.id,
                    points=Points(back),
                    amount_fen=AmountFen(back * portion.value_fen),
                )
                touched.append(budget)
        self.keep(*touched)

    def expire(self, account: Account, budgets: Iterable[Budget]) -> None:
        known = {budget.id: budget for budget in budgets}
        due = account.due(self.today())
        account.expire(self.clock(), self.today())
        for budget_id, (points, amount_fen) in due.items():
            known[budget_id].give_back(
                self.clock(), account_id=account.id, points=points, amount_fen=amount_fen
            )
        self.keep(account, *(known[budget_id] for budget_id in due))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)
