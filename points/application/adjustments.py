"""Relief, corrections, deductions and bequests: proposed by one person, approved by another, each with its reason."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from points import access
from points.access import Act, OutsideScope
from points.application.adjusting import carry_out, check_deductible
from points.application.giving import account_of
from points.application.household_points import household_account
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.volunteers import VolunteerNotFound, find_volunteer
from points.application.working_days import is_working_day
from points.domain.account import Account
from points.domain.adjustment import Adjustment, AdjustmentKind, AdjustmentState
from points.domain.calendar import add_working_days
from points.domain.errors import Invalid, NotFound
from points.domain.household import Household, NotInHousehold
from points.domain.volunteer import Volunteer
from points.projections import accounts, adjustments

DEDUCTION_NOTICE_WORKING_DAYS = 5
"""How long a person can appeal before points are deducted."""

_NEEDED: dict[AdjustmentKind, tuple[str, ...]] = {
    AdjustmentKind.RELIEF: ("budget_id", "scheme_id"),
    AdjustmentKind.CORRECTION: ("record_id",),
    AdjustmentKind.DEDUCTION: ("activity_id",),
    AdjustmentKind.BEQUEST: ("household_id",),
}


class AdjustmentNotFound(NotFound):
    """No such adjustment, or none that the asker may see."""


class Adjustments:
    """What is put right by hand, and never by one hand."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def propose(
        self,
        call: Call,
        number: str,
        *,
        kind: str,
        points: int | None,
        reason: str,
        budget_id: UUID | None = None,
        scheme_id: UUID | None = None,
        record_id: UUID | None = None,
        activity_id: UUID | None = None,
        household_id: UUID | None = None,
    ) -> Answer:
        """Propose one. Relief names budget and scheme, a correction a record, a deduction an activity, a bequest
        the household that gets everything.

        A correction's points are signed. Raises Invalid, VolunteerNotFound, OutsideScope, DeductionsNotInScheme,
        InsufficientPoints (a deduction of more than is left of that activity's points).
        """
        access.require(call.actor, Act.PROPOSE_ADJUSTMENT)
        if not reason.strip():
            raise Invalid(field="reason", rule="missing")
        named = {
            "budget_id": budget_id,
            "scheme_id": scheme_id,
            "record_id": record_id,
            "activity_id": activity_id,
            "household_id": household_id,
        }
        known = _kind(kind, named)
        if (points is None) != (known is AdjustmentKind.BEQUEST):
            raise Invalid(field="points", rule="missing" if points is None else "bequest-is-everything")

        def decide(work: Work) -> Body:
            volunteer = find_volunteer(work, number)
            self._require_near(call, Act.PROPOSE_ADJUSTMENT, volunteer)
            account = account_of(work, volunteer.id)
            closes_on = to_account_id = None
            if known is AdjustmentKind.BEQUEST and household_id is not None:
                if volunteer.id not in work.unit.get(Household, household_id).member_ids:
                    raise NotInHousehold(household_id=household_id)
                to_account_id = household_account(work, household_id).id
            if known is AdjustmentKind.DEDUCTION and activity_id is not None:
                check_deductible(work, account, points or 0, activity_id)
                closes_on = add_working_days(work.today, DEDUCTION_NOTICE_WORKING_DAYS, is_working_day)
            adjustment_id = work.new_id()
            adjustment = Adjustment.propose(
                work.at,
                adjustment_id,
                kind=known,
                account_id=account.id,
                points=points,
                reason_ref=work.text(adjustment_id, reason.strip()),
                proposed_by=call.actor.id,
                closes_on=closes_on,
                to_account_id=to_account_id,
                **{name: named[name] for name in _NEEDED[known] if name != "household_id"},
            )
            work.unit.add(adjustment)
            shown = {"closes_on": closes_on.isoformat()} if closes_on else {}
            return {"adjustment_id": str(adjustment_id), **shown}

        told = [number, kind, points, reason, *(id_ and str(id_) for id_ in named.values())]
        return self._tools.change(call, "adjustments.propose", told, decide)

    def approve(self, call: Call, adjustment_id: UUID) -> Answer:
        """Carry it out. Raises AdjustmentApprovedByProposer, AdjustmentNoticeStillOpen, AppealOpen and what the
        account and the budget refuse.
        """
        access.require(call.actor, Act.APPROVE_ADJUSTMENT)
        found = self._find(adjustment_id)
        with self._tools.reading() as connection:
            lot = (
                accounts.lot_of_record(connection, found.account_id, found.record_id)
                if found.record_id is not None
                else None
            )

        def decide(work: Work) -> Body:
            adjustment = self._theirs(work, call, Act.APPROVE_ADJUSTMENT, adjustment_id)
            adjustment.approve(work.at, approved_by=call.actor.id)
            account = work.unit.get(Account, adjustment.account_id)
            body = carry_out(work, adjustment, account, lot)
            return {"adjustment_id": str(adjustment_id), **body}

        return self._tools.change(call, "adjustments.approve", [str(adjustment_id)], decide)

    def reject(self, call: Call, adjustment_id: UUID, *, reason: str) -> Answer:
        """Drop it: by a reviewer, or by those who proposed it. Raises AdjustmentDecided, Invalid."""
        act = Act.APPROVE_ADJUSTMENT if _reviews(call) else Act.PROPOSE_ADJUSTMENT
        access.require(call.actor, act)
        if not reason.strip():
            raise Invalid(field="reason", rule="missing")

        def decide(work: Work) -> Body:
            adjustment = self._theirs(work, call, act, adjustment_id)
            adjustment.reject(
                work.at, rejected_by=call.actor.id, reason_ref=work.text(adjustment_id, reason.strip())
            )
            return {"adjustment_id": str(adjustment_id)}

        return self._tools.change(call, "adjustments.reject", [str(adjustment_id), reason], decide)

    def appeal(self, call: Call, adjustment_id: UUID, *, text: str) -> Answer:
        """The person, or staff on their behalf, speak against a deduction. Raises AppealTooLate, AppealOpen."""
        access.require(call.actor, Act.APPEAL)
        if not text.strip():
            raise Invalid(field="text", rule="missing")

        def decide(work: Work) -> Body:
            adjustment = self._theirs(work, call, Act.APPEAL, adjustment_id)
            adjustment.appeal(
                work.at, text_ref=work.text(adjustment_id, text.strip()), appealed_by=call.actor.id
            )
            return {"adjustment_id": str(adjustment_id)}

        return self._tools.change(call, "adjustments.appeal", [str(adjustment_id), text], decide)

    def answer(self, call: Call, adjustment_id: UUID, *, upheld: bool, text: str) -> Answer:
        """Answer the appeal; upheld, nothing is deducted. Raises AppealNotFound, AdjustmentApprovedByProposer."""
        access.require(call.actor, Act.APPROVE_ADJUSTMENT)
        if not text.strip():
            raise Invalid(field="text", rule="missing")

        def decide(work: Work) -> Body:
            adjustment = self._theirs(work, call, Act.APPROVE_ADJUSTMENT, adjustment_id)
            adjustment.answer_appeal(
                work.at,
                upheld=upheld,
                text_ref=work.text(adjustment_id, text.strip()),
                answered_by=call.actor.id,
            )
            return {"adjustment_id": str(adjustment_id), "upheld": upheld}

        return self._tools.change(call, "adjustments.answer", [str(adjustment_id), upheld, text], decide)

    def list(
        self,
        call: Call,
        *,
        area: str | None = None,
        state: str | None = None,
        limit: int,
        after: UUID | None = None,
    ) -> Body:
        """Adjustments of people who live in the area and below; a volunteer sees their own."""
        access.require(call.actor, Act.READ_ADJUSTMENTS)
        if state is not None and state not in set(AdjustmentState):
            raise Invalid(field="state", rule="state-unknown")
        code = None
        if call.actor.volunteer_id is None or call.actor.area_code is not None:
            code = area or call.actor.area_code or self._tools.county_code
            access.require_in_area(call.actor, Act.READ_ADJUSTMENTS, self._tools.areas(code).path(code))
        with self._tools.reading() as connection:
            found = adjustments.page(
                connection,
                area_code=code,
                volunteer_id=None if code else call.actor.volunteer_id,
                state=state,
                limit=limit,
                after=after,
            )
        return {
            "adjustments": [self._shown(one) for one in found],
            "next": str(found[-1].adjustment_id) if len(found) == limit else None,
        }

    def show(self, call: Call, adjustment_id: UUID) -> Body:
        access.require(call.actor, Act.READ_ADJUSTMENTS)
        found = self._find(adjustment_id)
        try:
            path = self._tools.areas().path(found.area_code)
            access.require_for_volunteer(call.actor, Act.READ_ADJUSTMENTS, found.volunteer_id, path)
        except OutsideScope:
            raise AdjustmentNotFound(subject="adjustment", reference=str(adjustment_id)) from None
        return self._shown(found)

    def _shown(self, one: adjustments.Adjustment) -> dict[str, Any]:
        with self._tools.looking() as desk:
            reason = desk.vault.get_text(one.reason_ref)
        return {
            "adjustment_id": str(one.adjustment_id),
            "volunteer_number": one.volunteer_number,
            "kind": one.kind,
            "points": one.points,
            "state": one.state,
            "reason": reason,
            "record_id": one.record_id and str(one.record_id),
            "activity_id": one.activity_id and str(one.activity_id),
            "budget_id": one.budget_id and str(one.budget_id),
            "closes_on": one.closes_on and one.closes_on.isoformat(),
            "appeal_open": one.appeal_open,
        }

    def _find(self, adjustment_id: UUID) -> adjustments.Adjustment:
        with self._tools.reading() as connection:
            found = adjustments.get(connection, adjustment_id)
        if found is None:
            raise AdjustmentNotFound(subject="adjustment", reference=str(adjustment_id))
        return found

    def _theirs(self, work: Work, call: Call, act: Act, adjustment_id: UUID) -> Adjustment:
        adjustment = work.unit.get(Adjustment, adjustment_id)
        account = work.unit.get(Account, adjustment.account_id)
        self._require_near(call, act, work.unit.get(Volunteer, account.volunteer_id))
        return adjustment

    def _require_near(self, call: Call, act: Act, volunteer: Volunteer) -> None:
        path = self._tools.areas().path(volunteer.area_code)
        try:
            access.require_for_volunteer(call.actor, act, volunteer.id, path)
        except OutsideScope:
            raise VolunteerNotFound(subject="volunteer", reference=volunteer.volunteer_number) from None


def _reviews(call: Call) -> bool:
    return call.actor.role in access.ALLOWED[Act.APPROVE_ADJUSTMENT]


def _kind(kind: str, named: dict[str, UUID | None]) -> AdjustmentKind:
    if kind not in {known.value for known in _NEEDED}:
        raise Invalid(field="kind", rule="adjustment-kind-unknown")
    known = AdjustmentKind(kind)
    for name in _NEEDED[known]:
        if named[name] is None:
            raise Invalid(field=name.replace("_", "-"), rule="missing")
    return known
