"""What one till took today, for whoever stands at it: sums, and each sale to print or refund."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Body, Call, Tools
from points.domain.calendar import from_us, local_day
from points.domain.errors import NotAllowed
from points.merchants.receipts import Receipts
from points.merchants.redeeming import RedemptionNotFound
from points.projections import merchants, takings


class TillDay:
    """The till's own side. Nothing here names a payer (rule 17)."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._receipts = Receipts(tools)

    def place(self, call: Call) -> Body:
        """Which merchant's till this is, and its number. Raises NotAllowed for anybody but a till."""
        merchant_id = self._merchant_id(call)
        with self._tools.reading() as connection:
            merchant, till = merchants.get(connection, merchant_id), merchants.till(connection, call.actor.id)
        with self._tools.looking() as desk:
            name = (desk.vault.get(merchant.name_ref) or {}).get("text", "") if merchant else ""
        return {"merchant": name, "till_number": till.number if till else 0}

    def show(self, call: Call, *, limit: int, before: int | None = None, day: date | None = None) -> Body:
        """The day's sums, and the till's sales of any day, the latest first. Raises NotAllowed."""
        merchant_id = self._merchant_id(call)
        with self._tools.reading() as connection:
            sums = takings.till_day(connection, merchant_id, call.actor.id, day or self._tools.today(call))
            sales = takings.of_merchant(connection, merchant_id, limit, before, call.actor.id)
        return {
            "day": sums.day.isoformat(),
            "redemptions": sums.redemptions,
            "points": sums.points,
            "pay_fen": sums.pay_fen,
            "refunds": sums.refunds,
            "refunded_points": sums.refunded_points,
            "refunded_pay_fen": sums.refunded_pay_fen,
            "net_pay_fen": sums.net_pay_fen,
            "sales": [_sale(sale) for sale in sales],
            "next": sales[-1].position if len(sales) == limit else None,
        }

    def sale(self, call: Call, redemption_id: UUID) -> Body:
        """One sale of this till with its receipt code. Raises NotAllowed, RedemptionNotFound."""
        merchant_id = self._merchant_id(call)
        with self._tools.reading() as connection:
            found = takings.get(connection, redemption_id)
        if found is None or (found.merchant_id, found.till_id) != (merchant_id, call.actor.id):
            raise RedemptionNotFound(subject="redemption", reference=str(redemption_id))
        at = from_us(found.occurred_at_us)
        return {
            **_sale(found),
            "refundable_today": local_day(at) == self._tools.today(call),
            "receipt": self._receipts.code(redemption_id, found.points, at),
        }

    def _merchant_id(self, call: Call) -> UUID:
        access.require(call.actor, Act.REDEEM)
        if call.actor.merchant_id is None:
            raise NotAllowed(action=Act.REDEEM.value)
        return call.actor.merchant_id


def _sale(sale: takings.Redemption) -> dict[str, Any]:
    return {
        "id": str(sale.redemption_id),
        "points": sale.points,
        "pay_fen": sale.pay_fen,
        "refunded_points": sale.refunded_points,
        "refundable_points": sale.points - sale.refunded_points,
        "occurred_at": from_us(sale.occurred_at_us).isoformat(),
    }
