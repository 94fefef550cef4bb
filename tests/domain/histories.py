"""For each aggregate a life in which every one of its events happens."""

from __future__ import annotations

from datetime import date, timedelta

from points.domain import transfers
from points.domain.account import Account, HoldPurpose, ReleaseCause
from points.domain.adjustment import Adjustment
from points.domain.aggregate import Aggregate
from points.domain.alarm import AlarmOutcome
from points.domain.certificate import Certificate
from points.domain.certificate_register import CertificateRegister
from points.domain.device import Device
from points.domain.dispute import DisputeOutcome, DisputeSide
from points.domain.household import Household
from points.domain.merchant import Merchant
from points.domain.organisation import Organisation
from points.domain.people import OrganisationKind, PostKind, Purpose, Skill, Slot
from points.domain.post import Post
from points.domain.redemption import Portion, Redemption
from points.domain.roster import Roster
from points.domain.staff import Staff
from points.domain.star import Star
from points.domain.tenant import Tenant
from points.domain.timesheet import Timesheet
from points.domain.transfers import TransferPurpose
from points.domain.values import AmountFen, AreaLevel, Category, Points
from points.domain.volunteer import Volunteer
from tests.domain import examples
from tests.domain.menu_lives import menu_lives
from tests.domain.scenario import NOW, at, id_of

TODAY = date(2026, 4, 15)
DAY, LAST_OF_APRIL = date(2026, 4, 10), date(2026, 4, 30)
LATER = NOW + timedelta(minutes=5)
WHO = id_of("somebody")


def histories() -> list[Aggregate]:
    """Aggregates whose pending events are all they ever were, each event class among them."""
    return [
        an_account(),
        a_household_account(),
        *adjustments(),
        examples.a_planned_activity(),
        examples.a_recorded_activity(),
        an_area(),
        an_attendance(),
        a_budget(),
        a_device(),
        a_fund(),
        a_merchant(),
        a_redemption(),
        *sales_in_two_steps(),
        an_offer(),
        a_property_fee(),
        a_fee_year(),
        a_card(),
        a_book(),
        *two_settlements(),
        a_dispute(),
        an_alarm(),
        a_webhook(),
        a_roster(),
        a_scheme(),
        a_staff_member(),
        a_tenant(),
        a_till(),
        *two_sheets(),
        a_volunteer(),
        a_household(),
        an_organisation(),
        a_post(),
        a_star(),
        *two_certificates(),
        *menu_lives(),
    ]


def an_account() -> Account:
    account = examples.an_account()
    examples.give(account, 10, TODAY)
    examples.give(account, 10, None)
    taken = account.choose(Points(15), TODAY, frozenset({examples.SCHEME}))
    account.redeem(NOW, redemption_id=id_of("redemption"), taken=taken)
    restored, _ = account.plan_restore(taken[:1], TODAY + timedelta(days=1))
    account.restore(NOW, redemption_id=id_of("redemption"), refund_no=1, restored=restored)
    account.expire(NOW, TODAY + timedelta(days=90))
    adjust(account)
    examples.give(account, 10, None)
    hold_id = id_of("authorised sale")
    taken = account.choose(Points(4), TODAY, frozenset({examples.SCHEME}))
    account.hold(NOW, hold_id=hold_id, purpose=HoldPurpose.AUTHORISATION, taken=taken, until=LATER)
    account.redeem_held(
        NOW, redemption_id=hold_id, hold_id=hold_id, taken=account.choose_held(hold_id, Points(3))
    )
    account.release(NOW, hold_id, ReleaseCause.CAPTURED)
    return account


def adjust(account: Account) -> None:
    """Given, received, donated, credited, debited, set off, announced."""
    other = Account.open(NOW, id_of("other account"), volunteer_id=id_of("other"))
    examples.hand_over(account, other, 2, TransferPurpose.GIFT)
    examples.hand_over(other, account, 1, TransferPurpose.SHARING)
    taken = transfers.choose(account, 1, TODAY)
    transfers.donate(NOW, account, taken, donation_id=id_of("donation"), reason_ref=id_of("reason"))
    examples.credit(account, 5, TODAY)
    transfers.correct(NOW, account, 500, TODAY, adjustment_id=id_of("adjustment"), record_id=id_of("record"))
    lot_no = examples.give(account, 10, TODAY + timedelta(days=9))
    transfers.set_off(NOW, account, lot_no)
    examples.credit(account, 5, TODAY)
    transfers.announce_expiry(NOW, account, TODAY, TODAY + timedelta(days=30))


def a_household_account() -> Account:
    return Account.open_for_household(NOW, id_of("household account"), household_id=id_of("household"))


def adjustments() -> list[Adjustment]:
    """One carried out after an appeal was dismissed, and one that was dropped."""
    deduction, other = examples.an_adjustment(), examples.an_adjustment()
    deduction.appeal(NOW, text_ref=id_of("text"), appealed_by=id_of("device"))
    deduction.answer_appeal(NOW, upheld=False, text_ref=id_of("answer"), answered_by=WHO)
    deduction.approve(at("2026-05-20 09:00"), approved_by=WHO)
    other.reject(NOW, rejected_by=WHO, reason_ref=id_of("reason"))
    return [deduction, other]


def an_area() -> Aggregate:
    area = examples.an_area()
    area.count_residents(NOW, year=2025, residents=3_000)
    return area


def a_budget() -> Aggregate:
    budget = examples.a_budget()
    budget.increase(NOW, AmountFen(500))
    examples.issue_from(budget, 20)
    budget.give_back(NOW, account_id=examples.ACCOUNT, points=Points(5), amount_fen=AmountFen(500))
    budget.place_under(NOW, parent_id=id_of("parent"), activity_id=None)
    child = examples.a_budget(1_000, id_=examples.OTHER_BUDGET)
    budget.allocate(NOW, child=child, amount_fen=AmountFen(1_000), allocated_by=WHO)
    budget.set_alarm(NOW, below_percent=10, set_by=WHO)
    budget.close(at("2027-01-04 09:00"), carried_to=id_of("next"), closed_by=WHO)
    budget.settle(
        NOW,
        settlement_id=id_of("settlement"),
        merchant_id=examples.MERCHANT,
        points=10,
        value_fen=1_000,
        pay_fen=900,
    )
    return budget


def a_device() -> Device:
    device = examples.a_device()
    device.revoke(NOW, revoked_by=WHO)
    return device


def a_fund() -> Aggregate:
    fund = examples.a_fund(5_000)
    examples.reserve(fund, 3_000)
    fund.take_back(NOW, budget_id=examples.BUDGET, amount_fen=AmountFen(500))
    fund.release(NOW, budget_id=examples.BUDGET, amount_fen=AmountFen(100), released_by=WHO)
    fund.raise_claim(
        NOW,
        redemption_id=id_of("redemption"),
        refund_no=1,
        merchant_id=examples.MERCHANT,
        budget_id=examples.BUDGET,
        amount_fen=AmountFen(200),
    )
    fund.pay_out(
        NOW,
        settlement_id=id_of("settlement"),
        merchant_id=examples.MERCHANT,
        budget_id=examples.BUDGET,
        value_fen=1_000,
        pay_fen=900,
        claims_fen=200,
    )
    return fund


def a_merchant() -> Merchant:
    merchant = examples.a_merchant()
    examples.agree(merchant)
    merchant.suspend(NOW, suspended_by=WHO)
    merchant.resume(NOW, resumed_by=WHO)
    return merchant


def a_redemption() -> Redemption:
    redemption = examples.a_redemption()
    redemption.refund(
        NOW,
        portions=redemption.choose_refund(Points(25)),
        returned=(),
        refunded_by=WHO,
        reason_ref=id_of("reason"),
    )
    return redemption


def sales_in_two_steps() -> tuple[Aggregate, ...]:
    """One that takes place, with everything that may stand beside its points, and one that does not."""
    taken, left = examples.an_authorised_sale(), examples.an_authorised_sale()
    taken.capture(NOW, Points(3), (Portion(1, 3, examples.BUDGET, 100, 90),))
    taken.add_cash(NOW, 250)
    taken.take_goods(NOW, offer_id=id_of("offer"), quantity=3, unit_points=1)
    taken.credit_bill(NOW, bill_ref=id_of("bill"), fee_id=id_of("fee"), amount_fen=270)
    left.void(NOW, voided_by=examples.TILL)
    return taken, left


def an_offer() -> Aggregate:
    offer = examples.an_offer(stock=5)
    offer.reprice(NOW, Points(4), repriced_by=WHO)
    offer.restock(NOW, 2, restocked_by=WHO)
    offer.sell(NOW, redemption_id=id_of("redemption"), quantity=3, points=Points(12))
    offer.withdraw(NOW, withdrawn_by=WHO)
    return offer


def a_property_fee() -> Aggregate:
    fee = examples.a_property_fee(amount_fen=10_000)
    fee.credit(NOW, redemption_id=id_of("redemption"), amount_fen=AmountFen(4_000))
    return fee


def a_fee_year() -> Aggregate:
    year = examples.a_fee_year()
    year.count(NOW, redemption_id=id_of("redemption"), points=Points(40), cap_points=Points(100))
    return year


def a_card() -> Aggregate:
    card = examples.a_card()
    card.fail_pin(NOW, till_id=examples.TILL)
    card.set_pin(NOW, set_by=WHO)
    card.revoke(NOW, revoked_by=WHO)
    return card


def a_scheme() -> Aggregate:
    scheme = examples.a_scheme()
    scheme.draft(NOW, examples.scheme_terms(), drafted_by=WHO)
    scheme.approve(NOW, 1, approved_by=id_of("reviewer"))
    later = examples.scheme_terms(in_force_from=date(2026, 6, 1))._replace(rules=examples.RULES)
    scheme.draft(NOW, later, drafted_by=WHO)
    scheme.approve(NOW, 2, approved_by=id_of("reviewer"), notice_closes_on=date(2026, 4, 20))
    scheme.withdraw(NOW, 2, withdrawn_by=WHO, reason_ref=id_of("reason"))
    return scheme


def a_staff_member() -> Staff:
    staff = examples.a_staff_member()
    for session in (id_of("session"), id_of("other session")):
        staff.offer_sign_in(NOW, session_id=session, offered_by=WHO, expires_at=LATER)
    staff.sign_in(NOW, session_id=id_of("other session"))
    staff.revoke(NOW, revoked_by=WHO)
    return staff


def a_tenant() -> Tenant:
    tenant = examples.a_tenant()
    tenant.change_setting(NOW, "minimum_age_years", "8")
    tenant.number_audience(NOW, examples.TILL)
    tenant.fix_clock(NOW)
    tenant.restore(NOW, position=41, root=b"\x05" * 32)
    return tenant


def a_till() -> Aggregate:
    till = examples.a_till()
    till.revoke(NOW, revoked_by=WHO)
    return till


def two_sheets() -> tuple[Timesheet, Timesheet]:
    april, may = examples.a_sheet(), examples.a_sheet("2026-05")
    april.record_service(
        examples.MONTH_AFTER, examples.a_service("night", LAST_OF_APRIL, between=(1_380, 1_500)), may
    )
    april.record_service(examples.MONTH_AFTER, examples.a_service("day", DAY, 60))
    for name in ("night", "day"):
        examples.approve(april, name, following=may)
    examples.put_on_notice(april, "night", "day", following=may)
    april.object(
        examples.MONTH_AFTER, id_of("night"), objection_id=id_of("objection"), text_ref=id_of("text")
    )
    april.answer_objection(
        examples.MONTH_AFTER,
        id_of("night"),
        objection_id=id_of("objection"),
        upheld=True,
        answered_by=WHO,
        text_ref=id_of("answer"),
        following=may,
    )
    april.state_accompaniment(NOW, id_of("day"), id_of("companion"))
    examples.confirm(april, "day", at("2026-05-26 09:00"))
    return april, may


def a_roster() -> Roster:
    roster = Roster.open(
        NOW,
        id_of("roster"),
        activity_id=id_of("activity"),
        starts_at=at("2026-04-20 14:00"),
        ends_at=at("2026-04-20 16:00"),
        places=1,
        cancel_before_minutes=120,
        opened_by=WHO,
    )
    for name in ("first", "second"):
        roster.sign_up(NOW, volunteer_id=id_of(name))
    roster.cancel(LATER, volunteer_id=id_of("first"))
    roster.mark_no_show(at("2026-04-20 16:00"), volunteer_id=id_of("second"), marked_by=WHO)
    roster.close(at("2026-04-20 17:00"), closed_by=WHO)
    return roster


def a_volunteer() -> Volunteer:
    volunteer = examples.a_volunteer()
    volunteer.move(NOW, area_code="500233002001", moved_by=WHO)
    volunteer.offer_enrolment(
        NOW,
        device_id=id_of("device"),
        offered_by=WHO,
        approved_by=None,
        holds_points=False,
        expires_at=LATER,
    )
    volunteer.accept_device(NOW, device_id=id_of("device"))
    volunteer.change_category(NOW, category=Category.TEACHER, from_day=DAY, changed_by=WHO)
    volunteer.withdraw(NOW, withdrawn_by=WHO)
    volunteer.come_back(NOW, area_code=examples.COMMUNITY, returned_by=WHO)
    volunteer.record_guardian(NOW, guardian_ref=id_of("guardian"), recorded_by=WHO)
    volunteer.withdraw_consent(NOW, Purpose.GUARDIAN, recorded_by=WHO)
    volunteer.state_abilities(
        NOW,
        skills=frozenset({Skill.CARE, Skill.LAW}),
        slots=frozenset({Slot.SAT_MORNING}),
        note_ref=id_of("note"),
        stated_by=WHO,
    )
    volunteer.erase(NOW, erased_by=WHO)
    return volunteer


def a_book() -> Aggregate:
    book = examples.a_book()
    book.draw(NOW, examples.a_drawing())
    book.withdraw(NOW, id_of("settlement"))
    book.name_payee(NOW, payee_ref=id_of("payee"), named_by=WHO)
    book.approve_payee(NOW, approved_by=id_of("reviewer"))
    return book


def two_settlements() -> tuple[Aggregate, ...]:
    """One that is paid at the second attempt, and one withdrawn for a dispute."""
    paid, withdrawn = examples.a_settlement(), examples.a_settlement()
    paid.confirm(NOW, confirmed_by=id_of("owner"))
    for reviewer in ("reviewer", "second reviewer"):
        paid.approve(NOW, approved_by=id_of(reviewer))
    paid.order(NOW, payee_ref=id_of("payee"), ordered_by=WHO)
    paid.fail(NOW, reason_ref=id_of("reason"), recorded_by=WHO)
    paid.order(NOW, payee_ref=id_of("payee"), ordered_by=WHO)
    paid.pay(NOW, paid_on=TODAY, reference_ref=id_of("reference"), paid_by=WHO)
    withdrawn.dispute_line(NOW, redemption_id=id_of("redemption"), dispute_id=id_of("dispute"))
    withdrawn.withdraw(NOW, withdrawn_by=WHO)
    return paid, withdrawn


def a_dispute() -> Aggregate:
    dispute = examples.a_dispute()
    dispute.answer(
        NOW, side=DisputeSide.MERCHANT, answered_by=id_of("owner"), text_ref=id_of("text"), evidence=()
    )
    dispute.decide(
        NOW, outcome=DisputeOutcome.UPHELD, refund_points=5, decided_by=WHO, reason_ref=id_of("reason")
    )
    return dispute


def an_alarm() -> Aggregate:
    alarm = examples.an_alarm()
    alarm.decide(NOW, AlarmOutcome.CLEARED, decided_by=WHO, reason_ref=id_of("reason"))
    return alarm


def a_webhook() -> Aggregate:
    webhook = examples.a_webhook()
    webhook.remove(NOW, removed_by=WHO)
    return webhook


def a_household() -> Household:
    household = examples.a_household()
    household.join(NOW, volunteer_id=id_of("child"), recorded_by=WHO)
    household.name_head(NOW, volunteer_id=id_of("child"), recorded_by=WHO)
    household.leave(NOW, volunteer_id=examples.VOLUNTEER, recorded_by=WHO)
    household.replace_code(NOW, code="100000000017", replaced_by=WHO)
    return household


def an_organisation() -> Organisation:
    organisation = Organisation.found(
        NOW,
        id_of("organisation"),
        kind=OrganisationKind.SCHOOL,
        area_code=examples.COMMUNITY,
        name_ref=id_of("name"),
        founded_by=WHO,
    )
    team = id_of("team")
    organisation.form_team(NOW, team_id=team, name_ref=id_of("team name"), leader_id=None, formed_by=WHO)
    organisation.join(NOW, volunteer_id=examples.VOLUNTEER, team_id=team, recorded_by=WHO)
    organisation.dissolve_team(NOW, team_id=team, dissolved_by=WHO)
    organisation.leave(NOW, volunteer_id=examples.VOLUNTEER, recorded_by=WHO)
    organisation.close(NOW, closed_by=WHO)
    return organisation


def a_post() -> Post:
    post = Post.assign(
        NOW,
        id_of("post"),
        kind=PostKind.BUILDING_LEAD,
        area_code="50023300100101",
        level=AreaLevel.BUILDING,
        volunteer_id=examples.VOLUNTEER,
        staff_id=None,
        assigned_by=WHO,
    )
    post.end(NOW, ended_by=WHO)
    return post


def a_star() -> Star:
    star = examples.a_star()
    for upheld in (True, False):
        objection = id_of(f"objection {upheld}")
        star.object(NOW, objection_id=objection, text_ref=id_of("text"))
        star.answer_objection(
            NOW,
            objection_id=objection,
            upheld=upheld,
            answered_by=WHO,
            person_ids=frozenset(),
            text_ref=id_of("answer"),
        )
        if upheld:
            examples.propose_again(star, 6_001)
    star.award(at("2026-05-20 09:00"), awarded_by=WHO, person_ids=frozenset())
    return star


def two_certificates() -> tuple[Certificate, CertificateRegister]:
    certificate = examples.a_certificate()
    certificate.object(NOW, objection_id=id_of("objection"), text_ref=id_of("text"))
    certificate.answer_objection(
        NOW,
        objection_id=id_of("objection"),
        upheld=False,
        answered_by=WHO,
        person_ids=frozenset(),
        text_ref=id_of("answer"),
    )
    register = CertificateRegister.open(NOW, id_of("register"), year=2026)
    certificate.issue(
        NOW,
        year=2026,
        number=register.number(NOW, certificate_id=certificate.id),
        verified_minutes=600,
        supplementary_minutes=60,
        linked=False,
        paper_ref=id_of("paper"),
        paper=b"\x02" * 32,
        issued_by=WHO,
    )
    certificate.revoke(NOW, reason_ref=id_of("reason"), revoked_by=WHO)
    return certificate, register


def an_attendance() -> Aggregate:
    attendance = examples.an_attendance()
    examples.sign_in(attendance)
    examples.sign_out(attendance, NOW + timedelta(minutes=50))
    examples.sign_in(attendance, at=NOW + timedelta(hours=1))
    attendance.settle(
        NOW + timedelta(hours=9),
        minutes=30,
        record_id=id_of("other record"),
        settled_by=WHO,
        reason_ref=id_of("reason"),
    )
    return attendance
