"""The roster of one shift: who holds a place, who waits for one, and who did not come.

A shift is a boundary of its own, so that its capacity and the order of its waiting list are decided exactly
without locking the other shifts of the activity.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import from_us, to_us
from points.domain.errors import Refused


class ShiftEndsBeforeStart(Refused):
    """A shift ends after it starts."""


class ShiftNotAhead(Refused):
    """Places are offered for a shift that still lies ahead (rule 7)."""


class ShiftWithoutPlaces(Refused):
    """A shift has room for one person at least, or none could serve in it."""

    places: int


class ShiftStarted(Refused):
    """Places are taken before the shift starts; whoever comes later signs in on the spot."""


class ShiftNotEnded(Refused):
    """Nobody has failed to come while there is time to."""


class ShiftClosed(Refused):
    """The shift was called off."""


class AlreadySignedUp(Refused):
    """One person holds one place, or one turn in the line."""


class NotSignedUp(Refused):
    """The person neither holds a place nor waits for one."""


class TooLateToCancel(Refused):
    """A place is given up early enough that whoever waits can still come."""

    until: datetime


class Roster(Aggregate):
    TOPIC = "points.roster"

    class Event(Aggregate.Event):
        pass

    class Opened(Created, Event):
        TOPIC = "points.roster.opened"
        activity_id: UUID
        starts_at_us: int
        ends_at_us: int
        places: int
        cancel_before_minutes: int
        opened_by: UUID

        def apply(self, aggregate: Roster) -> None:
            aggregate.activity_id = self.activity_id
            aggregate.starts_at_us = self.starts_at_us
            aggregate.ends_at_us = self.ends_at_us
            aggregate.places = self.places
            aggregate.cancel_before_minutes = self.cancel_before_minutes
            aggregate.signed_up = ()
            aggregate.waiting = ()
            aggregate.absent = frozenset()
            aggregate.closed = False

    class SignedUp(Event):
        TOPIC = "points.roster.signed_up"
        volunteer_id: UUID

        def apply(self, aggregate: Roster) -> None:
            aggregate.signed_up = (*aggregate.signed_up, self.volunteer_id)

    class Waitlisted(Event):
        TOPIC = "points.roster.waitlisted"
        volunteer_id: UUID

        def apply(self, aggregate: Roster) -> None:
            aggregate.waiting = (*aggregate.waiting, self.volunteer_id)

    class Cancelled(Event):
        """A place or a turn was given up; `promoted_id` is who moved into the place in the same moment."""

        TOPIC = "points.roster.cancelled"
        volunteer_id: UUID
        promoted_id: UUID | None

        def apply(self, aggregate: Roster) -> None:
            gone = {self.volunteer_id, self.promoted_id}
            aggregate.signed_up = tuple(who for who in aggregate.signed_up if who != self.volunteer_id)
            aggregate.waiting = tuple(who for who in aggregate.waiting if who not in gone)
            if self.promoted_id is not None:
                aggregate.signed_up = (*aggregate.signed_up, self.promoted_id)

    class NoShowMarked(Event):
        TOPIC = "points.roster.no_show_marked"
        volunteer_id: UUID
        marked_by: UUID

        def apply(self, aggregate: Roster) -> None:
            aggregate.absent |= {self.volunteer_id}

    class Closed(Event):
        TOPIC = "points.roster.closed"
        closed_by: UUID

        def apply(self, aggregate: Roster) -> None:
            aggregate.closed = True

    activity_id: UUID
    starts_at_us: int
    ends_at_us: int
    places: int
    cancel_before_minutes: int
    signed_up: tuple[UUID, ...]
    waiting: tuple[UUID, ...]
    absent: frozenset[UUID]
    closed: bool

    @classmethod
    def open(
        cls,
        at: datetime,
        id_: UUID,
        *,
        activity_id: UUID,
        starts_at: datetime,
        ends_at: datetime,
        places: int,
        cancel_before_minutes: int,
        opened_by: UUID,
    ) -> Self:
        """Raises ShiftEndsBeforeStart, ShiftNotAhead or ShiftWithoutPlaces."""
        if ends_at <= starts_at:
            raise ShiftEndsBeforeStart
        if starts_at <= at:
            raise ShiftNotAhead
        if places < 1:
            raise ShiftWithoutPlaces(places=places)
        return cls._start(
            cls.Opened,
            id_,
            at,
            activity_id=activity_id,
            starts_at_us=to_us(starts_at),
            ends_at_us=to_us(ends_at),
            places=places,
            cancel_before_minutes=cancel_before_minutes,
            opened_by=opened_by,
        )

    def sign_up(self, at: datetime, *, volunteer_id: UUID) -> None:
        """Take a place, or a turn in the line when none is free.

        Raises ShiftClosed, ShiftStarted or AlreadySignedUp.
        """
        self._require_ahead(at)
        if volunteer_id in self.signed_up or volunteer_id in self.waiting:
            raise AlreadySignedUp
        free = len(self.signed_up) < self.places
        self._record(self.SignedUp if free else self.Waitlisted, at, volunteer_id=volunteer_id)

    def cancel(self, at: datetime, *, volunteer_id: UUID) -> None:
        """Give up a place, which goes to the first in line, or a turn, which nobody is kept from.

        Raises ShiftClosed, ShiftStarted, NotSignedUp or TooLateToCancel.
        """
        self._require_ahead(at)
        if volunteer_id in self.waiting:
            self._record(self.Cancelled, at, volunteer_id=volunteer_id, promoted_id=None)
            return
        if volunteer_id not in self.signed_up:
            raise NotSignedUp
        until_us = self.starts_at_us - self.cancel_before_minutes * 60_000_000
        if to_us(at) > until_us:
            raise TooLateToCancel(until=from_us(until_us))
        promoted_id = self.waiting[0] if self.waiting else None
        self._record(self.Cancelled, at, volunteer_id=volunteer_id, promoted_id=promoted_id)

    def mark_no_show(self, at: datetime, *, volunteer_id: UUID, marked_by: UUID) -> None:
        """Raises ShiftClosed, ShiftNotEnded or NotSignedUp; a turn in the line is no promise to come."""
        self._require_open()
        if to_us(at) < self.ends_at_us:
            raise ShiftNotEnded
        if volunteer_id not in self.signed_up:
            raise NotSignedUp
        if volunteer_id not in self.absent:
            self._record(self.NoShowMarked, at, volunteer_id=volunteer_id, marked_by=marked_by)

    def close(self, at: datetime, *, closed_by: UUID) -> None:
        if not self.closed:
            self._record(self.Closed, at, closed_by=closed_by)

    def _require_open(self) -> None:
        if self.closed:
            raise ShiftClosed

    def _require_ahead(self, at: datetime) -> None:
        self._require_open()
        if to_us(at) >= self.starts_at_us:
            raise ShiftStarted
