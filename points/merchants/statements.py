"""Statements as people read them: what was settled, line by line, and from which funds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from points import access
from points.access import Act
from points.application.tools import Body, Call, Tools
from points.domain.calendar import from_us
from points.merchants.errors import SettlementNotFound
from points.merchants.merchants import MerchantNotFound, area_of
from points.projections import dues
from points.projections import merchants as merchant_model
from points.projections import settlements as model
from points.projections.dues import DueKind, DueLine


class Statements:
    """What was settled, line by line."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def list(
        self,
        call: Call,
        *,
        merchant_id: UUID | None = None,
        area: str | None = None,
        state: str | None = None,
        limit: int,
        before: int | None = None,
    ) -> Body:
        """Settlements of a merchant or an area, the newest first; a merchant's people see their own."""
        access.require(call.actor, Act.READ_SETTLEMENTS)
        own, code = call.actor.merchant_id, None
        if own is not None and merchant_id not in {None, own}:
            raise MerchantNotFound(subject="merchant", reference=str(merchant_id))
        merchant_id = own or merchant_id
        if merchant_id is None:
            code = area or call.actor.area_code or self._tools.county_code
            access.require_in_area(call.actor, Act.READ_SETTLEMENTS, self._tools.areas(code).path(code))
        elif own is None:
            path = self._tools.areas().path(area_of(self._tools, merchant_id))
            access.require_for_merchant(call.actor, Act.READ_SETTLEMENTS, merchant_id, path)
        with self._tools.reading() as connection:
            found = model.page(
                connection, limit, merchant_id=merchant_id, area_code=code, state=state, before=before
            )
        more = found[-1].position if len(found) == limit else None
        return {"statements": [_shown(each) for each in found], "next": more}

    def show(self, call: Call, settlement_id: UUID) -> Body:
        """A settlement with what each budget pays of it."""
        found = self.seen(call, settlement_id)
        with self._tools.reading() as connection:
            shares = model.shares_of(connection, settlement_id)
        with self._tools.looking() as desk:
            reference = found.reference_ref and desk.vault.get_text(found.reference_ref)
        # What backs a point is the offices' affair; a merchant sees what it is paid, and from which fund.
        own = call.actor.merchant_id is not None
        hidden = {"value_fen", "claims_fen"} if own else set()
        return {
            **_shown(found),
            "held_out_redemptions": [str(id_) for id_ in found.held_redemptions],
            "reference": reference,
            "rounding": "exact",
            "shares": [
                {
                    name: str(value) if isinstance(value, UUID) else value
                    for name, value in share._asdict().items()
                    if name not in hidden
                }
                for share in shares
            ],
        }

    def lines(self, call: Call, settlement_id: UUID, *, limit: int, after: int = 0) -> Body:
        """The lines of a statement by position: redemptions and refunds, and what the merchant gets for each."""
        found = self.seen(call, settlement_id)
        with self._tools.reading() as connection:
            stated = self.stated_lines(connection, found)
        chosen = [line for line in stated if line["position"] > after][:limit]
        more = chosen[-1]["position"] if len(chosen) == limit else None
        return {"lines": chosen, "next": more}

    def stated_lines(self, connection: Connection, found: model.Settlement) -> Sequence[Body]:
        """One line an event, its parts by fund within it."""
        read = dues.lines_of(connection, found.merchant_id, found.covered)
        shown = [line for line in read if line.kind != DueKind.CLAIM]
        fund_of = dues.funds_of(connection, list({line.budget_id for line in shown}))
        groups: dict[int, list[DueLine]] = {}
        for line in shown:
            groups.setdefault(line.position, []).append(line)
        return [_line(parts, fund_of) for parts in groups.values()]

    def seen(self, call: Call, settlement_id: UUID) -> model.Settlement:
        """Raises SettlementNotFound, NotAllowed, OutsideScope."""
        access.require(call.actor, Act.READ_SETTLEMENTS)
        with self._tools.reading() as connection:
            found = model.get(connection, settlement_id)
            merchant = merchant_model.get(connection, found.merchant_id) if found else None
        if found is None or merchant is None or call.actor.merchant_id not in {None, found.merchant_id}:
            raise SettlementNotFound(subject="settlement", reference=str(settlement_id))
        path = self._tools.areas().path(merchant.area_code)
        access.require_for_merchant(call.actor, Act.READ_SETTLEMENTS, found.merchant_id, path)
        return found


def _shown(found: model.Settlement) -> dict[str, Any]:
    return {
        "settlement_id": str(found.settlement_id),
        "merchant_id": str(found.merchant_id),
        "period_from": found.period_from.isoformat(),
        "period_until": found.period_until.isoformat(),
        "revision": found.revision,
        "after_position": found.after_position,
        "until_position": found.until_position,
        "lines": found.lines,
        "digest": found.digest,
        "pay_fen": found.pay_fen,
        "carried_fen": found.carried_fen,
        "dispute_until": found.dispute_until.isoformat(),
        "state": found.state,
        "confirmed": found.confirmed,
        "drawn_by": str(found.drawn_by),
        "approvals": sum(who is not None for who in (found.first_approved_by, found.second_approved_by)),
        "orders": found.orders,
        "paid_on": found.paid_on and found.paid_on.isoformat(),
        "position": found.position,
    }


def _line(parts: list[DueLine], fund_of: dict[UUID, UUID]) -> dict[str, Any]:
    first = parts[0]
    return {
        "position": first.position,
        "kind": DueKind(first.kind).name.lower(),
        "redemption_id": str(first.redemption_id),
        "occurred_at": from_us(first.occurred_at_us).isoformat(),
        "points": sum(part.points for part in parts),
        "pay_fen": sum(part.pay_fen for part in parts),
        "parts": [
            {
                "fund_id": str(fund_of[part.budget_id]),
                "budget_id": str(part.budget_id),
                "points": part.points,
                "pay_fen": part.pay_fen,
            }
            for part in parts
        ],
    }
