"""The money behind points that nobody will spend goes back: out of its budget, free again in its fund."""

from __future__ import annotations

from collections.abc import Iterable

from points.application.tools import Work
from points.domain import transfers
from points.domain.account import Account, Taken
from points.domain.budget import Budget
from points.domain.fund import Fund


def return_money(work: Work, account: Account, taken: Iterable[Taken]) -> None:
    """For points that have just left the account's lots for good."""
    for budget_id, (points, amount_fen) in transfers.by_budget(account, taken).items():
        budget = work.unit.get(Budget, budget_id)
        budget.give_back(work.at, account_id=account.id, points=points, amount_fen=amount_fen)
        fund = work.unit.get(Fund, budget.fund_id)
        fund.take_back(work.at, budget_id=budget_id, amount_fen=amount_fen)
