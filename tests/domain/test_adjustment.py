"""An adjustment takes two persons, and a deduction a notice in which one can appeal."""

from __future__ import annotations

from datetime import date

import pytest

from points.domain.adjustment import (
    Adjustment,
    AdjustmentApprovedByProposer,
    AdjustmentDecided,
    AdjustmentKind,
    AdjustmentNoticeStillOpen,
    AppealNotFound,
    AppealOpen,
    AppealTooLate,
)
from points.domain.errors import Invalid
from tests.domain.examples import ACCOUNT, CLERK, an_adjustment
from tests.domain.scenario import NOW, at, event, given, id_of, start_refused, started

CLOSES_ON = date(2026, 4, 22)
AFTER = "2026-04-23 00:00"


def approve(adjustment: Adjustment, when: str = AFTER, by: str = "reviewer") -> None:
    adjustment.approve(at(when), approved_by=id_of(by))


def appeal(adjustment: Adjustment, when: str = "2026-04-22 23:59") -> None:
    adjustment.appeal(at(when), text_ref=id_of("text"), appealed_by=id_of("device"))


def answer(adjustment: Adjustment, *, upheld: bool, by: str = "reviewer") -> None:
    adjustment.answer_appeal(NOW, upheld=upheld, text_ref=id_of("answer"), answered_by=id_of(by))


def test_a_proposal_moves_nothing_yet() -> None:
    started(
        an_adjustment(),
        event(
            Adjustment.Proposed,
            kind="deduction",
            account_id=ACCOUNT,
            points=5,
            closes_on=CLOSES_ON,
            proposed_by=CLERK,
        ),
    )


def test_a_second_person_carries_it_out() -> None:
    relief = an_adjustment(AdjustmentKind.RELIEF, closes_on=None)
    given(relief).when(lambda a: approve(a, "2026-04-15 09:00", "clerk")).then_refused(
        AdjustmentApprovedByProposer
    )
    given(relief).when(lambda a: approve(a, "2026-04-15 09:00")).then(
        event(Adjustment.Approved, approved_by=id_of("reviewer"))
    )
    given(relief).when(approve).then_refused(AdjustmentDecided)


def test_a_deduction_waits_to_the_end_of_its_notice() -> None:
    given(an_adjustment()).when(lambda a: approve(a, "2026-04-22 23:59")).then_refused(
        AdjustmentNoticeStillOpen, closes_on=CLOSES_ON
    )
    given(an_adjustment()).when(approve).then(event(Adjustment.Approved))


def test_an_open_appeal_stops_a_deduction_and_one_that_is_upheld_ends_it() -> None:
    deduction = an_adjustment()
    given(deduction).when(appeal).then(event(Adjustment.Appealed, appealed_by=id_of("device")))
    given(deduction).when(appeal).then_refused(AppealOpen)
    given(deduction).when(approve).then_refused(AppealOpen)
    given(deduction).when(lambda a: answer(a, upheld=True, by="clerk")).then_refused(
        AdjustmentApprovedByProposer
    )
    given(deduction).when(lambda a: answer(a, upheld=True)).then(
        event(Adjustment.AppealAnswered, upheld=True)
    )
    given(deduction).when(approve).then_refused(AdjustmentDecided)


def test_a_dismissed_appeal_lets_it_go_on() -> None:
    deduction = an_adjustment()
    appeal(deduction)
    answer(deduction, upheld=False)
    given(deduction).when(lambda a: answer(a, upheld=False)).then_refused(
        AppealNotFound, subject="appeal", reference=str(deduction.id)
    )
    given(deduction).when(approve).then(event(Adjustment.Approved))


def test_after_its_notice_nobody_appeals() -> None:
    given(an_adjustment()).when(lambda a: appeal(a, AFTER)).then_refused(AppealTooLate, closes_on=CLOSES_ON)


def test_whoever_proposed_it_may_take_it_back() -> None:
    given(an_adjustment()).when(lambda a: a.reject(NOW, rejected_by=CLERK, reason_ref=id_of("reason"))).then(
        event(Adjustment.Rejected, rejected_by=CLERK)
    )


@pytest.mark.parametrize(
    ("kind", "points"),
    [
        (AdjustmentKind.RELIEF, 0),
        (AdjustmentKind.RELIEF, -5),
        (AdjustmentKind.DEDUCTION, -5),
        (AdjustmentKind.CORRECTION, 0),
    ],
)
def test_a_number_of_points_fits_its_kind(kind: AdjustmentKind, points: int) -> None:
    start_refused(lambda: an_adjustment(kind, points), Invalid, field="points", rule="not-positive")
    assert an_adjustment(AdjustmentKind.CORRECTION, -5).points == -5
