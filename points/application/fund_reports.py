"""What a fund did: cover at any time, its receipts, what each donor's money became, and the audit report."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from points import access
from points.access import Act
from points.application.fund_paper import paper
from points.application.fund_workbook import workbook
from points.application.funds import FundNotFound
from points.application.tools import Body, Call, Tools
from points.domain.calendar import to_us
from points.domain.errors import Invalid
from points.domain.shares import split
from points.projections import budget_standing, fund_history, fund_uses
from points.projections import funds as fund_model

_RECEIPTS_MOST = 10_000
_BUDGETS_MOST = 10_000


class FundReports:
    """Nothing here changes anything."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def liability(
        self, call: Call, fund_id: UUID, *, at: datetime | None = None, position: int | None = None
    ) -> Body:
        """What the fund owed and what covered it, now or as it was known at an instant or a position.

        Raises FundNotFound, Invalid.
        """
        access.require(call.actor, Act.READ_FUNDS)
        if at is not None and position is not None:
            raise Invalid(field="at", rule="exactly-one")
        with self._tools.reading() as connection:
            self._fund(connection, fund_id)
            wanted = self._position(at, position)
            stood = fund_history.stood_at(
                connection, self._tools.recorder.read_page, self._tools.codecs, fund_id, wanted
            )
        return {
            "fund_id": str(fund_id),
            "position": stood.position,
            "received_fen": stood.received_fen,
            "reserved_fen": stood.reserved_fen,
            "committed_fen": stood.committed_fen,
            "held_fen": stood.held_fen,
            "takings_pay_fen": stood.takings_pay_fen,
            "owed_fen": stood.owed_fen,
            "issued_points": stood.issued_points,
            "returned_points": stood.returned_points,
            "redeemed_points": stood.redeemed_points,
            "covered": stood.covered,
        }

    def _position(self, at: datetime | None, position: int | None) -> int:
        recorder = self._tools.recorder
        head = recorder.read_head()
        if at is not None:
            with self._tools.engine.connect() as connection:
                return recorder.last_position_before(connection, head, to_us(at) + 1)
        if position is None:
            return head.position
        if not 0 <= position <= head.position:
            raise Invalid(field="position", rule="range")
        return position

    def receipts(self, call: Call, fund_id: UUID, *, limit: int, after: int = 0) -> Body:
        """What came in, with the name of who gave it and the digest of its paper."""
        access.require(call.actor, Act.READ_FUNDS)
        with self._tools.reading() as connection:
            self._fund(connection, fund_id)
            found = fund_uses.receipts(connection, fund_id, limit, after)
        return {
            "receipts": self._shown(found),
            "next": found[-1].position if len(found) == limit else None,
        }

    def _shown(self, found: list[fund_uses.Receipt]) -> list[dict[str, Any]]:
        with self._tools.looking() as desk:
            names = desk.vault.get_many([receipt.source_ref for receipt in found])
        return [
            {
                "receipt_id": str(receipt.receipt_id),
                "source": names.get(receipt.source_ref, {}).get("text"),
                "amount_fen": receipt.amount_fen,
                "received_on": receipt.received_on.isoformat(),
                "document_sha256": receipt.document and receipt.document.hex(),
            }
            for receipt in found
        ]

    def sources(self, call: Call, fund_id: UUID) -> Body:
        """What became of each source's money.

        Money in a fund is not marked, so every source has its share of everything pro rata to what it gave, by the
        method of the largest remainder: the shares of each column add up to the fund's own number.
        Raises FundNotFound.
        """
        access.require(call.actor, Act.READ_FUNDS)
        with self._tools.reading() as connection:
            fund = self._fund(connection, fund_id)
            found = fund_uses.receipts(connection, fund_id, _RECEIPTS_MOST)
            uses = fund_uses.uses(connection, fund_id)
            conservation = fund_model.conservation(connection, fund_id)
        weights = [receipt.amount_fen for receipt in found]
        columns = {
            "issued_points": split(conservation.issued_points, weights),
            "held_points": split(conservation.held_points, weights),
            "redeemed_points": split(conservation.redeemed_points - conservation.refunded_points, weights),
            "available_fen": split(fund.available_fen, weights),
        }
        shops = {use.merchant_kind: (split(use.points, weights), split(use.pay_fen, weights)) for use in uses}
        shown = self._shown(found)
        for place, receipt in enumerate(shown):
            receipt |= {name: shares[place] for name, shares in columns.items()}
            receipt["shops"] = [
                {"kind": kind, "points": points[place], "pay_fen": pay[place]}
                for kind, (points, pay) in shops.items()
            ]
        return {"fund_id": str(fund_id), "method": "pro-rata-largest-remainder", "sources": shown}

    def workbook(self, call: Call, fund_id: UUID) -> bytes:
        """The audit report as a spreadsheet: the fund, its receipts, budgets, shops and the proof of its sums."""
        return workbook(self.report(call, fund_id))

    def paper(self, call: Call, fund_id: UUID) -> bytes:
        """The audit report as a PDF; the same state at the same instant gives the same bytes."""
        return paper(self.report(call, fund_id))

    def report(self, call: Call, fund_id: UUID) -> Body:
        """Everything an auditor asks of a fund, as one document. Raises FundNotFound."""
        access.require(call.actor, Act.READ_FUNDS)
        with self._tools.reading() as connection:
            fund = self._fund(connection, fund_id)
            budgets = fund_model.budgets_of(connection, fund_id, _BUDGETS_MOST)
            standing = budget_standing.of_budgets(connection, [budget.budget_id for budget in budgets])
            conservation = fund_model.conservation(connection, fund_id)
            uses = fund_uses.uses(connection, fund_id)
        with self._tools.looking() as desk:
            name = desk.vault.get_text(fund.name_ref)
        liability = self.liability(call, fund_id)
        return {
            "fund_id": str(fund_id),
            "name": name,
            "kind": fund.kind,
            "area": fund.area_code,
            "made_at": (call.fixed_at or self._tools.now()).isoformat(),
            "position": liability["position"],
            "received_fen": fund.received_fen,
            "available_fen": fund.available_fen,
            "liability": liability,
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
            "sources": self.sources(call, fund_id)["sources"],
            "shops": [
                {"kind": use.merchant_kind, "points": use.points, "pay_fen": use.pay_fen} for use in uses
            ],
            "budgets": [_budget(budget, standing[budget.budget_id]) for budget in budgets],
        }

    def _fund(self, connection: Connection, fund_id: UUID) -> fund_model.Fund:
        fund = fund_model.get(connection, fund_id)
        if fund is None:
            raise FundNotFound(subject="fund", reference=str(fund_id))
        return fund


def _budget(budget: fund_model.Budget, standing: budget_standing.Standing) -> dict[str, Any]:
    return {
        "budget_id": str(budget.budget_id),
        "parent_id": standing.parent_id and str(standing.parent_id),
        "activity_id": standing.activity_id and str(standing.activity_id),
        "area": budget.area_code,
        "period_from": budget.period_from.isoformat(),
        "period_until": budget.period_until.isoformat(),
        "granted_fen": standing.granted_fen,
        "allocated_fen": standing.allocated_fen,
        "reserved_fen": budget.reserved_fen,
        "committed_fen": budget.committed_fen,
        "available_fen": budget.available_fen,
        "closed": standing.closed,
    }
