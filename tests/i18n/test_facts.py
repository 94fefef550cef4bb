from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from points.domain.values import FundKind, ReviewTier
from points.i18n.catalogue import Catalogue
from points.i18n.language import Language

HANS, HANT, EN = Language
MOMENT = datetime(2026, 6, 15, 23, 5, tzinfo=UTC)


def told(name: str, value: object, language: Language) -> str:
    units = Catalogue.load().sentences[language]
    return Catalogue({language: {**units, "s": f"{{{name}}}"}}).sentence("s", language, **{name: value})


@pytest.mark.parametrize(
    ("name", "value", "language", "text"),
    [
        ("asked_fen", 123_450, HANS, "1,234.50 元"),
        ("asked_fen", 123_450, EN, "CN¥1,234.50"),
        ("asked_fen", 1, HANT, "0.01 元"),
        ("asked_minutes", 150, HANS, "2 小时 30 分"),
        ("asked_minutes", 150, HANT, "2 小時 30 分"),
        ("asked_minutes", 150, EN, "2 h 30 min"),
        ("minutes", 120, EN, "2 h"),
        ("asked_minutes", 45, HANS, "45 分钟"),
        ("asked_minutes", 0, EN, "0 min"),
        ("asked_minutes", -90, EN, "-1 h 30 min"),
        ("asked_points", 12_345, HANS, "12,345"),
        ("rate", Decimal("0.1970"), EN, "0.197"),
        ("year", 2026, EN, "2026"),
        ("line", 1_234, EN, "1234"),
        ("position", 40_000_000, HANS, "40000000"),
    ],
)
def test_numbers_are_told_in_their_units(name: str, value: object, language: Language, text: str) -> None:
    assert told(name, value, language) == text


@pytest.mark.parametrize(
    ("name", "value", "language", "text"),
    [
        ("day", date(2026, 6, 15), HANS, "2026年6月15日"),
        ("day", date(2026, 6, 15), EN, "June 15, 2026"),
        ("closes_on", "2026-06-15", HANT, "2026年6月15日"),
        ("recorded_at", MOMENT, HANS, "2026年6月16日 07:05:00"),
        ("recorded_at", MOMENT.isoformat(), HANS, "2026年6月16日 07:05:00"),
        ("valid_until_s", int(MOMENT.timestamp()), HANS, "2026年6月16日 07:05:00"),
        ("recorded_at_us", int(MOMENT.timestamp()) * 1_000_000 + 999_999, HANS, "2026年6月16日 07:05:00"),
        ("valid_for_s", 60, HANS, "60"),
    ],
)
def test_days_and_moments_are_told_as_china_counts_them(
    name: str, value: object, language: Language, text: str
) -> None:
    assert told(name, value, language) == text


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("closes_on", "soon", "soon"),
        ("recorded_at", "2026-06-15T12:00:00", "2026-06-15 12:00:00"),
        ("valid_until_s", 10**18, "1000000000000000000"),
        ("asked_fen", None, "None"),
        ("asked_minutes", "long", "long"),
        ("record_id", UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_a_value_that_does_not_fit_its_name_is_shown_as_it_is(name: str, value: object, text: str) -> None:
    assert told(name, value, EN) == text


def test_enumerations_yes_and_no_and_lists_are_told_in_words() -> None:
    assert told("kind", FundKind.FISCAL, EN) == "fiscal"
    assert told("needed_tier", ReviewTier.COUNTY, EN) == "3"
    assert told("consented", True, HANS) == "是"
    assert told("names", ["a", "b", "c"], HANS) == "a、b和c"
    assert told("names", ("a", "b", "c"), EN) == "a, b, and c"
