"""What one merchant is owed: the lines that no settlement covers yet, and what they come to by budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Connection

from points.application.tools import Tools
from points.domain import naming
from points.domain.calendar import SHANGHAI, to_us
from points.domain.settlement import Share, Stated
from points.domain.settlement_book import Drawing, Held, Owed, SettlementBook
from points.projections import disputes, dues
from points.projections.dues import Range, Sums


def book_of(tools: Tools, merchant_id: UUID) -> SettlementBook | None:
    """The merchant's book as committed."""
    id_ = naming.settlement_book_id(tools.tenant, merchant_id)
    with tools.engine.connect() as connection:
        found = tools.writer.loader.load(connection, [id_]).get(id_)
    return found if isinstance(found, SettlementBook) else None


def end_of(tools: Tools, period_until: date) -> int:
    """The last position that was recorded within the period, or so far."""
    midnight = datetime.combine(period_until + timedelta(days=1), time(), SHANGHAI)
    head = tools.recorder.read_head()
    with tools.engine.connect() as connection:
        return tools.recorder.last_position_before(connection, head, to_us(midnight))


def plan(connection: Connection, merchant_id: UUID, before: Drawing | None, until_position: int) -> Stated:
    """State everything up to a position that `before`, the drawing before this one, left open."""
    after = before.until_position if before else 0
    until = max(until_position, after)
    disputed = disputes.open_redemptions(connection, merchant_id)
    held_before = before.held if before else ()
    still = tuple(held for held in held_before if held.redemption_id in disputed)
    included = tuple(held for held in held_before if held.redemption_id not in disputed)
    found = dues.lines_of(connection, merchant_id, Range(after, until, included, still))
    fresh = sorted({line.redemption_id for line in found} & disputed)
    held = still + tuple(Held(redemption_id, after) for redemption_id in fresh)
    lines = [line for line in found if line.redemption_id not in disputed]
    shares, carried = _shares(connection, dues.sums_by_budget(lines), before.carried if before else ())
    digest = dues.digest_of(lines)
    return Stated(after, until, included, held, len(lines), digest, shares, carried)


def _shares(
    connection: Connection, sums: Mapping[UUID, Sums], carried_in: Sequence[Owed]
) -> tuple[tuple[Share, ...], tuple[Owed, ...]]:
    """What each budget pays. Where refunds outweigh sales nothing is paid, and the sum is carried on (rule 18)."""
    totals: dict[UUID, Sums] = dict(sums)
    for owed in carried_in:
        points, value_fen, pay_fen, claims_fen = totals.get(owed.budget_id, (0, 0, 0, 0))
        totals[owed.budget_id] = (
            points + owed.points,
            value_fen + owed.value_fen,
            pay_fen + owed.pay_fen,
            claims_fen + owed.claims_fen,
        )
    fund_of = dues.funds_of(connection, list(totals))
    shares, carried = [], []
    for budget_id, (points, value_fen, pay_fen, claims_fen) in sorted(totals.items()):
        if not any((points, value_fen, pay_fen, claims_fen)):
            continue
        if 0 <= pay_fen <= value_fen:
            shares.append(Share(budget_id, fund_of[budget_id], points, value_fen, pay_fen, claims_fen))
        else:
            carried.append(Owed(budget_id, points, value_fen, pay_fen, claims_fen))
    return tuple(shares), tuple(carried)
