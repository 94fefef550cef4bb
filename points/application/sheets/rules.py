"""The closed vocabulary in which a line is refused, and the refusal itself.

The slugs are stable: programs compare them and the catalogue of sentences is keyed by them.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum

Fact = str | int


class Field(StrEnum):
    """What a column, and so a refusal, is about."""

    NAME = "name"
    IDENTITY_NUMBER = "identity-number"
    PHONE = "phone"
    AREA = "area"
    TOWNSHIP = "township"
    CATEGORY = "category"
    GUARDIAN_PHONE = "guardian-phone"
    REMARK = "remark"
    ACTIVITY = "activity"
    KIND = "kind"
    DATE = "date"
    VOLUNTEER_NUMBER = "volunteer-number"
    PERSON = "person"
    SIGN_IN = "sign-in"
    SIGN_OUT = "sign-out"
    INTERVAL = "interval"
    DURATION = "duration"
    HANDLER = "handler"


class Rule(StrEnum):
    """What a line breaks."""

    NAME_MISSING = "name-missing"
    NAME_UNREADABLE = "name-unreadable"
    IDENTITY_MISSING = "identity-missing"
    IDENTITY_LENGTH = "identity-length"
    IDENTITY_OLD_STYLE = "identity-old-style"
    IDENTITY_PRECISION = "identity-precision"
    IDENTITY_UNREADABLE = "identity-unreadable"
    IDENTITY_DATE = "identity-date"
    IDENTITY_CHECKSUM = "identity-checksum"
    PHONE_MISSING = "phone-missing"
    PHONE_UNREADABLE = "phone-unreadable"
    PHONE_LENGTH = "phone-length"
    PHONE_PREFIX = "phone-prefix"
    AREA_MISSING = "area-missing"
    UNKNOWN_AREA = "unknown-area"
    AMBIGUOUS_AREA = "ambiguous-area"
    AREA_NOT_IN_TOWNSHIP = "area-not-in-township"
    UNDER_AGE = "under-age"
    GUARDIAN_MISSING = "guardian-missing"
    ACTIVITY_MISSING = "activity-missing"
    KIND_MISSING = "kind-missing"
    KIND_UNKNOWN = "kind-unknown"
    TEXT_TOO_LONG = "text-too-long"
    DATE_MISSING = "date-missing"
    DATE_UNREADABLE = "date-unreadable"
    DATE_WITHOUT_YEAR = "date-without-year"
    DATE_AMBIGUOUS = "date-ambiguous"
    DATE_NOT_IN_CALENDAR = "date-not-in-calendar"
    DATE_TOO_OLD = "date-too-old"
    FUTURE_DATE = "future-date"
    PERSON_MISSING = "person-missing"
    VOLUNTEER_NUMBER_UNREADABLE = "volunteer-number-unreadable"
    VOLUNTEER_NUMBER_LENGTH = "volunteer-number-length"
    VOLUNTEER_NUMBER_CHECKSUM = "volunteer-number-checksum"
    NO_SIGN_IN = "no-sign-in"
    NO_SIGN_OUT = "no-sign-out"
    NO_DURATION = "no-duration"
    TIME_UNREADABLE = "time-unreadable"
    TIME_ON_ANOTHER_DAY = "time-on-another-day"
    SIGN_OUT_BEFORE_SIGN_IN = "sign-out-before-sign-in"
    DURATION_UNREADABLE = "duration-unreadable"
    DURATION_ZERO = "duration-zero"
    DURATION_OVER_A_DAY = "duration-over-a-day"
    DURATION_DIFFERS_FROM_TIMES = "duration-differs-from-times"


@dataclass(frozen=True, slots=True)
class LineRefusal:
    """One line and the first rule it broke.

    `line` is the physical row, from 1. `facts` never hold a phone, a name or an identity number. `sheet` is
    empty unless lines were read from more than one sheet of the file.
    """

    line: int
    field: str
    rule: str
    facts: dict[str, Fact] = dataclass_field(default_factory=dict)
    sheet: str = ""


class CellRefused(Exception):
    """Inside this package: a cell broke a rule. Readers turn it into a `LineRefusal` of the row at hand."""

    def __init__(self, rule: Rule, field: Field | None = None, **facts: Fact) -> None:
        super().__init__(rule)
        self.rule = rule
        self.field = field
        self.facts = facts
