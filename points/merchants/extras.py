"""What may stand beside the points of a sale: money, goods of the price list, a property fee's bill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from points.application.tools import Work
from points.domain import naming
from points.domain.errors import Invalid, NotFound
from points.domain.merchant import Merchant
from points.domain.offer import Offer
from points.domain.property_fee import FeeYear
from points.domain.redemption import Redemption
from points.domain.values import AmountFen, MerchantKind, Points
from points.merchants.bills import fee_of

FEE_YEAR_CAP_POINTS = 2_000
"""What one person's points may come off property fees in a year, in points."""


class OfferNotFound(NotFound):
    """No such article at this merchant."""


@dataclass(frozen=True, slots=True)
class Extras:
    """`offer_id` with `quantity`, `bill_number` and `cash_fen` are each left out where there is none."""

    cash_fen: int = 0
    offer_id: UUID | None = None
    quantity: int = 1
    bill_number: str | None = None

    def told(self) -> list[Any]:
        """All of it, for the idempotency record: the same key with anything else in it is another question."""
        offer = None if self.offer_id is None else str(self.offer_id)
        return [self.cash_fen, offer, self.quantity, self.bill_number]

    def apply(self, work: Work, redemption: Redemption) -> None:
        """Say it on the sale, and count it where it counts. `redemption` is new and of this command."""
        if self.cash_fen:
            redemption.add_cash(work.at, self.cash_fen)
        if self.offer_id is not None:
            self._sell(work, redemption, self.offer_id)
        if self.bill_number is not None:
            self._credit(work, redemption, self.bill_number)

    def _sell(self, work: Work, redemption: Redemption, offer_id: UUID) -> None:
        offer = work.unit.seek(Offer, offer_id)
        if offer is None or offer.merchant_id != redemption.merchant_id:
            raise OfferNotFound(subject="offer", reference=str(offer_id))
        unit_points = offer.sell(
            work.at, redemption_id=redemption.id, quantity=self.quantity, points=Points(redemption.points)
        )
        redemption.take_goods(work.at, offer_id=offer.id, quantity=self.quantity, unit_points=unit_points)

    def _credit(self, work: Work, redemption: Redemption, bill_number: str) -> None:
        merchant = work.unit.get(Merchant, redemption.merchant_id)
        if merchant.kind is not MerchantKind.PROPERTY_MANAGER:
            raise Invalid(field="bill-number", rule="property-manager-only")
        fee = fee_of(work, merchant.id, bill_number)
        # What the points are worth to the property manager comes off the bill, and nothing else.
        amount_fen = AmountFen(sum(part.points * part.pay_fen for part in redemption.portions))
        fee.credit(work.at, redemption_id=redemption.id, amount_fen=amount_fen)
        year = work.today.year
        year_id = naming.fee_year_id(work.tenant, redemption.account_id, year)
        counted = work.unit.seek(FeeYear, year_id) or work.unit.add(
            FeeYear.open(work.at, year_id, account_id=redemption.account_id, year=year)
        )
        points = Points(redemption.points)
        counted.count(
            work.at, redemption_id=redemption.id, points=points, cap_points=Points(FEE_YEAR_CAP_POINTS)
        )
        redemption.credit_bill(work.at, bill_ref=fee.bill_ref, fee_id=fee.id, amount_fen=amount_fen)


NO_EXTRAS = Extras()
