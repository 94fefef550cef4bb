"""An adjustment of an account that takes two persons: relief, a correction, a deduction, or a bequest.

One proposes, another approves, and what it does to the account stands beside the approval in the same commit.
A deduction has a notice first, in which the person may appeal; an open appeal stops it (rule 15).
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import local_day
from points.domain.errors import Invalid, NotFound, Refused


class AdjustmentKind(StrEnum):
    RELIEF = "relief"
    CORRECTION = "correction"
    DEDUCTION = "deduction"
    BEQUEST = "bequest"


class AdjustmentState(StrEnum):
    PROPOSED = "proposed"
    CARRIED_OUT = "carried_out"
    DROPPED = "dropped"


class AdjustmentApprovedByProposer(Refused):
    """A second person approves, and a second person answers an appeal."""


class AdjustmentDecided(Refused):
    """It was carried out or dropped already."""


class AdjustmentNoticeStillOpen(Refused):
    """The person can appeal until the notice has ended."""

    closes_on: date


class AppealOpen(Refused):
    """An appeal has to be answered first."""


class AppealTooLate(Refused):
    """The notice within which one appeals has ended."""

    closes_on: date


class AppealNotFound(NotFound):
    """Nobody appealed, or it was answered."""


class DeductionsNotInScheme(Refused):
    """The version of the scheme that paid the points knows no deductions: they are off unless it says so."""


class Adjustment(Aggregate):
    TOPIC = "points.adjustment"

    class Event(Aggregate.Event):
        pass

    class Proposed(Created, Event):
        """`points` are signed in a correction, counted otherwise; nil in a bequest, which is everything."""

        TOPIC = "points.adjustment.proposed"
        kind: str
        account_id: UUID
        points: int | None
        budget_id: UUID | None
        scheme_id: UUID | None
        record_id: UUID | None
        activity_id: UUID | None
        to_account_id: UUID | None
        closes_on: date | None
        reason_ref: UUID
        proposed_by: UUID

        def apply(self, aggregate: Adjustment) -> None:
            aggregate.kind = AdjustmentKind(self.kind)
            aggregate.account_id = self.account_id
            aggregate.points = self.points
            aggregate.budget_id = self.budget_id
            aggregate.scheme_id = self.scheme_id
            aggregate.record_id = self.record_id
            aggregate.activity_id = self.activity_id
            aggregate.to_account_id = self.to_account_id
            aggregate.closes_on = self.closes_on
            aggregate.reason_ref = self.reason_ref
            aggregate.proposed_by = self.proposed_by
            aggregate.state = AdjustmentState.PROPOSED
            aggregate.appeal_open = False

    class Appealed(Event):
        TOPIC = "points.adjustment.appealed"
        text_ref: UUID
        appealed_by: UUID

        def apply(self, aggregate: Adjustment) -> None:
            aggregate.appeal_open = True

    class AppealAnswered(Event):
        """Upheld, the adjustment is dropped."""

        TOPIC = "points.adjustment.appeal_answered"
        upheld: bool
        text_ref: UUID
        answered_by: UUID

        def apply(self, aggregate: Adjustment) -> None:
            aggregate.appeal_open = False
            if self.upheld:
                aggregate.state = AdjustmentState.DROPPED

    class Approved(Event):
        """Carried out: the account's event with this adjustment's id stands beside this."""

        TOPIC = "points.adjustment.approved"
        approved_by: UUID

        def apply(self, aggregate: Adjustment) -> None:
            aggregate.state = AdjustmentState.CARRIED_OUT

    class Rejected(Event):
        TOPIC = "points.adjustment.rejected"
        rejected_by: UUID
        reason_ref: UUID

        def apply(self, aggregate: Adjustment) -> None:
            aggregate.state = AdjustmentState.DROPPED

    kind: AdjustmentKind
    account_id: UUID
    points: int | None
    budget_id: UUID | None
    scheme_id: UUID | None
    record_id: UUID | None
    activity_id: UUID | None
    to_account_id: UUID | None
    closes_on: date | None
    reason_ref: UUID
    proposed_by: UUID
    state: AdjustmentState
    appeal_open: bool

    @classmethod
    def propose(
        cls,
        at: datetime,
        id_: UUID,
        *,
        kind: AdjustmentKind,
        account_id: UUID,
        points: int | None,
        reason_ref: UUID,
        proposed_by: UUID,
        budget_id: UUID | None = None,
        scheme_id: UUID | None = None,
        record_id: UUID | None = None,
        activity_id: UUID | None = None,
        to_account_id: UUID | None = None,
        closes_on: date | None = None,
    ) -> Self:
        """Raises Invalid where the number of points makes no sense for the kind."""
        wrong = points == 0 if kind is AdjustmentKind.CORRECTION else points is not None and points <= 0
        if wrong:
            raise Invalid(field="points", rule="not-positive")
        return cls._start(
            cls.Proposed,
            id_,
            at,
            kind=kind.value,
            account_id=account_id,
            points=points,
            budget_id=budget_id,
            scheme_id=scheme_id,
            record_id=record_id,
            activity_id=activity_id,
            to_account_id=to_account_id,
            closes_on=closes_on,
            reason_ref=reason_ref,
            proposed_by=proposed_by,
        )

    def _check_open(self) -> None:
        if self.state is not AdjustmentState.PROPOSED:
            raise AdjustmentDecided

    def appeal(self, at: datetime, *, text_ref: UUID, appealed_by: UUID) -> None:
        """Speak against it while its notice is open; what has no notice cannot be appealed to but corrected."""
        self._check_open()
        if self.closes_on is None or local_day(at) > self.closes_on:
            raise AppealTooLate(closes_on=self.closes_on or local_day(self.created_on))
        if self.appeal_open:
            raise AppealOpen
        self._record(self.Appealed, at, text_ref=text_ref, appealed_by=appealed_by)

    def answer_appeal(self, at: datetime, *, upheld: bool, text_ref: UUID, answered_by: UUID) -> None:
        self._check_open()
        if not self.appeal_open:
            raise AppealNotFound(subject="appeal", reference=str(self.id))
        if answered_by == self.proposed_by:
            raise AdjustmentApprovedByProposer
        self._record(self.AppealAnswered, at, upheld=upheld, text_ref=text_ref, answered_by=answered_by)

    def approve(self, at: datetime, *, approved_by: UUID) -> None:
        """Raises AdjustmentDecided, AdjustmentApprovedByProposer, AppealOpen, AdjustmentNoticeStillOpen."""
        self._check_open()
        if approved_by == self.proposed_by:
            raise AdjustmentApprovedByProposer
        if self.appeal_open:
            raise AppealOpen
        if self.closes_on is not None and local_day(at) <= self.closes_on:
            raise AdjustmentNoticeStillOpen(closes_on=self.closes_on)
        self._record(self.Approved, at, approved_by=approved_by)

    def reject(self, at: datetime, *, rejected_by: UUID, reason_ref: UUID) -> None:
        """Drop it. Whoever proposed it may take it back too."""
        self._check_open()
        self._record(self.Rejected, at, rejected_by=rejected_by, reason_ref=reason_ref)
