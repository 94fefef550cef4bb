"""A star: a person's confirmed minutes reached a level; after a notice of five working days it is awarded.

Minutes of both classes count, and each is stated. A star, like the hours, is never taken back by time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import local_day
from points.domain.errors import Refused
from points.domain.posting import Posting

DEFAULT_LEVELS_HOURS = (100, 300, 600, 1_000, 1_500)
NOTICE_WORKING_DAYS = 5
MINUTES_PER_HOUR = 60


class StarNotReached(Refused):
    """The confirmed minutes do not reach the level (rule 5)."""

    needed_minutes: int
    counted_minutes: int


class StarAlreadyProposed(Refused):
    """This level is on notice for the person, or awarded; or it was dropped and nothing was served since."""

    level: int


class StarNotPosted(Refused):
    """The star is not on notice: it was awarded, or dropped after an objection."""

    level: int


class StarState(StrEnum):
    POSTED = "posted"
    AWARDED = "awarded"
    DROPPED = "dropped"


def level_reached(counted_minutes: int, levels_hours: Sequence[int]) -> int:
    """How many of the levels, in hours and rising, the minutes reach."""
    return sum(counted_minutes >= hours * MINUTES_PER_HOUR for hours in levels_hours)


class Star(Aggregate):
    TOPIC = "points.star"

    class Event(Aggregate.Event):
        pass

    class Proposed(Created, Event):
        """`closes_on` is the last day of the notice, computed once, in working days."""

        TOPIC = "points.star.proposed"
        volunteer_id: UUID
        area_code: str
        level: int
        needed_minutes: int
        verified_minutes: int
        supplementary_minutes: int
        opened_on: date
        closes_on: date
        proposed_by: UUID

        def apply(self, aggregate: Star) -> None:
            aggregate.volunteer_id = self.volunteer_id
            aggregate.level = self.level
            _post(aggregate, self)

    class ProposedAgain(Event):
        """After an upheld objection the level was reached anew."""

        TOPIC = "points.star.proposed_again"
        area_code: str
        needed_minutes: int
        verified_minutes: int
        supplementary_minutes: int
        opened_on: date
        closes_on: date
        proposed_by: UUID

        def apply(self, aggregate: Star) -> None:
            _post(aggregate, self)

    class Objected(Event):
        TOPIC = "points.star.objected"
        objection_id: UUID
        text_ref: UUID

        def apply(self, aggregate: Star) -> None:
            aggregate.posting.take(self.objection_id)

    class ObjectionAnswered(Event):
        """Upheld, the star is dropped."""

        TOPIC = "points.star.objection_answered"
        objection_id: UUID
        upheld: bool
        answered_by: UUID
        text_ref: UUID

        def apply(self, aggregate: Star) -> None:
            aggregate.posting.drop(self.objection_id)
            if self.upheld:
                aggregate.state = StarState.DROPPED

    class Awarded(Event):
        TOPIC = "points.star.awarded"
        awarded_by: UUID

        def apply(self, aggregate: Star) -> None:
            aggregate.state = StarState.AWARDED

    volunteer_id: UUID
    level: int
    state: StarState
    posting: Posting
    counted_minutes: int

    @classmethod
    def propose(
        cls,
        at: datetime,
        id_: UUID,
        *,
        volunteer_id: UUID,
        level: int,
        area_code: str,
        needed_minutes: int,
        verified_minutes: int,
        supplementary_minutes: int,
        closes_on: date,
        proposed_by: UUID,
    ) -> Self:
        check_reached(needed_minutes, verified_minutes + supplementary_minutes)
        return cls._start(
            cls.Proposed,
            id_,
            at,
            volunteer_id=volunteer_id,
            area_code=area_code,
            level=level,
            needed_minutes=needed_minutes,
            verified_minutes=verified_minutes,
            supplementary_minutes=supplementary_minutes,
            opened_on=local_day(at),
            closes_on=closes_on,
            proposed_by=proposed_by,
        )

    def propose_again(
        self,
        at: datetime,
        *,
        area_code: str,
        needed_minutes: int,
        verified_minutes: int,
        supplementary_minutes: int,
        closes_on: date,
        proposed_by: UUID,
    ) -> None:
        counted_minutes = verified_minutes + supplementary_minutes
        if self.state is not StarState.DROPPED or counted_minutes <= self.counted_minutes:
            raise StarAlreadyProposed(level=self.level)
        check_reached(needed_minutes, counted_minutes)
        self._record(
            self.ProposedAgain,
            at,
            area_code=area_code,
            needed_minutes=needed_minutes,
            verified_minutes=verified_minutes,
            supplementary_minutes=supplementary_minutes,
            opened_on=local_day(at),
            closes_on=closes_on,
            proposed_by=proposed_by,
        )

    def object(self, at: datetime, *, objection_id: UUID, text_ref: UUID) -> None:
        self._require_posted()
        self.posting.check_objection(at)
        self._record(self.Objected, at, objection_id=objection_id, text_ref=text_ref)

    def answer_objection(
        self,
        at: datetime,
        *,
        objection_id: UUID,
        upheld: bool,
        answered_by: UUID,
        person_ids: frozenset[UUID],
        text_ref: UUID,
    ) -> None:
        self._require_posted()
        self.posting.check_answer(objection_id, answered_by, person_ids)
        self._record(
            self.ObjectionAnswered,
            at,
            objection_id=objection_id,
            upheld=upheld,
            answered_by=answered_by,
            text_ref=text_ref,
        )

    def award(self, at: datetime, *, awarded_by: UUID, person_ids: frozenset[UUID]) -> None:
        self._require_posted()
        self.posting.check_effect(at, awarded_by, person_ids)
        self._record(self.Awarded, at, awarded_by=awarded_by)

    def _require_posted(self) -> None:
        if self.state is not StarState.POSTED:
            raise StarNotPosted(level=self.level)


def check_reached(needed_minutes: int, counted_minutes: int) -> None:
    """Raises StarNotReached."""
    if counted_minutes < needed_minutes:
        raise StarNotReached(needed_minutes=needed_minutes, counted_minutes=counted_minutes)


def _post(star: Star, event: Any) -> None:
    star.state = StarState.POSTED
    star.counted_minutes = event.verified_minutes + event.supplementary_minutes
    star.posting = Posting(star.volunteer_id, event.proposed_by, event.closes_on)
