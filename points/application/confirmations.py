"""Confirmation: once the notice has ended, minutes count and points are issued that a budget backs.

Three streams move in one commit: the timesheet (these minutes count), the budget (this money backs them) and the
account (this lot exists). Without cover nothing of it happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from points import access
from points.access import Act
from points.application.batches import PAGE, Outcomes, each, pages
from points.application.hours import find_record
from points.application.households import own_people
from points.application.money_back import return_money
from points.application.reviews import sheets_of
from points.application.tools import Body, Call, Tools, Work
from points.domain import naming, transfers
from points.domain.account import Account, Taken
from points.domain.budget import Budget, BudgetExhausted, NoBudgetForArea
from points.domain.calendar import add_months, month_of
from points.domain.scheme import Award, Scheme, SchemeNotInForce
from points.domain.scheme_rules import Person, Rules, span_of
from points.domain.timesheet import Timesheet
from points.domain.values import Category, Minutes, Origin, Points, ServiceKind, TimeClass
from points.domain.volunteer import Volunteer
from points.projections import budget_standing, funds, hours_queries, schemes
from points.projections.hours_queries import ServiceRecord

_OWN = "activity"
"""Stands where an area's code would: the budget of the activity itself."""


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
            own = budget_standing.of_activities(connection, [record.activity_id for record in records])
            backing = {
                record.record_id: self._backing(connection, record, own.get(record.activity_id, ()))
                for record in records
            }

        def decide(work: Work, record: ServiceRecord) -> Body:
            path = self._tools.areas().path(record.area_code)
            access.require_in_area(call.actor, Act.CONFIRM_HOURS, path)
            return confirm_record(work, call, record, backing[record.record_id])

        each(self._tools, call, records, decide, outcomes)

    def _backing(
        self, connection: Connection, record: ServiceRecord, own: Sequence[tuple[UUID, date, date]]
    ) -> Backing:
        """An activity's own budget stands before those of its area, and like them does not fall back."""
        path = self._tools.areas().path(record.area_code)
        found = schemes.for_area(connection, path)
        budgets = funds.find_budgets(connection, path, record.day)
        bound = tuple((id_, _OWN) for id_, first, last in own if first <= record.day <= last)
        return Backing(
            tuple(scheme.scheme_id for scheme in found),
            (*bound, *((budget.budget_id, budget.area_code) for budget in budgets)),
        )


def confirm_record(work: Work, call: Call, record: ServiceRecord, backing: Backing) -> Body:
    """Decide all three streams, then change them."""
    sheet, following = sheets_of(work, record)
    own = own_people(work, call.actor)
    entry = sheet.check_confirmable(work.at, record.record_id, own, following)
    scheme, award = _award(work, record, backing, sheet)
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
        if account.debt_points:
            owed = transfers.set_off(work.at, account, lot_no)
            return_money(work, account, (Taken(lot_no, owed),))
    return {"record_id": str(record.record_id), "points": points}


def _award(work: Work, record: ServiceRecord, backing: Backing, sheet: Timesheet) -> tuple[Scheme, Award]:
    """What the nearest scheme in force on the day of service pays."""
    for scheme_id in backing.schemes:
        scheme = work.unit.get(Scheme, scheme_id)
        version = scheme.in_force(record.day)
        if version is not None:
            kind, time_class = ServiceKind(record.kind), TimeClass(record.time_class)
            person = _person(work, record, version.terms.rules, sheet)
            return scheme, scheme.award(kind, time_class, Minutes(record.minutes), record.day, person)
    raise SchemeNotInForce(day=record.day)


def _person(work: Work, record: ServiceRecord, rules: Rules, sheet: Timesheet) -> Person:
    """What the version wants to know of who served; looked up only where it does.

    Caps are decided from the timesheets of the period, in the commit that confirms: two confirmations at once
    cannot both take what is left.
    """
    category = Category.RESIDENT.value
    if rules.coefficients:
        category = work.unit.get(Volunteer, record.volunteer_id).category_on(record.day)
    in_period = 0
    if rules.period_cap_points is not None:
        first, last = span_of(record.day, rules.period)
        months = [month_of(add_months(first, n)) for n in range(last.month - first.month + 1)]
        ids = [naming.timesheet_id(work.tenant, record.volunteer_id, month) for month in months]
        work.unit.fetch(ids)
        sheets = [found for id_ in ids if (found := work.unit.seek(Timesheet, id_)) is not None]
        in_period = sum(sum(found.earned.values()) for found in sheets)
    return Person(category, sheet.earned.get(record.day, 0), in_period)


def _budget_for(work: Work, record: ServiceRecord, backing: Backing, points: Points, award: Award) -> Budget:
    """The activity's own budget, else that of its area, else of the nearest above that has one for the day.

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
