"""The expiry run: points past their day are taken, and the money behind them goes back to its fund (rule 12)."""

from __future__ import annotations

from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Body, Call, Tools, Work
from points.domain.account import Account
from points.domain.budget import Budget
from points.domain.calendar import to_us
from points.domain.fund import Fund
from points.ledger.writer import Command
from points.projections import accounts

_PAGE = 100


class Expiry:
    """Once a day, safe to run as often as one likes."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def run(self, call: Call) -> Body:
        """Expire what ended before today in every account."""
        access.require(call.actor, Act.RUN_EXPIRY)
        tools = self._tools
        self._release_lapsed(call)
        expired = accounts_touched = position = 0
        after: UUID | None = None
        while True:
            with tools.reading() as connection:
                due = accounts.accounts_due(connection, tools.today(call), _PAGE, after)
            if not due:
                break
            after = due[-1]
            commands = [_command(tools, call, account_id) for account_id in due]
            for answer in tools.writer.run_all(commands):
                if isinstance(answer, BaseException):
                    raise answer
                expired += answer.value
                accounts_touched += bool(answer.value)
                position = max(position, answer.position)
        return {
            "expired_points": expired,
            "accounts": accounts_touched,
            "position": position or tools.recorder.read_head().position,
        }

    def _release_lapsed(self, call: Call) -> None:
        """Free what was held for sales that never came, so that it can be spent, or expire."""
        tools = self._tools
        while True:
            with tools.reading() as connection:
                now_us = to_us(call.fixed_at or tools.now())
                found = accounts.holds_lapsed(connection, now_us, _PAGE)
            if not found:
                return
            for answer in tools.writer.run_all([_releasing(tools, call, account_id) for account_id in found]):
                if isinstance(answer, BaseException):
                    raise answer


def _releasing(tools: Tools, call: Call, account_id: UUID) -> Command[None]:
    def decide(work: Work) -> None:
        work.unit.get(Account, account_id).release_lapsed(work.at)

    return tools.command(call, decide, needs=(account_id,))


def _command(tools: Tools, call: Call, account_id: UUID) -> Command[int]:
    return tools.command(call, lambda work: expire_account(work, account_id), needs=(account_id,))


def expire_account(work: Work, account_id: UUID) -> int:
    """Expire one account's lots; the points taken."""
    account = work.unit.get(Account, account_id)
    account.release_lapsed(work.at)
    due = account.due(work.today)
    account.expire(work.at, work.today)
    for budget_id, (points, amount_fen) in due.items():
        budget = work.unit.get(Budget, budget_id)
        budget.give_back(work.at, account_id=account_id, points=points, amount_fen=amount_fen)
        fund = work.unit.get(Fund, budget.fund_id)
        fund.take_back(work.at, budget_id=budget_id, amount_fen=amount_fen)
    return sum(points for points, _ in due.values())
