"""The price list: articles with a price in points and a stock that is counted exactly."""

from __future__ import annotations

from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain.errors import Invalid
from points.domain.merchant import Merchant
from points.domain.offer import Offer
from points.domain.values import Points
from points.merchants.extras import OfferNotFound
from points.projections import offers as offer_model


class Offers:
    """What a shop gives for points."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def list_one(
        self, call: Call, merchant_id: UUID, *, title: str, points: int, stock: int | None = None
    ) -> Answer:
        """Put an article on the list. Raises Invalid, OutsideScope, StreamNotFound."""
        access.require(call.actor, Act.MANAGE_OFFERS)
        if not title.strip():
            raise Invalid(field="title", rule="missing")

        def decide(work: Work) -> Body:
            self._check(call, work.unit.get(Merchant, merchant_id))
            offer_id = work.new_id()
            offer = Offer.list(
                work.at,
                offer_id,
                merchant_id=merchant_id,
                title_ref=work.text(offer_id, title.strip()),
                unit_points=Points(points),
                stock=stock,
                listed_by=call.actor.id,
            )
            work.unit.add(offer)
            return {"offer_id": str(offer_id), "points": points, "stock": stock}

        return self._tools.change(call, "offers.list", [str(merchant_id), title, points, stock], decide)

    def change(
        self,
        call: Call,
        offer_id: UUID,
        *,
        points: int | None = None,
        restock: int | None = None,
        withdraw: bool = False,
    ) -> Answer:
        """Another price, more or fewer of it, or off the list. Raises OfferNotFound, OfferSoldOut, Invalid."""
        access.require(call.actor, Act.MANAGE_OFFERS)

        def decide(work: Work) -> Body:
            offer = work.unit.seek(Offer, offer_id)
            if offer is None:
                raise OfferNotFound(subject="offer", reference=str(offer_id))
            self._check(call, work.unit.get(Merchant, offer.merchant_id))
            if points is not None:
                offer.reprice(work.at, Points(points), repriced_by=call.actor.id)
            if restock is not None:
                offer.restock(work.at, restock, restocked_by=call.actor.id)
            if withdraw:
                offer.withdraw(work.at, withdrawn_by=call.actor.id)
            return {"offer_id": str(offer_id), "points": offer.unit_points, "stock": offer.stock}

        return self._tools.change(call, "offers.change", [str(offer_id), points, restock, withdraw], decide)

    def list(self, call: Call, merchant_id: UUID, *, limit: int, after: UUID | None = None) -> Body:
        """A shop's articles, for whoever may pay there or look at it."""
        access.require(call.actor, Act.READ_OFFERS)
        if call.actor.merchant_id not in {None, merchant_id}:
            raise access.OutsideScope(action=Act.READ_OFFERS.value)
        with self._tools.reading() as connection:
            found = offer_model.of_merchant(connection, merchant_id, limit, after)
        with self._tools.looking() as desk:
            titles = desk.vault.get_many([offer.title_ref for offer in found])
        shown = [
            {
                "offer_id": str(offer.offer_id),
                "title": titles.get(offer.title_ref, {}).get("text"),
                "points": offer.unit_points,
                "stock": offer.stock,
            }
            for offer in found
        ]
        return {"offers": shown, "next": str(found[-1].offer_id) if len(found) == limit else None}

    def _check(self, call: Call, merchant: Merchant) -> None:
        path = self._tools.areas().path(merchant.area_code)
        access.require_for_merchant(call.actor, Act.MANAGE_OFFERS, merchant.id, path)
