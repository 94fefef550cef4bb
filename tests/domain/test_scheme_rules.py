"""Coefficients, caps, last days, windows, notice and withdrawal of a scheme version."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from points.domain.errors import Invalid
from points.domain.scheme import (
    Scheme,
    SchemeAlreadyApproved,
    SchemeNoticeRunsOn,
    SchemeVersionInForce,
    SchemeVersionWithdrawn,
)
from points.domain.scheme_rules import (
    NO_RULES,
    NOBODY_YET,
    Coefficient,
    Person,
    Rules,
    Span,
    Window,
    cap,
    check_rules,
    coefficient_for,
    opens_on,
    span_of,
)
from points.domain.scheme_terms import Rate, Terms, last_day, reckon
from tests.domain.examples import RULES, a_scheme, scheme_terms
from tests.domain.scenario import NOW, at, event, given, id_of

DAY = date(2026, 4, 10)
LATER = date(2026, 6, 1)


def terms(rules: Rules = NO_RULES, *rates: Rate, **stated: Any) -> Terms:
    return scheme_terms(*(rates or (Rate("*", "verified", 1, 30),)), **stated)._replace(rules=rules)


def drafted(*versions: Terms) -> Scheme:
    scheme = a_scheme()
    for one in versions:
        scheme.draft(NOW, one, drafted_by=id_of("county"))
    return scheme


def test_a_version_without_rules_is_stored_as_before() -> None:
    given(a_scheme()).when(lambda s: s.draft(NOW, terms(), drafted_by=id_of("county"))).then(
        event(Scheme.VersionDrafted, number=1)
    )


def test_a_version_with_rules_states_them_beside_its_rates() -> None:
    scheme = a_scheme()
    given(scheme).when(lambda s: s.draft(NOW, terms(RULES), drafted_by=id_of("county"))).then(
        event(Scheme.VersionDrafted, number=1),
        event(Scheme.VersionRulesDrafted, number=1, day_cap_points=10, period="quarter", deductions=True),
    )
    assert scheme.drafted(1).terms.rules == RULES


@pytest.mark.parametrize(
    ("kind", "category", "points"),
    [
        ("medical", "medical_worker", 6),
        ("medical", "student", 2),
        ("youth", "student", 2),
        ("youth", "resident", 4),
    ],
)
def test_a_coefficient_multiplies_exactly_what_a_category_earns(
    kind: str, category: str, points: int
) -> None:
    rules = Rules(coefficients=RULES.coefficients)
    assert reckon(terms(rules), kind, "verified", 120, Person(category)) == points


def test_rate_and_coefficient_are_rounded_once_together() -> None:
    rules = Rules(coefficients=(Coefficient("*", "*", 2, 3),))
    # 45 minutes are 1.5 points, two thirds of which are exactly 1; rounded in between they would be 0.
    assert reckon(terms(rules), "youth", "verified", 45, NOBODY_YET) == 1


def test_the_most_particular_coefficient_counts_and_the_kind_before_the_category() -> None:
    rules = Rules(
        coefficients=(
            Coefficient("*", "*", 2, 1),
            Coefficient("*", "student", 3, 1),
            Coefficient("youth", "*", 4, 1),
            Coefficient("youth", "student", 5, 1),
        )
    )
    assert coefficient_for(rules, "youth", "student") == (5, 1)
    assert coefficient_for(rules, "youth", "teacher") == (4, 1)
    assert coefficient_for(rules, "medical", "student") == (3, 1)
    assert coefficient_for(rules, "medical", "teacher") == (2, 1)
    assert coefficient_for(NO_RULES, "medical", "teacher") == (1, 1)


@for_all(
    st.lists(st.integers(0, 50), max_size=20),
    st.none() | st.integers(1, 60),
    st.none() | st.integers(1, 200),
)
def test_caps_leave_a_person_the_same_in_whatever_order_records_come(
    earned: list[int], day_cap: int | None, period_cap: int | None
) -> None:
    rules = Rules(day_cap_points=day_cap, period_cap_points=period_cap)

    def total(points: list[int]) -> int:
        so_far = 0
        for one in points:
            so_far += cap(rules, one, Person("resident", so_far, so_far))
        return so_far

    least = min([sum(earned), *(limit for limit in (day_cap, period_cap) if limit is not None)])
    assert total(earned) == total(earned[::-1]) == least


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Span.DAY, date(2027, 4, 10)),
        (Span.MONTH, date(2027, 4, 30)),
        (Span.QUARTER, date(2027, 6, 30)),
        (Span.YEAR, date(2027, 12, 31)),
    ],
)
def test_points_last_to_the_end_of_the_stretch_that_is_stated(span: Span, expected: date) -> None:
    assert last_day(terms(Rules(lasts_to_end_of=span)), DAY) == expected


def test_points_that_never_expire_do_not_begin_to_at_the_end_of_a_year() -> None:
    assert last_day(terms(Rules(lasts_to_end_of=Span.YEAR), expires_after_months=None), DAY) is None


def test_a_stretch_holds_its_day() -> None:
    assert span_of(date(2026, 2, 3), Span.QUARTER) == (date(2026, 1, 1), date(2026, 3, 31))
    assert span_of(date(2026, 12, 31), Span.YEAR) == (date(2026, 1, 1), date(2026, 12, 31))
    assert span_of(DAY, Span.DAY) == (DAY, DAY)


@pytest.mark.parametrize(
    ("today", "opens"),
    [
        (date(2026, 3, 19), date(2026, 3, 20)),
        (date(2026, 3, 20), None),
        (date(2026, 3, 31), None),
        (date(2026, 4, 1), date(2026, 9, 20)),
        (date(2026, 10, 1), date(2027, 3, 20)),
    ],
)
def test_outside_its_windows_a_scheme_says_when_the_next_one_opens(today: date, opens: date | None) -> None:
    assert opens_on(RULES.windows, today) == opens
    assert opens_on((), today) is None


def test_a_window_to_the_29th_of_february_ends_on_the_28th_in_other_years() -> None:
    assert opens_on((Window(2, 1, 2, 29),), date(2027, 2, 28)) is None
    assert opens_on((Window(2, 1, 2, 29),), date(2028, 2, 29)) is None


@pytest.mark.parametrize(
    ("rules", "field", "rule"),
    [
        (Rules(coefficients=(Coefficient("singing", "*", 1, 1),)), "coefficients", "kind-unknown"),
        (Rules(coefficients=(Coefficient("*", "mayor", 1, 1),)), "coefficients", "category-unknown"),
        (Rules(coefficients=(Coefficient("*", "*", 1, 0),)), "coefficients", "range"),
        (Rules(coefficients=(Coefficient("*", "*", 1, 1),) * 2), "coefficients", "twice"),
        (Rules(day_cap_points=0), "day-cap-points", "not-positive"),
        (Rules(period_cap_points=-1), "period-cap-points", "not-positive"),
        (Rules(period=Span.DAY), "period", "period-unreadable"),
        (Rules(windows=(Window(2, 30, 3, 1),)), "windows", "date-not-in-calendar"),
        (Rules(windows=(Window(12, 20, 1, 5),)), "windows", "ends-before-start"),
        (Rules(notice_working_days=61), "notice-working-days", "range"),
    ],
)
def test_rules_that_make_no_sense_are_refused_by_field(rules: Rules, field: str, rule: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_rules(rules)
    assert (refusal.value.field, refusal.value.rule) == (field, rule)


def test_an_approved_version_hangs_out_before_it_holds() -> None:
    scheme = drafted(terms(RULES, in_force_from=LATER))
    given(scheme).when(
        lambda s: s.approve(NOW, 1, approved_by=id_of("r"), notice_closes_on=date(2026, 4, 20))
    ).then(
        event(Scheme.VersionApproved, number=1),
        event(
            Scheme.VersionNoticeGiven,
            number=1,
            opened_on=date(2026, 4, 15),
            closes_on=date(2026, 4, 20),
        ),
    )
    assert scheme.in_force(date(2026, 5, 31)) is None
    assert scheme.in_force(LATER) is not None


def test_a_version_cannot_hold_before_its_notice_has_ended() -> None:
    given(drafted(terms(RULES, in_force_from=date(2026, 4, 20)))).when(
        lambda s: s.approve(NOW, 1, approved_by=id_of("r"), notice_closes_on=date(2026, 4, 20))
    ).then_refused(SchemeNoticeRunsOn, in_force_from=date(2026, 4, 20), earliest=date(2026, 4, 21))


def withdraw(scheme: Scheme, when: str = "2026-04-16 09:00") -> None:
    scheme.withdraw(at(when), 1, withdrawn_by=id_of("r"), reason_ref=id_of("reason"))


def test_a_version_is_taken_back_before_it_holds_and_never_counts() -> None:
    scheme = drafted(terms(in_force_from=LATER))
    scheme.approve(NOW, 1, approved_by=id_of("r"))
    given(scheme).when(withdraw).then(event(Scheme.VersionWithdrawn, number=1))
    assert scheme.in_force(LATER) is None
    given(scheme).when(withdraw).then_refused(SchemeVersionWithdrawn, version=1)
    given(scheme).when(lambda s: s.approve(NOW, 1, approved_by=id_of("r"))).then_refused(
        SchemeVersionWithdrawn, version=1
    )


def test_what_holds_already_is_not_taken_back() -> None:
    scheme = drafted(terms(in_force_from=LATER))
    scheme.approve(NOW, 1, approved_by=id_of("r"))
    given(scheme).when(lambda s: withdraw(s, "2026-06-01 00:00")).then_refused(
        SchemeVersionInForce, version=1
    )
    given(scheme).when(lambda s: s.approve(NOW, 1, approved_by=id_of("r"))).then_refused(
        SchemeAlreadyApproved, version=1
    )
