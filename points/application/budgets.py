"""Budgets: money handed down from county to township to community to activity, watched, and closed at year's end."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from points import access
from points.access import Act
from points.application.funds import read_period
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain import naming
from points.domain.activity import Activity
from points.domain.budget import Budget, BudgetOutsideParent
from points.domain.fund import Fund
from points.domain.values import AmountFen
from points.projections import budget_standing


class Budgets:
    """What becomes of money once a fund has set it aside."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def allocate(
        self,
        call: Call,
        budget_id: UUID,
        *,
        area: str,
        amount_fen: int,
        period: str | None = None,
        activity_id: UUID | None = None,
    ) -> Answer:
        """Hand money down: to an area below, or to one activity, for the same period or a part of it.

        Raises BudgetExhausted, BudgetOutsideParent, BudgetClosed, Invalid, OutsideScope, StreamNotFound.
        """
        access.require(call.actor, Act.ALLOCATE_BUDGET)
        path = self._tools.areas(area).path(area)
        asked = read_period(period) if period is not None else None

        def decide(work: Work) -> Body:
            parent = work.unit.get(Budget, budget_id)
            access.require_in_area(
                call.actor, Act.ALLOCATE_BUDGET, self._tools.areas().path(parent.area_code)
            )
            first, last = asked or (parent.period_from, parent.period_until)
            if activity_id is not None:
                within = work.unit.get(Activity, activity_id).area_code == area
            else:
                within = area != parent.area_code
            if parent.area_code not in path or not within:
                raise BudgetOutsideParent(area_code=area)
            parent.check_allocate(AmountFen(amount_fen), first, last)
            child = _child(work, parent, area, (first, last), AmountFen(amount_fen), activity_id)
            parent.allocate(
                work.at, child=child, amount_fen=AmountFen(amount_fen), allocated_by=call.actor.id
            )
            return {"budget_id": str(child.id), "parent_id": str(budget_id)}

        told = [str(budget_id), area, amount_fen, period, activity_id and str(activity_id)]
        return self._tools.change(call, "budgets.allocate", told, decide)

    def set_alarm(self, call: Call, budget_id: UUID, *, below_percent: int) -> Answer:
        """Say from which share left on the budget is listed among the alarms. Raises Invalid, OutsideScope."""
        access.require(call.actor, Act.ALLOCATE_BUDGET)

        def decide(work: Work) -> Body:
            budget = self._theirs(work, call, budget_id, Act.ALLOCATE_BUDGET)
            budget.set_alarm(work.at, below_percent=below_percent, set_by=call.actor.id)
            return {"budget_id": str(budget_id)}

        return self._tools.change(call, "budgets.set_alarm", [str(budget_id), below_percent], decide)

    def close(self, call: Call, budget_id: UUID, *, carry_to: str | None = None) -> Answer:
        """Close a budget whose period is over: its rest goes on to the next period's, or back to the fund.

        Points that it backs stay backed. Raises BudgetClosed, BudgetPeriodRuns, Invalid, OutsideScope.
        """
        access.require(call.actor, Act.MANAGE_FUNDS)
        period = read_period(carry_to) if carry_to is not None else None

        def decide(work: Work) -> Body:
            budget = self._theirs(work, call, budget_id, Act.MANAGE_FUNDS)
            budget.check_close(work.today)
            rest_fen = budget.available_fen
            following = None
            if period is not None and rest_fen:
                if period[0] <= budget.period_until:
                    raise BudgetOutsideParent(area_code=budget.area_code)
                following = _following(work, budget, period, rest_fen)
            budget.close(work.at, carried_to=following.id if following else None, closed_by=call.actor.id)
            if following is None and rest_fen:
                fund = work.unit.get(Fund, budget.fund_id)
                fund.release(work.at, budget_id=budget_id, amount_fen=rest_fen, released_by=call.actor.id)
            return {
                "budget_id": str(budget_id),
                "rest_fen": int(rest_fen),
                "carried_to": following and str(following.id),
            }

        return self._tools.change(call, "budgets.close", [str(budget_id), carry_to], decide)

    def alarms(self, call: Call, *, area: str | None = None, limit: int, after: UUID | None = None) -> Body:
        """Running budgets in one's area that are nearly used up, before points can no longer be issued."""
        access.require(call.actor, Act.READ_FUNDS)
        code = area or call.actor.area_code or self._tools.county_code
        access.require_in_area(call.actor, Act.READ_FUNDS, self._tools.areas(code).path(code))
        with self._tools.reading() as connection:
            found = budget_standing.alarms(connection, code, self._tools.today(call), limit, after)
        return {
            "alarms": [
                {
                    "budget_id": str(alarm.budget_id),
                    "fund_id": str(alarm.fund_id),
                    "area": alarm.area_code,
                    "period_until": alarm.period_until.isoformat(),
                    "own_fen": alarm.own_fen,
                    "available_fen": alarm.available_fen,
                    "below_percent": alarm.alarm_percent,
                }
                for alarm in found
            ],
            "next": str(found[-1].budget_id) if len(found) == limit else None,
        }

    def _theirs(self, work: Work, call: Call, budget_id: UUID, act: Act) -> Budget:
        budget = work.unit.get(Budget, budget_id)
        access.require_in_area(call.actor, act, self._tools.areas().path(budget.area_code))
        return budget


def _child(
    work: Work,
    parent: Budget,
    area: str,
    period: tuple[date, date],
    amount_fen: AmountFen,
    activity_id: UUID | None,
) -> Budget:
    """The budget below, opened or increased by the money that comes down."""
    first, last = period
    if activity_id is not None:
        child_id = naming.activity_budget_id(work.tenant, parent.fund_id, activity_id, first, last)
    else:
        child_id = naming.budget_id(work.tenant, parent.fund_id, area, first, last)
    child = work.unit.seek(Budget, child_id)
    if child is not None:
        if child.id == parent.id:
            raise BudgetOutsideParent(area_code=area)
        child.increase(work.at, amount_fen)
        return child
    child = _opened(work, child_id, parent.fund_id, area, period, amount_fen)
    child.place_under(work.at, parent_id=parent.id, activity_id=activity_id)
    return child


def _following(work: Work, budget: Budget, period: tuple[date, date], rest_fen: AmountFen) -> Budget:
    """The next period's budget of the same area or activity, with the rest in it."""
    if budget.activity_id is not None:
        next_id = naming.activity_budget_id(work.tenant, budget.fund_id, budget.activity_id, *period)
    else:
        next_id = naming.budget_id(work.tenant, budget.fund_id, budget.area_code, *period)
    following = work.unit.seek(Budget, next_id)
    if following is not None:
        following.increase(work.at, rest_fen)
        return following
    following = _opened(work, next_id, budget.fund_id, budget.area_code, period, rest_fen)
    if budget.parent_id is not None:
        following.place_under(work.at, parent_id=budget.parent_id, activity_id=budget.activity_id)
    return following


def _opened(
    work: Work, id_: UUID, fund_id: UUID, area: str, period: tuple[date, date], amount_fen: AmountFen
) -> Budget:
    return work.unit.add(
        Budget.open(
            work.at,
            id_,
            fund_id=fund_id,
            area_code=area,
            period_from=period[0],
            period_until=period[1],
            amount_fen=amount_fen,
        )
    )
