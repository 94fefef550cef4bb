"""How old people are. The day of birth stands in no event and no read model, only in the vault's identity number."""

from __future__ import annotations

from datetime import date

from points.application.sheets.rules import CellRefused
from points.application.sheets.values import read_identity_number
from points.domain.minors import ADULT_FROM_AGE_YEARS, age_years


def birth_of(profile: dict[str, str]) -> date | None:
    """The day of birth that the identity number states; None once the person is erased."""
    number = profile.get("identity_number", "")
    try:
        return read_identity_number(number)[1]
    except CellRefused:
        return None


def is_minor(profile: dict[str, str], today: date) -> bool:
    birth = birth_of(profile)
    return birth is not None and age_years(birth, today) < ADULT_FROM_AGE_YEARS
