"""A merchant's endpoint that is told what happened: registered, given a new secret, taken down."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Invalid, Refused

WEBHOOK_TYPES = (
    "redemption.confirmed",
    "redemption.refunded",
    "settlement.drawn_up",
    "settlement.approved",
    "settlement.ordered",
    "settlement.paid",
    "settlement.payment_failed",
)


class WebhookRemoved(Refused):
    """The endpoint was taken down."""


class Webhook(Aggregate):
    TOPIC = "points.webhook"

    class Event(Aggregate.Event):
        pass

    class Registered(Created, Event):
        """Address and secret stand in the vault: addresses may hold keys of their own."""

        TOPIC = "points.webhook.registered"
        merchant_id: UUID
        endpoint_ref: UUID
        types: tuple[str, ...]
        registered_by: UUID

        def apply(self, aggregate: Webhook) -> None:
            aggregate.merchant_id = self.merchant_id
            aggregate.endpoint_ref = self.endpoint_ref
            aggregate.types = self.types
            aggregate.removed = False

    class Removed(Event):
        TOPIC = "points.webhook.removed"
        removed_by: UUID

        def apply(self, aggregate: Webhook) -> None:
            aggregate.removed = True

    merchant_id: UUID
    endpoint_ref: UUID
    types: tuple[str, ...]
    removed: bool

    @classmethod
    def register(
        cls,
        at: datetime,
        id_: UUID,
        *,
        merchant_id: UUID,
        endpoint_ref: UUID,
        types: tuple[str, ...],
        registered_by: UUID,
    ) -> Self:
        if not types or not set(types) <= set(WEBHOOK_TYPES):
            raise Invalid(field="types", rule="webhook-type-unknown")
        return cls._start(
            cls.Registered,
            id_,
            at,
            merchant_id=merchant_id,
            endpoint_ref=endpoint_ref,
            types=types,
            registered_by=registered_by,
        )

    def require_active(self) -> None:
        if self.removed:
            raise WebhookRemoved

    def remove(self, at: datetime, *, removed_by: UUID) -> None:
        self.require_active()
        self._record(self.Removed, at, removed_by=removed_by)
