"""Stars and certificates: reached or confirmed, on the board, decided by somebody else."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import pytest

from points.domain.certificate import (
    Certificate,
    CertificateNotIssued,
    CertificateNotPosted,
    NothingToCertify,
)
from points.domain.certificate_register import CertificateRegister
from points.domain.errors import Invalid
from points.domain.people import Purpose
from points.domain.posting import (
    OwnCase,
    OwnPosting,
    PostingEnded,
    PostingObjected,
    PostingObjectionNotFound,
    PostingStillOpen,
)
from points.domain.star import (
    DEFAULT_LEVELS_HOURS,
    Star,
    StarAlreadyProposed,
    StarNotPosted,
    StarNotReached,
    StarState,
    level_reached,
)
from points.domain.volunteer import ConsentMissing, Volunteer
from tests.domain.examples import (
    CLERK,
    COMMUNITY,
    VOLUNTEER,
    a_certificate,
    a_star,
    a_volunteer,
    propose_again,
)
from tests.domain.scenario import NOW, at, event, given, id_of, start_refused

REVIEWER, OBJECTION, NOBODY = id_of("reviewer"), id_of("objection"), frozenset[UUID]()
CLOSES = date(2026, 4, 22)
AFTER = at("2026-04-23 00:00")


@pytest.mark.parametrize(
    ("minutes", "level"), [(5_999, 0), (6_000, 1), (17_999, 1), (18_000, 2), (90_000, 5)]
)
def test_a_level_is_reached_with_its_last_minute(minutes: int, level: int) -> None:
    assert level_reached(minutes, DEFAULT_LEVELS_HOURS) == level


def award(star: Star, when: datetime = AFTER, by: UUID = REVIEWER, people: frozenset[UUID] = NOBODY) -> None:
    star.award(when, awarded_by=by, person_ids=people)


def object_to(thing: Star | Certificate, when: datetime = NOW) -> None:
    thing.object(when, objection_id=OBJECTION, text_ref=id_of("text"))


def answer(
    thing: Star | Certificate, *, upheld: bool, by: UUID = REVIEWER, people: frozenset[UUID] = NOBODY
) -> None:
    thing.answer_objection(
        NOW,
        objection_id=OBJECTION,
        upheld=upheld,
        answered_by=by,
        person_ids=people,
        text_ref=id_of("answer"),
    )


def test_a_star_is_awarded_on_the_day_after_its_notice_and_not_before() -> None:
    given(a_star()).when(lambda s: award(s, at("2026-04-22 23:59"))).then_refused(
        PostingStillOpen, closes_on=CLOSES
    )
    given(a_star()).when(award).then(event(Star.Awarded, awarded_by=REVIEWER))


def test_nobody_awards_what_they_proposed_or_what_is_their_households() -> None:
    given(a_star()).when(lambda s: award(s, by=CLERK)).then_refused(OwnPosting)
    given(a_star()).when(lambda s: award(s, people=frozenset({VOLUNTEER}))).then_refused(OwnCase)


def test_an_objection_stops_the_star_until_somebody_else_answers() -> None:
    star = a_star()
    object_to(star)
    given(star).when(award).then_refused(PostingObjected, open_objections=1)
    given(star).when(lambda s: answer(s, upheld=False, by=CLERK)).then_refused(OwnPosting)
    answer(star, upheld=False)
    given(star).when(award).then(event(Star.Awarded))


def test_an_upheld_objection_drops_the_star_until_more_was_served() -> None:
    star = a_star()
    object_to(star)
    answer(star, upheld=True)
    assert star.state is StarState.DROPPED
    given(star).when(award).then_refused(StarNotPosted, level=1)
    given(star).when(propose_again).then_refused(StarAlreadyProposed, level=1)
    given(star).when(lambda s: propose_again(s, 6_001)).then(event(Star.ProposedAgain))


def test_objections_are_raised_while_the_notice_is_open_and_answered_once() -> None:
    given(a_star()).when(lambda s: object_to(s, AFTER)).then_refused(PostingEnded, closes_on=CLOSES)
    given(a_star()).when(lambda s: answer(s, upheld=True)).then_refused(
        PostingObjectionNotFound, subject="objection", reference=str(OBJECTION)
    )


def test_a_star_that_is_not_reached_is_not_proposed() -> None:
    start_refused(
        lambda: Star.propose(
            NOW,
            id_of("star"),
            volunteer_id=VOLUNTEER,
            level=1,
            area_code=COMMUNITY,
            needed_minutes=6_000,
            verified_minutes=5_000,
            supplementary_minutes=999,
            closes_on=CLOSES,
            proposed_by=CLERK,
        ),
        StarNotReached,
        needed_minutes=6_000,
        counted_minutes=5_999,
    )


def request(period_from: date, period_until: date, minutes: int = 60) -> Certificate:
    return Certificate.request(
        NOW,
        id_of("certificate"),
        volunteer_id=VOLUNTEER,
        area_code=COMMUNITY,
        period_from=period_from,
        period_until=period_until,
        counted_minutes=minutes,
        requested_by=CLERK,
    )


def test_a_certificate_needs_minutes_in_a_period_that_is_past() -> None:
    first, last = date(2026, 1, 1), date(2026, 3, 31)
    start_refused(lambda: request(first, last, 0), NothingToCertify, period_from=first, period_until=last)
    start_refused(lambda: request(last, first), Invalid, field="period", rule="ends-before-start")
    start_refused(lambda: request(first, date(2026, 4, 16)), Invalid, field="period", rule="future-date")


def check_issue(
    certificate: Certificate,
    when: datetime = AFTER,
    by: UUID = REVIEWER,
    people: frozenset[UUID] = NOBODY,
) -> None:
    certificate.check_issue(when, issued_by=by, person_ids=people)


def test_a_certificate_hangs_on_the_board_for_seven_days() -> None:
    certificate = a_certificate()
    assert certificate.posting.closes_on == CLOSES
    given(certificate).when(lambda c: check_issue(c, at("2026-04-22 23:59"))).then_refused(
        PostingStillOpen, closes_on=CLOSES
    )
    given(certificate).when(check_issue).then_nothing()


def test_a_certificate_is_issued_by_somebody_else_than_who_asked_or_lives_there() -> None:
    given(a_certificate()).when(lambda c: check_issue(c, by=CLERK)).then_refused(OwnPosting)
    given(a_certificate()).when(lambda c: check_issue(c, people=frozenset({VOLUNTEER}))).then_refused(OwnCase)


def test_an_upheld_objection_refuses_the_certificate() -> None:
    certificate = a_certificate()
    object_to(certificate)
    answer(certificate, upheld=True)
    given(certificate).when(check_issue).then_refused(
        CertificateNotPosted, certificate_id=id_of("certificate")
    )


def revoke(certificate: Certificate) -> None:
    certificate.revoke(NOW, reason_ref=id_of("reason"), revoked_by=REVIEWER)


def test_only_what_was_issued_is_revoked_and_once() -> None:
    given(a_certificate()).when(revoke).then_refused(
        CertificateNotIssued, certificate_id=id_of("certificate")
    )


def test_serial_numbers_have_no_gap() -> None:
    register = CertificateRegister.open(NOW, id_of("register"), year=2026)
    numbers = [register.number(NOW, certificate_id=id_of(str(n))) for n in range(3)]
    assert numbers == [1, 2, 3]


def test_a_consent_is_given_and_withdrawn_by_purpose() -> None:
    volunteer = a_volunteer()
    given(volunteer).when(lambda v: v.consent(NOW, Purpose.PHOTO, recorded_by=CLERK)).then(
        event(Volunteer.ConsentGiven, purpose="photo")
    )
    given(volunteer).when(lambda v: v.consent(NOW, Purpose.PHOTO, recorded_by=CLERK)).then_nothing()
    given(volunteer).when(lambda v: v.require_consent(Purpose.CERTIFICATE)).then_refused(
        ConsentMissing, purpose=Purpose.CERTIFICATE
    )
    given(volunteer).when(lambda v: v.withdraw_consent(NOW, Purpose.PHOTO, recorded_by=CLERK)).then(
        event(Volunteer.ConsentWithdrawn, purpose="photo")
    )
