"""Two steps instead of one: points are held when the sale begins, and taken, or freed, when its amount is known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain.calendar import from_us
from points.domain.errors import Invalid
from points.domain.redemption import CodeAlreadyUsed, Redemption
from points.domain.till import Till
from points.domain.values import Points
from points.merchants import charging
from points.merchants.redeeming import Redeeming, RedemptionNotFound

GOOD_FOR_S = 15 * 60
GOOD_FOR_AT_MOST_S = 24 * 3600


class Authorisations:
    """Sales that have begun."""

    def __init__(self, tools: Tools, redeeming: Redeeming) -> None:
        self._tools = tools
        self._redeeming = redeeming

    def authorise(
        self,
        call: Call,
        *,
        points: int,
        code: str | None = None,
        short_code: str | None = None,
        valid_for_s: int = GOOD_FOR_S,
    ) -> Answer:
        """Hold so many points of a payment code's account for this till. The same code asks for it once.

        Raises the refusals of redeeming, Invalid.
        """
        access.require(call.actor, Act.REDEEM)
        if not 0 < valid_for_s <= GOOD_FOR_AT_MOST_S:
            raise Invalid(field="valid-for-s", rule="out-of-range")
        payment = self._redeeming.payment(call, points=points, code=code, short_code=short_code)

        def decide(work: Work) -> Body:
            till = work.unit.get(Till, call.actor.id)
            till.require_active()
            known = work.unit.seek(Redemption, payment.redemption_id)
            if known is not None:
                known.check_same(till.id, points)
                if known.open_until_us is None:
                    raise CodeAlreadyUsed
                return _shown(known)
            charge = self._redeeming.check(work.unit, payment, till, Points(points))
            until = work.at + timedelta(seconds=valid_for_s)
            return _shown(self._redeeming.charging.authorise(work.unit, charge, until))

        told = [str(payment.redemption_id), points, valid_for_s]
        needs = (payment.redemption_id, payment.account_id, payment.device_id, call.actor.id)
        return self._tools.change(call, "authorisations.authorise", told, decide, needs=needs)

    def capture(self, call: Call, id_: UUID, *, points: int | None = None) -> Answer:
        """Let the sale take place, for all that was authorised or for less. The rest is free again.

        Raises RedemptionNotFound, AuthorisationClosed, AuthorisationLapsed, CaptureExceedsAuthorisation.
        """
        access.require(call.actor, Act.REDEEM)

        def decide(work: Work) -> Body:
            redemption = self._theirs(work, call, id_)
            taken = redemption.points if points is None else points
            if taken <= 0:
                raise Invalid(field="points", rule="not-positive")
            charging.capture(work.unit, redemption, Points(taken))
            receipt = self._redeeming.receipts.code(id_, taken, work.at)
            return {"id": str(id_), "points": taken, "receipt": receipt}

        return self._tools.change(call, "authorisations.capture", [str(id_), points], decide, needs=(id_,))

    def void(self, call: Call, id_: UUID) -> Answer:
        """Let the sale not take place. Raises RedemptionNotFound, AuthorisationClosed."""
        access.require(call.actor, Act.REDEEM)

        def decide(work: Work) -> Body:
            redemption = self._theirs(work, call, id_)
            charging.void(work.unit, redemption, call.actor.id)
            return {"id": str(id_)}

        return self._tools.change(call, "authorisations.void", [str(id_)], decide, needs=(id_,))

    def _theirs(self, work: Work, call: Call, id_: UUID) -> Redemption:
        redemption = work.unit.seek(Redemption, id_)
        mine = redemption is not None and redemption.merchant_id == call.actor.merchant_id
        if redemption is None or not mine or redemption.till_id != call.actor.id:
            raise RedemptionNotFound(subject="redemption", reference=str(id_))
        return redemption


def _shown(redemption: Redemption) -> dict[str, Any]:
    return {
        "id": str(redemption.id),
        "points": redemption.points,
        "expires_at": from_us(redemption.open_until_us or 0).isoformat(),
    }
