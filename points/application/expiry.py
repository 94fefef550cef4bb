"""The expiry run: points past their day are taken, and the money behind them goes back to its fund (rule 12)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Body, Call, Tools, Work
from points.domain import transfers
from points.domain.account import Account
from points.domain.budget import Budget
from points.domain.calendar import to_us
from points.domain.errors import Invalid
from points.domain.fund import Fund
from points.ledger.writer import Command
from points.projections import accounts
from points.projections.areas import codes_below

_PAGE = 100
_DAYS_MOST = 366
ANNOUNCED_DAYS = 30
"""How long beforehand people are told."""

MakeCommand = Callable[[Callable[[Work], int]], Command[int]]


class Expiry:
    """Once a day, safe to run as often as one likes."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def announce(self, call: Call, within_days: int = ANNOUNCED_DAYS) -> Body:
        """Tell beforehand, once for each lot, what ends within so many days. Raises Invalid."""
        access.require(call.actor, Act.RUN_EXPIRY)
        return self._announce(within_days, self._tools.today(call), lambda decide: self._asked(call, decide))

    def _announce(self, within_days: int, today: date, command: MakeCommand) -> Body:
        tools = self._tools
        if not 1 <= within_days <= _DAYS_MOST:
            raise Invalid(field="within-days", rule="range")
        until = today + timedelta(days=within_days)
        told = touched = 0
        after: UUID | None = None
        while True:
            with tools.reading() as connection:
                due = accounts.accounts_ending(connection, today, until, _PAGE, after)
            if not due:
                break
            after = due[-1]
            commands = [command(partial(announce_account, account_id=id_, until=until)) for id_ in due]
            for answer in tools.writer.run_all(commands):
                if isinstance(answer, BaseException):
                    raise answer
                told += answer.value
                touched += bool(answer.value)
        return {
            "announced_points": told,
            "accounts": touched,
            "until": until.isoformat(),
            "position": tools.recorder.read_head().position,
        }

    def _asked(self, call: Call, decide: Callable[[Work], int]) -> Command[int]:
        return self._tools.command(call, decide)

    def _by_itself(self, decide: Callable[[Work], int]) -> Command[int]:
        """Of the exchange itself: nobody asked, the day came."""
        return Command(self._tools.new_id(), lambda unit: decide(Work(unit, self._tools)))

    def run_by_itself(self) -> Body:
        """What a server does when a new day has come: expire what ended, tell what will. As often as one likes."""
        today = self._tools.local_today()
        self._release_lapsed(None, self._by_itself)
        body = self._expire(today, self._by_itself)
        announced = self._announce(ANNOUNCED_DAYS, today, self._by_itself)
        return body | {"announced_points": announced["announced_points"]}

    def coming(
        self,
        call: Call,
        *,
        area: str | None = None,
        within_days: int = ANNOUNCED_DAYS,
        limit: int,
        after: tuple[date, UUID] | None = None,
    ) -> Body:
        """Whose points end within so many days in one's area, the first to end first. Raises Invalid."""
        access.require(call.actor, Act.READ_EXPIRY)
        if not 1 <= within_days <= _DAYS_MOST:
            raise Invalid(field="within-days", rule="range")
        code = area or call.actor.area_code or self._tools.county_code
        access.require_in_area(call.actor, Act.READ_EXPIRY, self._tools.areas(code).path(code))
        today = self._tools.today(call)
        until = today + timedelta(days=within_days)
        with self._tools.reading() as connection:
            found = accounts.ending(connection, codes_below(code), today, until, limit, after)
        last = found[-1] if len(found) == limit else None
        return {
            "ending": [
                {
                    "volunteer_number": one.volunteer_number,
                    "area": one.area_code,
                    "points": one.points,
                    "expires_on": one.expires_on.isoformat(),
                }
                for one in found
            ],
            "next": last and f"{last.expires_on.isoformat()}.{last.account_id}",
        }

    def run(self, call: Call) -> Body:
        """Expire what ended before today in every account."""
        access.require(call.actor, Act.RUN_EXPIRY)
        self._release_lapsed(call.fixed_at, lambda decide: self._asked(call, decide))
        return self._expire(self._tools.today(call), lambda decide: self._asked(call, decide))

    def _expire(self, today: date, command: MakeCommand) -> Body:
        tools = self._tools
        expired = accounts_touched = position = 0
        after: UUID | None = None
        while True:
            with tools.reading() as connection:
                due = accounts.accounts_due(connection, today, _PAGE, after)
            if not due:
                break
            after = due[-1]
            commands = [command(partial(expire_account, account_id=id_)) for id_ in due]
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

    def _release_lapsed(self, fixed_at: datetime | None, command: MakeCommand) -> None:
        """Free what was held for sales that never came, so that it can be spent, or expire."""
        tools = self._tools
        while True:
            with tools.reading() as connection:
                now_us = to_us(fixed_at or tools.now())
                found = accounts.holds_lapsed(connection, now_us, _PAGE)
            if not found:
                return
            commands = [command(partial(release_lapsed, account_id=id_)) for id_ in found]
            for answer in tools.writer.run_all(commands):
                if isinstance(answer, BaseException):
                    raise answer


def release_lapsed(work: Work, account_id: UUID) -> int:
    """Free what was held for sales that never came."""
    work.unit.get(Account, account_id).release_lapsed(work.at)
    return 0


def announce_account(work: Work, account_id: UUID, until: date) -> int:
    """Tell one account what ends; the points told for the first time."""
    account = work.unit.get(Account, account_id)
    told = transfers.announce_expiry(work.at, account, work.today, until)
    return sum(part.points for part in told)


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
