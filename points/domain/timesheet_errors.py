"""What a timesheet refuses: the clock, the review and the notice each have their rules."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from points.domain.errors import NotFound, Refused


class NoServiceTime(Refused):
    """Service is at least one minute (rule 1)."""


class ServiceTooLong(Refused):
    """One service is at most 24 hours."""

    asked_minutes: int


class IntervalDiffersFromMinutes(Refused):
    """Minutes and times contradict each other."""

    asked_minutes: int
    interval_minutes: int


class FutureService(Refused):
    """Service that has not happened cannot be recorded."""

    day: date


class AlreadyRecorded(Refused):
    """The same person, activity, day and interval is on record."""

    record_id: UUID


class OverlapsOtherService(Refused):
    """The person was elsewhere at that time (rule 7)."""

    record_id: UUID


class DayFull(Refused):
    """A day has 24 hours (rule 7)."""

    day: date
    asked_minutes: int
    left_minutes: int


class ReasonMissing(Refused):
    """Supplementary time needs a reason (rule 2)."""


class RecordNotFound(NotFound):
    """No such service record on this timesheet."""


class RecordRejected(Refused):
    """A reviewer turned the record down."""

    record_id: UUID


class NothingLeftToReview(Refused):
    """All tiers that the record needs are given."""

    record_id: UUID


class OwnHours(Refused):
    """Nobody approves their own or their household's hours (rule 3)."""


class OwnEntry(Refused):
    """Nobody approves what they entered themselves (rule 3)."""


class TierAlreadyGiven(Refused):
    """One person gives one tier (rule 3)."""


class HigherReviewNeeded(Refused):
    """The person's day is over 8 or 12 hours: the next tier is given further up (rule 3)."""

    needed_tier: int
    day_minutes: int


class ReviewIncomplete(Refused):
    """A tier is missing, perhaps because a late record lengthened the day."""

    record_id: UUID
    needed_tier: int


class NoticeAlreadyGiven(Refused):
    """The record stands or stood in a public notice."""

    record_id: UUID


class NoticeTooShort(Refused):
    """A public notice lasts at least three days (rule 4)."""

    closes_on: date


class NoticeMissing(Refused):
    """Hours earn points only after a public notice (rule 4)."""

    record_id: UUID


class NoticeStillOpen(Refused):
    """The public notice runs until the end of `closes_on`."""

    record_id: UUID
    closes_on: date


class NotOnNotice(Refused):
    """An objection is raised while the record is on notice and unconfirmed."""

    record_id: UUID


class ObjectionOpen(Refused):
    """The objection stops this line until it is answered (rule 4)."""

    record_id: UUID


class ObjectionNotFound(NotFound):
    """No such open objection."""


class AlreadyConfirmed(Refused):
    """Points were decided for this record."""

    record_id: UUID
