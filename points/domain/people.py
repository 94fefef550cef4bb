"""Closed vocabularies about people: what they can do, when they have time, what they consent to."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """What a person, or a guardian, consents to; each is given and withdrawn by itself (rule 20)."""

    GUARDIAN = "guardian"
    """A guardian lets a minor under 14 serve."""
    HONOURS_NAME = "honours_name"
    """The full name on the honours list and on notices."""
    CERTIFICATE = "certificate"
    """A certificate asked for by staff in the person's place."""
    PHOTO = "photo"
    """Photographs taken at activities."""
    EXCHANGE = "exchange"
    """Handing the person's records to another system."""


class Skill(StrEnum):
    """What a volunteer offers. Whatever fits none of these is a note in the vault."""

    CARE = "care"
    FIRST_AID = "first_aid"
    MEDICINE = "medicine"
    COUNSELLING = "counselling"
    TEACHING = "teaching"
    LAW = "law"
    REPAIR = "repair"
    HAIRCUTTING = "haircutting"
    COOKING = "cooking"
    CLEANING = "cleaning"
    TRANSPORT = "transport"
    COMPUTING = "computing"
    ARTS = "arts"
    SPORTS = "sports"
    GARDENING = "gardening"
    MEDIATION = "mediation"
    SIGN_LANGUAGE = "sign_language"
    RESCUE = "rescue"


class Slot(StrEnum):
    """A part of the week in which a volunteer usually has time."""

    MON_MORNING = "mon_morning"
    MON_AFTERNOON = "mon_afternoon"
    MON_EVENING = "mon_evening"
    TUE_MORNING = "tue_morning"
    TUE_AFTERNOON = "tue_afternoon"
    TUE_EVENING = "tue_evening"
    WED_MORNING = "wed_morning"
    WED_AFTERNOON = "wed_afternoon"
    WED_EVENING = "wed_evening"
    THU_MORNING = "thu_morning"
    THU_AFTERNOON = "thu_afternoon"
    THU_EVENING = "thu_evening"
    FRI_MORNING = "fri_morning"
    FRI_AFTERNOON = "fri_afternoon"
    FRI_EVENING = "fri_evening"
    SAT_MORNING = "sat_morning"
    SAT_AFTERNOON = "sat_afternoon"
    SAT_EVENING = "sat_evening"
    SUN_MORNING = "sun_morning"
    SUN_AFTERNOON = "sun_afternoon"
    SUN_EVENING = "sun_evening"


class OrganisationKind(StrEnum):
    PARTY_BRANCH = "party_branch"
    SCHOOL = "school"
    HOSPITAL = "hospital"
    SOCIAL_ORGANISATION = "social_organisation"
    COMPANY = "company"
    RESIDENT_AGENCY = "resident_agency"


class PostKind(StrEnum):
    """Who looks after a grid or a building."""

    GRID_WORKER = "grid_worker"
    BUILDING_LEAD = "building_lead"
