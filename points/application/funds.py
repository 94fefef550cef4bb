"""Funds: opened, filled from named sources, reserved for areas and periods."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain import naming
from points.domain.budget import Budget
from points.domain.calendar import add_months
from points.domain.errors import Invalid, NotFound
from points.domain.fund import Fund
from points.domain.values import AmountFen, FundKind
from points.projections import funds as fund_model

_BUDGETS_SHOWN = 1_000


class FundNotFound(NotFound):
    """No such fund, or none that the asker may see."""


class Funds:
    """Where the money is."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def open(self, call: Call, *, name: str, kind: str, area: str) -> Answer:
        """Open a fund of fiscal, donation, foundation or collective money. Raises Invalid, OutsideScope."""
        access.require_in_area(call.actor, Act.MANAGE_FUNDS, self._tools.areas(area).path(area))
        if kind not in set(FundKind):
            raise Invalid(field="kind", rule="fund-kind-unknown")
        if not name.strip():
            raise Invalid(field="name", rule="missing")

        def decide(work: Work) -> Body:
            fund_id = work.new_id()
            fund = Fund.open(
                work.at,
                fund_id,
                kind=FundKind(kind),
                area_code=area,
                name_ref=work.text(fund_id, name.strip()),
                opened_by=call.actor.id,
            )
            work.unit.add(fund)
            return {"fund_id": str(fund_id)}

        return self._tools.change(call, "funds.open", [name, kind, area], decide)

    def receive(
        self,
        call: Call,
        fund_id: UUID,
        *,
        amount_fen: int,
        source: str,
        received_on: date | None = None,
        document_sha256: bytes | None = None,
    ) -> Answer:
        """Book money from a named source; the document's SHA-256 ties it to its paper. Raises Invalid."""
        access.require(call.actor, Act.MANAGE_FUNDS)
        if not source.strip():
            raise Invalid(field="source", rule="missing")

        def decide(work: Work) -> Body:
            fund = self._theirs(work, call, fund_id)
            receipt_id = work.new_id()
            fund.receive(
                work.at,
                receipt_id=receipt_id,
                amount_fen=AmountFen(amount_fen),
                source_ref=work.text(receipt_id, source.strip()),
                document=document_sha256,
                received_on=received_on or work.today,
                recorded_by=call.actor.id,
            )
            return {"receipt_id": str(receipt_id), "fund_id": str(fund_id)}

        day = received_on and received_on.isoformat()
        told = [str(fund_id), amount_fen, source, day, document_sha256 and document_sha256.hex()]
        return self._tools.change(call, "funds.receive", told, decide)

    def reserve(self, call: Call, fund_id: UUID, *, area: str, period: str, amount_fen: int) -> Answer:
        """Reserve money for an area and a period; more for the same area and period adds to its budget.

        Raises FundExhausted, Invalid (period, amount), OutsideScope.
        """
        access.require_in_area(call.actor, Act.MANAGE_FUNDS, self._tools.areas(area).path(area))
        period_from, period_until = read_period(period)

        def decide(work: Work) -> Body:
            fund = self._theirs(work, call, fund_id)
            fund.check_reserve(AmountFen(amount_fen))
            budget_id = naming.budget_id(work.tenant, fund_id, area, period_from, period_until)
            budget = work.unit.seek(Budget, budget_id)
            if budget is None:
                opened = Budget.open(
                    work.at,
                    budget_id,
                    fund_id=fund_id,
                    area_code=area,
                    period_from=period_from,
                    period_until=period_until,
                    amount_fen=AmountFen(amount_fen),
                )
                work.unit.add(opened)
            else:
                budget.increase(work.at, AmountFen(amount_fen))
            fund.reserve(
                work.at,
                budget_id=budget_id,
                area_code=area,
                amount_fen=AmountFen(amount_fen),
                reserved_by=call.actor.id,
            )
            return {"budget_id": str(budget_id), "fund_id": str(fund_id)}

        told = [str(fund_id), area, period, amount_fen]
        return self._tools.change(call, "funds.reserve", told, decide)

    def _theirs(self, work: Work, call: Call, fund_id: UUID) -> Fund:
        fund = work.unit.get(Fund, fund_id)
        path = self._tools.areas().path(fund.area_code)
        access.require_in_area(call.actor, Act.MANAGE_FUNDS, path)
        return fund

    def list(self, call: Call, *, limit: int, after: UUID | None = None) -> Body:
        access.require(call.actor, Act.READ_FUNDS)
        with self._tools.reading() as connection:
            found = fund_model.page(connection, limit, after)
        with self._tools.looking() as desk:
            names = desk.vault.get_many([fund.name_ref for fund in found])
        shown = [
            {
                "fund_id": str(fund.fund_id),
                "name": names.get(fund.name_ref, {}).get("text"),
                "kind": fund.kind,
                "area": fund.area_code,
                "received_fen": fund.received_fen,
                "available_fen": fund.available_fen,
            }
            for fund in found
        ]
        return {"funds": shown, "next": shown[-1]["fund_id"] if len(found) == limit else None}

    def show(self, call: Call, fund_id: UUID) -> Body:
        """A fund with its budgets, what it owes, and where each of its points went."""
        access.require(call.actor, Act.READ_FUNDS)
        with self._tools.reading() as connection:
            fund = fund_model.get(connection, fund_id)
            if fund is None:
                raise FundNotFound(subject="fund", reference=str(fund_id))
            budgets = fund_model.budgets_of(connection, fund_id, _BUDGETS_SHOWN)
            liability = fund_model.liability(connection, fund_id)
            conservation = fund_model.conservation(connection, fund_id)
        with self._tools.looking() as desk:
            name = desk.vault.get_text(fund.name_ref)
        return {
            "fund_id": str(fund_id),
            "name": name,
            "kind": fund.kind,
            "area": fund.area_code,
            "received_fen": fund.received_fen,
            "reserved_fen": fund.reserved_fen,
            "returned_fen": fund.returned_fen,
            "paid_fen": fund.paid_fen,
            "claims_fen": fund.claims_fen,
            "available_fen": fund.available_fen,
            "liability": {
                "held_fen": liability.held_fen,
                "takings_value_fen": liability.takings_value_fen,
                "takings_pay_fen": liability.takings_pay_fen,
                "owed_fen": liability.owed_fen,
            },
            "points": {
                "issued": conservation.issued_points,
                "held": conservation.held_points,
                "redeemed": conservation.redeemed_points,
                "refunded": conservation.refunded_points,
                "expired": conservation.expired_points,
                "closed": conservation.closed_points,
                "returned": conservation.returned_points,
                "balanced": conservation.holds,
            },
            "budgets": [
                {
                    "budget_id": str(budget.budget_id),
                    "area": budget.area_code,
                    "period_from": budget.period_from.isoformat(),
                    "period_until": budget.period_until.isoformat(),
                    "reserved_fen": budget.reserved_fen,
                    "committed_fen": budget.committed_fen,
                    "available_fen": budget.available_fen,
                }
                for budget in budgets
            ],
        }


_YEAR = re.compile(r"\A(\d{4})\Z", re.ASCII)
_QUARTER = re.compile(r"\A(\d{4})-Q([1-4])\Z", re.ASCII)
_MONTH = re.compile(r"\A(\d{4})-(0[1-9]|1[0-2])\Z", re.ASCII)
_RANGE = re.compile(r"\A(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)\Z", re.ASCII)
_DAY = timedelta(days=1)


def read_period(period: str) -> tuple[date, date]:
    """First and last day of `2026`, `2026-Q4`, `2026-11` or `2026-01-01/2026-06-30`. Raises Invalid."""
    try:
        if found := _YEAR.match(period):
            year = int(found[1])
            return date(year, 1, 1), date(year, 12, 31)
        if found := _QUARTER.match(period):
            start = date(int(found[1]), 3 * int(found[2]) - 2, 1)
            return start, add_months(start, 3) - _DAY
        if found := _MONTH.match(period):
            start = date(int(found[1]), int(found[2]), 1)
            return start, add_months(start, 1) - _DAY
        if found := _RANGE.match(period):
            start, end = date.fromisoformat(found[1]), date.fromisoformat(found[2])
            if start <= end:
                return start, end
    except ValueError:
        pass  # a day that no calendar has: refused like any other unreadable period
    raise Invalid(field="period", rule="period-unreadable")
