"""Ids that follow from what they identify: uuid5 of the tenant and a name; docs/events.md lists the names."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5


def tenant_id(tenant: UUID) -> UUID:
    return uuid5(tenant, "tenant")


def area_id(tenant: UUID, code: str) -> UUID:
    return uuid5(tenant, f"area/{code}")


def account_id(tenant: UUID, volunteer_id: UUID) -> UUID:
    return uuid5(tenant, f"account/{volunteer_id}")


def timesheet_id(tenant: UUID, volunteer_id: UUID, month: str) -> UUID:
    return uuid5(tenant, f"timesheet/{volunteer_id}/{month}")


def budget_id(tenant: UUID, fund_id: UUID, area_code: str, period_from: date, period_until: date) -> UUID:
    return uuid5(tenant, f"budget/{fund_id}/{area_code}/{period_from}/{period_until}")


def activity_budget_id(
    tenant: UUID, fund_id: UUID, activity_id: UUID, period_from: date, period_until: date
) -> UUID:
    return uuid5(tenant, f"budget/{fund_id}/{activity_id}/{period_from}/{period_until}")


def household_account_id(tenant: UUID, household_id: UUID) -> UUID:
    return uuid5(tenant, f"household/{household_id}")


def settlement_book_id(tenant: UUID, merchant_id: UUID) -> UUID:
    return uuid5(tenant, f"settlements/{merchant_id}")


def settlement_id(
    tenant: UUID, merchant_id: UUID, period_from: date, period_until: date, revision: int
) -> UUID:
    return uuid5(tenant, f"settlement/{merchant_id}/{period_from}/{period_until}/{revision}")


def dispute_id(tenant: UUID, redemption_id: UUID, side: str) -> UUID:
    return uuid5(tenant, f"dispute/{redemption_id}/{side}")


def alarm_id(
    tenant: UUID, kind: str, subject_type: str, subject_id: UUID, window: str, merchant_id: UUID | None
) -> UUID:
    return uuid5(tenant, f"alarm/{kind}/{subject_type}/{subject_id}/{window}/{merchant_id}")


def fee_year_id(tenant: UUID, account_id: UUID, year: int) -> UUID:
    return uuid5(tenant, f"fee-year/{account_id}/{year}")


def star_id(tenant: UUID, volunteer_id: UUID, level: int) -> UUID:
    return uuid5(tenant, f"star/{volunteer_id}/{level}")


def certificate_register_id(tenant: UUID, year: int) -> UUID:
    return uuid5(tenant, f"certificate-register/{year}")


def attendance_id(tenant: UUID, volunteer_id: UUID, day: date) -> UUID:
    return uuid5(tenant, f"attendance/{volunteer_id}/{day}")
