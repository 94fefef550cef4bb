"""What hangs on the board before it takes effect: until when, and who objects (rule 4).

Stars and certificates share these rules; hours have their own board on the timesheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from points.domain.calendar import local_day
from points.domain.errors import NotFound, Refused


class PostingStillOpen(Refused):
    """The public notice has not ended."""

    closes_on: date


class PostingEnded(Refused):
    """Objections are raised while the notice is open."""

    closes_on: date


class PostingObjected(Refused):
    """An objection waits for its answer."""

    open_objections: int


class PostingObjectionNotFound(NotFound):
    """No such objection, or it was answered."""


class OwnPosting(Refused):
    """Nobody decides what they themselves asked for (four eyes)."""


class OwnCase(Refused):
    """Nobody decides about themselves or their household (rule 3)."""


@dataclass
class Posting:
    """One notice. `asked_by` asked for what is posted, about `volunteer_id`."""

    volunteer_id: UUID
    asked_by: UUID
    closes_on: date
    objections: tuple[UUID, ...] = ()

    def check_objection(self, at: datetime) -> None:
        """Raises PostingEnded."""
        if local_day(at) > self.closes_on:
            raise PostingEnded(closes_on=self.closes_on)

    def check_answer(self, objection_id: UUID, decided_by: UUID, person_ids: frozenset[UUID]) -> None:
        """Raises PostingObjectionNotFound, OwnPosting or OwnCase."""
        if objection_id not in self.objections:
            raise PostingObjectionNotFound(subject="objection", reference=str(objection_id))
        self.check_decider(decided_by, person_ids)

    def check_effect(self, at: datetime, decided_by: UUID, person_ids: frozenset[UUID]) -> None:
        """Raises PostingStillOpen, PostingObjected, OwnPosting or OwnCase."""
        self.check_decider(decided_by, person_ids)
        if local_day(at) <= self.closes_on:
            raise PostingStillOpen(closes_on=self.closes_on)
        if self.objections:
            raise PostingObjected(open_objections=len(self.objections))

    def check_decider(self, decided_by: UUID, person_ids: frozenset[UUID]) -> None:
        if decided_by == self.asked_by:
            raise OwnPosting
        if self.volunteer_id in person_ids:
            raise OwnCase

    def take(self, objection_id: UUID) -> None:
        self.objections = (*self.objections, objection_id)

    def drop(self, objection_id: UUID) -> None:
        self.objections = tuple(o for o in self.objections if o != objection_id)
