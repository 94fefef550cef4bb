"""The agreement of a shop: approved by a second person, and its caps exactly at their limits."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from points.domain.errors import Invalid, PointsError
from points.domain.merchant import (
    Agreement,
    AgreementAlreadyApproved,
    AgreementApprovedByMaker,
    AgreementMissing,
    AgreementNotFound,
    Caps,
    DayTotals,
    Merchant,
    MerchantDayCapExceeded,
    MerchantSuspended,
    PersonDayCapExceeded,
    RedemptionCapExceeded,
    Terms,
    TillDayCapExceeded,
)
from points.domain.values import Points
from tests.domain.examples import COMMUNITY, SCHEME, a_merchant, agree, agreement_terms
from tests.domain.scenario import NOW, at, event, given, id_of, started

NOTHING_YET = DayTotals(0, 0, 0)
CAPS = Caps(redemption_points=50, person_day_points=80, till_day_points=500, merchant_day_points=1_000)


def make(merchant: Merchant, terms: Terms) -> int:
    return merchant.make_agreement(NOW, terms, made_by=id_of("county"))


def agreed() -> Merchant:
    merchant = a_merchant()
    agree(merchant, agreement_terms(caps=CAPS))
    return merchant


def check(
    merchant: Merchant, points: int, totals: DayTotals = NOTHING_YET, when: datetime = NOW
) -> Agreement:
    return merchant.check_redemption(when, Points(points), totals)


def test_a_merchant_is_enrolled() -> None:
    started(
        a_merchant(),
        event(
            Merchant.Enrolled,
            kind="supermarket",
            area_code=COMMUNITY,
            name_ref=id_of("name"),
            enrolled_by=id_of("county"),
        ),
    )


# Agreements


def test_an_agreement_is_made_and_put_in_force_by_a_second_person() -> None:
    merchant = a_merchant()
    given(merchant).when(lambda m: make(m, agreement_terms(caps=CAPS))).then(
        event(
            Merchant.AgreementMade,
            number=1,
            schemes=(SCHEME,),
            pay_fen=90,
            caps=CAPS,
            valid_from=date(2026, 1, 1),
            valid_until=date(2026, 12, 31),
            made_by=id_of("county"),
        )
    )
    given(merchant).when(lambda m: check(m, 1)).then_refused(AgreementMissing)
    given(merchant).when(lambda m: m.approve_agreement(NOW, 1, approved_by=id_of("county"))).then_refused(
        AgreementApprovedByMaker
    )
    given(merchant).when(lambda m: m.approve_agreement(NOW, 1, approved_by=id_of("reviewer"))).then(
        event(Merchant.AgreementApproved, number=1, approved_by=id_of("reviewer"))
    )
    assert given(merchant).when(lambda m: check(m, 1)).then_nothing().number == 1


def test_an_agreement_is_approved_once() -> None:
    given(agreed()).when(lambda m: m.approve_agreement(NOW, 1, approved_by=id_of("reviewer"))).then_refused(
        AgreementAlreadyApproved
    )


def test_an_unknown_agreement_is_not_found() -> None:
    given(a_merchant()).when(
        lambda m: m.approve_agreement(NOW, 7, approved_by=id_of("reviewer"))
    ).then_refused(AgreementNotFound, subject="agreement", reference="7")


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("2026-03-31 23:59", False),
        ("2026-04-01 00:00", True),
        ("2026-04-30 23:59", True),
        ("2026-05-01 00:00", False),
    ],
)
def test_an_agreement_holds_from_its_first_to_the_end_of_its_last_day(when: str, holds: bool) -> None:
    merchant = a_merchant()
    agree(merchant, agreement_terms(valid_from=date(2026, 4, 1), valid_until=date(2026, 4, 30)))
    outcome = given(merchant).when(lambda m: check(m, 1, when=at(when)))
    if holds:
        outcome.then_nothing()
    else:
        outcome.then_refused(AgreementMissing)


def test_the_latest_approved_agreement_of_the_day_counts() -> None:
    merchant = agreed()
    agree(merchant, agreement_terms(pay_fen=70))
    make(merchant, agreement_terms(pay_fen=60))
    assert check(merchant, 1).number == 2


@pytest.mark.parametrize(
    ("terms", "field", "rule"),
    [
        (agreement_terms(schemes=()), "schemes", "missing"),
        (agreement_terms(pay_fen=0), "pay-fen", "not-positive"),
        (agreement_terms(caps=CAPS._replace(redemption_points=0)), "caps", "not-positive"),
        (agreement_terms(caps=CAPS._replace(merchant_day_points=-1)), "caps", "not-positive"),
        (agreement_terms(valid_until=date(2025, 12, 31)), "valid-until", "ends-before-start"),
    ],
)
def test_terms_that_make_no_sense_are_not_agreed(terms: Terms, field: str, rule: str) -> None:
    given(a_merchant()).when(lambda m: make(m, terms)).then_refused(Invalid, field=field, rule=rule)


# Suspension


def test_a_suspended_merchant_takes_nothing_until_it_is_resumed() -> None:
    merchant = agreed()
    given(merchant).when(lambda m: m.suspend(NOW, suspended_by=id_of("county"))).then(
        event(Merchant.Suspended, suspended_by=id_of("county"))
    )
    given(merchant).when(lambda m: check(m, 1)).then_refused(MerchantSuspended)
    given(merchant).when(lambda m: m.resume(NOW, resumed_by=id_of("county"))).then(
        event(Merchant.Resumed, resumed_by=id_of("county"))
    )
    given(merchant).when(lambda m: check(m, 1)).then_nothing()


def test_suspending_and_resuming_twice_happen_once() -> None:
    merchant = agreed()
    given(merchant).when(lambda m: m.resume(NOW, resumed_by=id_of("county"))).then_nothing()
    merchant.suspend(NOW, suspended_by=id_of("county"))
    given(merchant).when(lambda m: m.suspend(NOW, suspended_by=id_of("county"))).then_nothing()


# Caps


@pytest.mark.parametrize(
    ("points", "totals"),
    [
        pytest.param(50, NOTHING_YET, id="one redemption"),
        pytest.param(40, DayTotals(40, 0, 0), id="one person's day"),
        pytest.param(50, DayTotals(0, 450, 450), id="one till's day"),
        pytest.param(50, DayTotals(0, 0, 950), id="the merchant's day"),
    ],
)
def test_a_redemption_that_reaches_a_cap_exactly_is_taken(points: int, totals: DayTotals) -> None:
    given(agreed()).when(lambda m: check(m, points, totals)).then_nothing()


def test_one_redemption_is_limited() -> None:
    given(agreed()).when(lambda m: check(m, 51)).then_refused(
        RedemptionCapExceeded, asked_points=51, cap_points=50
    )


@pytest.mark.parametrize(
    ("refusal", "points", "totals", "left", "cap"),
    [
        (PersonDayCapExceeded, 41, DayTotals(40, 0, 0), 40, 80),
        (TillDayCapExceeded, 50, DayTotals(0, 451, 451), 49, 500),
        (MerchantDayCapExceeded, 50, DayTotals(0, 0, 951), 49, 1_000),
        (PersonDayCapExceeded, 1, DayTotals(90, 0, 0), 0, 80),
    ],
)
def test_a_day_that_would_pass_its_cap_by_one_point_is_refused(
    refusal: type[PointsError], points: int, totals: DayTotals, left: int, cap: int
) -> None:
    given(agreed()).when(lambda m: check(m, points, totals)).then_refused(
        refusal, asked_points=points, left_points=left, cap_points=cap
    )
