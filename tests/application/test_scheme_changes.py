"""Two versions compared: every change is told, what stays is not, and each kind has its sentence."""

from __future__ import annotations

from typing import Any

import pytest

from points.application.scheme_changes import changes
from points.domain.scheme_rules import NO_RULES, Coefficient, Rules, Span
from points.domain.scheme_terms import Rate
from points.i18n.catalogue import Catalogue
from points.i18n.language import Language
from tests.domain.examples import RULES, scheme_terms

BASE = scheme_terms(Rate("*", "verified", 1, 30), Rate("youth", "verified", 2, 30))
CASES: list[tuple[Rules, Rules, list[str]]] = [
    (NO_RULES, NO_RULES, []),
    (NO_RULES, Rules(day_cap_points=5), ["day-cap-points-stated"]),
    (Rules(day_cap_points=5), Rules(day_cap_points=6), ["day-cap-points-changed"]),
    (Rules(day_cap_points=5), NO_RULES, ["day-cap-points-dropped"]),
    (NO_RULES, Rules(period_cap_points=5), ["period-cap-stated"]),
    (Rules(period_cap_points=5), Rules(period_cap_points=5, period=Span.YEAR), ["period-cap-changed"]),
    (Rules(period_cap_points=5), NO_RULES, ["period-cap-dropped"]),
    (NO_RULES, Rules(period=Span.YEAR), []),
    (NO_RULES, Rules(coefficients=(Coefficient("*", "student", 1, 2),)), ["coefficient-changed"]),
    (NO_RULES, Rules(windows=RULES.windows), ["windows-stated"]),
    (Rules(windows=RULES.windows), Rules(windows=RULES.windows[:1]), ["windows-changed"]),
    (Rules(windows=RULES.windows), NO_RULES, ["windows-dropped"]),
    (NO_RULES, Rules(deductions=True), ["deductions-allowed"]),
    (Rules(deductions=True), NO_RULES, ["deductions-ended"]),
    (NO_RULES, Rules(lasts_to_end_of=Span.YEAR), ["lasts-to-end-of-changed"]),
    (NO_RULES, Rules(notice_working_days=3), ["notice-working-days-changed"]),
]


@pytest.mark.parametrize(("before", "after", "slugs"), CASES)
def test_each_rule_that_changes_is_told_in_every_language(
    before: Rules, after: Rules, slugs: list[str]
) -> None:
    found = changes(BASE._replace(rules=before), BASE._replace(rules=after))
    assert [change.slug for change in found] == slugs
    for change in found:
        _told(change.slug, change.facts)


def test_rates_that_are_new_gone_or_other_are_told_and_those_that_stay_are_not() -> None:
    after = BASE._replace(rates=(Rate("*", "verified", 1, 30), Rate("medical", "verified", 3, 60)))
    found = changes(BASE, after)
    assert [(change.slug, change.facts["service_kind"]) for change in found] == [
        ("rate-added", "medical"),
        ("rate-dropped", "youth"),
    ]
    (other,) = changes(BASE, BASE._replace(rates=(BASE.rates[0], Rate("youth", "verified", 3, 30))))
    assert other.slug == "rate-changed"
    for change in (*found, other):
        _told(change.slug, change.facts)


@pytest.mark.parametrize("before", [None, 12])
@pytest.mark.parametrize("after", [None, 12, 24])
def test_a_last_day_that_is_stated_dropped_or_moved_is_told(before: int | None, after: int | None) -> None:
    found = changes(BASE._replace(expires_after_months=before), BASE._replace(expires_after_months=after))
    assert bool(found) == (before != after)
    for change in found:
        _told(change.slug, change.facts)


def _told(slug: str, facts: dict[str, Any]) -> None:
    catalogue = Catalogue.load()
    for language in Language:
        sentence = catalogue.sentence(f"change.{slug}", language, **facts)
        assert "{" not in sentence
        assert not sentence.startswith("change.")
