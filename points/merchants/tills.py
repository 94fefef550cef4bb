"""Tills: enrolled with a token of their own, revoked at once when one is lost."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain import naming
from points.domain.merchant import Merchant
from points.domain.tenant import Tenant
from points.domain.till import Till
from points.ledger.credentials import ActorKind

POS_KEY_FOR = timedelta(days=180)
POS_OVERLAP = timedelta(days=1)


class Tills:
    """Where points are taken."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def enrol(self, call: Call, merchant_id: UUID) -> Answer:
        """Enrol a till; its token is in this answer and nowhere else. Raises OutsideScope, StreamNotFound."""
        return self._enrol(call, merchant_id, ActorKind.TILL, None)

    def enrol_pos(self, call: Call, merchant_id: UUID) -> Answer:
        """Enrol a shop's own till system; its key is in this answer and nowhere else, and ends after half a year."""
        return self._enrol(call, merchant_id, ActorKind.POS, int(POS_KEY_FOR.total_seconds()))

    def rotate_pos(self, call: Call, till_id: UUID) -> Answer:
        """Another key for a shop's till system; the one before works for a day more, so that nothing stands still."""
        access.require(call.actor, Act.ENROL_TILL)

        def decide(work: Work) -> Body:
            till = work.unit.get(Till, till_id)
            till.require_active()
            self._check(call, Act.ENROL_TILL, work.unit.get(Merchant, till.merchant_id))
            work.credentials.outdate(till_id, work.at + POS_OVERLAP)
            valid_for_s = int(POS_KEY_FOR.total_seconds())
            token = work.credentials.issue(ActorKind.POS, till_id, work.at, valid_for_s)
            return {
                "till_id": str(till_id),
                "token": token,
                "expires_at": (work.at + POS_KEY_FOR).isoformat(),
            }

        return self._tools.change(call, "tills.rotate-pos", str(till_id), decide)

    def _enrol(self, call: Call, merchant_id: UUID, kind: ActorKind, valid_for_s: int | None) -> Answer:
        access.require(call.actor, Act.ENROL_TILL)

        def decide(work: Work) -> Body:
            merchant = work.unit.get(Merchant, merchant_id)
            self._check(call, Act.ENROL_TILL, merchant)
            till_id = work.new_id()
            tenant = work.unit.get(Tenant, naming.tenant_id(work.tenant))
            number = tenant.number_audience(work.at, till_id)
            till = Till.enrol(
                work.at, till_id, merchant_id=merchant_id, number=number, enrolled_by=call.actor.id
            )
            work.unit.add(till)
            token = work.credentials.issue(kind, till_id, work.at, valid_for_s)
            return {"till_id": str(till_id), "number": number, "token": token}

        return self._tools.change(call, f"tills.enrol-{kind}", str(merchant_id), decide)

    def revoke(self, call: Call, till_id: UUID) -> Answer:
        """The till is lost: from this commit on it redeems nothing, in any process."""
        access.require(call.actor, Act.REVOKE_TILL)

        def decide(work: Work) -> Body:
            till = work.unit.get(Till, till_id)
            self._check(call, Act.REVOKE_TILL, work.unit.get(Merchant, till.merchant_id))
            till.revoke(work.at, revoked_by=call.actor.id)
            work.credentials.revoke_all(till_id)
            return {"till_id": str(till_id)}

        return self._tools.change(call, "tills.revoke", str(till_id), decide)

    def _check(self, call: Call, act: Act, merchant: Merchant) -> None:
        path = self._tools.areas().path(merchant.area_code)
        access.require_for_merchant(call.actor, act, merchant.id, path)
