"""A printed card for somebody without a phone: a random id and a code, good only together with a PIN."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Refused
from points.domain.values import Points

CARD_DAY_CAP_POINTS = 50
PIN_TRIES = 5


class CardRevoked(Refused):
    """The card was lost, replaced or taken back: it pays nothing any more."""


class CardBlocked(Refused):
    """Too many wrong PINs: staff give the card a new one after they have seen the person."""


class CardDayCapExceeded(Refused):
    """A printed card pays at most so much a day: a copy of it must not empty the account."""

    asked_points: int
    left_points: int
    cap_points: int


class Card(Aggregate):
    TOPIC = "points.card"

    class Event(Aggregate.Event):
        pass

    class Issued(Created, Event):
        TOPIC = "points.card.issued"
        volunteer_id: UUID
        issued_by: UUID

        def apply(self, aggregate: Card) -> None:
            aggregate.volunteer_id = self.volunteer_id
            aggregate.revoked = False
            aggregate.failures = 0

    class PinFailed(Event):
        """A wrong PIN was typed at a till."""

        TOPIC = "points.card.pin_failed"
        till_id: UUID

        def apply(self, aggregate: Card) -> None:
            aggregate.failures += 1

    class PinSet(Event):
        """The person chose a PIN at the office; its hash stands elsewhere. Failures count anew."""

        TOPIC = "points.card.pin_set"
        set_by: UUID

        def apply(self, aggregate: Card) -> None:
            aggregate.failures = 0

    class Revoked(Event):
        TOPIC = "points.card.revoked"
        revoked_by: UUID

        def apply(self, aggregate: Card) -> None:
            aggregate.revoked = True

    volunteer_id: UUID
    revoked: bool
    failures: int

    @classmethod
    def issue(cls, at: datetime, id_: UUID, *, volunteer_id: UUID, issued_by: UUID) -> Self:
        return cls._start(cls.Issued, id_, at, volunteer_id=volunteer_id, issued_by=issued_by)

    @property
    def left_tries(self) -> int:
        return max(PIN_TRIES - self.failures, 0)

    def require_active(self) -> None:
        """Raises CardRevoked, CardBlocked."""
        if self.revoked:
            raise CardRevoked
        if self.failures >= PIN_TRIES:
            raise CardBlocked

    def fail_pin(self, at: datetime, *, till_id: UUID) -> None:
        self._record(self.PinFailed, at, till_id=till_id)

    def set_pin(self, at: datetime, *, set_by: UUID) -> None:
        if self.revoked:
            raise CardRevoked
        self._record(self.PinSet, at, set_by=set_by)

    def check_payment(self, points: Points, *, paid_today_points: int) -> None:
        """Raises CardRevoked, CardBlocked, CardDayCapExceeded."""
        self.require_active()
        left_points = CARD_DAY_CAP_POINTS - paid_today_points
        if points > left_points:
            raise CardDayCapExceeded(
                asked_points=points, left_points=max(left_points, 0), cap_points=CARD_DAY_CAP_POINTS
            )

    def revoke(self, at: datetime, *, revoked_by: UUID) -> None:
        if not self.revoked:
            self._record(self.Revoked, at, revoked_by=revoked_by)
