"""Cover holds when everybody comes at once: a budget never backs more points than its money."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

from points.application.tools import Work
from points.bootstrap import Exchange, Settings
from points.domain.account import Account
from points.domain.budget import Budget, BudgetExhausted
from points.domain.values import AmountFen, Origin, Points
from points.projections import funds
from tests.application.test_main_job import COUNTY, START, County, scheme_and_money

CALLERS, COVERED, VALUE_FEN = 24, 10, 100


def test_of_many_who_issue_at_once_only_so_many_succeed_as_the_money_covers(
    database_url: str, tmp_path: Path
) -> None:
    settings = Settings(database_url, master_key_file=tmp_path / "key", fixed_at=START)
    county = County(settings)
    clerk, reviewer = county.staff("county"), county.staff("reviewer")
    fund = scheme_and_money(county, clerk, reviewer, COVERED * VALUE_FEN)
    tools = county.exchange.tools
    with tools.reading() as connection:
        (budget,) = funds.find_budgets(connection, [COUNTY], START.date())
    # Two exchanges over one store stand for two processes: each has its own cache and its own lock.
    other = Exchange.open(settings)

    def issue(caller: int) -> bool:
        within = (county.exchange, other)[caller % 2].tools
        account_id = within.new_id()

        def decide(work: Work) -> None:
            account = Account.open(work.at, account_id, volunteer_id=account_id)
            lot_no = account.issue(
                work.at,
                points=Points(1),
                value_fen=AmountFen(VALUE_FEN),
                budget_id=budget.budget_id,
                scheme_id=fund,
                scheme_version=1,
                origin=Origin.EARNED,
                earned_on=START.date(),
                expires_on=None,
                record_id=UUID(int=caller),
                activity_id=UUID(int=caller),
            )
            work.unit.add(account)
            work.unit.get(Budget, budget.budget_id).issue(
                work.at,
                account_id=account_id,
                lot_no=lot_no,
                points=Points(1),
                value_fen=AmountFen(VALUE_FEN),
            )

        try:
            within.writer.run(within.command(county.call(clerk), decide))
        except BudgetExhausted:
            return False
        return True

    with ThreadPoolExecutor(CALLERS) as pool:
        succeeded = sum(pool.map(issue, range(CALLERS)))
    assert succeeded == COVERED
    with tools.reading() as connection:
        assert funds.conservation(connection, fund).issued_points == COVERED
        assert funds.liability(connection, fund).held_fen == COVERED * VALUE_FEN
    other.close()
    county.exchange.close()
