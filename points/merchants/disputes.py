"""Disputes: a volunteer or a merchant says that a redemption is wrong; a third person decides by a day told at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.working_days import is_working_day
from points.domain import naming
from points.domain.calendar import add_working_days, local_day
from points.domain.dispute import (
    Dispute,
    DisputeAlreadyRaised,
    DisputeOutcome,
    DisputeSide,
    DisputeTooLate,
)
from points.domain.errors import Invalid
from points.domain.merchant import Merchant
from points.domain.redemption import Redemption
from points.domain.settlement import Settlement
from points.domain.settlement_book import SettlementBook
from points.domain.values import Points, Role
from points.merchants.errors import DisputeNotFound
from points.merchants.redeeming import RedemptionNotFound
from points.merchants.refunds import take_back
from points.projections import disputes as model
from points.projections import takings

DECIDE_WORKING_DAYS = 10
DISPUTE_WITHIN = timedelta(days=60)


class Disputes:
    """What people disagree about."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def raise_(self, call: Call, redemption_id: UUID, *, reason: str, evidence: Sequence[str] = ()) -> Answer:
        """Dispute a redemption; a settlement that states it, and is not with the bank yet, is held up.

        Raises RedemptionNotFound, DisputeAlreadyRaised, DisputeTooLate, StatementWindowClosed, Invalid.
        """
        access.require(call.actor, Act.RAISE_DISPUTE)
        if not reason.strip():
            raise Invalid(field="reason", rule="missing")
        digests = _digests(evidence)
        side = _side(call)

        def decide(work: Work) -> Body:
            redemption = self._own(work, call, redemption_id)
            last_day = local_day(redemption.created_on) + DISPUTE_WITHIN
            if work.today > last_day:
                raise DisputeTooLate(until=last_day)
            id_ = naming.dispute_id(work.tenant, redemption_id, side.value)
            if work.unit.seek(Dispute, id_) is not None:
                raise DisputeAlreadyRaised
            self._hold_up(work, redemption, id_, side)
            decide_by = add_working_days(work.today, DECIDE_WORKING_DAYS, is_working_day)
            dispute = Dispute.raise_(
                work.at,
                id_,
                redemption_id=redemption_id,
                merchant_id=redemption.merchant_id,
                side=side,
                raised_by=call.actor.id,
                reason_ref=work.text(id_, reason.strip()),
                evidence=digests,
                decide_by=decide_by,
            )
            work.unit.add(dispute)
            return {"dispute_id": str(id_), "side": side.value, "decide_by": decide_by.isoformat()}

        told = [str(redemption_id), reason, list(evidence)]
        return self._tools.change(call, "disputes.raise", told, decide, needs=(redemption_id,))

    def _own(self, work: Work, call: Call, redemption_id: UUID) -> Redemption:
        """The redemption, if it is the asker's: the payer's or the shop's."""
        redemption = work.unit.seek(Redemption, redemption_id)
        missing = RedemptionNotFound(subject="redemption", reference=str(redemption_id))
        if redemption is None:
            raise missing
        if call.actor.role is Role.VOLUNTEER:
            own = call.actor.volunteer_id is not None and redemption.account_id == naming.account_id(
                work.tenant, call.actor.volunteer_id
            )
        else:
            own = redemption.merchant_id == call.actor.merchant_id
        if not own:
            raise missing
        return redemption

    def _hold_up(self, work: Work, redemption: Redemption, dispute_id: UUID, side: DisputeSide) -> None:
        """A statement with a disputed line goes no further. Raises StatementWindowClosed for the merchant."""
        book_id = naming.settlement_book_id(work.tenant, redemption.merchant_id)
        book = work.unit.seek(SettlementBook, book_id)
        position = work.unit.event_position(redemption.id, redemption.sale_version)
        drawing = book.drawing_of(redemption.id, position) if book else None
        if drawing is None:
            return
        settlement = work.unit.get(Settlement, drawing.settlement_id)
        if side is DisputeSide.MERCHANT:
            settlement.check_merchant_may_dispute(work.at)
        if settlement.open:
            settlement.dispute_line(work.at, redemption_id=redemption.id, dispute_id=dispute_id)

    def answer(self, call: Call, dispute_id: UUID, *, text: str, evidence: Sequence[str] = ()) -> Answer:
        """What the other side says. Raises DisputeAnsweredByRaiser, DisputeAlreadyDecided, DisputeNotFound."""
        access.require(call.actor, Act.RAISE_DISPUTE)
        if not text.strip():
            raise Invalid(field="text", rule="missing")
        digests = _digests(evidence)

        def decide(work: Work) -> Body:
            dispute = self._get(work, dispute_id)
            try:
                self._own(work, call, dispute.redemption_id)
            except RedemptionNotFound:
                raise DisputeNotFound(subject="dispute", reference=str(dispute_id)) from None
            dispute.answer(
                work.at,
                side=_side(call),
                answered_by=call.actor.id,
                text_ref=work.text(dispute_id, text.strip()),
                evidence=digests,
            )
            return {"dispute_id": str(dispute_id)}

        return self._tools.change(call, "disputes.answer", [str(dispute_id), text, list(evidence)], decide)

    def decide(
        self, call: Call, dispute_id: UUID, *, outcome: str, reason: str, refund_points: int = 0
    ) -> Answer:
        """Uphold, with a refund where one is due, or refuse. Raises DisputeDecidedByRaiser, Invalid."""
        access.require(call.actor, Act.DECIDE_DISPUTE)
        if outcome not in set(DisputeOutcome):
            raise Invalid(field="outcome", rule="dispute-outcome-unknown")
        if not reason.strip():
            raise Invalid(field="reason", rule="missing")

        def decide(work: Work) -> Body:
            dispute = self._get(work, dispute_id)
            merchant = work.unit.get(Merchant, dispute.merchant_id)
            path = self._tools.areas().path(merchant.area_code)
            access.require_in_area(call.actor, Act.DECIDE_DISPUTE, path)
            dispute.decide(
                work.at,
                outcome=DisputeOutcome(outcome),
                refund_points=refund_points,
                decided_by=call.actor.id,
                reason_ref=work.text(dispute_id, reason.strip()),
            )
            body: Body = {"dispute_id": str(dispute_id), "outcome": outcome, "refund_points": refund_points}
            if refund_points:
                redemption = work.unit.get(Redemption, dispute.redemption_id)
                body["refund_no"] = take_back(
                    work, redemption, Points(refund_points), call.actor.id, reason.strip()
                )
            return body

        told = [str(dispute_id), outcome, reason, refund_points]
        return self._tools.change(call, "disputes.decide", told, decide)

    def _get(self, work: Work, dispute_id: UUID) -> Dispute:
        dispute = work.unit.seek(Dispute, dispute_id)
        if dispute is None:
            raise DisputeNotFound(subject="dispute", reference=str(dispute_id))
        return dispute

    def list(
        self,
        call: Call,
        *,
        area: str | None = None,
        merchant_id: UUID | None = None,
        open_only: bool = False,
        limit: int,
        before: int | None = None,
    ) -> Body:
        """Disputes of an area; for a merchant's people and for volunteers those about their own redemptions."""
        access.require(call.actor, Act.READ_DISPUTES)
        code = account_id = None
        if call.actor.role is Role.VOLUNTEER:
            account_id = self._account(call)
        elif call.actor.merchant_id is not None:
            merchant_id = call.actor.merchant_id
        else:
            code = area or call.actor.area_code or self._tools.county_code
            access.require_in_area(call.actor, Act.READ_DISPUTES, self._tools.areas(code).path(code))
        with self._tools.reading() as connection:
            found = model.page(
                connection,
                limit,
                merchant_id=merchant_id,
                area_code=code,
                account_id=account_id,
                open_only=open_only,
                before=before,
            )
        more = found[-1].position if len(found) == limit else None
        return {"disputes": [_shown(each) for each in found], "next": more}

    def show(self, call: Call, dispute_id: UUID) -> Body:
        """A dispute with what both sides and the decision said."""
        access.require(call.actor, Act.READ_DISPUTES)
        with self._tools.reading() as connection:
            found = model.get(connection, dispute_id)
            sale = takings.get(connection, found.redemption_id) if found else None
        if found is None or sale is None or not self._sees(call, sale):
            raise DisputeNotFound(subject="dispute", reference=str(dispute_id))
        with self._tools.looking() as desk:
            texts = {
                name: ref and desk.vault.get_text(ref)
                for name, ref in (
                    ("reason", found.reason_ref),
                    ("answer", found.answer_ref),
                    ("decision", found.decision_ref),
                )
            }
        return {**_shown(found), **texts, "evidence": found.evidence.split()}

    def _sees(self, call: Call, sale: takings.Redemption) -> bool:
        if call.actor.role is Role.VOLUNTEER:
            return sale.account_id == self._account(call)
        return call.actor.merchant_id in {None, sale.merchant_id}

    def _account(self, call: Call) -> UUID | None:
        """The account of the person whose phone asks: a new phone sees what the old one disputed."""
        person = call.actor.volunteer_id
        return None if person is None else naming.account_id(self._tools.tenant, person)


def _side(call: Call) -> DisputeSide:
    return DisputeSide.VOLUNTEER if call.actor.role is Role.VOLUNTEER else DisputeSide.MERCHANT


def _digests(evidence: Sequence[str]) -> tuple[bytes, ...]:
    try:
        return tuple(bytes.fromhex(each) for each in evidence)
    except ValueError:
        raise Invalid(field="evidence", rule="not-a-digest") from None


def _shown(found: model.Dispute) -> dict[str, Any]:
    return {
        "dispute_id": str(found.dispute_id),
        "redemption_id": str(found.redemption_id),
        "merchant_id": str(found.merchant_id),
        "side": found.side,
        "decide_by": found.decide_by.isoformat(),
        "answered": found.answer_ref is not None,
        "outcome": found.outcome,
        "refund_points": found.refund_points,
        "position": found.position,
    }
