"""Refunds: the very lots get their points back; what fell to a lot that has closed goes to its fund."""

from __future__ import annotations

from uuid import UUID

from points import access
from points.access import Act
from points.application.expiry import expire_account
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain import naming
from points.domain.account import Account, Taken
from points.domain.budget import Budget
from points.domain.errors import Invalid
from points.domain.fund import Fund
from points.domain.redemption import Portion, Redemption
from points.domain.settlement_book import SettlementBook
from points.domain.values import AmountFen, Points, Role
from points.merchants.redeeming import RedemptionNotFound
from points.projections.dues import by_budget


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
            if call.actor.role in {Role.TILL, Role.POS}:
                redemption.check_till_may_refund(work.at, call.actor.id)
            refund_no = take_back(work, redemption, Points(points), call.actor.id, reason.strip())
            return {"redemption_id": str(redemption_id), "refund_no": refund_no, "points": points}

        told = [str(redemption_id), points, reason]
        return self._tools.change(call, "refunds.refund", told, decide, needs=(redemption_id,))


def take_back(work: Work, redemption: Redemption, points: Points, refunded_by: UUID, reason: str) -> int:
    """Refund so many points, whoever decided it; returns the refund's number. Raises RefundExceedsRedemption."""
    portions = redemption.choose_refund(points)
    account = work.unit.get(Account, redemption.account_id)
    # What has expired goes first: a refund into its lot must not bring it back to life.
    expire_account(work, account.id)
    taken = tuple(Taken(portion.lot_no, portion.points) for portion in portions)
    restored, closed = account.plan_restore(taken, work.today)
    refund_no = redemption.refund(
        work.at,
        portions=portions,
        returned=closed,
        refunded_by=refunded_by,
        reason_ref=work.text(redemption.id, reason),
    )
    if restored:
        account.restore(work.at, redemption_id=redemption.id, refund_no=refund_no, restored=restored)
    return_to_funds(work, account.id, portions, closed)
    claim_back(work, redemption, refund_no, portions)
    return refund_no


def claim_back(work: Work, redemption: Redemption, refund_no: int, portions: tuple[Portion, ...]) -> None:
    """The sale was stated in a settlement: until the next one nets the refund, its money is the merchant's debt."""
    book = work.unit.seek(SettlementBook, naming.settlement_book_id(work.tenant, redemption.merchant_id))
    position = work.unit.event_position(redemption.id, redemption.sale_version)
    if book is None or book.drawing_of(redemption.id, position) is None:
        return
    for budget_id, (_, value_fen, _) in by_budget(portions).items():
        fund = work.unit.get(Fund, work.unit.get(Budget, budget_id).fund_id)
        fund.raise_claim(
            work.at,
            redemption_id=redemption.id,
            refund_no=refund_no,
            merchant_id=redemption.merchant_id,
            budget_id=budget_id,
            amount_fen=AmountFen(value_fen),
        )


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
