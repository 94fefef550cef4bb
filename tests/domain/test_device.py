"""A phone pays little at first, and nothing once it is revoked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from points.domain.device import Device, DeviceRevoked, NewDeviceCapExceeded
from points.domain.values import Points
from tests.domain.examples import VOLUNTEER, a_device
from tests.domain.scenario import A_SECOND, NOW, event, given, id_of, started

AFTER_72_HOURS = NOW + timedelta(hours=72)


def test_a_phone_is_enrolled_for_one_person() -> None:
    started(a_device(), event(Device.Enrolled, volunteer_id=VOLUNTEER))


@pytest.mark.parametrize(("points", "paid"), [(50, 0), (1, 49), (20, 30)])
def test_a_new_phone_pays_50_points_a_day(points: int, paid: int) -> None:
    given(a_device()).when(
        lambda d: d.check_payment(NOW, Points(points), paid_today_points=paid)
    ).then_nothing()


@pytest.mark.parametrize(("points", "paid", "left"), [(51, 0, 50), (2, 49, 1), (1, 50, 0), (1, 60, 0)])
def test_a_new_phone_does_not_pay_more_than_50_points_a_day(points: int, paid: int, left: int) -> None:
    given(a_device()).when(
        lambda d: d.check_payment(NOW, Points(points), paid_today_points=paid)
    ).then_refused(NewDeviceCapExceeded, asked_points=points, left_points=left, cap_points=50)


def test_a_phone_is_new_until_72_hours_have_passed() -> None:
    device = a_device()
    given(device).when(
        lambda d: d.check_payment(AFTER_72_HOURS - A_SECOND, Points(51), paid_today_points=0)
    ).then_refused(NewDeviceCapExceeded, asked_points=51, left_points=50, cap_points=50)
    given(device).when(
        lambda d: d.check_payment(AFTER_72_HOURS, Points(5_000), paid_today_points=0)
    ).then_nothing()


@pytest.mark.parametrize("when", [NOW, AFTER_72_HOURS])
def test_a_revoked_phone_pays_nothing(when: datetime) -> None:
    device = a_device()
    given(device).when(lambda d: d.revoke(NOW, revoked_by=id_of("clerk"))).then(
        event(Device.Revoked, revoked_by=id_of("clerk"))
    )
    given(device).when(lambda d: d.check_payment(when, Points(1), paid_today_points=0)).then_refused(
        DeviceRevoked
    )


def test_a_phone_is_revoked_once() -> None:
    device = a_device()
    device.revoke(NOW, revoked_by=id_of("clerk"))
    given(device).when(lambda d: d.revoke(NOW, revoked_by=id_of("another"))).then_nothing()
