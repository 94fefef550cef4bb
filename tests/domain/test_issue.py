"""The issue ledger and what feeds it: nothing is closed without evidence and the asker's word."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from points.domain.cadre import Cadre, CadreReleased, VisitAhead, VisitAlreadyRecorded
from points.domain.co_building import CoBuilding, CoBuildingEnded
from points.domain.issue import (
    AskerNotSatisfied,
    AskersWordMissing,
    ClosingEvidenceMissing,
    DueInThePast,
    Issue,
    IssueClosed,
    IssueNotClosed,
    OwnWord,
)
from points.domain.meeting import Meeting, MeetingAhead, MeetingKind
from tests.domain.menu_lives import (
    ASKER,
    CLERK,
    COMMUNITY,
    DIGEST,
    DUE,
    OWNER,
    a_cadre,
    a_co_building,
    an_issue,
    an_issue_with_a_word,
    visit,
)
from tests.domain.scenario import NOW, event, given, id_of, start_refused


def close(issue: Issue) -> None:
    issue.close_out(NOW, evidence=DIGEST, closed_by=OWNER)


def seek(issue: Issue, days: int) -> None:
    for day in range(days):
        issue.attempt(NOW + timedelta(days=day), text_ref=id_of("attempt"), attempted_by=OWNER)


def reopen(issue: Issue) -> None:
    issue.reopen(NOW, due_on=DUE, reason_ref=id_of("reason"), reopened_by=ASKER)


def test_an_issue_is_closed_with_evidence_and_the_askers_word() -> None:
    given(an_issue_with_a_word()).when(close).then(event(Issue.ClosedOut, evidence=DIGEST, closed_by=OWNER))


def test_without_evidence_nothing_is_closed() -> None:
    given(an_issue_with_a_word()).when(
        lambda i: i.close_out(NOW, evidence=None, closed_by=OWNER)
    ).then_refused(ClosingEvidenceMissing)


def test_without_the_askers_word_nothing_is_closed() -> None:
    given(an_issue()).when(close).then_refused(AskersWordMissing, attempts=0, required_attempts=3)


def test_an_asker_who_is_not_satisfied_keeps_the_issue_open_until_they_say_otherwise() -> None:
    issue = an_issue_with_a_word(satisfied=False)
    seek(issue, 3)
    given(issue).when(close).then_refused(AskerNotSatisfied)
    issue.give_word(NOW, satisfied=True, text_ref=None, given_by=ASKER)
    given(issue).when(close).then(event(Issue.ClosedOut))


def test_an_asker_sought_in_vain_on_three_days_is_done_without() -> None:
    issue = an_issue()
    seek(issue, 2)
    given(issue).when(close).then_refused(AskersWordMissing, attempts=2, required_attempts=3)
    seek(issue, 3)
    given(issue).when(close).then(event(Issue.ClosedOut))


def test_who_handles_an_issue_does_not_speak_for_the_asker() -> None:
    given(an_issue()).when(
        lambda i: i.give_word(NOW, satisfied=True, text_ref=None, given_by=OWNER)
    ).then_refused(OwnWord)


def test_a_closed_issue_takes_nothing_more_until_it_is_reopened() -> None:
    issue = an_issue_with_a_word()
    close(issue)
    given(issue).when(lambda i: i.note_progress(NOW, text_ref=id_of("n"), noted_by=OWNER)).then_refused(
        IssueClosed
    )
    given(issue).when(close).then_refused(IssueClosed)
    given(issue).when(reopen).then(event(Issue.Reopened, due_on=DUE))


def test_a_reopened_issue_needs_a_new_word() -> None:
    issue = an_issue_with_a_word()
    close(issue)
    reopen(issue)
    given(issue).when(close).then_refused(AskersWordMissing, attempts=0, required_attempts=3)


def test_an_open_issue_is_not_reopened() -> None:
    given(an_issue()).when(reopen).then_refused(IssueNotClosed)


def test_an_overdue_issue_is_transferred_without_a_new_date_but_no_new_date_lies_in_the_past() -> None:
    late = NOW + timedelta(days=60)

    def transfer(issue: Issue, due_on: date) -> None:
        issue.transfer(late, owner_id=CLERK, due_on=due_on, reason_ref=id_of("reason"), transferred_by=CLERK)

    given(an_issue()).when(lambda i: transfer(i, DUE)).then(event(Issue.Transferred, owner_id=CLERK))
    given(an_issue()).when(lambda i: transfer(i, date(2026, 6, 1))).then_refused(
        DueInThePast, due_on=date(2026, 6, 1)
    )


def test_a_meeting_is_recorded_once_it_was_held() -> None:
    start_refused(
        lambda: Meeting.hold(
            NOW,
            id_of("meeting"),
            kind=MeetingKind.SUPERVISION,
            area_code=COMMUNITY,
            held_on=date(2026, 4, 16),
            text_ref=id_of("text"),
            recorded_by=CLERK,
        ),
        MeetingAhead,
    )


def test_a_visit_counts_once_a_place_and_day() -> None:
    cadre, day = a_cadre(), date(2026, 4, 14)
    given(cadre).when(lambda c: visit(c, day)).then(event(Cadre.Visited, visited_on=day))
    given(cadre).when(lambda c: visit(c, day)).then_refused(
        VisitAlreadyRecorded, area_code=COMMUNITY, day=day
    )
    given(cadre).when(lambda c: visit(c, day, "500233001002")).then(event(Cadre.Visited))


def test_no_visit_is_recorded_ahead_or_after_the_duty_has_ended() -> None:
    cadre = a_cadre()
    given(cadre).when(lambda c: visit(c, date(2026, 4, 16))).then_refused(VisitAhead)
    cadre.release(NOW, released_by=CLERK)
    given(cadre).when(lambda c: visit(c, date(2026, 4, 14))).then_refused(CadreReleased)


@pytest.mark.parametrize("decision", [CoBuilding.require_in_force, lambda c: c.end(NOW, ended_by=CLERK)])
def test_an_ended_agreement_takes_no_further_promises(decision: object) -> None:
    agreement = a_co_building()
    agreement.end(NOW, ended_by=CLERK)
    assert callable(decision)
    given(agreement).when(decision).then_refused(CoBuildingEnded)
