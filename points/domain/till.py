"""A till of a merchant: the one place that may take payment codes, with a number that offline codes name."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Refused


class TillRevoked(Refused):
    """The till was lost or taken out of use: it redeems nothing any more."""


class Till(Aggregate):
    TOPIC = "points.till"

    class Event(Aggregate.Event):
        pass

    class Enrolled(Created, Event):
        TOPIC = "points.till.enrolled"
        merchant_id: UUID
        number: int
        enrolled_by: UUID

        def apply(self, aggregate: Till) -> None:
            aggregate.merchant_id = self.merchant_id
            aggregate.number = self.number
            aggregate.revoked = False

    class Revoked(Event):
        TOPIC = "points.till.revoked"
        revoked_by: UUID

        def apply(self, aggregate: Till) -> None:
            aggregate.revoked = True

    merchant_id: UUID
    number: int
    revoked: bool

    @classmethod
    def enrol(cls, at: datetime, id_: UUID, *, merchant_id: UUID, number: int, enrolled_by: UUID) -> Self:
        return cls._start(
            cls.Enrolled, id_, at, merchant_id=merchant_id, number=number, enrolled_by=enrolled_by
        )

    def revoke(self, at: datetime, *, revoked_by: UUID) -> None:
        if not self.revoked:
            self._record(self.Revoked, at, revoked_by=revoked_by)

    def require_active(self) -> None:
        if self.revoked:
            raise TillRevoked
