"""A co-building agreement: a partner organisation promises a community what it will do, and by when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Refused


class CoBuildingEnded(Refused):
    """The agreement has ended: it takes no further promises."""


class CoBuilding(Aggregate):
    TOPIC = "points.co_building"

    class Event(Aggregate.Event):
        pass

    class Signed(Created, Event):
        """Its promises are entries of the issue ledger that name this agreement as their source."""

        TOPIC = "points.co_building.signed"
        area_code: str
        partner_id: UUID
        title_ref: UUID
        signed_on: date
        evidence: bytes | None
        recorded_by: UUID

        def apply(self, aggregate: CoBuilding) -> None:
            aggregate.area_code = self.area_code
            aggregate.ended = False

    class Ended(Event):
        TOPIC = "points.co_building.ended"
        ended_by: UUID

        def apply(self, aggregate: CoBuilding) -> None:
            aggregate.ended = True

    area_code: str
    ended: bool

    @classmethod
    def sign(
        cls,
        at: datetime,
        id_: UUID,
        *,
        area_code: str,
        partner_id: UUID,
        title_ref: UUID,
        signed_on: date,
        evidence: bytes | None,
        recorded_by: UUID,
    ) -> Self:
        return cls._start(
            cls.Signed,
            id_,
            at,
            area_code=area_code,
            partner_id=partner_id,
            title_ref=title_ref,
            signed_on=signed_on,
            evidence=evidence,
            recorded_by=recorded_by,
        )

    def end(self, at: datetime, *, ended_by: UUID) -> None:
        self.require_in_force()
        self._record(self.Ended, at, ended_by=ended_by)

    def require_in_force(self) -> None:
        if self.ended:
            raise CoBuildingEnded
