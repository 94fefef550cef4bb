"""One ordinary aggregate of each kind, so that a test states only what it is about."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from points.domain import transfers
from points.domain.account import Account
from points.domain.activity import Activity
from points.domain.adjustment import Adjustment, AdjustmentKind
from points.domain.alarm import Alarm, AlarmKind, AlarmSubject, Measure
from points.domain.area import Area
from points.domain.attendance import Attendance, CheckWay, Fence
from points.domain.budget import Budget
from points.domain.calendar import local_day
from points.domain.card import Card
from points.domain.certificate import Certificate
from points.domain.device import Device
from points.domain.dispute import Dispute, DisputeSide
from points.domain.fund import Fund
from points.domain.household import Household
from points.domain.merchant import Caps, Merchant
from points.domain.merchant import Terms as AgreementTerms
from points.domain.offer import Offer
from points.domain.property_fee import FeeYear, PropertyFee
from points.domain.redemption import PaidBy, Portion, Redemption
from points.domain.scheme import Scheme
from points.domain.scheme_rules import Coefficient, Rules, Span, Window
from points.domain.scheme_terms import Rate, Terms
from points.domain.service_record import Interval, Reviewer, Service
from points.domain.settlement import Settlement, Share, Stated
from points.domain.settlement_book import Drawing, Held, Owed, SettlementBook
from points.domain.staff import Staff
from points.domain.star import Star
from points.domain.tenant import Tenant
from points.domain.till import Till
from points.domain.timesheet import Timesheet
from points.domain.transfers import TransferPurpose
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
    Role,
    Rounding,
    ServiceKind,
    TimeClass,
)
from points.domain.volunteer import Volunteer
from points.domain.webhook import Webhook
from tests.domain.scenario import NOW, at, id_of

VOLUNTEER, CLERK = id_of("volunteer"), id_of("clerk")
SCHEME, OTHER_SCHEME = id_of("scheme"), id_of("other scheme")
BUDGET, OTHER_BUDGET = id_of("budget"), id_of("other budget")
MERCHANT, TILL, ACCOUNT, FUND = id_of("merchant"), id_of("till"), id_of("account"), id_of("fund")
COMMUNITY = "500233001001"

RULES = Rules(
    coefficients=(Coefficient("medical", "medical_worker", 3, 2), Coefficient("*", "student", 1, 2)),
    day_cap_points=10,
    period_cap_points=40,
    period=Span.QUARTER,
    lasts_to_end_of=Span.YEAR,
    windows=(Window(3, 20, 3, 31), Window(9, 20, 9, 30)),
    deductions=True,
    notice_working_days=3,
)

MONTH_AFTER = at("2026-05-20 09:00")
"""Late enough for all April and May to have been served, as far as these tests go."""


def a_sheet(month: str = "2026-04") -> Timesheet:
    return Timesheet.open(NOW, id_of(f"sheet {month}"), volunteer_id=VOLUNTEER, month=month)


def a_service(
    name: str,
    day: date,
    minutes: int | None = None,
    *,
    between: tuple[int, int] | None = None,
    activity: str = "activity",
    entered_by: UUID = CLERK,
    time_class: TimeClass = TimeClass.SUPPLEMENTARY,
    reason_ref: UUID | None = id_of("reason"),  # noqa: B008  # a constant
) -> Service:
    """Either so many minutes without a place in the day, or an interval in minutes from its midnight."""
    if minutes is None:
        minutes = 0 if between is None else between[1] - between[0]
    return Service(
        record_id=id_of(name),
        activity_id=id_of(activity),
        area_code=COMMUNITY,
        kind=ServiceKind.ELDER_CARE,
        time_class=time_class,
        day=day,
        interval=None if between is None else Interval(*between),
        minutes=Minutes(minutes),
        entered_by=entered_by,
        reason_ref=reason_ref,
        evidence=b"\x01" * 32,
    )


def a_reviewer(
    name: str = "reviewer",
    *,
    reach: ReviewTier = ReviewTier.FIRST,
    person_ids: frozenset[UUID] = frozenset(),
) -> Reviewer:
    return Reviewer(id_of(name), person_ids, reach)


def approve(
    sheet: Timesheet,
    name: str,
    reviewer: str = "reviewer",
    *,
    reach: ReviewTier = ReviewTier.FIRST,
    following: Timesheet | None = None,
) -> ReviewTier:
    return sheet.review(
        MONTH_AFTER, id_of(name), a_reviewer(reviewer, reach=reach), approved=True, following=following
    )


def put_on_notice(
    sheet: Timesheet,
    *names: str,
    when: datetime = MONTH_AFTER,
    closes_on: date = date(2026, 5, 25),
    following: Timesheet | None = None,
) -> None:
    sheet.give_notice(
        when,
        tuple(id_of(name) for name in names),
        notice_id=id_of("notice"),
        closes_on=closes_on,
        given_by=CLERK,
        following=following,
    )


def confirm(sheet: Timesheet, name: str, when: datetime, points: int = 10) -> None:
    sheet.confirm(
        when,
        sheet.record(id_of(name)),
        points=Points(points),
        scheme_id=SCHEME,
        scheme_version=1,
        confirmed_by=id_of("confirmer"),
    )


def a_scheme() -> Scheme:
    return Scheme.open(
        NOW, id_of("scheme"), area_code="500233", name_ref=id_of("name"), opened_by=id_of("county")
    )


def scheme_terms(
    *rates: Rate,
    in_force_from: date = date(2026, 1, 1),
    rounding: Rounding = Rounding.DOWN,
    value_fen: int = 100,
    expires_after_months: int | None = 12,
    redeem_at_least_points: int = 0,
) -> Terms:
    return Terms(
        in_force_from,
        rates or (Rate("*", "verified", 1, 30), Rate("*", "supplementary", 1, 60)),
        rounding,
        AmountFen(value_fen),
        expires_after_months,
        Points(redeem_at_least_points),
    )


def a_fund(received_fen: int = 0) -> Fund:
    fund = Fund.open(
        NOW,
        FUND,
        kind=FundKind.FISCAL,
        area_code="500233",
        name_ref=id_of("name"),
        opened_by=id_of("county"),
    )
    if received_fen:
        receive(fund, received_fen)
    return fund


def receive(fund: Fund, amount_fen: int) -> None:
    fund.receive(
        NOW,
        receipt_id=id_of("receipt"),
        amount_fen=AmountFen(amount_fen),
        source_ref=id_of("source"),
        document=b"\x02" * 32,
        received_on=date(2026, 4, 1),
        recorded_by=id_of("county"),
    )


def reserve(fund: Fund, amount_fen: int) -> None:
    fund.reserve(
        NOW,
        budget_id=BUDGET,
        area_code=COMMUNITY,
        amount_fen=AmountFen(amount_fen),
        reserved_by=id_of("county"),
    )


def a_budget(
    amount_fen: int = 10_000,
    *,
    id_: UUID = BUDGET,
    period_from: date = date(2026, 1, 1),
    period_until: date = date(2026, 12, 31),
) -> Budget:
    return Budget.open(
        NOW,
        id_,
        fund_id=FUND,
        area_code=COMMUNITY,
        period_from=period_from,
        period_until=period_until,
        amount_fen=AmountFen(amount_fen),
    )


def issue_from(budget: Budget, points: int, value_fen: int = 100) -> None:
    budget.issue(NOW, account_id=ACCOUNT, lot_no=1, points=Points(points), value_fen=AmountFen(value_fen))


def an_account() -> Account:
    return Account.open(NOW, ACCOUNT, volunteer_id=VOLUNTEER)


def give(
    account: Account,
    points: int,
    expires_on: date | None,
    *,
    scheme_id: UUID = SCHEME,
    budget_id: UUID = BUDGET,
    value_fen: int = 100,
) -> int:
    """A lot of so many points; returns its number."""
    return account.issue(
        NOW,
        points=Points(points),
        value_fen=AmountFen(value_fen),
        budget_id=budget_id,
        scheme_id=scheme_id,
        scheme_version=1,
        origin=Origin.EARNED,
        earned_on=date(2026, 4, 1),
        expires_on=expires_on,
        record_id=id_of("record"),
        activity_id=id_of("activity"),
    )


def hand_over(
    giver: Account, taker: Account, points: int, purpose: TransferPurpose = TransferPurpose.GIFT
) -> None:
    today = date(2026, 4, 15)
    transfers.transfer(
        NOW,
        giver,
        taker,
        transfers.choose(giver, points, today),
        transfer_id=id_of("transfer"),
        purpose=purpose,
        on=today,
        reason_ref=id_of("reason"),
    )


def credit(account: Account, points: int, expires_on: date | None) -> int:
    """Relief of so many points; returns the lot's number."""
    return transfers.credit(
        NOW,
        account,
        adjustment_id=id_of("adjustment"),
        points=Points(points),
        value_fen=AmountFen(100),
        budget_id=BUDGET,
        scheme_id=SCHEME,
        scheme_version=1,
        origin=Origin.RELIEF,
        earned_on=date(2026, 4, 15),
        expires_on=expires_on,
    )


def an_adjustment(
    kind: AdjustmentKind = AdjustmentKind.DEDUCTION,
    points: int = 5,
    closes_on: date | None = date(2026, 4, 22),
) -> Adjustment:
    return Adjustment.propose(
        NOW,
        id_of("adjustment"),
        kind=kind,
        account_id=ACCOUNT,
        points=points,
        activity_id=id_of("activity"),
        reason_ref=id_of("reason"),
        proposed_by=CLERK,
        closes_on=closes_on,
    )


def a_redemption(*lots: tuple[int, int], when: datetime = NOW) -> Redemption:
    """Confirmed, of so many points of each lot given as (lot number, points)."""
    lots = lots or ((1, 30), (2, 20))
    return Redemption.confirm(
        when,
        id_of("redemption"),
        account_id=ACCOUNT,
        device_id=id_of("device"),
        merchant_id=MERCHANT,
        till_id=TILL,
        paid_by=PaidBy.PAYMENT_CODE,
        agreement_no=1,
        points=Points(sum(points for _, points in lots)),
        portions=tuple(Portion(lot_no, points, BUDGET, 100, 90) for lot_no, points in lots),
    )


def an_authorised_sale(points: int = 4, until: datetime = NOW + timedelta(minutes=15)) -> Redemption:
    return Redemption.authorise(
        NOW,
        id_of("authorised sale"),
        account_id=ACCOUNT,
        device_id=id_of("device"),
        merchant_id=MERCHANT,
        till_id=TILL,
        paid_by=PaidBy.PAYMENT_CODE,
        agreement_no=1,
        points=Points(points),
        pay_fen=90,
        until=until,
    )


def an_offer(stock: int | None = None, points: int = 3) -> Offer:
    return Offer.list(
        NOW,
        id_of("offer"),
        merchant_id=MERCHANT,
        title_ref=id_of("title"),
        unit_points=Points(points),
        stock=stock,
        listed_by=id_of("owner"),
    )


def a_property_fee(amount_fen: int | None = None) -> PropertyFee:
    return PropertyFee.open(
        NOW,
        id_of("fee"),
        merchant_id=MERCHANT,
        bill_ref=id_of("bill"),
        period_from=date(2026, 1, 1),
        period_until=date(2026, 12, 31),
        amount_fen=None if amount_fen is None else AmountFen(amount_fen),
    )


def a_fee_year() -> FeeYear:
    return FeeYear.open(NOW, id_of("fee year"), account_id=ACCOUNT, year=2026)


def a_card() -> Card:
    return Card.issue(NOW, id_of("card"), volunteer_id=VOLUNTEER, issued_by=CLERK)


def a_merchant() -> Merchant:
    return Merchant.enrol(
        NOW,
        MERCHANT,
        kind=MerchantKind.SUPERMARKET,
        area_code=COMMUNITY,
        name_ref=id_of("name"),
        enrolled_by=id_of("county"),
    )


def agreement_terms(
    *,
    schemes: tuple[UUID, ...] = (SCHEME,),
    pay_fen: int = 90,
    caps: Caps = Caps(50, 80, 500, 1_000),  # noqa: B008  # a constant
    valid_from: date = date(2026, 1, 1),
    valid_until: date = date(2026, 12, 31),
) -> AgreementTerms:
    return AgreementTerms(schemes, AmountFen(pay_fen), caps, valid_from, valid_until)


def agree(merchant: Merchant, terms: AgreementTerms | None = None) -> int:
    """Make and approve an agreement; returns its number."""
    number = merchant.make_agreement(NOW, terms or agreement_terms(), made_by=id_of("county"))
    merchant.approve_agreement(NOW, number, approved_by=id_of("reviewer"))
    return number


def a_till() -> Till:
    return Till.enrol(NOW, TILL, merchant_id=MERCHANT, number=1, enrolled_by=id_of("county"))


def a_device(when: datetime = NOW) -> Device:
    return Device.enrol(when, id_of("device"), volunteer_id=VOLUNTEER)


def a_volunteer() -> Volunteer:
    return Volunteer.register(
        NOW,
        VOLUNTEER,
        volunteer_number="50023312345674",
        area_code=COMMUNITY,
        category=Category.RETIRED,
        profile_ref=id_of("profile"),
        guardian_consent=False,
        registered_by=CLERK,
    )


def a_staff_member() -> Staff:
    return Staff.appoint(
        NOW,
        id_of("staff"),
        role=Role.REVIEWER,
        area_code=COMMUNITY,
        merchant_id=None,
        volunteer_id=VOLUNTEER,
        profile_ref=id_of("profile"),
        appointed_by=id_of("admin"),
    )


def a_tenant() -> Tenant:
    return Tenant.open(NOW, id_of("tenant"), tenant=b"\x03" * 16, county_code="500233", demo=True)


def an_area() -> Area:
    return Area.register(
        NOW,
        id_of("area"),
        code=COMMUNITY,
        name="中博社区",
        level=AreaLevel.COMMUNITY,
        parent_code="500233001",
    )


def a_planned_activity(
    starts_at: datetime = at("2026-04-20 14:00"),  # noqa: B008  # a constant
    ends_at: datetime = at("2026-04-20 16:30"),  # noqa: B008  # a constant
) -> Activity:
    return Activity.plan(
        NOW,
        id_of("activity"),
        area_code=COMMUNITY,
        kind=ServiceKind.ENVIRONMENT,
        title_ref=id_of("title"),
        starts_at=starts_at,
        ends_at=ends_at,
        places=20,
        planned_by=CLERK,
    )


def a_recorded_activity(day: date = date(2026, 4, 10)) -> Activity:
    return Activity.record(
        NOW,
        id_of("activity"),
        area_code=COMMUNITY,
        kind=ServiceKind.ENVIRONMENT,
        title_ref=id_of("title"),
        day=day,
        evidence=b"\x04" * 32,
        recorded_by=CLERK,
    )


NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def stated(pay_fen: int = 900, *, lines: int = 3, included: tuple[Held, ...] = ()) -> Stated:
    """So many lines of one budget, with another that is carried on."""
    return Stated(
        10,
        20,
        included,
        (Held(id_of("disputed redemption"), 10),),
        lines,
        b"\x04" * 32,
        (Share(BUDGET, FUND, 10, 1_000, pay_fen, 0),),
        (Owed(OTHER_BUDGET, -5, -500, -450, 500),),
    )


def a_settlement(what: Stated | None = None, *, dispute_until: date = date(2026, 4, 20)) -> Settlement:
    return Settlement.draw_up(
        NOW,
        id_of("settlement"),
        merchant_id=MERCHANT,
        period_from=NOVEMBER[0],
        period_until=NOVEMBER[1],
        revision_no=1,
        stated=what or stated(),
        dispute_until=dispute_until,
        drawn_by=id_of("county"),
    )


def a_drawing(
    name: str = "settlement",
    period: tuple[date, date] = NOVEMBER,
    positions: tuple[int, int] = (0, 20),
    *,
    revision_no: int = 1,
    held: tuple[Held, ...] = (),
) -> Drawing:
    return Drawing(id_of(name), *period, revision_no, *positions, held, ())


def a_book() -> SettlementBook:
    return SettlementBook.open(NOW, id_of("book"), merchant_id=MERCHANT)


def a_dispute() -> Dispute:
    return Dispute.raise_(
        NOW,
        id_of("dispute"),
        redemption_id=id_of("redemption"),
        merchant_id=MERCHANT,
        side=DisputeSide.VOLUNTEER,
        raised_by=id_of("device"),
        reason_ref=id_of("reason"),
        evidence=(b"\x05" * 32,),
        decide_by=date(2026, 4, 29),
    )


def an_alarm() -> Alarm:
    return Alarm.raise_(
        NOW,
        id_of("alarm"),
        kind=AlarmKind.PHANTOM_BURST,
        subject_type=AlarmSubject.TILL,
        subject_id=TILL,
        area_code=COMMUNITY,
        merchant_id=MERCHANT,
        window="2026-04",
        measures=(Measure("redemptions", 9, 8),),
        digest=b"\x06" * 32,
        raised_by=id_of("county"),
    )


def a_webhook(types: tuple[str, ...] = ("redemption.confirmed",)) -> Webhook:
    return Webhook.register(
        NOW,
        id_of("webhook"),
        merchant_id=MERCHANT,
        endpoint_ref=id_of("endpoint"),
        types=types,
        registered_by=id_of("owner"),
    )


def a_household() -> Household:
    return Household.form(
        NOW,
        id_of("household"),
        code="100000000009",
        area_code=COMMUNITY,
        head_id=VOLUNTEER,
        formed_by=CLERK,
    )


def a_star() -> Star:
    return Star.propose(
        NOW,
        id_of("star"),
        volunteer_id=VOLUNTEER,
        level=1,
        area_code=COMMUNITY,
        needed_minutes=6_000,
        verified_minutes=5_000,
        supplementary_minutes=1_000,
        closes_on=date(2026, 4, 22),
        proposed_by=CLERK,
    )


def propose_again(star: Star, minutes: int = 6_000) -> None:
    star.propose_again(
        NOW,
        area_code=COMMUNITY,
        needed_minutes=6_000,
        verified_minutes=minutes,
        supplementary_minutes=0,
        closes_on=date(2026, 4, 22),
        proposed_by=CLERK,
    )


def a_certificate() -> Certificate:
    return Certificate.request(
        NOW,
        id_of("certificate"),
        volunteer_id=VOLUNTEER,
        area_code=COMMUNITY,
        period_from=date(2026, 1, 1),
        period_until=date(2026, 3, 31),
        counted_minutes=660,
        requested_by=CLERK,
    )


def an_attendance() -> Attendance:
    return Attendance.open(NOW, id_of("attendance"), volunteer_id=VOLUNTEER, day=local_day(NOW))


def sign_in(attendance: Attendance, activity: str = "activity", at: datetime = NOW) -> bool:
    """To an activity of two hours that starts at `NOW`."""
    return attendance.check_in(
        at,
        activity_id=id_of(activity),
        captured_at=at,
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=2),
        device_id=id_of("device"),
        way=CheckWay.SCREEN,
        fence=Fence.UNKNOWN,
    )


def sign_out(attendance: Attendance, at: datetime, activity: str = "activity") -> int:
    """Returns the minutes that count."""
    span = attendance.span(id_of(activity), at)
    attendance.check_out(
        at,
        captured_at=at,
        span=span,
        record_id=id_of("record") if span.minutes else None,
        device_id=id_of("device"),
        way=CheckWay.SCREEN,
        fence=Fence.UNKNOWN,
    )
    return span.minutes
