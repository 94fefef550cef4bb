from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from points.ledger.code_subjects import CodeSubject, CodeSubjects
from points.ledger.rows import Rows

ACCOUNT = UUID(int=1)
PHONE = UUID(int=2)
NOW = datetime(2026, 3, 5, 1, 2, 3, 456789, tzinfo=UTC)


def test_a_subject_leads_to_what_it_was_issued_for(rows: Rows) -> None:
    subjects = CodeSubjects(rows)
    payment = subjects.issue(2, ACCOUNT, PHONE, now=NOW)
    card = subjects.issue(8, ACCOUNT, now=NOW)
    assert len(payment) == len(card) == 12
    assert subjects.resolve(payment) == CodeSubject(2, ACCOUNT, PHONE, NOW)
    assert subjects.resolve(card) == CodeSubject(8, ACCOUNT, None, NOW)


def test_two_batches_of_one_account_share_no_subject(rows: Rows) -> None:
    subjects = CodeSubjects(rows)
    assert subjects.issue(2, ACCOUNT, PHONE, now=NOW) != subjects.issue(2, ACCOUNT, PHONE, now=NOW)


def test_a_subject_that_was_drawn_before_is_drawn_again(rows: Rows) -> None:
    drawn = iter([b"a" * 12, b"a" * 12, b"b" * 12])
    subjects = CodeSubjects(rows, lambda _: next(drawn))
    assert subjects.issue(1, ACCOUNT, now=NOW) == b"a" * 12
    assert subjects.issue(1, PHONE, now=NOW) == b"b" * 12
    first = subjects.resolve(b"a" * 12)
    assert first is not None
    assert first.target_id == ACCOUNT


def test_a_subject_that_nobody_issued_or_that_was_forgotten_leads_nowhere(rows: Rows) -> None:
    subjects = CodeSubjects(rows)
    card = subjects.issue(8, ACCOUNT, now=NOW)
    subjects.forget(card)
    subjects.forget(card)
    assert subjects.resolve(card) is None
    assert subjects.resolve(bytes(12)) is None
