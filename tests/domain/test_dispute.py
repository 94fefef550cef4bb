"""A dispute is answered by the other side and decided by a third person, once."""

from __future__ import annotations

from points.domain.dispute import (
    Dispute,
    DisputeAlreadyDecided,
    DisputeAnsweredByRaiser,
    DisputeDecidedByRaiser,
    DisputeOutcome,
    DisputeSide,
    check_evidence,
)
from points.domain.errors import Invalid
from tests.domain.examples import a_dispute
from tests.domain.scenario import NOW, event, given, id_of, start_refused, started


def decide(
    dispute: Dispute,
    by: str = "reviewer",
    outcome: DisputeOutcome = DisputeOutcome.UPHELD,
    refund_points: int = 0,
) -> None:
    dispute.decide(
        NOW,
        outcome=outcome,
        refund_points=refund_points,
        decided_by=id_of(by),
        reason_ref=id_of("reason"),
    )


def answer(dispute: Dispute, by: str, side: DisputeSide = DisputeSide.MERCHANT) -> None:
    dispute.answer(NOW, side=side, answered_by=id_of(by), text_ref=id_of("text"), evidence=())


def test_a_dispute_keeps_who_raised_it_and_the_digests_of_its_evidence() -> None:
    started(a_dispute(), event(Dispute.Raised, side="volunteer", evidence=(b"\x05" * 32,)))


def test_evidence_is_digests_and_not_too_many() -> None:
    def wrong(*evidence: bytes) -> Dispute:
        check_evidence(evidence)
        return a_dispute()

    start_refused(lambda: wrong(b"short"), Invalid, field="evidence", rule="not-a-digest")
    start_refused(lambda: wrong(*[b"\0" * 32] * 21), Invalid, field="evidence", rule="not-a-digest")


def test_neither_side_decides() -> None:
    dispute = a_dispute()
    given(dispute).when(lambda d: answer(d, "another phone", DisputeSide.VOLUNTEER)).then_refused(
        DisputeAnsweredByRaiser
    )
    given(dispute).when(lambda d: answer(d, "owner")).then(event(Dispute.Answered))
    given(dispute).when(lambda d: decide(d, "device")).then_refused(DisputeDecidedByRaiser)
    given(dispute).when(lambda d: decide(d, "owner")).then_refused(DisputeDecidedByRaiser)
    given(dispute).when(decide).then(event(Dispute.Decided, outcome="upheld"))


def test_only_an_upheld_dispute_refunds() -> None:
    given(a_dispute()).when(
        lambda d: decide(d, outcome=DisputeOutcome.REFUSED, refund_points=1)
    ).then_refused(Invalid, field="points", rule="refund-without-cause")
    given(a_dispute()).when(lambda d: decide(d, refund_points=-1)).then_refused(
        Invalid, field="points", rule="refund-without-cause"
    )


def test_a_decision_is_the_last_word() -> None:
    dispute = a_dispute()
    decide(dispute)
    given(dispute).when(decide).then_refused(DisputeAlreadyDecided)
    given(dispute).when(lambda d: answer(d, "owner")).then_refused(DisputeAlreadyDecided)
