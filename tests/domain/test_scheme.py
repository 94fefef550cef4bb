"""What a minute is worth, exactly, on the day it was served."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from points.domain.errors import Invalid
from points.domain.scheme import (
    Scheme,
    SchemeAlreadyApproved,
    SchemeApprovedByDrafter,
    SchemeNotInForce,
    SchemeReachesBack,
    SchemeVersionNotFound,
)
from points.domain.scheme_terms import Rate, Terms, divide, find_rate
from points.domain.values import AmountFen, Minutes, Points, Rounding, ServiceKind, TimeClass
from tests.domain.examples import a_scheme, scheme_terms
from tests.domain.scenario import NOW, at, event, given, id_of, started

DAY = date(2026, 4, 10)
VERIFIED, SUPPLEMENTARY = TimeClass.VERIFIED, TimeClass.SUPPLEMENTARY


def draft(scheme: Scheme, terms: Terms) -> int:
    return scheme.draft(NOW, terms, drafted_by=id_of("county"))


def approve(scheme: Scheme, number: int, when: datetime = NOW, by: str = "reviewer") -> None:
    scheme.approve(when, number, approved_by=id_of(by))


def in_force(*versions: Terms) -> Scheme:
    scheme = a_scheme()
    for terms in versions:
        approve(scheme, draft(scheme, terms))
    return scheme


def points(scheme: Scheme, minutes: int, day: date = DAY, kind: ServiceKind = ServiceKind.YOUTH) -> int:
    return scheme.award(kind, VERIFIED, Minutes(minutes), day).points


def test_a_scheme_opens_for_an_area() -> None:
    started(
        a_scheme(),
        event(Scheme.Opened, area_code="500233", name_ref=id_of("name"), opened_by=id_of("county")),
    )


def test_a_version_is_drafted_with_its_terms_and_a_number() -> None:
    terms = scheme_terms(
        Rate("youth", "verified", 3, 60), rounding=Rounding.HALF_EVEN, redeem_at_least_points=20
    )
    number = (
        given(a_scheme())
        .when(lambda s: draft(s, terms))
        .then(
            event(
                Scheme.VersionDrafted,
                number=1,
                in_force_from=date(2026, 1, 1),
                rates=(Rate("youth", "verified", 3, 60),),
                rounding="half_even",
                value_fen=100,
                expires_after_months=12,
                redeem_at_least_points=20,
                drafted_by=id_of("county"),
            )
        )
    )
    assert number == 1


def test_a_draft_is_not_in_force() -> None:
    scheme = a_scheme()
    draft(scheme, scheme_terms())
    given(scheme).when(lambda s: points(s, 60)).then_refused(SchemeNotInForce, day=DAY)


# Approval


def test_a_second_person_puts_a_version_in_force() -> None:
    scheme = a_scheme()
    draft(scheme, scheme_terms())
    given(scheme).when(lambda s: approve(s, 1, by="county")).then_refused(SchemeApprovedByDrafter)
    given(scheme).when(lambda s: approve(s, 1)).then(
        event(Scheme.VersionApproved, number=1, approved_by=id_of("reviewer"))
    )


def test_a_version_is_approved_once() -> None:
    given(in_force(scheme_terms())).when(lambda s: approve(s, 1)).then_refused(
        SchemeAlreadyApproved, version=1
    )


def test_an_unknown_version_is_not_found() -> None:
    given(a_scheme()).when(lambda s: approve(s, 1)).then_refused(
        SchemeVersionNotFound, subject="scheme-version", reference="1"
    )


@pytest.mark.parametrize("start", [date(2026, 4, 15), date(2026, 1, 1)])
def test_a_later_version_starts_tomorrow_at_the_earliest(start: date) -> None:
    scheme = in_force(scheme_terms())
    draft(scheme, scheme_terms(in_force_from=start))
    given(scheme).when(lambda s: approve(s, 2)).then_refused(
        SchemeReachesBack, in_force_from=start, earliest=date(2026, 4, 16)
    )


def test_a_later_version_may_start_tomorrow() -> None:
    scheme = in_force(scheme_terms())
    draft(scheme, scheme_terms(in_force_from=date(2026, 4, 16)))
    given(scheme).when(lambda s: approve(s, 2)).then(event(Scheme.VersionApproved, number=2))


def test_a_draft_that_waited_past_its_start_is_refused_on_the_day_of_approval() -> None:
    scheme = in_force(scheme_terms())
    draft(scheme, scheme_terms(in_force_from=date(2026, 4, 20)))
    given(scheme).when(lambda s: approve(s, 2, when=at("2026-04-20 00:00"))).then_refused(
        SchemeReachesBack, in_force_from=date(2026, 4, 20), earliest=date(2026, 4, 21)
    )


# The version in force on the day of service


def test_the_version_of_the_day_of_service_counts() -> None:
    scheme = in_force(
        scheme_terms(Rate("*", "verified", 1, 60)),
        scheme_terms(Rate("*", "verified", 5, 60), in_force_from=date(2026, 5, 1)),
    )
    assert points(scheme, 60, date(2026, 4, 30)) == 1
    assert points(scheme, 60, date(2026, 5, 1)) == 5


def test_no_version_covers_days_before_the_first() -> None:
    scheme = in_force(scheme_terms(in_force_from=DAY))
    assert points(scheme, 60, DAY) == 2
    given(scheme).when(lambda s: points(s, 60, date(2026, 4, 9))).then_refused(
        SchemeNotInForce, day=date(2026, 4, 9)
    )


def test_of_two_versions_from_one_day_the_later_written_counts() -> None:
    scheme = in_force(
        scheme_terms(),
        scheme_terms(Rate("*", "verified", 2, 60), in_force_from=date(2026, 5, 1)),
        scheme_terms(Rate("*", "verified", 7, 60), in_force_from=date(2026, 5, 1)),
    )
    assert points(scheme, 60, date(2026, 5, 1)) == 7


def test_the_award_names_its_version_and_the_money_behind_a_point() -> None:
    award = in_force(scheme_terms(value_fen=250)).award(ServiceKind.YOUTH, VERIFIED, Minutes(60), DAY)
    assert award == (Points(2), 1, AmountFen(250), date(2027, 4, 10))


# Rates


def test_the_rate_of_the_kind_goes_before_the_rate_of_any_kind() -> None:
    scheme = in_force(scheme_terms(Rate("*", "verified", 1, 60), Rate("youth", "verified", 4, 60)))
    assert points(scheme, 60, kind=ServiceKind.YOUTH) == 4
    assert points(scheme, 60, kind=ServiceKind.MEDICAL) == 1


def test_a_kind_rated_at_nothing_earns_nothing_although_any_kind_would() -> None:
    scheme = in_force(scheme_terms(Rate("*", "verified", 1, 60), Rate("youth", "verified", 0, 60)))
    assert points(scheme, 600, kind=ServiceKind.YOUTH) == 0


def test_the_rates_of_one_class_of_time_say_nothing_about_the_other() -> None:
    scheme = in_force(scheme_terms(Rate("*", "verified", 1, 60)))
    award = scheme.award(ServiceKind.YOUTH, SUPPLEMENTARY, Minutes(600), DAY)
    assert award.points == 0
    assert find_rate(scheme.versions[1].terms.rates, ServiceKind.YOUTH, SUPPLEMENTARY) is None


# Rounding


@pytest.mark.parametrize(
    ("minutes", "down", "half_up", "half_even"),
    [
        pytest.param(29, 0, 0, 0, id="just under a half"),
        pytest.param(30, 0, 1, 0, id="a half above an even number"),
        pytest.param(31, 0, 1, 1, id="just over a half"),
        pytest.param(59, 0, 1, 1, id="just under one"),
        pytest.param(60, 1, 1, 1, id="exactly one"),
        pytest.param(90, 1, 2, 2, id="a half above an odd number"),
        pytest.param(150, 2, 3, 2, id="the next half above an even number"),
    ],
)
def test_fractions_are_settled_as_the_version_states(
    minutes: int, down: int, half_up: int, half_even: int
) -> None:
    def earned(rounding: Rounding) -> int:
        return points(in_force(scheme_terms(Rate("*", "verified", 1, 60), rounding=rounding)), minutes)

    assert earned(Rounding.DOWN) == down
    assert earned(Rounding.HALF_UP) == half_up
    assert earned(Rounding.HALF_EVEN) == half_even


@for_all(st.integers(0, 10**30), st.integers(1, 10**12))
def test_division_is_exact_for_any_size(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)
    assert divide(numerator, denominator, Rounding.DOWN) == exact.__floor__()
    assert divide(numerator, denominator, Rounding.HALF_UP) == (exact + Fraction(1, 2)).__floor__()
    assert divide(numerator, denominator, Rounding.HALF_EVEN) == round(exact)


# Expiry


@pytest.mark.parametrize(
    ("earned_on", "months", "expires_on"),
    [
        (date(2026, 4, 10), 12, date(2027, 4, 10)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 2, 28), 1, date(2026, 3, 28)),
    ],
)
def test_points_expire_so_many_months_later_or_at_that_months_end(
    earned_on: date, months: int, expires_on: date
) -> None:
    scheme = in_force(scheme_terms(expires_after_months=months))
    assert scheme.award(ServiceKind.YOUTH, VERIFIED, Minutes(60), earned_on).expires_on == expires_on


def test_points_of_a_version_without_an_end_never_expire() -> None:
    scheme = in_force(scheme_terms(expires_after_months=None))
    assert scheme.award(ServiceKind.YOUTH, VERIFIED, Minutes(60), DAY).expires_on is None


# Terms that make no sense


@pytest.mark.parametrize(
    ("terms", "field", "rule"),
    [
        (scheme_terms()._replace(rates=()), "rates", "missing"),
        (scheme_terms(Rate("*", "verified", 1, 60), Rate("*", "verified", 2, 60)), "rates", "twice"),
        (scheme_terms(Rate("*", "verified", -1, 60)), "rates", "not-positive"),
        (scheme_terms(Rate("*", "verified", 1, 0)), "rates", "not-positive"),
        (scheme_terms(Rate("juggling", "verified", 1, 60)), "rates", "kind-unknown"),
        (scheme_terms(Rate("*", "imagined", 1, 60)), "rates", "time-class-unknown"),
        (scheme_terms(value_fen=0), "value-fen", "not-positive"),
        (scheme_terms(expires_after_months=0), "expires-after-months", "not-positive"),
        (scheme_terms(redeem_at_least_points=-1), "redeem-at-least-points", "not-positive"),
    ],
)
def test_terms_that_make_no_sense_are_not_drafted(terms: Terms, field: str, rule: str) -> None:
    given(a_scheme()).when(lambda s: draft(s, terms)).then_refused(Invalid, field=field, rule=rule)
