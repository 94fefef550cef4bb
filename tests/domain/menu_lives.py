"""Lives of the menu, of the issue ledger and of what feeds it, each event of theirs among them."""

from __future__ import annotations

from datetime import date, timedelta

from points.domain.admission import Admission, TaskKind
from points.domain.aggregate import Aggregate
from points.domain.cadre import Cadre, CadreRank
from points.domain.claims import Claimant, ClaimantKind, Side
from points.domain.co_building import CoBuilding
from points.domain.issue import Issue, IssueSource
from points.domain.listing import Listing, ListingKind
from points.domain.meeting import Meeting, MeetingKind
from points.domain.menu_item import AskableBy, MenuItem
from points.domain.request import Request
from points.domain.resident import Resident
from points.domain.values import AmountFen, ServiceKind
from tests.domain.scenario import NOW, id_of

COMMUNITY = "500233001001"
CLERK, OTHER_CLERK = id_of("clerk"), id_of("other clerk")
BENEFICIARY, HELPER = id_of("beneficiary"), id_of("helper")
OWNER, ASKER = id_of("owner"), id_of("asker")
DIGEST = b"\x07" * 32
OFFER_ENDS = NOW + timedelta(days=3)
DUE = date(2026, 4, 30)
A_HELPER = Claimant(ClaimantKind.VOLUNTEER, HELPER)


def a_menu_item(askable_by: AskableBy = AskableBy.ANYONE) -> MenuItem:
    return MenuItem.list(
        NOW,
        id_of("menu item"),
        area_code=COMMUNITY,
        kind=ServiceKind.ELDER_CARE,
        title_ref=id_of("title"),
        paired=True,
        askable_by=askable_by,
        listed_by=CLERK,
    )


def a_resident() -> Resident:
    return Resident.record(
        NOW, BENEFICIARY, area_code=COMMUNITY, profile_ref=id_of("profile"), recorded_by=CLERK
    )


def a_request(*, paired: bool = False) -> Request:
    return Request.place(
        NOW,
        id_of("request"),
        area_code=COMMUNITY,
        kind=ServiceKind.ELDER_CARE,
        menu_item_id=None,
        beneficiary_id=BENEFICIARY,
        profile_ref=id_of("profile"),
        text_ref=id_of("need"),
        wanted_on=date(2026, 4, 20),
        paired=paired,
        placed_by=CLERK,
    )


def an_accepted_request(*, paired: bool = False) -> Request:
    request = a_request(paired=paired)
    request.claim(NOW, A_HELPER, expires_at=OFFER_ENDS, claimed_by=HELPER)
    request.agree(NOW, Side.ASKER, agreed_by=BENEFICIARY)
    return request


def a_done_request(evidence: bytes | None = DIGEST) -> Request:
    request = an_accepted_request()
    request.report_done(NOW, evidence=evidence, reported_by=HELPER)
    return request


def a_confirmed_request(evidence: bytes | None = DIGEST) -> Request:
    request = a_done_request(evidence)
    request.confirm(NOW, by_beneficiary=True, reason_ref=None, confirmed_by=BENEFICIARY)
    return request


def two_requests() -> tuple[Request, Request]:
    served = a_request(paired=True)
    served.dispatch(NOW, A_HELPER, expires_at=OFFER_ENDS, dispatched_by=CLERK)
    served.decline(NOW, Side.CLAIMANT, reason_ref=id_of("reason"), declined_by=HELPER)
    served.claim(NOW, A_HELPER, expires_at=OFFER_ENDS, claimed_by=HELPER)
    served.agree(NOW, Side.ASKER, agreed_by=BENEFICIARY)
    served.name_pair(
        NOW, social_worker_id=id_of("worker"), certified=True, volunteer_id=HELPER, paired_by=CLERK
    )
    served.report_done(NOW, evidence=DIGEST, reported_by=HELPER)
    served.confirm(NOW, by_beneficiary=False, reason_ref=id_of("reason"), confirmed_by=CLERK)
    served.rate(NOW, 5, by_beneficiary=True, text_ref=id_of("praise"), evidence=None, rated_by=BENEFICIARY)
    served.draft_hours(NOW, record_id=id_of("record"), drafted_by=CLERK)
    dropped = Request.place(
        NOW,
        id_of("dropped request"),
        area_code=COMMUNITY,
        kind=ServiceKind.YOUTH,
        menu_item_id=id_of("menu item"),
        beneficiary_id=BENEFICIARY,
        profile_ref=id_of("profile"),
        text_ref=id_of("need"),
        wanted_on=None,
        paired=False,
        placed_by=CLERK,
    )
    dropped.claim(NOW, A_HELPER, expires_at=OFFER_ENDS, claimed_by=HELPER)
    dropped.lapse(OFFER_ENDS)
    dropped.cancel(OFFER_ENDS, reason_ref=None, cancelled_by=CLERK)
    return served, dropped


def a_listing(kind: ListingKind = ListingKind.RESOURCE) -> Listing:
    return Listing.publish(
        NOW,
        id_of("listing"),
        kind=kind,
        area_code=COMMUNITY,
        owner=Claimant(ClaimantKind.ORGANISATION, id_of("organisation")),
        title_ref=id_of("title"),
        published_by=CLERK,
    )


def two_listings() -> tuple[Listing, Listing]:
    fulfilled = a_listing()
    fulfilled.claim(NOW, A_HELPER, claimed_by=HELPER)
    fulfilled.decline(NOW, reason_ref=id_of("reason"), declined_by=CLERK)
    fulfilled.claim(NOW, A_HELPER, claimed_by=HELPER)
    fulfilled.agree(NOW, agreed_by=CLERK)
    fulfilled.fulfil(NOW, reported_by=CLERK)
    withdrawn = Listing.publish(
        NOW,
        id_of("other listing"),
        kind=ListingKind.PROJECT,
        area_code=COMMUNITY,
        owner=Claimant(ClaimantKind.TEAM, id_of("team")),
        title_ref=id_of("title"),
        published_by=CLERK,
    )
    withdrawn.withdraw(NOW, withdrawn_by=CLERK)
    return fulfilled, withdrawn


def an_issue() -> Issue:
    return Issue.open(
        NOW,
        id_of("issue"),
        area_code=COMMUNITY,
        category="facilities",
        source=IssueSource.RESIDENT,
        source_id=None,
        asker_id=ASKER,
        text_ref=id_of("issue text"),
        owner_id=OWNER,
        due_on=DUE,
        opened_by=CLERK,
    )


def an_issue_with_a_word(*, satisfied: bool = True) -> Issue:
    issue = an_issue()
    issue.give_word(NOW, satisfied=satisfied, text_ref=None, given_by=ASKER)
    return issue


def a_lived_issue() -> Issue:
    issue = an_issue()
    issue.note_progress(NOW, text_ref=id_of("note"), noted_by=OWNER)
    issue.transfer(NOW, owner_id=OTHER_CLERK, due_on=DUE, reason_ref=id_of("reason"), transferred_by=CLERK)
    issue.attempt(NOW, text_ref=id_of("attempt"), attempted_by=OWNER)
    issue.give_word(NOW, satisfied=True, text_ref=id_of("word"), given_by=CLERK)
    issue.close_out(NOW, evidence=DIGEST, closed_by=OTHER_CLERK)
    issue.reopen(NOW, due_on=DUE, reason_ref=id_of("reason"), reopened_by=ASKER)
    return issue


def a_meeting() -> Meeting:
    return Meeting.hold(
        NOW,
        id_of("meeting"),
        kind=MeetingKind.JOINT,
        area_code=COMMUNITY,
        held_on=date(2026, 4, 15),
        text_ref=id_of("minutes"),
        recorded_by=CLERK,
    )


def a_cadre() -> Cadre:
    return Cadre.charge(
        NOW,
        id_of("cadre"),
        kind=CadreRank.TOWNSHIP_LEADER,
        area_code="500233001",
        name_ref=id_of("name"),
        charged_by=CLERK,
    )


def visit(cadre: Cadre, day: date, area: str = COMMUNITY) -> None:
    cadre.visit(
        NOW,
        visit_id=id_of(f"visit {day}"),
        area_code=area,
        visited_on=day,
        text_ref=None,
        recorded_by=CLERK,
    )


def a_lived_cadre() -> Cadre:
    cadre = a_cadre()
    visit(cadre, date(2026, 4, 14))
    cadre.release(NOW, released_by=CLERK)
    return cadre


def a_co_building() -> CoBuilding:
    return CoBuilding.sign(
        NOW,
        id_of("co-building"),
        area_code=COMMUNITY,
        partner_id=id_of("organisation"),
        title_ref=id_of("title"),
        signed_on=date(2026, 4, 1),
        evidence=DIGEST,
        recorded_by=CLERK,
    )


def an_admission(kind: TaskKind = TaskKind.SURVEY) -> Admission:
    return Admission.propose(
        NOW,
        id_of("admission"),
        area_code=COMMUNITY,
        kind=kind,
        title_ref=id_of("title"),
        cost_fen=AmountFen(50_000),
        proposed_by=CLERK,
    )


def an_admitted_task() -> Admission:
    admission = an_admission()
    admission.admit(NOW, admitted_by=OTHER_CLERK)
    return admission


def two_admissions() -> tuple[Admission, Admission]:
    assigned = an_admitted_task()
    assigned.fund(NOW, budget_id=id_of("budget"), available_fen=AmountFen(50_000), funded_by=CLERK)
    assigned.assign(NOW, owner_id=OWNER, assigned_by=CLERK)
    refused = an_admission()
    refused.turn_away(NOW, reason_ref=id_of("reason"), turned_away_by=OTHER_CLERK)
    return assigned, refused


def menu_lives() -> list[Aggregate]:
    item = a_menu_item()
    item.withdraw(NOW, withdrawn_by=CLERK)
    resident = a_resident()
    resident.forget(NOW, forgotten_by=CLERK)
    ended = a_co_building()
    ended.end(NOW, ended_by=CLERK)
    return [
        item,
        resident,
        *two_requests(),
        *two_listings(),
        a_lived_issue(),
        a_meeting(),
        a_lived_cadre(),
        ended,
        *two_admissions(),
    ]
