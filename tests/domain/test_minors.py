"""What the law asks of service by minors, on the day of service."""

from __future__ import annotations

from datetime import date

import pytest

from points.domain.minors import (
    AccompanimentMissing,
    AgeGroup,
    CompanionNotAdult,
    GuardianConsentWithdrawn,
    age_group,
    age_years,
    check_service_of_minor,
)

BIRTH = date(2016, 5, 20)
ADULT = date(1980, 1, 1)


def test_an_age_is_completed_on_the_birthday_itself() -> None:
    assert age_years(BIRTH, date(2026, 5, 19)) == 9
    assert age_years(BIRTH, date(2026, 5, 20)) == 10


def test_who_is_born_on_the_last_of_february_ages_on_the_first_of_march() -> None:
    leap = date(2012, 2, 29)
    assert age_years(leap, date(2026, 2, 28)) == 13
    assert age_years(leap, date(2026, 3, 1)) == 14


@pytest.mark.parametrize(
    ("on", "group"),
    [
        (date(2026, 5, 19), AgeGroup.ACCOMPANIED),
        (date(2026, 5, 20), AgeGroup.WITH_CONSENT),
        (date(2030, 5, 19), AgeGroup.WITH_CONSENT),
        (date(2030, 5, 20), AgeGroup.MINOR),
        (date(2034, 5, 19), AgeGroup.MINOR),
        (date(2034, 5, 20), AgeGroup.ADULT),
    ],
)
def test_what_applies_changes_on_the_tenth_fourteenth_and_eighteenth_birthday(
    on: date, group: AgeGroup
) -> None:
    assert age_group(BIRTH, on) is group


def check(on: date, *, consent: bool = True, companion: date | None = None, needed: bool = True) -> None:
    check_service_of_minor(
        BIRTH, on, guardian_consent=consent, companion_birth=companion, companion_needed=needed
    )


def test_a_child_under_ten_serves_only_beside_an_adult_who_is_named() -> None:
    day = date(2026, 5, 19)
    with pytest.raises(AccompanimentMissing) as missing:
        check(day)
    assert missing.value.age_years == 9
    check(day, companion=ADULT)
    check(date(2026, 5, 20))


def test_whoever_accompanies_is_of_age_on_that_day() -> None:
    day = date(2026, 5, 19)
    with pytest.raises(CompanionNotAdult):
        check(day, companion=date(2008, 5, 20))
    check(day, companion=date(2008, 5, 19))


def test_under_fourteen_the_guardians_consent_stands_on_the_day_of_service() -> None:
    with pytest.raises(GuardianConsentWithdrawn):
        check(date(2030, 5, 19), consent=False)
    check(date(2030, 5, 20), consent=False)


def test_a_sheet_without_a_column_for_companions_is_believed_but_not_without_consent() -> None:
    check(date(2026, 5, 19), needed=False)
    with pytest.raises(GuardianConsentWithdrawn):
        check(date(2026, 5, 19), consent=False, needed=False)
