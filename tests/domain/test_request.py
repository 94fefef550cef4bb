"""Requests: claimed from two sides, served, confirmed and rated by whom it was for."""

from __future__ import annotations

import pytest

from points.domain.claims import Claimant, ClaimantKind, Side
from points.domain.menu_item import AskableBy, MenuItem, MenuItemWithdrawn, OnlyThroughStaff
from points.domain.request import Request
from points.domain.request_errors import (
    AlreadyAgreed,
    AlreadyRated,
    BothSides,
    ConfirmedByServer,
    HoursAlreadyDrafted,
    NoEvidenceOfService,
    OwnRequest,
    PairMissing,
    PairNotDemanded,
    PairOfOne,
    RatedByServer,
    RatingNotPassedOn,
    RatingOutOfRange,
    ReasonForBeneficiaryMissing,
    RequestNotAtStage,
    RequestStage,
    SocialWorkerNotCertified,
)
from points.domain.resident import Resident, ResidentForgotten
from tests.domain.menu_lives import (
    A_HELPER,
    BENEFICIARY,
    CLERK,
    HELPER,
    OFFER_ENDS,
    OTHER_CLERK,
    a_confirmed_request,
    a_done_request,
    a_menu_item,
    a_request,
    a_resident,
    an_accepted_request,
)
from tests.domain.scenario import A_SECOND, NOW, event, given, id_of

SECOND = Claimant(ClaimantKind.TEAM, id_of("team"))
WORKER = id_of("worker")


def claimed() -> Request:
    request = a_request()
    request.claim(NOW, A_HELPER, expires_at=OFFER_ENDS, claimed_by=HELPER)
    return request


def test_who_claims_has_agreed_and_the_askers_word_makes_it_stand() -> None:
    request = claimed()
    given(request).when(lambda r: r.agree(NOW, Side.ASKER, agreed_by=BENEFICIARY)).then(
        event(Request.Agreed, side="asker")
    )
    assert request.stage is RequestStage.ACCEPTED


def test_a_dispatch_waits_for_both_sides() -> None:
    request = a_request()
    request.dispatch(NOW, A_HELPER, expires_at=OFFER_ENDS, dispatched_by=CLERK)
    request.agree(NOW, Side.CLAIMANT, agreed_by=HELPER)
    assert request.agreed == {Side.CLAIMANT}
    request.agree(NOW, Side.ASKER, agreed_by=BENEFICIARY)
    assert request.stage is RequestStage.ACCEPTED


def test_one_side_does_not_agree_twice() -> None:
    given(claimed()).when(lambda r: r.agree(NOW, Side.CLAIMANT, agreed_by=HELPER)).then_refused(AlreadyAgreed)


def test_who_dispatched_it_does_not_speak_for_the_asker() -> None:
    request = a_request()
    request.dispatch(NOW, A_HELPER, expires_at=OFFER_ENDS, dispatched_by=CLERK)
    given(request).when(lambda r: r.agree(NOW, Side.ASKER, agreed_by=CLERK)).then_refused(BothSides)


def test_what_one_has_claimed_no_other_claims() -> None:
    given(claimed()).when(
        lambda r: r.claim(NOW, SECOND, expires_at=OFFER_ENDS, claimed_by=CLERK)
    ).then_refused(RequestNotAtStage, stage=RequestStage.OFFERED)


def test_nobody_takes_on_their_own_request() -> None:
    own = Claimant(ClaimantKind.VOLUNTEER, BENEFICIARY)
    given(a_request()).when(
        lambda r: r.claim(NOW, own, expires_at=OFFER_ENDS, claimed_by=BENEFICIARY)
    ).then_refused(OwnRequest)


def test_an_offer_lapses_when_its_time_is_up_and_not_a_second_earlier() -> None:
    given(claimed()).when(lambda r: r.lapse(OFFER_ENDS - A_SECOND)).then_nothing()
    given(claimed()).when(lambda r: r.lapse(OFFER_ENDS)).then(event(Request.Lapsed))


def test_after_the_time_is_up_nobody_agrees_but_another_may_claim() -> None:
    request = claimed()
    given(request).when(lambda r: r.agree(OFFER_ENDS, Side.ASKER, agreed_by=BENEFICIARY)).then_refused(
        RequestNotAtStage, stage=RequestStage.OPEN
    )
    given(request).when(
        lambda r: r.claim(OFFER_ENDS, SECOND, expires_at=OFFER_ENDS + A_SECOND, claimed_by=CLERK)
    ).then(event(Request.Lapsed), event(Request.Claimed, claimant_kind="team"))


@pytest.mark.parametrize("side", list(Side))
def test_when_a_side_declines_the_request_stands_in_the_list_again(side: Side) -> None:
    request = an_accepted_request()
    given(request).when(lambda r: r.decline(NOW, side, reason_ref=None, declined_by=HELPER)).then(
        event(Request.Declined, side=side.value)
    )
    assert request.stage is RequestStage.OPEN
    assert request.claimant is None


def pair(request: Request, worker: str = "worker", *, certified: bool = True) -> None:
    request.name_pair(
        NOW, social_worker_id=id_of(worker), certified=certified, volunteer_id=HELPER, paired_by=CLERK
    )


def test_where_the_kind_demands_a_pair_nothing_is_done_without_it() -> None:
    request = an_accepted_request(paired=True)
    given(request).when(lambda r: r.report_done(NOW, evidence=None, reported_by=HELPER)).then_refused(
        PairMissing
    )
    given(request).when(pair).then(event(Request.Paired, social_worker_id=WORKER, volunteer_id=HELPER))
    given(request).when(lambda r: r.report_done(NOW, evidence=None, reported_by=HELPER)).then(
        event(Request.Done)
    )


def test_a_pair_is_a_certified_social_worker_and_somebody_else_who_did_not_ask() -> None:
    request = an_accepted_request(paired=True)
    given(request).when(lambda r: pair(r, certified=False)).then_refused(SocialWorkerNotCertified)
    given(request).when(lambda r: pair(r, "helper")).then_refused(PairOfOne)
    given(request).when(lambda r: pair(r, "beneficiary")).then_refused(OwnRequest)
    given(an_accepted_request()).when(pair).then_refused(PairNotDemanded)


def test_a_declined_claim_takes_its_pair_along() -> None:
    request = an_accepted_request(paired=True)
    pair(request)
    request.decline(NOW, Side.CLAIMANT, reason_ref=None, declined_by=HELPER)
    assert request.pair is None


def test_the_beneficiary_confirms_what_was_done() -> None:
    given(a_done_request()).when(
        lambda r: r.confirm(NOW, by_beneficiary=True, reason_ref=None, confirmed_by=BENEFICIARY)
    ).then(event(Request.Confirmed, confirmed_by=BENEFICIARY))


def test_staff_confirm_in_the_beneficiarys_place_only_with_a_reason() -> None:
    given(a_done_request()).when(
        lambda r: r.confirm(NOW, by_beneficiary=False, reason_ref=None, confirmed_by=CLERK)
    ).then_refused(ReasonForBeneficiaryMissing)
    given(a_done_request()).when(
        lambda r: r.confirm(NOW, by_beneficiary=False, reason_ref=id_of("why"), confirmed_by=CLERK)
    ).then(event(Request.Confirmed, reason_ref=id_of("why")))


def test_who_served_does_not_confirm() -> None:
    given(a_done_request()).when(
        lambda r: r.confirm(NOW, by_beneficiary=False, reason_ref=id_of("why"), confirmed_by=HELPER)
    ).then_refused(ConfirmedByServer)


def test_who_dispatched_a_service_does_not_confirm_it_too() -> None:
    request = a_request()
    request.dispatch(NOW, A_HELPER, expires_at=OFFER_ENDS, dispatched_by=CLERK)
    request.agree(NOW, Side.CLAIMANT, agreed_by=HELPER)
    request.agree(NOW, Side.ASKER, agreed_by=BENEFICIARY)
    request.report_done(NOW, evidence=None, reported_by=HELPER)
    given(request).when(
        lambda r: r.confirm(NOW, by_beneficiary=False, reason_ref=id_of("why"), confirmed_by=CLERK)
    ).then_refused(ConfirmedByServer)


def rate(request: Request, rating: int = 1) -> None:
    request.rate(NOW, rating, by_beneficiary=True, text_ref=None, evidence=None, rated_by=BENEFICIARY)


def test_the_beneficiary_rates_a_completed_service() -> None:
    given(a_confirmed_request()).when(lambda r: rate(r, 5)).then(event(Request.Rated, rating=5))


def test_no_service_is_rated_before_it_is_completed() -> None:
    """A retaliatory review: somebody who was declined, or never served, has nothing to rate."""
    for request, stage in ((a_done_request(), RequestStage.DONE), (claimed(), RequestStage.OFFERED)):
        given(request).when(rate).then_refused(RequestNotAtStage, stage=stage)


def test_reviews_cannot_be_stuffed_for_a_service_is_rated_once() -> None:
    request = a_confirmed_request()
    rate(request, 5)
    given(request).when(lambda r: rate(r, 5)).then_refused(AlreadyRated)


def test_who_served_does_not_rate() -> None:
    given(a_confirmed_request()).when(
        lambda r: r.rate(NOW, 5, by_beneficiary=False, text_ref=None, evidence=b"\1" * 32, rated_by=HELPER)
    ).then_refused(RatedByServer, action="rate-request")


def test_a_rating_passed_on_rests_on_a_signed_slip() -> None:
    given(a_confirmed_request()).when(
        lambda r: r.rate(NOW, 5, by_beneficiary=False, text_ref=None, evidence=None, rated_by=OTHER_CLERK)
    ).then_refused(RatingNotPassedOn)


@pytest.mark.parametrize("rating", [0, 6])
def test_a_rating_is_one_to_five(rating: int) -> None:
    given(a_confirmed_request()).when(lambda r: rate(r, rating)).then_refused(RatingOutOfRange, rating=rating)


def draft(request: Request) -> None:
    request.draft_hours(NOW, record_id=id_of("record"), drafted_by=CLERK)


def test_hours_come_of_a_confirmed_service_with_evidence_and_once() -> None:
    request = a_confirmed_request()
    given(request).when(draft).then(event(Request.HoursDrafted, record_id=id_of("record")))
    given(request).when(draft).then_refused(HoursAlreadyDrafted)
    given(a_confirmed_request(evidence=None)).when(draft).then_refused(NoEvidenceOfService)
    given(a_done_request()).when(draft).then_refused(RequestNotAtStage, stage=RequestStage.DONE)


def test_a_request_is_cancelled_until_it_is_done() -> None:
    given(an_accepted_request()).when(lambda r: r.cancel(NOW, reason_ref=None, cancelled_by=CLERK)).then(
        event(Request.Cancelled)
    )
    given(a_done_request()).when(lambda r: r.cancel(NOW, reason_ref=None, cancelled_by=CLERK)).then_refused(
        RequestNotAtStage, stage=RequestStage.DONE
    )


def test_what_is_off_the_menu_is_not_asked_for() -> None:
    item = a_menu_item()
    given(item).when(lambda i: i.require_askable(by_staff=False)).then_nothing()
    given(item).when(lambda i: i.withdraw(NOW, withdrawn_by=CLERK)).then(event(MenuItem.Withdrawn))
    given(item).when(lambda i: i.withdraw(NOW, withdrawn_by=CLERK)).then_nothing()
    given(item).when(lambda i: i.require_askable(by_staff=True)).then_refused(MenuItemWithdrawn)


def test_some_services_are_asked_for_only_through_staff() -> None:
    item = a_menu_item(AskableBy.STAFF)
    given(item).when(lambda i: i.require_askable(by_staff=False)).then_refused(OnlyThroughStaff)
    given(item).when(lambda i: i.require_askable(by_staff=True)).then_nothing()


def test_a_forgotten_resident_is_not_known_any_more() -> None:
    resident = a_resident()
    given(resident).when(lambda r: r.forget(NOW, forgotten_by=CLERK)).then(event(Resident.Forgotten))
    given(resident).when(Resident.require_known).then_refused(ResidentForgotten)
