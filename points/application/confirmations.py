"""Confirmation: once the notice has ended, minutes count and points are issued that a budget backs.

Three streams move in one commit: the timesheet (these minutes count), the budget (this money backs them) and the
account (this lot exists). Without cover nothing of it happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from points import access
from points.access import Act
from points.application.batches import PAGE, Outcomes, each, pages
from points.application.hours import find_record
from points.application.households import own_people
from points.application.reviews import sheets_of
from points.application.tools import Body, Call, Tools, Work
from points.domain import naming
from points.domain.account import Account
from points.domain.budget import Budget, BudgetExhausted, NoBudgetForArea
from points.domain.scheme import Award, Scheme, SchemeNotInForce
from points.domain.values import Minutes, Origin, Points, ServiceKind, TimeClass
from points.projections import funds, hours_queries, schemes
from points.projections.hours_queries import ServiceRecord


class Backing(NamedTuple):
    """Which schemes and budgets may apply to a record, nearest area first; the streams decide."""

    schemes: tuple[UUID, ...]
    budgets: tuple[tuple[UUID, str], ...]


class Confirmations:
    """Where hours become points."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def confirm(self, call: Call, record_ids: Sequence[UUID] | None = None) -> Body:
        """Confirm the records named, or all in one's area whose notice has ended without an open objection.

        Each stands for itself: NoticeStillOpen, ObjectionOpen, ReviewIncomplete, SchemeNotInForce,
        NoBudgetForArea and BudgetExhausted are told for the record they stop.
        """
        access.require(call.actor, Act.CONFIRM_HOURS)
        outcomes = Outcomes()
        if record_ids is not None:
            self._confirm(call, [find_record(self._tools, id_) for id_ in record_ids], outcomes)
        else:
            for page in pages(lambda after: self._due(call, after)):
                self._confirm(call, page, outcomes)
        return {
            "confirmed": len(outcomes.done),
            "points": sum(done["points"] for done in outcomes.done),
            "refused": outcomes.refusals(),
            "position": outcomes.position or self._tools.recorder.read_head().position,
        }

    def _due(self, call: Call, after: UUID | None) -> list[ServiceRecord]:
        code = call.actor.area_code or self._tools.county_code
        with self._tools.reading() as connection:
            today = self._tools.today(call)
            return hours_queries.due_for_confirmation(connection, code, today, PAGE, after)

    def _confirm(self, call: Call, records: Sequence[ServiceRecord], outcomes: Outcomes) -> None:
        with self._tools.reading() as connection:
            backing = {record.record_id: self._backing(connection, record) for record in records}

        def decide(work: Work, record: ServiceRecord) -> Body:
            path = self._tools.areas().path(record.area_code)
            access.require_in_area(call.actor, Act.CONFIRM_HOURS, path)
            return confirm_record(work, call, record, backing[record.record_id])

        each(self._tools, call, records, decide, outcomes)

    def _backing(self, connection: Connection, record: ServiceRecord) -> Backing:
        path = self._tools.areas().path(record.area_code)
        found = schemes.for_area(connection, path)
        budgets = funds.find_budgets(connection, path, record.day)
        return Backing(
            tuple(scheme.scheme_id for scheme in found),
            tuple((budget.budget_id, budget.area_code) for budget in budgets),
        )


def confirm_record(work: Work, call: Call, record: ServiceRecord, backing: Backing) -> Body:
    """Decide all three streams, then change them."""
    sheet, following = sheets_of(work, record)
    own = own_people(work, call.actor)
    entry = sheet.check_confirmable(work.at, record.record_id, own, following)
    scheme, award = _award(work, record, backing)
    points = award.points
    if award.expires_on is not None and award.expires_on < work.today:
        points = Points(0)  # a late record never earns points that would already have expired (rule 12)
    account_id = naming.account_id(work.tenant, record.volunteer_id)
    budget = _budget_for(work, record, backing, points, award) if points else None
    account = work.unit.seek(Account, account_id)
    if account is None:
        account = work.unit.add(Account.open(work.at, account_id, volunteer_id=record.volunteer_id))
    sheet.confirm(
        work.at,
        entry,
        points=points,
        scheme_id=scheme.id,
        scheme_version=award.version,
        confirmed_by=call.actor.id,
    )
    if budget is not None:
        lot_no = account.issue(
            work.at,
            points=points,
            value_fen=award.value_fen,
            budget_id=budget.id,
            scheme_id=scheme.id,
            scheme_version=award.version,
            origin=Origin.EARNED,
            earned_on=record.day,
            expires_on=award.expires_on,
            record_id=record.record_id,
            activity_id=record.activity_id,
        )
        budget.issue(
            work.at,
            account_id=account_id,
            lot_no=lot_no,
            points=points,
            value_fen=award.value_fen,
        )
    return {"record_id": str(record.record_id), "points": points}


def _award(work: Work, record: ServiceRecord, backing: Backing) -> tuple[Scheme, Award]:
    """What the nearest scheme in force on the day of service pays."""
    for scheme_id in backing.schemes:
        scheme = work.unit.get(Scheme, scheme_id)
        if scheme.in_force(record.day) is not None:
            kind, time_class = ServiceKind(record.kind), TimeClass(record.time_class)
            return scheme, scheme.award(kind, time_class, Minutes(record.minutes), record.day)
    raise SchemeNotInForce(day=record.day)


def _budget_for(work: Work, record: ServiceRecord, backing: Backing, points: Points, award: Award) -> Budget:
    """The budget of the record's area, else of the nearest above that has one for the day.

    Among several of the same area the first with enough money pays. An area whose own budgets are used up does
    not fall back on those above it: its money is used up, and somebody has to decide.
    """
    area = backing.budgets[0][1] if backing.budgets else None
    refusal: BudgetExhausted | None = None
    for budget_id, budget_area in backing.budgets:
        if budget_area != area:
            break
        budget = work.unit.get(Budget, budget_id)
        try:
            budget.check_issue(points, award.value_fen)
        except BudgetExhausted as exhausted:
            refusal = refusal or exhausted
        else:
            return budget
    raise refusal or NoBudgetForArea(area_code=record.area_code, day=record.day)
