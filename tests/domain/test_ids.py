"""Ids rise with time, and derived ones can be found again by anybody."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from points.domain import naming
from points.domain.ids import TimeOrderedIds

TENANT = UUID(bytes=b"\x03" * 16)
SOMEONE = UUID(int=7)


def test_ids_are_of_version_7_and_carry_their_millisecond() -> None:
    made = TimeOrderedIds(lambda: 1_776_215_400_123)()
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == 1_776_215_400_123


def test_ids_rise_within_one_millisecond_even_past_its_4096_places() -> None:
    make = TimeOrderedIds(lambda: 1_000)
    made = [make() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == 10_000


def test_ids_rise_although_the_clock_falls_back() -> None:
    instants = iter([2_000, 1_000, 1_500, 3_000])
    make = TimeOrderedIds(lambda: next(instants))
    made = [make() for _ in range(4)]
    assert made == sorted(made)


def test_derived_ids_follow_from_the_tenant_and_a_documented_name() -> None:
    april = date(2026, 4, 1), date(2026, 4, 30)
    assert naming.tenant_id(TENANT) == uuid5(TENANT, "tenant")
    assert naming.area_id(TENANT, "500233") == uuid5(TENANT, "area/500233")
    assert naming.account_id(TENANT, SOMEONE) == uuid5(TENANT, f"account/{SOMEONE}")
    assert naming.timesheet_id(TENANT, SOMEONE, "2026-04") == uuid5(TENANT, f"timesheet/{SOMEONE}/2026-04")
    assert naming.budget_id(TENANT, SOMEONE, "500233", *april) == uuid5(
        TENANT, f"budget/{SOMEONE}/500233/2026-04-01/2026-04-30"
    )


def test_two_tenants_derive_different_ids_from_one_name() -> None:
    assert naming.area_id(TENANT, "500233") != naming.area_id(SOMEONE, "500233")
