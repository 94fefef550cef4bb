"""A resident who is no volunteer but has a need: nothing but a random id, with the contact in the vault."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Refused


class ResidentForgotten(Refused):
    """What was kept of this resident has been erased."""


class Resident(Aggregate):
    TOPIC = "points.resident"

    class Event(Aggregate.Event):
        pass

    class Recorded(Created, Event):
        """Name, phone and address stand in the vault under `profile_ref`, sealed under this resident's key."""

        TOPIC = "points.resident.recorded"
        area_code: str
        profile_ref: UUID
        recorded_by: UUID

        def apply(self, aggregate: Resident) -> None:
            aggregate.area_code = self.area_code
            aggregate.profile_ref = self.profile_ref
            aggregate.forgotten = False

    class Forgotten(Event):
        """The key was destroyed: what stood in the vault cannot be read any more, anywhere."""

        TOPIC = "points.resident.forgotten"
        forgotten_by: UUID

        def apply(self, aggregate: Resident) -> None:
            aggregate.forgotten = True

    area_code: str
    profile_ref: UUID
    forgotten: bool

    @classmethod
    def record(cls, at: datetime, id_: UUID, *, area_code: str, profile_ref: UUID, recorded_by: UUID) -> Self:
        return cls._start(
            cls.Recorded, id_, at, area_code=area_code, profile_ref=profile_ref, recorded_by=recorded_by
        )

    def forget(self, at: datetime, *, forgotten_by: UUID) -> None:
        if not self.forgotten:
            self._record(self.Forgotten, at, forgotten_by=forgotten_by)

    def require_known(self) -> None:
        if self.forgotten:
            raise ResidentForgotten
