"""What an approved adjustment does to the account and to the money behind it."""

from __future__ import annotations

from uuid import UUID

from points.application.money_back import return_money
from points.application.tools import Body, Work
from points.domain import transfers
from points.domain.account import Account
from points.domain.adjustment import Adjustment, AdjustmentKind, DeductionsNotInScheme
from points.domain.budget import Budget, NoBudgetForArea
from points.domain.errors import Invalid
from points.domain.scheme import Scheme, SchemeNotInForce
from points.domain.scheme_terms import last_day
from points.domain.transfers import TransferPurpose
from points.domain.values import AmountFen, Origin, Points
from points.projections.accounts import LotFacts


def carry_out(work: Work, adjustment: Adjustment, account: Account, lot: LotFacts | None) -> Body:
    """Decide the account and the budget, then change them. `lot` is the one that a record's points once made."""
    if adjustment.kind is AdjustmentKind.RELIEF:
        return _grant(work, adjustment, account)
    if adjustment.kind is AdjustmentKind.DEDUCTION and adjustment.activity_id is not None:
        check_deductible(work, account, adjustment.points or 0, adjustment.activity_id)
        taken = transfers.deduct(
            work.at,
            account,
            adjustment.points or 0,
            work.today,
            adjustment_id=adjustment.id,
            activity_id=adjustment.activity_id,
        )
        return_money(work, account, taken)
        return {"points": -sum(part.points for part in taken), "debt_points": 0}
    if adjustment.kind is AdjustmentKind.BEQUEST and adjustment.to_account_id is not None:
        return _bequeath(work, adjustment, account, adjustment.to_account_id)
    return _correct(work, adjustment, account, lot)


def _bequeath(work: Work, adjustment: Adjustment, account: Account, to_account_id: UUID) -> Body:
    """All that is free and was earned goes to the household; relief ends with whom it was granted to."""
    free = transfers.all_earned(account, work.today)
    taken = transfers.choose(account, sum(part.points for part in free), work.today)
    transfers.transfer(
        work.at,
        account,
        work.unit.get(Account, to_account_id),
        taken,
        transfer_id=adjustment.id,
        purpose=TransferPurpose.BEQUEST,
        on=work.today,
        reason_ref=adjustment.reason_ref,
    )
    return {"points": -sum(part.points for part in taken), "debt_points": 0}


def _grant(work: Work, adjustment: Adjustment, account: Account) -> Body:
    """Relief at today's terms of the scheme, from the budget that was named."""
    if adjustment.scheme_id is None or adjustment.budget_id is None:
        raise Invalid(field="budget-id", rule="missing")
    version = work.unit.get(Scheme, adjustment.scheme_id).in_force(work.today)
    if version is None:
        raise SchemeNotInForce(day=work.today)
    budget = work.unit.get(Budget, adjustment.budget_id)
    if not budget.covers(work.today):
        raise NoBudgetForArea(area_code=budget.area_code, day=work.today)
    points, value_fen = Points(adjustment.points or 0), version.terms.value_fen
    budget.check_issue(points, value_fen)
    lot_no = transfers.credit(
        work.at,
        account,
        adjustment_id=adjustment.id,
        points=points,
        value_fen=value_fen,
        budget_id=budget.id,
        scheme_id=adjustment.scheme_id,
        scheme_version=version.number,
        origin=Origin.RELIEF,
        earned_on=work.today,
        expires_on=last_day(version.terms, work.today),
    )
    budget.issue(work.at, account_id=account.id, lot_no=lot_no, points=points, value_fen=value_fen)
    return {"points": int(points), "debt_points": 0}


def _correct(work: Work, adjustment: Adjustment, account: Account, lot: LotFacts | None) -> Body:
    """Upward the record's points get company of their own kind; downward they go, and what is spent is owed."""
    points, record_id = adjustment.points or 0, adjustment.record_id
    if lot is None or record_id is None:
        raise Invalid(field="record-id", rule="record-earned-nothing")
    if points < 0:
        taken = transfers.correct(
            work.at, account, -points, work.today, adjustment_id=adjustment.id, record_id=record_id
        )
        return_money(work, account, taken)
        gone = sum(part.points for part in taken)
        return {"points": -gone, "debt_points": -points - gone}
    if lot.expires_on is not None and lot.expires_on < work.today:
        raise Invalid(field="record-id", rule="points-ended")
    budget = work.unit.get(Budget, lot.budget_id)
    budget.check_issue(Points(points), AmountFen(lot.value_fen))
    lot_no = transfers.credit(
        work.at,
        account,
        adjustment_id=adjustment.id,
        points=Points(points),
        value_fen=AmountFen(lot.value_fen),
        budget_id=lot.budget_id,
        scheme_id=lot.scheme_id,
        scheme_version=lot.scheme_version,
        origin=Origin.EARNED,
        earned_on=lot.earned_on,
        expires_on=lot.expires_on,
        record_id=record_id,
        activity_id=lot.activity_id,
    )
    budget.issue(
        work.at,
        account_id=account.id,
        lot_no=lot_no,
        points=Points(points),
        value_fen=AmountFen(lot.value_fen),
    )
    return {"points": points, "debt_points": 0}


def check_deductible(work: Work, account: Account, points: int, activity_id: UUID) -> None:
    """Raises InsufficientPoints beyond what is left of the activity's points, DeductionsNotInScheme."""
    for lot_no, _ in transfers.choose(account, points, work.today, transfers.of_activity(activity_id)):
        lot = account.lots[lot_no]
        version = work.unit.get(Scheme, lot.scheme_id).drafted(lot.scheme_version)
        if not version.terms.rules.deductions:
            raise DeductionsNotInScheme
