"""Endpoints that merchants register, to be told what happened at their tills and with their settlements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain.merchant import Merchant
from points.domain.webhook import WEBHOOK_TYPES, Webhook
from points.merchants.errors import WebhookNotFound
from points.merchants.merchants import MerchantNotFound, area_of
from points.merchants.webhook_delivery import Deliveries
from points.merchants.webhook_sending import check_url
from points.merchants.webhook_signing import new_secret
from points.projections import webhooks as model


class Webhooks:
    """Who is told."""

    def __init__(self, tools: Tools, deliveries: Deliveries) -> None:
        self._tools = tools
        self._deliveries = deliveries

    def register(
        self, call: Call, merchant_id: UUID, *, url: str, types: Sequence[str] | None = None
    ) -> Answer:
        """Register an https endpoint; its secret is in this answer and nowhere else.

        Raises WebhookAddressRefused, Invalid, MerchantNotFound, OutsideScope.
        """
        access.require(call.actor, Act.MANAGE_WEBHOOKS)
        told = tuple(types) if types is not None else WEBHOOK_TYPES
        check_url(url)

        def decide(work: Work) -> Body:
            self._check(work, call, merchant_id)
            webhook_id, secret = work.new_id(), new_secret()
            work.vault.open_subject(webhook_id)
            webhook = Webhook.register(
                work.at,
                webhook_id,
                merchant_id=merchant_id,
                endpoint_ref=work.vault.put(webhook_id, {"url": url, "secret": secret}),
                types=told,
                registered_by=call.actor.id,
            )
            work.unit.add(webhook)
            return {"webhook_id": str(webhook_id), "secret": secret, "types": list(told)}

        return self._tools.change(call, "webhooks.register", [str(merchant_id), url, list(told)], decide)

    def remove(self, call: Call, webhook_id: UUID) -> Answer:
        """Take an endpoint down: nothing more is sent to it. Raises WebhookRemoved, WebhookNotFound."""
        access.require(call.actor, Act.MANAGE_WEBHOOKS)

        def decide(work: Work) -> Body:
            webhook = self._get(work, call, webhook_id)
            webhook.remove(work.at, removed_by=call.actor.id)
            work.vault.destroy(webhook_id, [webhook.endpoint_ref])
            return {"webhook_id": str(webhook_id)}

        return self._tools.change(call, "webhooks.remove", str(webhook_id), decide)

    def replay(self, call: Call, webhook_id: UUID, *, after: int) -> Answer:
        """Send again everything after a position: messages keep their ids, so a receiver knows them."""
        access.require(call.actor, Act.MANAGE_WEBHOOKS)

        def decide(work: Work) -> Body:
            self._get(work, call, webhook_id).require_active()
            return {"webhook_id": str(webhook_id), "after": after}

        answer = self._tools.change(call, "webhooks.replay", [str(webhook_id), after], decide)
        if not answer.replayed:
            self._deliveries.rewind(webhook_id, after)
        return answer

    def list(self, call: Call, merchant_id: UUID) -> Body:
        """A merchant's endpoints. Their secrets are not shown again."""
        self._seen(call, merchant_id)
        with self._tools.reading() as connection:
            found = model.of_merchant(connection, merchant_id)
        with self._tools.looking() as desk:
            kept = desk.vault.get_many([each.endpoint_ref for each in found])
        return {"webhooks": [_shown(each, kept.get(each.endpoint_ref)) for each in found]}

    def dead_letters(self, call: Call, webhook_id: UUID) -> Body:
        """What could not be delivered within three days."""
        access.require(call.actor, Act.MANAGE_WEBHOOKS)
        with self._tools.reading() as connection:
            found = model.get(connection, webhook_id)
        if found is None or call.actor.merchant_id not in {None, found.merchant_id}:
            raise WebhookNotFound(subject="webhook", reference=str(webhook_id))
        self._seen(call, found.merchant_id)
        return {"dead_letters": self._deliveries.dead_letters(webhook_id)}

    def _seen(self, call: Call, merchant_id: UUID) -> None:
        access.require(call.actor, Act.MANAGE_WEBHOOKS)
        path = self._tools.areas().path(area_of(self._tools, merchant_id))
        access.require_for_merchant(call.actor, Act.MANAGE_WEBHOOKS, merchant_id, path)

    def _check(self, work: Work, call: Call, merchant_id: UUID) -> None:
        merchant = work.unit.seek(Merchant, merchant_id)
        if merchant is None:
            raise MerchantNotFound(subject="merchant", reference=str(merchant_id))
        path = self._tools.areas().path(merchant.area_code)
        access.require_for_merchant(call.actor, Act.MANAGE_WEBHOOKS, merchant_id, path)

    def _get(self, work: Work, call: Call, webhook_id: UUID) -> Webhook:
        webhook = work.unit.seek(Webhook, webhook_id)
        if webhook is None or call.actor.merchant_id not in {None, webhook.merchant_id}:
            raise WebhookNotFound(subject="webhook", reference=str(webhook_id))
        self._check(work, call, webhook.merchant_id)
        return webhook


def _shown(found: model.Webhook, endpoint: dict[str, str] | None) -> dict[str, Any]:
    return {
        "webhook_id": str(found.webhook_id),
        "url": endpoint and endpoint["url"],
        "types": found.types.split(),
        "removed": found.removed,
    }
