"""Refunds: the very lots get their points back; what fell to a lot that has closed goes to its fund."""

from __future__ import annotations

from uuid import UUID

from points import access
from points.access import Act
from points.application.expiry import expire_account
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain.account import Account, Taken
from points.domain.budget import Budget
from points.domain.errors import Invalid
from points.domain.fund import Fund
from points.domain.redemption import Portion, Redemption
from points.domain.values import AmountFen, Points, Role
from points.merchants.redeeming import RedemptionNotFound


class Refunds:
    """Taking a sale back, whole or in part."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def refund(self, call: Call, redemption_id: UUID, *, points: int, reason: str) -> Answer:
        """Refund so many points. A till refunds its own redemptions of the same day, the owner any.

        Raises RefundExceedsRedemption, RefundNotToday, RefundOfOtherTill, RedemptionNotFound, Invalid.
        """
        access.require(call.actor, Act.REFUND)
        if not reason.strip():
            raise Invalid(field="reason", rule="missing")

        def decide(work: Work) -> Body:
            redemption = work.unit.seek(Redemption, redemption_id)
            if redemption is None or redemption.merchant_id != call.actor.merchant_id:
                raise RedemptionNotFound(subject="redemption", reference=str(redemption_id))
            if call.actor.role is Role.TILL:
                redemption.check_till_may_refund(work.at, call.actor.id)
            portions = redemption.choose_refund(Points(points))
            account = work.unit.get(Account, redemption.account_id)
            # What has expired goes first: a refund into its lot must not bring it back to life.
            expire_account(work, account.id)
            taken = tuple(Taken(portion.lot_no, portion.points) for portion in portions)
            restored, closed = account.plan_restore(taken, work.today)
            refund_no = redemption.refund(
                work.at,
                portions=portions,
                returned=closed,
                refunded_by=call.actor.id,
                reason_ref=work.text(redemption_id, reason.strip()),
            )
            if restored:
                account.restore(work.at, redemption_id=redemption_id, refund_no=refund_no, restored=restored)
            return_to_funds(work, account.id, portions, closed)
            return {"redemption_id": str(redemption_id), "refund_no": refund_no, "points": points}

        told = [str(redemption_id), points, reason]
        return self._tools.change(call, "refunds.refund", told, decide, needs=(redemption_id,))


def return_to_funds(
    work: Work, account_id: UUID, portions: tuple[Portion, ...], closed: tuple[Taken, ...]
) -> None:
    """Free the money behind points whose lots have closed."""
    by_lot = {portion.lot_no: portion for portion in portions}
    for lot_no, points in closed:
        portion = by_lot[lot_no]
        budget = work.unit.get(Budget, portion.budget_id)
        amount_fen = AmountFen(points * portion.value_fen)
        budget.give_back(work.at, account_id=account_id, points=Points(points), amount_fen=amount_fen)
        fund = work.unit.get(Fund, budget.fund_id)
        fund.take_back(work.at, budget_id=budget.id, amount_fen=amount_fen)
