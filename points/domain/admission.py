"""Task admission: a task pushed onto a community enters only with an approval and with its money (rule 22)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Refused
from points.domain.values import AmountFen


class TaskKind(StrEnum):
    """What an upper body may want of a community; the last three are barred."""

    SURVEY = "survey"
    PUBLICITY = "publicity"
    SERVICE = "service"
    CAMPAIGN = "campaign"
    OTHER = "other"
    ENFORCEMENT = "enforcement"
    DEMOLITION = "demolition"
    INVESTMENT_PROMOTION = "investment_promotion"


BARRED = frozenset({TaskKind.ENFORCEMENT, TaskKind.DEMOLITION, TaskKind.INVESTMENT_PROMOTION})


class TaskBarred(Refused):
    """Enforcement, demolition and investment promotion are no community's work (rule 22)."""

    kind: TaskKind


class AdmissionByProposer(Refused):
    """A second person admits a task: never the one who proposed it."""


class AdmissionAlreadyDecided(Refused):
    """The task was admitted or turned away already."""


class AdmissionMissing(Refused):
    """A task is assigned to a community only once it has been admitted."""


class TaskMoneyMissing(Refused):
    """Funding follows the task: without a reserved budget it is not assigned."""


class TaskMoneyShort(Refused):
    """The budget named has less left than the task is to cost."""

    asked_fen: int
    available_fen: int


class TaskAlreadyAssigned(Refused):
    """The task was assigned already."""


class Admission(Aggregate):
    TOPIC = "points.admission"

    class Event(Aggregate.Event):
        pass

    class Proposed(Created, Event):
        """`area_code` is the community that the task would fall to; what it is stands in the vault."""

        TOPIC = "points.admission.proposed"
        area_code: str
        kind: str
        title_ref: UUID
        cost_fen: int
        proposed_by: UUID

        def apply(self, aggregate: Admission) -> None:
            aggregate.area_code = self.area_code
            aggregate.cost_fen = AmountFen(self.cost_fen)
            aggregate.proposed_by = self.proposed_by
            aggregate.admitted = None
            aggregate.budget_id = None
            aggregate.assigned = False

    class Admitted(Event):
        TOPIC = "points.admission.admitted"
        admitted_by: UUID

        def apply(self, aggregate: Admission) -> None:
            aggregate.admitted = True

    class TurnedAway(Event):
        TOPIC = "points.admission.turned_away"
        reason_ref: UUID
        turned_away_by: UUID

        def apply(self, aggregate: Admission) -> None:
            aggregate.admitted = False

    class Funded(Event):
        TOPIC = "points.admission.funded"
        budget_id: UUID
        funded_by: UUID

        def apply(self, aggregate: Admission) -> None:
            aggregate.budget_id = self.budget_id

    class Assigned(Event):
        TOPIC = "points.admission.assigned"
        owner_id: UUID
        assigned_by: UUID

        def apply(self, aggregate: Admission) -> None:
            aggregate.assigned = True

    area_code: str
    cost_fen: AmountFen
    proposed_by: UUID
    admitted: bool | None
    budget_id: UUID | None
    assigned: bool

    @classmethod
    def propose(
        cls,
        at: datetime,
        id_: UUID,
        *,
        area_code: str,
        kind: TaskKind,
        title_ref: UUID,
        cost_fen: AmountFen,
        proposed_by: UUID,
    ) -> Self:
        if kind in BARRED:
            raise TaskBarred(kind=kind)
        return cls._start(
            cls.Proposed,
            id_,
            at,
            area_code=area_code,
            kind=kind.value,
            title_ref=title_ref,
            cost_fen=cost_fen,
            proposed_by=proposed_by,
        )

    def admit(self, at: datetime, *, admitted_by: UUID) -> None:
        self._check_decision(admitted_by)
        self._record(self.Admitted, at, admitted_by=admitted_by)

    def turn_away(self, at: datetime, *, reason_ref: UUID, turned_away_by: UUID) -> None:
        self._check_decision(turned_away_by)
        self._record(self.TurnedAway, at, reason_ref=reason_ref, turned_away_by=turned_away_by)

    def fund(self, at: datetime, *, budget_id: UUID, available_fen: AmountFen, funded_by: UUID) -> None:
        if not self.admitted:
            raise AdmissionMissing
        if self.assigned:
            raise TaskAlreadyAssigned
        if available_fen < self.cost_fen:
            raise TaskMoneyShort(asked_fen=self.cost_fen, available_fen=available_fen)
        self._record(self.Funded, at, budget_id=budget_id, funded_by=funded_by)

    def assign(self, at: datetime, *, owner_id: UUID, assigned_by: UUID) -> None:
        if not self.admitted:
            raise AdmissionMissing
        if self.budget_id is None:
            raise TaskMoneyMissing
        if self.assigned:
            raise TaskAlreadyAssigned
        self._record(self.Assigned, at, owner_id=owner_id, assigned_by=assigned_by)

    def _check_decision(self, by: UUID) -> None:
        if self.admitted is not None:
            raise AdmissionAlreadyDecided
        if by == self.proposed_by:
            raise AdmissionByProposer
