"""What the law asks of service by minors (rule 6), decided for the day of service, not the day of entry.

Under 14 a person's data is sensitive and a guardian consents (Personal Information Protection Law, articles 28
and 31); the ages are the county's settings within that.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from points.domain.errors import Refused

ACCOMPANIED_BELOW_AGE_YEARS = 10
GUARDIAN_BELOW_AGE_YEARS = 14
ADULT_FROM_AGE_YEARS = 18


class AccompanimentMissing(Refused):
    """Under 10 nobody serves without an adult who is named (rule 6)."""

    age_years: int
    accompanied_below_age_years: int


class CompanionNotAdult(Refused):
    """Whoever accompanies a child is of age on the day, and somebody else."""

    age_years: int


class GuardianConsentWithdrawn(Refused):
    """Under 14 the guardian's consent stands on the day of service, or the service is not recorded (rule 6)."""

    age_years: int


class AgeGroup(StrEnum):
    """What applies to a person on a day."""

    ACCOMPANIED = "accompanied"
    WITH_CONSENT = "with_consent"
    MINOR = "minor"
    ADULT = "adult"


def age_years(birth: date, on: date) -> int:
    """Completed years. Who is born on 29 February completes a year on 1 March where there is no such day."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def age_group(birth: date, on: date) -> AgeGroup:
    age = age_years(birth, on)
    if age < ACCOMPANIED_BELOW_AGE_YEARS:
        return AgeGroup.ACCOMPANIED
    if age < GUARDIAN_BELOW_AGE_YEARS:
        return AgeGroup.WITH_CONSENT
    return AgeGroup.MINOR if age < ADULT_FROM_AGE_YEARS else AgeGroup.ADULT


def check_service_of_minor(
    birth: date,
    on: date,
    *,
    guardian_consent: bool,
    companion_birth: date | None,
    companion_needed: bool = True,
) -> None:
    """Raises GuardianConsentWithdrawn, AccompanimentMissing or CompanionNotAdult."""
    group, age = age_group(birth, on), age_years(birth, on)
    if group in {AgeGroup.ACCOMPANIED, AgeGroup.WITH_CONSENT} and not guardian_consent:
        raise GuardianConsentWithdrawn(age_years=age)
    if companion_birth is not None and age_years(companion_birth, on) < ADULT_FROM_AGE_YEARS:
        raise CompanionNotAdult(age_years=age_years(companion_birth, on))
    if group is AgeGroup.ACCOMPANIED and companion_birth is None and companion_needed:
        raise AccompanimentMissing(age_years=age, accompanied_below_age_years=ACCOMPANIED_BELOW_AGE_YEARS)
