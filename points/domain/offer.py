"""An article of a merchant's price list: its price in points, and how many are left."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Invalid, Refused
from points.domain.values import Points


class OfferWithdrawn(Refused):
    """The article is no longer sold for points."""


class OfferSoldOut(Refused):
    """So many are not left."""

    asked: int
    left: int


class OfferPriceDiffers(Refused):
    """The points asked for are not what the goods cost."""

    asked_points: int
    price_points: int


class Offer(Aggregate):
    TOPIC = "points.offer"

    class Event(Aggregate.Event):
        pass

    class Listed(Created, Event):
        """`stock_pieces` is how many there are; nil where nobody counts."""

        TOPIC = "points.offer.listed"
        merchant_id: UUID
        title_ref: UUID
        unit_points: int
        stock_pieces: int | None
        listed_by: UUID

        def apply(self, aggregate: Offer) -> None:
            aggregate.merchant_id = self.merchant_id
            aggregate.unit_points = self.unit_points
            aggregate.stock = self.stock_pieces
            aggregate.withdrawn = False

    class Repriced(Event):
        TOPIC = "points.offer.repriced"
        unit_points: int
        repriced_by: UUID

        def apply(self, aggregate: Offer) -> None:
            aggregate.unit_points = self.unit_points

    class Restocked(Event):
        """So many came in, or were found missing."""

        TOPIC = "points.offer.restocked"
        more_pieces: int
        restocked_by: UUID

        def apply(self, aggregate: Offer) -> None:
            aggregate.stock = (aggregate.stock or 0) + self.more_pieces

    class Sold(Event):
        TOPIC = "points.offer.sold"
        redemption_id: UUID
        pieces: int

        def apply(self, aggregate: Offer) -> None:
            if aggregate.stock is not None:
                aggregate.stock -= self.pieces

    class Withdrawn(Event):
        TOPIC = "points.offer.withdrawn"
        withdrawn_by: UUID

        def apply(self, aggregate: Offer) -> None:
            aggregate.withdrawn = True

    merchant_id: UUID
    unit_points: int
    stock: int | None
    withdrawn: bool

    @classmethod
    def list(
        cls,
        at: datetime,
        id_: UUID,
        *,
        merchant_id: UUID,
        title_ref: UUID,
        unit_points: Points,
        stock: int | None,
        listed_by: UUID,
    ) -> Self:
        """Put an article on the list. Raises Invalid."""
        if unit_points <= 0:
            raise Invalid(field="points", rule="not-positive")
        if stock is not None and stock < 0:
            raise Invalid(field="stock", rule="not-positive")
        return cls._start(
            cls.Listed,
            id_,
            at,
            merchant_id=merchant_id,
            title_ref=title_ref,
            unit_points=unit_points,
            stock_pieces=stock,
            listed_by=listed_by,
        )

    def reprice(self, at: datetime, unit_points: Points, *, repriced_by: UUID) -> None:
        """Another price from now on; what was sold keeps the price of its moment."""
        if unit_points <= 0:
            raise Invalid(field="points", rule="not-positive")
        if unit_points != self.unit_points:
            self._record(self.Repriced, at, unit_points=unit_points, repriced_by=repriced_by)

    def restock(self, at: datetime, difference: int, *, restocked_by: UUID) -> None:
        """Raises OfferSoldOut where more would be missing than there are."""
        left = self.stock or 0
        if left + difference < 0:
            raise OfferSoldOut(asked=-difference, left=left)
        if difference:
            self._record(self.Restocked, at, more_pieces=difference, restocked_by=restocked_by)

    def sell(self, at: datetime, *, redemption_id: UUID, quantity: int, points: Points) -> int:
        """Let so many go for these points; returns the price of one.

        Raises OfferWithdrawn, OfferPriceDiffers, OfferSoldOut, Invalid.
        """
        if quantity <= 0:
            raise Invalid(field="quantity", rule="not-positive")
        if self.withdrawn:
            raise OfferWithdrawn
        if points != quantity * self.unit_points:
            raise OfferPriceDiffers(asked_points=points, price_points=quantity * self.unit_points)
        if self.stock is not None and quantity > self.stock:
            raise OfferSoldOut(asked=quantity, left=self.stock)
        self._record(self.Sold, at, redemption_id=redemption_id, pieces=quantity)
        return self.unit_points

    def withdraw(self, at: datetime, *, withdrawn_by: UUID) -> None:
        if not self.withdrawn:
            self._record(self.Withdrawn, at, withdrawn_by=withdrawn_by)
