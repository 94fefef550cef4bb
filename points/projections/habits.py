"""What the patterns of fraud are looked for in: a merchant's sales, and what its customers did elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

import msgspec
from sqlalchemy import Connection, func, select

from points.projections.statements import ISSUED_KIND, statement_lines
from points.projections.takings import Redemption, redemptions

_AT_ONCE = 500


class Habits(msgspec.Struct, frozen=True):
    """Points spent anywhere in the window, and when points were issued."""

    spent_points: int
    issued_at_us: list[int]


def sales_since(connection: Connection, merchant_id: UUID, since_us: int) -> list[Redemption]:
    """A merchant's redemptions from an instant on, the oldest first."""
    statement = select(redemptions).where(
        redemptions.c.merchant_id == merchant_id, redemptions.c.occurred_at_us >= since_us
    )
    return [Redemption(*row) for row in connection.execute(statement.order_by(redemptions.c.position))]


def of_accounts(connection: Connection, account_ids: Collection[UUID], since_us: int) -> dict[UUID, Habits]:
    """The habits of each account from an instant on."""
    wanted = sorted(account_ids)
    spent: dict[UUID, int] = {}
    issued: defaultdict[UUID, list[int]] = defaultdict(list)
    line = statement_lines.c
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        sums = (
            select(line.account_id, func.sum(-line.points))
            .where(line.account_id.in_(part), line.redemption_id.is_not(None), line.points < 0)
            .where(line.occurred_at_us >= since_us)
            .group_by(line.account_id)
        )
        spent.update({account_id: int(points) for account_id, points in connection.execute(sums)})
        grants = select(line.account_id, line.occurred_at_us).where(
            line.account_id.in_(part), line.kind == ISSUED_KIND
        )
        for account_id, at_us in connection.execute(grants):
            issued[account_id].append(at_us)
    return {account_id: Habits(spent.get(account_id, 0), issued[account_id]) for account_id in wanted}
