"""Tasks enter a community with an approval and their money; offers are claimed from two sides."""

from __future__ import annotations

import pytest

from points.domain.admission import (
    BARRED,
    Admission,
    AdmissionAlreadyDecided,
    AdmissionByProposer,
    AdmissionMissing,
    TaskAlreadyAssigned,
    TaskBarred,
    TaskKind,
    TaskMoneyMissing,
    TaskMoneyShort,
)
from points.domain.claims import Claimant, ClaimantKind
from points.domain.listing import (
    Listing,
    ListingKind,
    ListingNotAtStage,
    ListingStage,
    OwnListing,
    ProjectNeedsOrganisation,
)
from points.domain.values import AmountFen
from tests.domain.menu_lives import (
    A_HELPER,
    CLERK,
    COMMUNITY,
    HELPER,
    OTHER_CLERK,
    OWNER,
    a_listing,
    an_admission,
    an_admitted_task,
)
from tests.domain.scenario import NOW, event, given, id_of, start_refused


def fund(admission: Admission, available_fen: int = 50_000) -> None:
    admission.fund(NOW, budget_id=id_of("b"), available_fen=AmountFen(available_fen), funded_by=CLERK)


def assign(admission: Admission) -> None:
    admission.assign(NOW, owner_id=OWNER, assigned_by=CLERK)


@pytest.mark.parametrize("kind", sorted(BARRED))
def test_barred_kinds_of_task_are_refused(kind: TaskKind) -> None:
    start_refused(lambda: an_admission(kind), TaskBarred, kind=kind)


def test_a_second_person_admits_a_task() -> None:
    given(an_admission()).when(lambda a: a.admit(NOW, admitted_by=CLERK)).then_refused(AdmissionByProposer)
    given(an_admission()).when(lambda a: a.admit(NOW, admitted_by=OTHER_CLERK)).then(
        event(Admission.Admitted)
    )


def test_an_admission_is_decided_once() -> None:
    given(an_admitted_task()).when(
        lambda a: a.turn_away(NOW, reason_ref=id_of("reason"), turned_away_by=OTHER_CLERK)
    ).then_refused(AdmissionAlreadyDecided)


def test_a_task_is_neither_funded_nor_assigned_before_it_is_admitted() -> None:
    given(an_admission()).when(fund).then_refused(AdmissionMissing)
    given(an_admission()).when(assign).then_refused(AdmissionMissing)


def test_a_task_is_assigned_once_its_money_is_there() -> None:
    task = an_admitted_task()
    given(task).when(assign).then_refused(TaskMoneyMissing)
    given(task).when(lambda a: fund(a, 49_999)).then_refused(
        TaskMoneyShort, asked_fen=50_000, available_fen=49_999
    )
    given(task).when(fund).then(event(Admission.Funded, budget_id=id_of("b")))
    given(task).when(assign).then(event(Admission.Assigned, owner_id=OWNER))
    given(task).when(assign).then_refused(TaskAlreadyAssigned)
    given(task).when(fund).then_refused(TaskAlreadyAssigned)


def test_an_offer_is_claimed_by_one_side_and_agreed_by_the_other() -> None:
    offer = a_listing()
    given(offer).when(lambda o: o.agree(NOW, agreed_by=CLERK)).then_refused(
        ListingNotAtStage, stage=ListingStage.OPEN
    )
    given(offer).when(lambda o: o.claim(NOW, A_HELPER, claimed_by=HELPER)).then(event(Listing.Claimed))
    given(offer).when(lambda o: o.fulfil(NOW, reported_by=CLERK)).then_refused(
        ListingNotAtStage, stage=ListingStage.CLAIMED
    )
    given(offer).when(lambda o: o.agree(NOW, agreed_by=CLERK)).then(event(Listing.Agreed))
    given(offer).when(lambda o: o.fulfil(NOW, reported_by=CLERK)).then(event(Listing.Fulfilled))


def test_a_declined_offer_stands_in_its_list_again() -> None:
    offer = a_listing()
    offer.claim(NOW, A_HELPER, claimed_by=HELPER)
    given(offer).when(lambda o: o.decline(NOW, reason_ref=None, declined_by=CLERK)).then(
        event(Listing.Declined)
    )
    assert offer.stage is ListingStage.OPEN


def test_who_listed_an_offer_does_not_claim_it_too() -> None:
    given(a_listing()).when(lambda o: o.claim(NOW, o.owner, claimed_by=CLERK)).then_refused(OwnListing)


def test_an_agreed_offer_is_not_withdrawn() -> None:
    offer = a_listing()
    offer.claim(NOW, A_HELPER, claimed_by=HELPER)
    offer.agree(NOW, agreed_by=CLERK)
    given(offer).when(lambda o: o.withdraw(NOW, withdrawn_by=CLERK)).then_refused(
        ListingNotAtStage, stage=ListingStage.AGREED
    )


def test_a_project_is_listed_by_an_organisation_or_a_team() -> None:
    start_refused(
        lambda: Listing.publish(
            NOW,
            id_of("listing"),
            kind=ListingKind.PROJECT,
            area_code=COMMUNITY,
            owner=Claimant(ClaimantKind.VOLUNTEER, HELPER),
            title_ref=id_of("title"),
            published_by=HELPER,
        ),
        ProjectNeedsOrganisation,
    )
