"""Task admission: nothing is pushed onto a community without an approval and its money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.scope import readable_area, require_owner
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain.admission import Admission, TaskKind
from points.domain.budget import Budget
from points.domain.errors import Invalid, NotAllowed, Refused
from points.domain.values import AmountFen, AreaLevel
from points.projections import admissions as admission_model


class LevelTooLow(NotAllowed):
    """The county or a township admits a task, not the community itself."""


class BudgetOfOtherArea(Refused):
    """The budget is reserved for another area, or for another time."""


class Tasks:
    """What upper bodies want of communities."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def propose(self, call: Call, *, area: str, kind: str, title: str, cost_fen: int) -> Answer:
        """Ask for a task's admission to a community. Raises TaskBarred, OutsideScope, Invalid."""
        access.require(call.actor, Act.PROPOSE_TASK)
        access.require_in_area(call.actor, Act.PROPOSE_TASK, self._tools.areas(area).path(area))
        if kind not in set(TaskKind):
            raise Invalid(field="kind", rule="unknown")
        if not title.strip():
            raise Invalid(field="title", rule="missing")
        if cost_fen <= 0:
            raise Invalid(field="cost-fen", rule="range")

        def decide(work: Work) -> Body:
            admission_id = work.new_id()
            work.unit.add(
                Admission.propose(
                    work.at,
                    admission_id,
                    area_code=area,
                    kind=TaskKind(kind),
                    title_ref=work.text(admission_id, title.strip()),
                    cost_fen=AmountFen(cost_fen),
                    proposed_by=call.actor.id,
                )
            )
            return {"admission_id": str(admission_id)}

        return self._tools.change(call, "tasks.propose", [area, kind, title, cost_fen], decide)

    def decide(self, call: Call, admission_id: UUID, *, admitted: bool, reason: str | None = None) -> Answer:
        """A reviewer of the township or county admits it, or turns it away with a reason.

        Raises AdmissionByProposer, AdmissionAlreadyDecided, LevelTooLow, OutsideScope.
        """

        def act(work: Work, admission: Admission) -> None:
            level = self._tools.areas().level(call.actor.area_code or "")
            if level not in {AreaLevel.COUNTY, AreaLevel.TOWNSHIP}:
                raise LevelTooLow(action=Act.ADMIT_TASK.value)
            if admitted:
                admission.admit(work.at, admitted_by=call.actor.id)
                return
            if not reason or not reason.strip():
                raise Invalid(field="reason", rule="missing")
            reason_ref = work.text(admission_id, reason.strip())
            admission.turn_away(work.at, reason_ref=reason_ref, turned_away_by=call.actor.id)

        return self._act(call, "decide", Act.ADMIT_TASK, admission_id, [admitted, reason], act)

    def fund(self, call: Call, admission_id: UUID, *, budget_id: UUID) -> Answer:
        """Name the reserved budget that pays. Raises TaskMoneyShort, BudgetOfOtherArea, AdmissionMissing."""

        def act(work: Work, admission: Admission) -> None:
            budget = work.unit.get(Budget, budget_id)
            path = self._tools.areas().path(admission.area_code)
            if budget.area_code not in path or not budget.covers(work.today):
                raise BudgetOfOtherArea
            admission.fund(
                work.at,
                budget_id=budget_id,
                available_fen=budget.available_fen,
                funded_by=call.actor.id,
            )

        return self._act(call, "fund", Act.FUND_TASK, admission_id, [str(budget_id)], act)

    def assign(self, call: Call, admission_id: UUID, *, owner_id: UUID) -> Answer:
        """Give it to somebody of the community. Raises AdmissionMissing, TaskMoneyMissing, OwnerNotHere."""

        def act(work: Work, admission: Admission) -> None:
            require_owner(self._tools, work, owner_id, admission.area_code)
            admission.assign(work.at, owner_id=owner_id, assigned_by=call.actor.id)

        return self._act(call, "assign", Act.PROPOSE_TASK, admission_id, [str(owner_id)], act)

    def list(
        self,
        call: Call,
        *,
        area: str | None,
        limit: int,
        after: UUID | None = None,
        state: str | None = None,
    ) -> Body:
        if state is not None and state not in admission_model.STAGES:
            raise Invalid(field="state", rule="unknown")
        code = readable_area(self._tools, call, Act.READ_TASKS, area)
        with self._tools.reading() as connection:
            found = admission_model.in_area(connection, code, limit, after, stage=state)
        with self._tools.looking() as desk:
            titles = desk.vault.get_many([one.title_ref for one in found])
        rows = [
            {
                "admission_id": str(one.admission_id),
                "area": one.area_code,
                "kind": one.kind,
                "title": titles.get(one.title_ref, {}).get("text"),
                "cost_fen": one.cost_fen,
                "state": one.stage,
                "budget_id": one.budget_id and str(one.budget_id),
                "owner_id": one.owner_id and str(one.owner_id),
            }
            for one in found
        ]
        return {"admissions": rows, "next": rows[-1]["admission_id"] if len(rows) == limit else None}

    def _act(
        self,
        call: Call,
        name: str,
        act: Act,
        admission_id: UUID,
        told: Sequence[Any],
        change: Callable[[Work, Admission], None],
    ) -> Answer:
        access.require(call.actor, act)

        def decide(work: Work) -> Body:
            admission = work.unit.get(Admission, admission_id)
            access.require_in_area(call.actor, act, self._tools.areas().path(admission.area_code))
            change(work, admission)
            return {"admission_id": str(admission_id)}

        return self._tools.change(call, f"tasks.{name}", [str(admission_id), *told], decide)
