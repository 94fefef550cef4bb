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
