"""A volunteer's phone: it alone makes that person's payment codes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Refused
from points.domain.values import Points

NEW_DEVICE_FOR = timedelta(hours=72)
NEW_DEVICE_CAP_POINTS = Points(50)


class DeviceRevoked(Refused):
    """The phone was lost, replaced or taken out of use."""


class NewDeviceCapExceeded(Refused):
    """A phone enrolled less than 72 hours ago pays at most 50 points a day."""

    asked_points: int
    left_points: int
    cap_points: int


class Device(Aggregate):
    TOPIC = "points.device"

    class Event(Aggregate.Event):
        pass

    class Enrolled(Created, Event):
        TOPIC = "points.device.enrolled"
        volunteer_id: UUID

        def apply(self, aggregate: Device) -> None:
            aggregate.volunteer_id = self.volunteer_id
            aggregate.revoked = False

    class Revoked(Event):
        TOPIC = "points.device.revoked"
        revoked_by: UUID

        def apply(self, aggregate: Device) -> None:
            aggregate.revoked = True

    volunteer_id: UUID
    revoked: bool

    @classmethod
    def enrol(cls, at: datetime, id_: UUID, *, volunteer_id: UUID) -> Self:
        return cls._start(cls.Enrolled, id_, at, volunteer_id=volunteer_id)

    def revoke(self, at: datetime, *, revoked_by: UUID) -> None:
        if not self.revoked:
            self._record(self.Revoked, at, revoked_by=revoked_by)

    def check_payment(self, at: datetime, points: Points, *, paid_today_points: int) -> None:
        """Raises DeviceRevoked, or NewDeviceCapExceeded within the first 72 hours."""
        self.require_active()
        if at - self._created_on >= NEW_DEVICE_FOR:
            return
        left_points = NEW_DEVICE_CAP_POINTS - paid_today_points
        if points > left_points:
            raise NewDeviceCapExceeded(
                asked_points=points, left_points=max(left_points, 0), cap_points=NEW_DEVICE_CAP_POINTS
            )

    def require_active(self) -> None:
        if self.revoked:
            raise DeviceRevoked
