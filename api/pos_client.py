"""What a shop's own till software needs of the exchange, in one file that needs only httpx.

    with PosClient("https://points.example", token) as pos:
        sale = pos.redeem(20, code=scanned)
        pos.refund(sale.id, 5, "returned", key="refund-1234")

A call whose answer was lost is asked again by itself: a code names its redemption and every other change carries a
key, so asking twice does nothing twice. docs/pos.md shows the same with curl.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx

TRIES = 3
_PAUSE_S = 0.5
_TIMEOUT_S = 10.0
_REFUSED, _BROKEN = 400, 500
_TOLERANCE_S = 300


class PointsRefused(Exception):  # a rule said no: nothing went wrong
    """A rule said no, and says so again if asked again. `type` is stable, `detail` a sentence to show."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        self.status = status
        self.type = str(document.get("type", "")).rpartition("/")[2]
        self.detail = str(document.get("detail", ""))
        self.facts = dict(document)
        super().__init__(f"{self.type}: {self.detail}")


class PointsUnreachable(Exception):  # as above: ask again later
    """No answer came, or the exchange was busy. The same call may be made again later: it is done once."""


class WebhookForged(Exception):  # says what it is
    """The message is not signed with this secret, or is old."""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """`receipt` are the digits of a signed code that proves the payment to anyone."""

    id: str
    points: int
    position: int
    receipt: str | None


@dataclass(frozen=True, slots=True)
class Refunded:
    redemption_id: str
    refund_no: int
    points: int
    position: int


@dataclass
class PosClient:
    """`token` is the till's own. A transport may be handed in for rehearsals."""

    server: str
    token: str = field(repr=False)
    language: str = "zh-Hans"
    transport: httpx.BaseTransport | None = None
    sleep: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        self._http = httpx.Client(
            base_url=self.server,
            transport=self.transport,
            timeout=_TIMEOUT_S,
            headers={"Authorization": f"Bearer {self.token}", "Accept-Language": self.language},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def redeem(self, points: int, *, code: str | None = None, short_code: str | None = None) -> Redeemed:
        """Take points by the code that was scanned, or the twelve digits that were typed."""
        body = {"points": points, "code": code, "short_code": short_code}
        told = self._ask(
            "POST", "/v1/redemptions", {name: value for name, value in body.items() if value is not None}
        )
        return Redeemed(told["id"], told["points"], told["position"], told.get("receipt"))

    def refund(self, redemption_id: str, points: int, reason: str, *, key: str) -> Refunded:
        """Give points back. `key` is the shop's own name for this refund: it makes it happen once."""
        path = f"/v1/redemptions/{redemption_id}/refunds"
        told = self._ask("POST", path, {"points": points, "reason": reason}, key=key)
        return Refunded(told["redemption_id"], told["refund_no"], told["points"], told["position"])

    def redemption(self, redemption_id: str) -> dict[str, Any]:
        """A redemption as it stands, refunds included."""
        return self._ask("GET", f"/v1/redemptions/{redemption_id}")

    def statements(self, merchant_id: str) -> Iterator[dict[str, Any]]:
        """Every statement of the merchant, the newest first. For the owner's token."""
        after: int | None = None
        while True:
            query = "" if after is None else f"?after={after}"
            page = self._ask("GET", f"/v1/merchants/{merchant_id}/statements{query}")
            yield from page["statements"]
            after = page["next"]
            if after is None:
                return

    def _ask(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None
    ) -> dict[str, Any]:
        headers = {"Idempotency-Key": key} if key else {}
        for last in (False,) * (TRIES - 1) + (True,):
            try:
                answer = self._http.request(method, path, json=body, headers=headers)
            except httpx.TransportError as error:
                if last:
                    raise PointsUnreachable(self.server) from error
            else:
                if answer.status_code < _REFUSED:
                    document: dict[str, Any] = answer.json()
                    return document
                if answer.status_code < _BROKEN:
                    raise PointsRefused(answer.status_code, answer.json())
                if last:
                    raise PointsUnreachable(f"{self.server}: {answer.status_code}")
            self.sleep(_PAUSE_S)
        raise AssertionError  # the last turn returned or raised


def verify_webhook(secret: str, headers: Mapping[str, str], body: bytes, now_s: float | None = None) -> None:
    """Check a notice after the Standard Webhooks specification, before its body is parsed. Raises WebhookForged.

    `headers` by lower-case name. Keep the `webhook-id`s of the last days: a message may come twice.
    """
    id_, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    now = time.time() if now_s is None else now_s
    if not stamp.isdecimal() or abs(now - int(stamp)) > _TOLERANCE_S:
        raise WebhookForged
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = hmac.new(key, f"{id_}.{stamp}.".encode() + body, hashlib.sha256).digest()
    for each in headers.get("webhook-signature", "").split():
        version, _, signature = each.partition(",")
        if version == "v1" and hmac.compare_digest(signature, base64.b64encode(expected).decode()):
            return
    raise WebhookForged
