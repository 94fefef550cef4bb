"""An endpoint is told known types of notices, until it is taken down."""

from __future__ import annotations

import pytest

from points.domain.errors import Invalid
from points.domain.webhook import WEBHOOK_TYPES, Webhook, WebhookRemoved
from tests.domain.examples import a_webhook
from tests.domain.scenario import NOW, event, given, id_of, start_refused, started


def test_an_endpoint_may_be_told_everything() -> None:
    started(a_webhook(WEBHOOK_TYPES), event(Webhook.Registered, types=WEBHOOK_TYPES))


@pytest.mark.parametrize("types", [(), ("everything",), ("redemption.confirmed", "everything")])
def test_unknown_types_are_refused(types: tuple[str, ...]) -> None:
    start_refused(lambda: a_webhook(types), Invalid, field="types", rule="webhook-type-unknown")


def test_it_is_taken_down_once() -> None:
    webhook = a_webhook()
    given(webhook).when(lambda w: w.remove(NOW, removed_by=id_of("owner"))).then(event(Webhook.Removed))
    given(webhook).when(lambda w: w.remove(NOW, removed_by=id_of("owner"))).then_refused(WebhookRemoved)
    given(webhook).when(lambda w: w.require_active()).then_refused(WebhookRemoved)
