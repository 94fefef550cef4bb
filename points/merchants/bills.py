"""Bills of property fees: known in advance where the property manager says so, else from their first credit on."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from points import access
from points.access import Act
from points.application.funds import read_period
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain.errors import Invalid, Refused
from points.domain.merchant import Merchant
from points.domain.property_fee import PropertyFee
from points.domain.values import AmountFen, MerchantKind
from points.ledger.blind_indexes import BILL, activity_value


class BillKnown(Refused):
    """A bill of that number is on the books of this property manager."""


class Bills:
    """What is to be paid for a home."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def register(
        self, call: Call, merchant_id: UUID, *, bill_number: str, amount_fen: int, period: str | None = None
    ) -> Answer:
        """Say how high a bill is, so that it can be paid in parts. Raises BillKnown, Invalid, OutsideScope."""
        access.require(call.actor, Act.MANAGE_OFFERS)
        days = None if period is None else read_period(period)

        def decide(work: Work) -> Body:
            merchant = work.unit.get(Merchant, merchant_id)
            path = self._tools.areas().path(merchant.area_code)
            access.require_for_merchant(call.actor, Act.MANAGE_OFFERS, merchant_id, path)
            if merchant.kind is not MerchantKind.PROPERTY_MANAGER:
                raise Invalid(field="bill-number", rule="property-manager-only")
            if work.indexes.lookup(BILL, activity_value(str(merchant_id), bill_number)) is not None:
                raise BillKnown
            fee = _open(work, merchant_id, bill_number, days, AmountFen(amount_fen))
            return {"fee_id": str(fee.id)}

        told = [str(merchant_id), bill_number, amount_fen, period]
        return self._tools.change(call, "bills.register", told, decide)


def fee_of(work: Work, merchant_id: UUID, bill_number: str) -> PropertyFee:
    """The fee that a bill's number stands for; opened without an amount if nobody registered it."""
    known = work.indexes.lookup(BILL, activity_value(str(merchant_id), bill_number))
    if known is not None:
        return work.unit.get(PropertyFee, known)
    return _open(work, merchant_id, bill_number, None, None)


def _open(
    work: Work,
    merchant_id: UUID,
    bill_number: str,
    days: tuple[date, date] | None,
    amount_fen: AmountFen | None,
) -> PropertyFee:
    number = bill_number.strip()
    if not number:
        raise Invalid(field="bill-number", rule="missing")
    fee_id = work.new_id()
    work.indexes.claim(BILL, activity_value(str(merchant_id), number), fee_id)
    fee = PropertyFee.open(
        work.at,
        fee_id,
        merchant_id=merchant_id,
        bill_ref=work.text(fee_id, number),
        period_from=days and days[0],
        period_until=days and days[1],
        amount_fen=amount_fen,
    )
    return work.unit.add(fee)
