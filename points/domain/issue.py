"""An entry of the issue ledger: a resident's problem or a body's finding, closed only when it is solved."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import local_day
from points.domain.errors import Refused


class IssueCategory(StrEnum):
    """What it is about; a county adds its own by the setting `issue_categories`."""

    ENVIRONMENT = "environment"
    SAFETY = "safety"
    DISPUTE = "dispute"
    FACILITIES = "facilities"
    PROPERTY = "property"
    ELDER_CARE = "elder_care"
    CHILD_CARE = "child_care"
    HEALTH = "health"
    BENEFITS = "benefits"
    TRAFFIC = "traffic"
    OTHER = "other"


class IssueSource(StrEnum):
    """Where it comes from; all but the first two name what it came out of."""

    RESIDENT = "resident"
    GRID_WORKER = "grid_worker"
    JOINT_MEETING = "joint_meeting"
    SUPERVISION = "supervision"
    CADRE_VISIT = "cadre_visit"
    CO_BUILDING = "co_building"


class IssueClosed(Refused):
    """The entry is closed; it can be reopened."""


class IssueNotClosed(Refused):
    """Only a closed entry is reopened."""


class ClosingEvidenceMissing(Refused):
    """Nothing is closed on somebody's say-so: the evidence's SHA-256 belongs to it."""


class AskersWordMissing(Refused):
    """The asker has not said that it is solved, nor have they been sought in vain often enough."""

    attempts: int
    required_attempts: int


class AskerNotSatisfied(Refused):
    """The asker says it is not solved."""


class OwnWord(Refused):
    """Who handles an entry does not speak for the asker."""


class DueInThePast(Refused):
    """A due date lies ahead."""

    due_on: date


REQUIRED_ATTEMPTS = 3
"""Days on which an asker has to be sought in vain before their word can be done without."""


class Issue(Aggregate):
    TOPIC = "points.issue"

    class Event(Aggregate.Event):
        pass

    class Opened(Created, Event):
        """`source_id` is the meeting, visit or agreement it came out of; `asker_id` a volunteer or resident."""

        TOPIC = "points.issue.opened"
        area_code: str
        category: str
        source: str
        source_id: UUID | None
        asker_id: UUID | None
        text_ref: UUID
        owner_id: UUID | None
        due_on: date
        opened_by: UUID

        def apply(self, aggregate: Issue) -> None:
            aggregate.area_code = self.area_code
            aggregate.category = self.category
            aggregate.asker_id = self.asker_id
            aggregate.owner_id = self.owner_id
            aggregate.due_on = self.due_on
            aggregate.closed = False
            aggregate.satisfied = None
            aggregate.attempts = frozenset()

    class ProgressNoted(Event):
        TOPIC = "points.issue.progress_noted"
        text_ref: UUID
        noted_by: UUID

        def apply(self, aggregate: Issue) -> None:
            pass

    class Transferred(Event):
        """Somebody else handles it; the due date stays, or a new one is set and stands on record."""

        TOPIC = "points.issue.transferred"
        owner_id: UUID
        due_on: date
        reason_ref: UUID
        transferred_by: UUID

        def apply(self, aggregate: Issue) -> None:
            aggregate.owner_id = self.owner_id
            aggregate.due_on = self.due_on

    class AttemptMade(Event):
        """The asker was sought in vain; how stands in the vault."""

        TOPIC = "points.issue.attempt_made"
        attempted_on: date
        text_ref: UUID
        attempted_by: UUID

        def apply(self, aggregate: Issue) -> None:
            aggregate.attempts |= {self.attempted_on}

    class WordGiven(Event):
        """What the asker says of the outcome, by themselves or through somebody who does not handle it."""

        TOPIC = "points.issue.word_given"
        satisfied: bool
        text_ref: UUID | None
        given_by: UUID

        def apply(self, aggregate: Issue) -> None:
            aggregate.satisfied = self.satisfied

    class ClosedOut(Event):
        TOPIC = "points.issue.closed_out"
        evidence: bytes
        closed_by: UUID

        def apply(self, aggregate: Issue) -> None:
            aggregate.closed = True

    class Reopened(Event):
        """Earlier words and attempts count no longer."""

        TOPIC = "points.issue.reopened"
        due_on: date
        reason_ref: UUID
        reopened_by: UUID

        def apply(self, aggregate: Issue) -> None:
            aggregate.closed = False
            aggregate.due_on = self.due_on
            aggregate.satisfied = None
            aggregate.attempts = frozenset()

    area_code: str
    category: str
    asker_id: UUID | None
    owner_id: UUID | None
    due_on: date
    closed: bool
    satisfied: bool | None
    attempts: frozenset[date]

    @classmethod
    def open(
        cls,
        at: datetime,
        id_: UUID,
        *,
        area_code: str,
        category: str,
        source: IssueSource,
        source_id: UUID | None,
        asker_id: UUID | None,
        text_ref: UUID,
        owner_id: UUID | None,
        due_on: date,
        opened_by: UUID,
    ) -> Self:
        _check_due(at, due_on)
        return cls._start(
            cls.Opened,
            id_,
            at,
            area_code=area_code,
            category=category,
            source=source.value,
            source_id=source_id,
            asker_id=asker_id,
            text_ref=text_ref,
            owner_id=owner_id,
            due_on=due_on,
            opened_by=opened_by,
        )

    def note_progress(self, at: datetime, *, text_ref: UUID, noted_by: UUID) -> None:
        self._require_open()
        self._record(self.ProgressNoted, at, text_ref=text_ref, noted_by=noted_by)

    def transfer(
        self, at: datetime, *, owner_id: UUID, due_on: date, reason_ref: UUID, transferred_by: UUID
    ) -> None:
        self._require_open()
        if due_on != self.due_on:
            _check_due(at, due_on)
        self._record(
            self.Transferred,
            at,
            owner_id=owner_id,
            due_on=due_on,
            reason_ref=reason_ref,
            transferred_by=transferred_by,
        )

    def attempt(self, at: datetime, *, text_ref: UUID, attempted_by: UUID) -> None:
        """Several attempts on one day count once."""
        self._require_open()
        self._record(
            self.AttemptMade, at, attempted_on=local_day(at), text_ref=text_ref, attempted_by=attempted_by
        )

    def give_word(self, at: datetime, *, satisfied: bool, text_ref: UUID | None, given_by: UUID) -> None:
        self._require_open()
        if given_by == self.owner_id:
            raise OwnWord
        self._record(self.WordGiven, at, satisfied=satisfied, text_ref=text_ref, given_by=given_by)

    def close_out(self, at: datetime, *, evidence: bytes | None, closed_by: UUID) -> None:
        """Raises IssueClosed, ClosingEvidenceMissing, AskerNotSatisfied, AskersWordMissing."""
        self._require_open()
        if evidence is None:
            raise ClosingEvidenceMissing
        if self.satisfied is False:
            raise AskerNotSatisfied
        if self.satisfied is None and len(self.attempts) < REQUIRED_ATTEMPTS:
            raise AskersWordMissing(attempts=len(self.attempts), required_attempts=REQUIRED_ATTEMPTS)
        self._record(self.ClosedOut, at, evidence=evidence, closed_by=closed_by)

    def reopen(self, at: datetime, *, due_on: date, reason_ref: UUID, reopened_by: UUID) -> None:
        if not self.closed:
            raise IssueNotClosed
        _check_due(at, due_on)
        self._record(self.Reopened, at, due_on=due_on, reason_ref=reason_ref, reopened_by=reopened_by)

    def _require_open(self) -> None:
        if self.closed:
            raise IssueClosed


def _check_due(at: datetime, due_on: date) -> None:
    if due_on < local_day(at):
        raise DueInThePast(due_on=due_on)
