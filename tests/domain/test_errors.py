"""The names that the outside sees: they change only on purpose."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_type_hints

import pytest

from points.domain.errors import Invalid, NotAllowed, NotFound, PointsError, Refused, Unavailable
from tests.domain.catalogue import errors

SLUGS = """
accompaniment-missing
activity-ends-before-start
activity-not-ahead
adjustment-approved-by-proposer
adjustment-decided
adjustment-notice-still-open
admission-already-decided
admission-by-proposer
admission-missing
agreement-already-approved
agreement-approved-by-maker
agreement-missing
agreement-not-found
alarm-already-decided
alarm-decided-by-raiser
alarm-still-open
already-agreed
already-confirmed
already-in-household
already-member
already-rated
already-recorded
already-signed-up
appeal-not-found
appeal-open
appeal-too-late
asker-not-satisfied
askers-word-missing
authorisation-closed
authorisation-lapsed
bill-credit-exceeds-rest
bill-paid
both-sides
budget-closed
budget-exhausted
budget-outside-parent
budget-period-runs
cadre-released
capture-exceeds-authorisation
card-blocked
card-day-cap-exceeded
card-revoked
certificate-not-issued
certificate-not-posted
check-in-window-closed
closing-evidence-missing
co-building-ended
code-already-used
companion-not-adult
confirmed-by-server
consent-missing
day-full
deductions-not-in-scheme
device-revoked
dispute-already-decided
dispute-already-raised
dispute-answered-by-raiser
dispute-decided-by-raiser
dispute-too-late
due-in-the-past
enrolment-expired
enrolment-not-offered
fund-exhausted
future-service
gift-day-cap-exceeded
gift-to-oneself
gift-year-cap-exceeded
guardian-consent-missing
guardian-consent-withdrawn
higher-review-needed
hold-exceeded
hold-not-found
hours-already-drafted
household-head-leaves
insufficient-points
interval-differs-from-minutes
invalid
issue-closed
issue-not-closed
listing-not-at-stage
longer-than-activity
meeting-ahead
menu-item-withdrawn
merchant-day-cap-exceeded
merchant-suspended
new-device-cap-exceeded
no-budget-for-area
no-evidence-of-service
no-forgotten-sign-out
no-service-time
not-allowed
not-checked-in
not-found
not-in-household
not-member
not-on-notice
not-signed-up
nothing-left-to-review
nothing-to-certify
nothing-to-settle
notice-already-given
notice-missing
notice-still-open
notice-too-short
objection-not-found
objection-open
offer-price-differs
offer-sold-out
offer-withdrawn
only-through-staff
organisation-closed
outside-activity-day
overlaps-other-service
own-case
own-entry
own-hours
own-listing
own-posting
own-request
own-word
pair-missing
pair-not-demanded
pair-of-one
payee-approved-by-namer
payee-not-named
person-day-cap-exceeded
post-ended
post-needs-person
post-outside-level
poster-proves-nothing
posting-ended
posting-objected
posting-objection-not-found
posting-still-open
project-needs-organisation
rated-by-server
rating-not-passed-on
rating-out-of-range
reason-for-beneficiary-missing
reason-missing
record-not-found
record-rejected
redemption-cap-exceeded
redemption-window-closed
refund-exceeds-redemption
refund-not-today
refund-of-other-till
refused
request-not-at-stage
resident-forgotten
review-incomplete
scheme-already-approved
scheme-approved-by-drafter
scheme-not-in-force
scheme-notice-runs-on
scheme-reaches-back
scheme-version-in-force
scheme-version-not-found
scheme-version-withdrawn
second-approver-missing
second-approver-same
service-too-long
settlement-already-approved
settlement-already-confirmed
settlement-already-disputed
settlement-already-ordered
settlement-already-paid
settlement-approved-by-drawer
settlement-approved-by-one-person
settlement-is-withdrawn
settlement-not-approved
settlement-not-latest
settlement-not-ordered
settlement-overtaken
settlement-paid-by-approver
settlement-period-taken
shift-closed
shift-ends-before-start
shift-not-ahead
shift-not-ended
shift-outside-activity
shift-started
shift-without-places
sign-in-expired
sign-in-not-offered
sign-out-forgotten
social-worker-not-certified
staff-revoked
star-already-proposed
star-not-posted
star-not-reached
statement-window-closed
statement-window-open
still-checked-in
synced-too-late
task-already-assigned
task-barred
task-money-missing
task-money-short
team-not-found
tier-already-given
till-day-cap-exceeded
till-revoked
too-late-to-cancel
too-many-pairs
too-young
unavailable
visit-ahead
visit-already-recorded
volunteer-not-withdrawn
volunteer-withdrawn
webhook-removed
yearly-fee-cap-exceeded
""".split()  # noqa: SIM905  # one name a line, so that a change shows as one line

ROOTS = (PointsError, Refused, Invalid, NotFound, NotAllowed, Unavailable)


def test_the_public_names_of_all_refusals_are_these() -> None:
    assert sorted({cls.slug() for cls in errors()}) == SLUGS


def test_no_two_refusals_share_a_name() -> None:
    slugs = [cls.slug() for cls in errors()]
    assert len(slugs) == len(set(slugs))


@pytest.mark.parametrize("cls", [cls for cls in errors() if cls not in ROOTS])
def test_a_rule_says_why_it_exists_and_carries_no_prose(cls: type[PointsError]) -> None:
    assert cls.__doc__
    assert not cls.__doc__.startswith(f"{cls.__name__}(")  # what a dataclass writes where nobody did
    assert issubclass(cls, (Refused, Unavailable))
    hints = get_type_hints(cls)
    facts = {field.name: hints[field.name] for field in fields(cls)}
    texts = {name for name, kind in facts.items() if kind is str}
    # References and codes that the asker gave, and closed vocabularies: never a sentence.
    assert texts <= {"subject", "reference", "field", "rule", "action", "area_code", "volunteer_number"}


def test_a_slug_is_the_class_name_in_kebab_case() -> None:
    class ExampleOf24Hours(Refused):
        """Only here."""

    assert ExampleOf24Hours.slug() == "example-of24-hours"


def test_facts_are_what_was_asked_and_what_is_allowed() -> None:
    class TooMany(Refused):
        """Only here."""

        asked: int
        allowed: int

    refusal: Any = TooMany(asked=3, allowed=2)
    assert refusal.facts == {"asked": 3, "allowed": 2}
    assert str(refusal) == "too-many(asked=3, allowed=2)"
