"""Reconciliation of ledger, statements and payments to zero, per merchant and per fund."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from points import access
from points.access import Act
from points.application.tools import Body, Call, Tools
from points.domain.values import Role
from points.projections import dues, funds, takings
from points.projections import settlements as model

_FUNDS_AT_ONCE = 200


class Reconciliation:
    """Whether everything earned is stated, everything stated is paid or waits, and every fund agrees."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def run(self, call: Call) -> Body:
        """Ledger against statements against payments, per merchant and per fund: every difference is zero.

        The takings, the due lines, the settlements and the funds are four read models that count apart.
        """
        access.require(call.actor, Act.RECONCILE)
        if call.actor.role is Role.COUNTY:
            code = self._tools.county_code
            access.require_in_area(call.actor, Act.RECONCILE, self._tools.areas().path(code))
        with self._tools.reading() as connection:
            merchants = self._merchants(connection)
            money = self._funds(connection)
        rows = [*merchants, *money]
        return {
            "merchants": merchants,
            "funds": money,
            "ok": all(row["difference_fen"] == 0 for row in rows),
        }

    def _merchants(self, connection: Connection) -> list[Body]:
        taken = takings.net_pay_by_merchant(connection)
        due = dues.pay_by_merchant(connection)
        stated = model.stated_by_merchant(connection)
        rows = []
        for merchant_id in sorted(taken.keys() | due.keys() | stated.keys()):
            stated_fen, paid_fen = stated.get(merchant_id, (0, 0))
            unstated_fen = self._unstated_fen(connection, merchant_id)
            earned_fen = taken.get(merchant_id, 0)
            rows.append(
                {
                    "merchant_id": str(merchant_id),
                    "earned_fen": earned_fen,
                    "stated_fen": stated_fen,
                    "paid_fen": paid_fen,
                    "awaiting_fen": stated_fen - paid_fen,
                    "unstated_fen": unstated_fen,
                    "difference_fen": abs(earned_fen - due.get(merchant_id, 0))
                    + abs(earned_fen - stated_fen - unstated_fen),
                }
            )
        return rows

    def _unstated_fen(self, connection: Connection, merchant_id: UUID) -> int:
        """What the lines after the last settlement come to, those held out and carried on included."""
        last = model.last_standing(connection, merchant_id)
        if last is None:
            return dues.pay_after(connection, merchant_id, 0)
        open_fen = dues.pay_after(connection, merchant_id, last.until_position)
        for held in last.covered.held:
            open_fen += dues.pay_of(connection, merchant_id, held, last.until_position)
        return open_fen + last.carried_fen

    def _funds(self, connection: Connection) -> list[Body]:
        paid = model.paid_by_fund(connection)
        rows, after = [], None
        while page := funds.page(connection, _FUNDS_AT_ONCE, after):
            for fund in page:
                liability = funds.liability(connection, fund.fund_id)
                settled_fen = paid.get(fund.fund_id, (0, 0, 0))[1]
                budgets = funds.reserved_of_budgets(connection, fund.fund_id)
                held_fen = funds.held_fen(connection, fund.fund_id)
                rows.append(
                    {
                        "fund_id": str(fund.fund_id),
                        "received_fen": fund.received_fen,
                        "available_fen": fund.available_fen,
                        "reserved_fen": fund.reserved_fen,
                        "paid_fen": fund.paid_fen,
                        "claims_fen": fund.claims_fen,
                        "held_fen": held_fen,
                        "owed_to_merchants_fen": liability.takings_pay_fen,
                        "difference_fen": abs(fund.paid_fen - settled_fen)
                        + abs(fund.reserved_fen - budgets)
                        + abs(liability.held_fen - held_fen),
                    }
                )
            after = page[-1].fund_id
        return rows
