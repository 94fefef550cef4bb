"""One person's signing in and out on one day: what makes minutes verified (rules 2 and 7).

A day is a boundary of its own, so that three pairs, and one place at a time, are decided exactly, whichever
activities the person goes to.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import from_us, to_us
from points.domain.errors import Invalid, Refused

PAIRS_A_DAY = 3
EARLY = timedelta(minutes=30)
"""So long before an activity, and after its end, people sign in and out; what counts lies within it."""
LATE = timedelta(minutes=30)
SYNCED_WITHIN = timedelta(hours=72)
"""So long after the fact a phone without a network may hand in what it scanned."""


class CheckInWindowClosed(Refused):
    """People sign in from half an hour before the activity until its end."""

    opens_at: datetime
    closes_at: datetime


class StillCheckedIn(Refused):
    """Somebody is at one place at a time: sign out of the other activity first."""

    activity_id: UUID


class NotCheckedIn(Refused):
    """Nobody signs out who did not sign in to this activity."""


class TooManyPairs(Refused):
    """At most three pairs a day (rule 7)."""

    pairs: int


class SignOutForgotten(Refused):
    """The time to sign out is over: it earns nothing until staff settle it with evidence (rule 7)."""

    until: datetime


class NoForgottenSignOut(Refused):
    """Only a forgotten sign-out is settled by staff."""


class PosterProvesNothing(Refused):
    """A printed code shows where, not when: scan the one on the activity's screen, or be scanned."""


class SyncedTooLate(Refused):
    """What was scanned without a network has to be handed in within three days."""

    captured_at: datetime


class CheckWay(StrEnum):
    """How the presence was shown."""

    SCREEN = "screen"
    ORGANISER = "organiser"


class Fence(StrEnum):
    """All that is kept of a place: inside, outside, or not asked."""

    IN = "in"
    OUT = "out"
    UNKNOWN = "unknown"


class Presence(NamedTuple):
    """One sign-in that waits for its sign-out. `ends_at_us` is when the activity ends."""

    activity_id: UUID
    at_us: int
    starts_at_us: int
    ends_at_us: int


class Span(NamedTuple):
    """What of a presence counts: from, until, and whole minutes between."""

    from_at: datetime
    until_at: datetime
    minutes: int


class Attendance(Aggregate):
    TOPIC = "points.attendance"

    class Event(Aggregate.Event):
        pass

    class Opened(Created, Event):
        TOPIC = "points.attendance.opened"
        volunteer_id: UUID
        day: date

        def apply(self, aggregate: Attendance) -> None:
            aggregate.volunteer_id = self.volunteer_id
            aggregate.day = self.day
            aggregate.present = None
            aggregate.pairs = 0

    class CheckedIn(Event):
        """`at_us` is when it was so: for a phone without a network the moment of its scan (`synced`)."""

        TOPIC = "points.attendance.checked_in"
        activity_id: UUID
        at_us: int
        starts_at_us: int
        ends_at_us: int
        device_id: UUID
        way: str
        fence: str
        synced: bool

        def apply(self, aggregate: Attendance) -> None:
            aggregate.pairs += 1
            aggregate.present = Presence(self.activity_id, self.at_us, self.starts_at_us, self.ends_at_us)

    class CheckedOut(Event):
        """`minutes` are the verified ones, and `record_id` the service that has them; none where it was too short."""

        TOPIC = "points.attendance.checked_out"
        activity_id: UUID
        at_us: int
        minutes: int
        record_id: UUID | None
        device_id: UUID
        way: str
        fence: str
        synced: bool

        def apply(self, aggregate: Attendance) -> None:
            aggregate.present = None

    class Settled(Event):
        """A forgotten sign-out, by staff: supplementary minutes with evidence, or none."""

        TOPIC = "points.attendance.settled"
        activity_id: UUID
        minutes: int
        record_id: UUID | None
        settled_by: UUID
        reason_ref: UUID

        def apply(self, aggregate: Attendance) -> None:
            aggregate.present = None

    volunteer_id: UUID
    day: date
    present: Presence | None
    pairs: int

    @classmethod
    def open(cls, at: datetime, id_: UUID, *, volunteer_id: UUID, day: date) -> Self:
        return cls._start(cls.Opened, id_, at, volunteer_id=volunteer_id, day=day)

    def check_in(
        self,
        at: datetime,
        *,
        activity_id: UUID,
        captured_at: datetime,
        starts_at: datetime,
        ends_at: datetime,
        device_id: UUID,
        way: CheckWay,
        fence: Fence,
    ) -> bool:
        """Begin a presence; False where this very one has begun, as when a phone asks twice.

        Raises CheckInWindowClosed, StillCheckedIn, TooManyPairs.
        """
        if self.present is not None and not self.forgotten(captured_at):
            if self.present.activity_id == activity_id:
                return False
            raise StillCheckedIn(activity_id=self.present.activity_id)
        if not starts_at - EARLY <= captured_at <= ends_at:
            raise CheckInWindowClosed(opens_at=starts_at - EARLY, closes_at=ends_at)
        if self.pairs >= PAIRS_A_DAY:
            raise TooManyPairs(pairs=PAIRS_A_DAY)
        self._record(
            self.CheckedIn,
            at,
            activity_id=activity_id,
            at_us=to_us(captured_at),
            starts_at_us=to_us(starts_at),
            ends_at_us=to_us(ends_at),
            device_id=device_id,
            way=way.value,
            fence=fence.value,
            synced=captured_at != at,
        )
        return True

    def forgotten(self, at: datetime) -> bool:
        """Whether the time to sign out has passed."""
        return self.present is not None and at > from_us(self.present.ends_at_us) + LATE

    def span(self, activity_id: UUID, captured_at: datetime) -> Span:
        """What counts if the person leaves now: within the activity alone, without the way there (rule 1).

        Raises NotCheckedIn, SignOutForgotten.
        """
        present = self.present
        if present is None or present.activity_id != activity_id or to_us(captured_at) < present.at_us:
            raise NotCheckedIn
        if self.forgotten(captured_at):
            raise SignOutForgotten(until=from_us(present.ends_at_us) + LATE)
        from_at = from_us(max(present.at_us, present.starts_at_us))
        until_at = max(from_at, min(captured_at, from_us(present.ends_at_us)))
        return Span(from_at, until_at, (until_at - from_at) // timedelta(minutes=1))

    def check_out(
        self,
        at: datetime,
        *,
        captured_at: datetime,
        span: Span,
        record_id: UUID | None,
        device_id: UUID,
        way: CheckWay,
        fence: Fence,
    ) -> None:
        """End the presence that `span` measured; the service record stands beside it in the same commit."""
        if self.present is None:
            raise NotCheckedIn
        self._record(
            self.CheckedOut,
            at,
            activity_id=self.present.activity_id,
            at_us=to_us(captured_at),
            minutes=span.minutes if record_id else 0,
            record_id=record_id,
            device_id=device_id,
            way=way.value,
            fence=fence.value,
            synced=captured_at != at,
        )

    def settle(
        self, at: datetime, *, minutes: int, record_id: UUID | None, settled_by: UUID, reason_ref: UUID
    ) -> None:
        """Close a forgotten sign-out. Raises NoForgottenSignOut, Invalid for more than the presence can have had."""
        present = self.present
        if present is None or not self.forgotten(at):
            raise NoForgottenSignOut
        longest = (present.ends_at_us - max(present.at_us, present.starts_at_us)) // 60_000_000
        if not 0 <= minutes <= longest:
            raise Invalid(field="minutes", rule="out-of-range")
        self._record(
            self.Settled,
            at,
            activity_id=present.activity_id,
            minutes=minutes,
            record_id=record_id,
            settled_by=settled_by,
            reason_ref=reason_ref,
        )
