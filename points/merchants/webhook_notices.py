"""What an event of the log says to a merchant's endpoint: a type, ids, points and money, and nothing about people."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from points.domain.redemption import Redemption
from points.domain.settlement import Settlement
from points.ledger.codec import Codecs
from points.ledger.event_row import EventRow
from points.projections import settlements, takings

TYPE_OF_TOPIC = {
    Redemption.Confirmed.TOPIC: "redemption.confirmed",
    Redemption.Captured.TOPIC: "redemption.confirmed",
    Redemption.Refunded.TOPIC: "redemption.refunded",
    Settlement.DrawnUp.TOPIC: "settlement.drawn_up",
    Settlement.Approved.TOPIC: "settlement.approved",
    Settlement.Ordered.TOPIC: "settlement.ordered",
    Settlement.Paid.TOPIC: "settlement.paid",
    Settlement.PaymentFailed.TOPIC: "settlement.payment_failed",
}


class Notice(NamedTuple):
    """`body` is the same bytes however often it is made: a signature covers them."""

    merchant_id: UUID
    type: str
    body: bytes


def notice_of(connection: Connection, codecs: Codecs, row: EventRow) -> Notice | None:
    """The notice of an event, or None where it is nobody's business."""
    type_ = TYPE_OF_TOPIC.get(row.topic)
    if type_ is None:
        return None
    id_ = UUID(bytes=row.originator_id)
    event = codecs.decode(id_, row.version, row.topic, row.state)
    told_of = _redemption if type_.startswith("redemption.") else _settlement
    found = told_of(connection, id_, event)
    if found is None:
        return None
    merchant_id, data = found
    told = {
        "type": type_,
        "timestamp": event.timestamp.isoformat(),
        "data": {"merchant_id": str(merchant_id), "position": row.position, **data},
    }
    return Notice(merchant_id, type_, msgspec.json.encode(told))


def _redemption(connection: Connection, id_: UUID, event: Any) -> tuple[UUID, dict[str, Any]] | None:
    known = takings.get(connection, id_)
    if known is None:
        return None
    data = {
        "redemption_id": str(id_),
        "till_id": str(known.till_id),
        "points": event.points,
        "pay_fen": sum(part.points * part.pay_fen for part in event.portions),
    }
    if isinstance(event, Redemption.Refunded):
        data["refund_no"] = event.refund_no
    return known.merchant_id, data


def _settlement(connection: Connection, id_: UUID, _event: Any) -> tuple[UUID, dict[str, Any]] | None:
    known = settlements.get(connection, id_)
    if known is None:
        return None
    data = {
        "settlement_id": str(id_),
        "period_from": known.period_from.isoformat(),
        "period_until": known.period_until.isoformat(),
        "pay_fen": known.pay_fen,
    }
    return known.merchant_id, data
