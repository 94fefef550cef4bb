"""The tenant: its settings and its one sequence of audiences."""

from __future__ import annotations

from functools import partial

from points.domain.tenant import Tenant
from tests.domain.examples import a_tenant
from tests.domain.scenario import NOW, event, given, id_of, started


def test_a_tenant_opens_with_its_random_bytes() -> None:
    started(a_tenant(), event(Tenant.Opened, tenant=b"\x03" * 16, county_code="500233", demo=True))


def test_audiences_are_numbered_from_1_without_a_gap() -> None:
    tenant = a_tenant()
    for number, holder in enumerate([id_of("first till"), id_of("second till"), id_of("group")], start=1):
        outcome = given(tenant).when(partial(Tenant.number_audience, at=NOW, holder_id=holder))
        assert outcome.then(event(Tenant.AudienceNumbered, number=number, holder_id=holder)) == number


def test_a_setting_is_changed_and_repeating_it_says_nothing_new() -> None:
    tenant = a_tenant()
    given(tenant).when(lambda t: t.change_setting(NOW, "minimum_age_years", "8")).then(
        event(Tenant.SettingChanged, key="minimum_age_years", value="8")
    )
    given(tenant).when(lambda t: t.change_setting(NOW, "minimum_age_years", "8")).then_nothing()
    given(tenant).when(lambda t: t.change_setting(NOW, "minimum_age_years", "7")).then(
        event(Tenant.SettingChanged, value="7")
    )


def test_a_clock_set_by_hand_leaves_a_trace() -> None:
    given(a_tenant()).when(lambda t: t.fix_clock(NOW)).then(event(Tenant.ClockFixed))


def test_a_restore_notes_where_this_history_goes_on() -> None:
    tenant = a_tenant()
    given(tenant).when(lambda t: t.restore(NOW, position=41, root=b"\x05" * 32)).then(
        event(Tenant.Restored, position=41, root=b"\x05" * 32)
    )
    assert tenant.restores == 1
