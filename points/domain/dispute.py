"""A dispute about one redemption, by its volunteer or its merchant: raised, answered, decided by a third person."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Invalid, Refused

_DIGEST_BYTES = 32
_EVIDENCE_AT_MOST = 20


class DisputeAlreadyRaised(Refused):
    """Each side disputes a redemption once."""


class DisputeAlreadyDecided(Refused):
    """The dispute has its outcome."""


class DisputeAnsweredByRaiser(Refused):
    """The other side answers."""


class DisputeDecidedByRaiser(Refused):
    """Nobody decides a dispute that they raised or answered."""


class DisputeTooLate(Refused):
    """A redemption can be disputed up to this day."""

    until: date


class DisputeSide(StrEnum):
    VOLUNTEER = "volunteer"
    MERCHANT = "merchant"


class DisputeOutcome(StrEnum):
    UPHELD = "upheld"
    REFUSED = "refused"


class Dispute(Aggregate):
    TOPIC = "points.dispute"

    class Event(Aggregate.Event):
        pass

    class Raised(Created, Event):
        """`evidence` are SHA-256 digests of papers and pictures; the reason stands in the vault."""

        TOPIC = "points.dispute.raised"
        redemption_id: UUID
        merchant_id: UUID
        side: str
        raised_by: UUID
        reason_ref: UUID
        evidence: tuple[bytes, ...]
        decide_by: date

        def apply(self, aggregate: Dispute) -> None:
            aggregate.redemption_id = self.redemption_id
            aggregate.merchant_id = self.merchant_id
            aggregate.side = self.side
            aggregate.parties = [self.raised_by]
            aggregate.raised_by = self.raised_by
            aggregate.decided = False

    class Answered(Event):
        TOPIC = "points.dispute.answered"
        answered_by: UUID
        text_ref: UUID
        evidence: tuple[bytes, ...]

        def apply(self, aggregate: Dispute) -> None:
            aggregate.parties.append(self.answered_by)

    class Decided(Event):
        """`refund_points` of an upheld dispute were refunded in the same commit; 0 where none were due."""

        TOPIC = "points.dispute.decided"
        outcome: str
        refund_points: int
        decided_by: UUID
        reason_ref: UUID

        def apply(self, aggregate: Dispute) -> None:
            aggregate.decided = True

    redemption_id: UUID
    merchant_id: UUID
    side: str
    raised_by: UUID
    parties: list[UUID]
    decided: bool

    @classmethod
    def raise_(
        cls,
        at: datetime,
        id_: UUID,
        *,
        redemption_id: UUID,
        merchant_id: UUID,
        side: DisputeSide,
        raised_by: UUID,
        reason_ref: UUID,
        evidence: tuple[bytes, ...],
        decide_by: date,
    ) -> Self:
        check_evidence(evidence)
        return cls._start(
            cls.Raised,
            id_,
            at,
            redemption_id=redemption_id,
            merchant_id=merchant_id,
            side=side.value,
            raised_by=raised_by,
            reason_ref=reason_ref,
            evidence=evidence,
            decide_by=decide_by,
        )

    def answer(
        self,
        at: datetime,
        *,
        side: DisputeSide,
        answered_by: UUID,
        text_ref: UUID,
        evidence: tuple[bytes, ...],
    ) -> None:
        """What the other side says. Raises DisputeAlreadyDecided, DisputeAnsweredByRaiser, Invalid."""
        check_evidence(evidence)
        self._check_open()
        if side == self.side:
            raise DisputeAnsweredByRaiser
        self._record(self.Answered, at, answered_by=answered_by, text_ref=text_ref, evidence=evidence)

    def decide(
        self,
        at: datetime,
        *,
        outcome: DisputeOutcome,
        refund_points: int,
        decided_by: UUID,
        reason_ref: UUID,
    ) -> None:
        """Uphold or refuse. Raises DisputeAlreadyDecided, DisputeDecidedByRaiser, Invalid."""
        self._check_open()
        if decided_by in self.parties:
            raise DisputeDecidedByRaiser
        if refund_points < 0 or (refund_points and outcome is DisputeOutcome.REFUSED):
            raise Invalid(field="points", rule="refund-without-cause")
        self._record(
            self.Decided,
            at,
            outcome=outcome.value,
            refund_points=refund_points,
            decided_by=decided_by,
            reason_ref=reason_ref,
        )

    def _check_open(self) -> None:
        if self.decided:
            raise DisputeAlreadyDecided


def check_evidence(evidence: tuple[bytes, ...]) -> None:
    """Raises Invalid unless each is a SHA-256 digest, and there are not too many."""
    if len(evidence) > _EVIDENCE_AT_MOST or any(len(digest) != _DIGEST_BYTES for digest in evidence):
        raise Invalid(field="evidence", rule="not-a-digest")
