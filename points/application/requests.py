"""Requests: asked, dispatched or claimed, agreed from both sides, served, confirmed and rated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from points import access
from points.access import Act, OutsideScope
from points.application.activities import read_kind
from points.application.hours import Hours
from points.application.scope import beneficiary, claimant_of, home_of, person, readable_area
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.volunteers import find_volunteer
from points.domain.calendar import to_us
from points.domain.claims import Claimant, ClaimantKind, Side
from points.domain.errors import Invalid, NotFound
from points.domain.menu_item import MenuItem
from points.domain.request import Request
from points.domain.request_errors import RequestStage
from points.domain.resident import Resident
from points.domain.values import Category, Role, ServiceKind
from points.domain.volunteer import Volunteer
from points.projections import requests as request_model

OFFER_FOR = timedelta(days=3)
"""How long a dispatch or claim waits for the other side before the request stands in the list again."""
_LAPSES_A_RUN = 500


class Requests:
    """What residents ask for."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def place(
        self,
        call: Call,
        *,
        need: str,
        area: str | None = None,
        kind: str | None = None,
        menu_item_id: UUID | None = None,
        paired: bool = False,
        volunteer_number: str | None = None,
        resident_id: UUID | None = None,
        wanted_on: date | None = None,
    ) -> Answer:
        """Ask, from the menu or freely: a volunteer for themselves at home, staff for a resident.

        Raises OutsideScope, Invalid, MenuItemWithdrawn, OnlyThroughStaff, ResidentForgotten.
        """
        access.require(call.actor, Act.PLACE_REQUEST)
        own = call.actor.role is Role.VOLUNTEER
        code = home_of(self._tools, call.actor) if own else area
        if code is None:
            raise Invalid(field="area", rule="missing")
        path = self._tools.areas(code).path(code)
        if not own:
            access.require_in_area(call.actor, Act.PLACE_REQUEST, path)
        if not need.strip():
            raise Invalid(field="need", rule="missing")
        free_kind = None if kind is None else read_kind(kind)

        def decide(work: Work) -> Body:
            who, profile_ref = (
                _oneself(work, person(call.actor))
                if own
                else beneficiary(work, volunteer_number, resident_id)
            )
            served, in_pair = _wish(work, path, menu_item_id, free_kind, paired=paired, by_staff=not own)
            request_id = work.new_id()
            work.unit.add(
                Request.place(
                    work.at,
                    request_id,
                    area_code=code,
                    kind=served,
                    menu_item_id=menu_item_id,
                    beneficiary_id=who,
                    profile_ref=profile_ref,
                    text_ref=work.text(request_id, need.strip()),
                    wanted_on=wanted_on,
                    paired=in_pair,
                    placed_by=person(call.actor),
                )
            )
            return {"request_id": str(request_id)}

        told = [
            need,
            code,
            kind,
            str(menu_item_id),
            paired,
            volunteer_number,
            str(resident_id),
            str(wanted_on),
        ]
        return self._tools.change(call, "requests.place", told, decide)

    def dispatch(
        self,
        call: Call,
        request_id: UUID,
        *,
        volunteer_number: str | None = None,
        claimant_kind: str | None = None,
        claimant_id: UUID | None = None,
    ) -> Answer:
        """Name who is to serve: a volunteer by number, or an organisation or team by id."""

        def act(work: Work, request: Request) -> None:
            if volunteer_number is not None:
                volunteer = find_volunteer(work, volunteer_number)
                volunteer.require_active()
                claimant = Claimant(ClaimantKind.VOLUNTEER, volunteer.id)
            elif claimant_id is not None and claimant_kind in set(ClaimantKind):
                claimant = Claimant(ClaimantKind(claimant_kind), claimant_id)
            else:
                raise Invalid(field="claimant", rule="unknown")
            until = work.at + OFFER_FOR
            request.dispatch(work.at, claimant, expires_at=until, dispatched_by=person(call.actor))

        told = [volunteer_number, claimant_kind, str(claimant_id)]
        return self._act(call, "dispatch", Act.DISPATCH_REQUEST, request_id, told, act)

    def claim(
        self,
        call: Call,
        request_id: UUID,
        *,
        claimant_kind: str | None = None,
        claimant_id: UUID | None = None,
    ) -> Answer:
        """Come forward: a volunteer of the township for themselves, staff for an organisation or team."""
        access.require(call.actor, Act.CLAIM_REQUEST)
        found = self._found(request_id)
        claimant = claimant_of(
            self._tools, call, Act.CLAIM_REQUEST, found.area_code, claimant_kind, claimant_id
        )

        def decide(work: Work) -> Body:
            request = work.unit.get(Request, request_id)
            until = work.at + OFFER_FOR
            request.claim(work.at, claimant, expires_at=until, claimed_by=person(call.actor))
            return {"request_id": str(request_id), "stage": request.stage.value}

        told = [str(request_id), claimant_kind, str(claimant_id)]
        return self._tools.change(call, "requests.claim", told, decide)

    def answer(
        self,
        call: Call,
        request_id: UUID,
        *,
        agreed: bool,
        side: str | None = None,
        reason: str | None = None,
    ) -> Answer:
        """One side's yes or no. A phone speaks for its own side; staff name the side they speak for."""

        def act(work: Work, request: Request) -> None:
            spoken = self._side(work, call, request, side)
            if agreed:
                request.agree(work.at, spoken, agreed_by=person(call.actor))
            else:
                text_ref = _text(work, request_id, reason)
                request.decline(work.at, spoken, reason_ref=text_ref, declined_by=person(call.actor))

        return self._act(call, "answer", Act.ANSWER_REQUEST, request_id, [agreed, side, reason], act)

    def pair(self, call: Call, request_id: UUID, *, social_worker: str, volunteer: str) -> Answer:
        """Name the pair by their volunteer numbers. Raises SocialWorkerNotCertified, PairOfOne."""

        def act(work: Work, request: Request) -> None:
            worker, other = find_volunteer(work, social_worker), find_volunteer(work, volunteer)
            worker.require_active()
            other.require_active()
            request.name_pair(
                work.at,
                social_worker_id=worker.id,
                certified=worker.category is Category.SOCIAL_WORKER,
                volunteer_id=other.id,
                paired_by=person(call.actor),
            )

        return self._act(call, "pair", Act.DISPATCH_REQUEST, request_id, [social_worker, volunteer], act)

    def report_done(self, call: Call, request_id: UUID, *, evidence: bytes | None = None) -> Answer:
        """The claimant's side reports it done; the evidence is a file's SHA-256."""

        def act(work: Work, request: Request) -> None:
            self._require_side(work, call, request, Side.CLAIMANT)
            request.report_done(work.at, evidence=evidence, reported_by=person(call.actor))

        told = [evidence and evidence.hex()]
        return self._act(call, "done", Act.ANSWER_REQUEST, request_id, told, act)

    def confirm(self, call: Call, request_id: UUID, *, reason: str | None = None) -> Answer:
        """The beneficiary confirms; staff in the place of one without a phone, with the reason."""

        def act(work: Work, request: Request) -> None:
            self._require_side(work, call, request, Side.ASKER)
            request.confirm(
                work.at,
                by_beneficiary=person(call.actor) == request.beneficiary_id,
                reason_ref=_text(work, request_id, reason),
                confirmed_by=person(call.actor),
            )

        return self._act(call, "confirm", Act.ANSWER_REQUEST, request_id, [reason], act)

    def rate(
        self,
        call: Call,
        request_id: UUID,
        *,
        rating: int,
        text: str | None = None,
        evidence: bytes | None = None,
    ) -> Answer:
        """One to five stars from the beneficiary; staff pass on a resident's with the signed slip's SHA-256."""

        def act(work: Work, request: Request) -> None:
            self._require_side(work, call, request, Side.ASKER)
            by_beneficiary = person(call.actor) == request.beneficiary_id
            request.rate(
                work.at,
                rating,
                by_beneficiary=by_beneficiary,
                text_ref=_text(work, request_id, text),
                evidence=None if by_beneficiary else evidence,
                rated_by=person(call.actor),
            )

        told = [rating, text, evidence and evidence.hex()]
        return self._act(call, "rate", Act.RATE_REQUEST, request_id, told, act)

    def cancel(self, call: Call, request_id: UUID, *, reason: str | None = None) -> Answer:
        """It is wanted no longer."""

        def act(work: Work, request: Request) -> None:
            self._require_side(work, call, request, Side.ASKER)
            text_ref = _text(work, request_id, reason)
            request.cancel(work.at, reason_ref=text_ref, cancelled_by=person(call.actor))

        return self._act(call, "cancel", Act.ANSWER_REQUEST, request_id, [reason], act)

    def draft_hours(
        self, call: Call, request_id: UUID, *, volunteer_number: str, minutes: int, on: date, reason: str
    ) -> Answer:
        """Enter a confirmed service with evidence as supplementary time, to be reviewed like any other.

        Raises NoEvidenceOfService, HoursAlreadyDrafted, OutsideScope, and what the timesheet refuses.
        """
        access.require(call.actor, Act.RECORD_HOURS)
        found = self._found(request_id)
        path = self._tools.areas().path(found.area_code)
        access.require_in_area(call.actor, Act.RECORD_HOURS, path)

        def check(work: Work) -> None:
            request = work.unit.get(Request, request_id)
            request.check_hours()
            if find_volunteer(work, volunteer_number).id not in request.servers:
                raise OutsideScope(action=Act.RECORD_HOURS.value)

        def run() -> Body:
            # Two commands, each done once under its own key: a run that a crash cut short is taken up again.
            self._tools.writer.run(self._tools.command(call, check))
            issued = Hours(self._tools).issue(
                replace(call, key=f"{call.key}/hours"),
                volunteer_number=volunteer_number,
                minutes=minutes,
                kind=found.kind,
                on=on,
                activity=f"点单 {request_id}",
                reason=reason,
                area=found.area_code,
            )
            record_id = UUID(issued.body["record_id"])

            def act(work: Work, request: Request) -> None:
                request.draft_hours(work.at, record_id=record_id, drafted_by=person(call.actor))

            told_draft = [str(record_id)]
            noted = replace(call, key=f"{call.key}/draft")
            drafted = self._act(noted, "draft", Act.RECORD_HOURS, request_id, told_draft, act)
            return {**drafted.body, "record_id": str(record_id)}

        told = [str(request_id), volunteer_number, minutes, on.isoformat(), reason]
        return self._tools.once(call, "requests.hours", told, run)

    def lapse_due(self, call: Call) -> Answer:
        """Put back into the list whatever nobody answered in time."""
        access.require(call.actor, Act.DISPATCH_REQUEST)
        now = call.fixed_at or self._tools.now()
        with self._tools.reading() as connection:
            due = request_model.lapsed(connection, to_us(now), _LAPSES_A_RUN)

        def decide(work: Work) -> Body:
            return {"lapsed": sum(work.unit.get(Request, one.request_id).lapse(work.at) for one in due)}

        return self._tools.change(call, "requests.lapse", [], decide)

    def list(
        self,
        call: Call,
        *,
        area: str | None,
        limit: int,
        after: UUID | None = None,
        state: str | None = None,
        mine: bool = False,
    ) -> Body:
        """By age. Volunteers see what their township needs, and when: never for whom, nor the words."""
        if state is not None and state not in set(RequestStage):
            raise Invalid(field="state", rule="unknown")
        code = None if mine else readable_area(self._tools, call, Act.READ_REQUESTS, area)
        access.require(call.actor, Act.READ_REQUESTS)
        with self._tools.reading() as connection:
            found = request_model.page(
                connection,
                limit,
                after,
                area_code=code,
                stage=None if state is None else RequestStage(state),
                whose=person(call.actor) if mine else None,
            )
        rows = [_outline(request) for request in found]
        return {"requests": rows, "next": rows[-1]["request_id"] if len(rows) == limit else None}

    def show(self, call: Call, request_id: UUID) -> Body:
        """One request; its words and contact for staff of the place, the asker, and the claimant once agreed."""
        access.require(call.actor, Act.READ_REQUESTS)
        found = self._found(request_id)
        shown = _outline(found)
        if not self._may_read_need(call, found):
            return shown
        with self._tools.looking() as desk:
            shown["need"] = desk.vault.get_text(found.text_ref)
            contact = desk.vault.get(found.profile_ref) or {}
        shown["contact"] = {k: v for k, v in contact.items() if k in {"name", "phone", "address"}}
        return shown

    def _may_read_need(self, call: Call, found: request_model.Request) -> bool:
        path = self._tools.areas().path(found.area_code)
        if call.actor.role is not Role.VOLUNTEER:
            access.require_in_area(call.actor, Act.READ_REQUESTS, path)
            return call.actor.role in access.ALLOWED[Act.READ_PROFILE]
        who = person(call.actor)
        if who == found.beneficiary_id:
            return True
        readable_area(self._tools, call, Act.READ_REQUESTS, found.area_code)
        return who == found.claimant_id and found.stage not in {RequestStage.OPEN, RequestStage.OFFERED}

    def _found(self, request_id: UUID) -> request_model.Request:
        with self._tools.reading() as connection:
            found = request_model.get(connection, request_id)
        if found is None:
            raise NotFound(subject="request", reference=str(request_id))
        return found

    def _act(
        self,
        call: Call,
        name: str,
        act: Act,
        request_id: UUID,
        told: Sequence[Any],
        change: Callable[[Work, Request], None],
    ) -> Answer:
        access.require(call.actor, act)

        def decide(work: Work) -> Body:
            request = work.unit.get(Request, request_id)
            if call.actor.role is not Role.VOLUNTEER:
                access.require_in_area(call.actor, act, self._tools.areas().path(request.area_code))
            change(work, request)
            return {"request_id": str(request_id), "stage": request.stage.value}

        return self._tools.change(call, f"requests.{name}", [str(request_id), *told], decide)

    def _side(self, work: Work, call: Call, request: Request, told: str | None) -> Side:
        """Whose word this is. A phone has its own side alone."""
        who = person(call.actor)
        if who == request.beneficiary_id:
            return Side.ASKER
        if request.claimant is not None and who == request.claimant.id:
            return Side.CLAIMANT
        if told not in set(Side):
            raise OutsideScope(action=Act.ANSWER_REQUEST.value)
        side = Side(told)
        self._require_side(work, call, request, side)
        return side

    def _require_side(self, work: Work, call: Call, request: Request, side: Side) -> None:
        """Staff speak for residents, who have no phone, and for organisations; never for another volunteer."""
        who = person(call.actor)
        own = request.beneficiary_id if side is Side.ASKER else request.claimant and request.claimant.id
        if who == own:
            return
        if call.actor.role is Role.VOLUNTEER:
            raise OutsideScope(action=Act.ANSWER_REQUEST.value)
        if side is Side.ASKER:
            without_phone = work.unit.seek(Resident, request.beneficiary_id) is not None
        else:
            without_phone = (
                request.claimant is not None and request.claimant.kind is not ClaimantKind.VOLUNTEER
            )
        if not without_phone:
            raise OutsideScope(action=Act.ANSWER_REQUEST.value)


def _oneself(work: Work, volunteer_id: UUID) -> tuple[UUID, UUID]:
    volunteer = work.unit.get(Volunteer, volunteer_id)
    volunteer.require_active()
    return volunteer.id, volunteer.profile_ref


def _wish(
    work: Work,
    path: tuple[str, ...],
    menu_item_id: UUID | None,
    kind: ServiceKind | None,
    *,
    paired: bool,
    by_staff: bool,
) -> tuple[ServiceKind, bool]:
    """The kind of service and whether it takes a pair: as the menu says, or as was asked freely."""
    if menu_item_id is None:
        if kind is None:
            raise Invalid(field="kind", rule="missing")
        return kind, paired
    item = work.unit.get(MenuItem, menu_item_id)
    if item.area_code not in path:
        raise NotFound(subject="menu-item", reference=str(menu_item_id))
    item.require_askable(by_staff=by_staff)
    return item.kind, item.paired


def _text(work: Work, request_id: UUID, text: str | None) -> UUID | None:
    return work.text(request_id, text.strip()) if text is not None and text.strip() else None


def _outline(request: request_model.Request) -> Body:
    """What everybody of the township may know."""
    return {
        "request_id": str(request.request_id),
        "area": request.area_code,
        "kind": request.kind,
        "menu_item_id": request.menu_item_id and str(request.menu_item_id),
        "wanted_on": request.wanted_on and request.wanted_on.isoformat(),
        "paired": request.paired,
        "state": request.stage.value,
        "rating": request.rating,
    }
