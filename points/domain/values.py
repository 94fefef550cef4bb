"""Quantities and closed vocabularies. A quantity has its own type; every name ends in its unit."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import NewType

Points = NewType("Points", int)
"""Whole points; never negative in an event."""

AmountFen = NewType("AmountFen", int)
"""Money in fen, a hundredth of a yuan."""

Minutes = NewType("Minutes", int)
"""Service time without travel, in whole minutes (rule 1)."""


class AreaLevel(StrEnum):
    COUNTY = "county"
    TOWNSHIP = "township"
    COMMUNITY = "community"
    GRID = "grid"
    BUILDING = "building"


class Role(StrEnum):
    """Who may act. Rights of each are drawn in `points/access.py`."""

    ADMIN = "admin"
    COUNTY = "county"
    TOWNSHIP = "township"
    COMMUNITY = "community"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    GRID_WORKER = "grid_worker"
    MERCHANT_OWNER = "merchant_owner"
    CASHIER = "cashier"
    TILL = "till"
    POS = "pos"
    VOLUNTEER = "volunteer"


class ServiceKind(StrEnum):
    """The kinds of service that `init` knows; schemes pay by them."""

    ENVIRONMENT = "environment"
    YOUTH = "youth"
    SAFETY = "safety"
    MEDICAL = "medical"
    ELDER_CARE = "elder_care"


class TimeClass(StrEnum):
    """Two classes that never mix (rule 2)."""

    VERIFIED = "verified"
    SUPPLEMENTARY = "supplementary"


class Origin(StrEnum):
    """Where a lot of points came from (rules 12 and 14)."""

    EARNED = "earned"
    RELIEF = "relief"


class FundKind(StrEnum):
    FISCAL = "fiscal"
    DONATION = "donation"
    FOUNDATION = "foundation"
    COLLECTIVE = "collective"


class MerchantKind(StrEnum):
    SUPERMARKET = "supermarket"
    PROPERTY_MANAGER = "property_manager"
    OTHER = "other"


class Rounding(StrEnum):
    """How a fraction of a point is settled; stated in each scheme version (rule 10)."""

    DOWN = "down"
    HALF_UP = "half_up"
    HALF_EVEN = "half_even"


class ReviewTier(IntEnum):
    """Rule 3: up to 8 h of a person's day, up to 12 h, above."""

    FIRST = 1
    PARENT = 2
    COUNTY = 3


class Category(StrEnum):
    """What a volunteer is in the register, for the rates by category."""

    RESIDENT = "resident"
    RETIRED = "retired"
    CIVIL_SERVANT = "civil_servant"
    TEACHER = "teacher"
    MEDICAL_WORKER = "medical_worker"
    PARTY_MEMBER = "party_member"
    SOCIAL_WORKER = "social_worker"
    STUDENT = "student"
    VETERAN = "veteran"
    GRID_WORKER = "grid_worker"
    OTHER = "other"
