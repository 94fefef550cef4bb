"""The issue ledger: opened, handled, and closed only with evidence and the asker's word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from points import access
from points.access import Act, OutsideScope
from points.application.scope import beneficiary, home_of, person, readable_area, require_owner
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.working_days import is_working_day
from points.domain import naming
from points.domain.calendar import add_working_days
from points.domain.co_building import CoBuilding
from points.domain.errors import Invalid, NotFound
from points.domain.issue import Issue, IssueCategory, IssueSource
from points.domain.meeting import Meeting, MeetingKind
from points.domain.tenant import Tenant
from points.domain.values import Role
from points.projections import issues as issue_model
from points.projections import visits as visit_model

DUE_WORKING_DAYS = 5
_MEETING_KINDS = {
    IssueSource.JOINT_MEETING: MeetingKind.JOINT,
    IssueSource.SUPERVISION: MeetingKind.SUPERVISION,
}
STATES = ("open", "closed", "overdue")


class Issues:
    """Problems and findings, closed item by item."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def open(
        self,
        call: Call,
        *,
        text: str,
        category: str,
        area: str | None = None,
        source: str = IssueSource.RESIDENT.value,
        source_id: UUID | None = None,
        owner_id: UUID | None = None,
        due_on: date | None = None,
        volunteer_number: str | None = None,
        resident_id: UUID | None = None,
    ) -> Answer:
        """Enter one; due in five working days unless told. What a meeting, visit or agreement brought names it,
        and somebody who handles it.

        Raises OutsideScope, Invalid, NotFound, OwnerNotHere, DueInThePast, CoBuildingEnded.
        """
        access.require(call.actor, Act.OPEN_ISSUE)
        own = call.actor.role is Role.VOLUNTEER
        code = home_of(self._tools, call.actor) if own else area
        if code is None:
            raise Invalid(field="area", rule="missing")
        path = self._tools.areas(code).path(code)
        if not own:
            access.require_in_area(call.actor, Act.OPEN_ISSUE, path)
        if not text.strip():
            raise Invalid(field="text", rule="missing")
        if source not in set(IssueSource) or (own and source != IssueSource.RESIDENT):
            raise Invalid(field="source", rule="unknown")
        origin = IssueSource(source)
        self._check_visit(origin, source_id)

        def decide(work: Work) -> Body:
            _check_category(work, category)
            _check_source(work, origin, source_id, path)
            asker_id = person(call.actor) if own else None
            if not own and (volunteer_number is not None or resident_id is not None):
                asker_id, _ = beneficiary(work, volunteer_number, resident_id)
            if owner_id is not None:
                require_owner(self._tools, work, owner_id, code)
            elif origin not in {IssueSource.RESIDENT, IssueSource.GRID_WORKER}:
                raise Invalid(field="owner", rule="missing")
            issue_id = work.new_id()
            due = due_on or add_working_days(work.today, DUE_WORKING_DAYS, is_working_day)
            work.unit.add(
                Issue.open(
                    work.at,
                    issue_id,
                    area_code=code,
                    category=category,
                    source=origin,
                    source_id=source_id,
                    asker_id=asker_id,
                    text_ref=work.text(issue_id, text.strip()),
                    owner_id=owner_id,
                    due_on=due,
                    opened_by=person(call.actor),
                )
            )
            return {"issue_id": str(issue_id), "due_on": due.isoformat()}

        told = [text, category, code, source, str(source_id), str(owner_id), str(due_on), volunteer_number]
        return self._tools.change(call, "issues.open", [*told, str(resident_id)], decide)

    def _check_visit(self, source: IssueSource, source_id: UUID | None) -> None:
        if source is IssueSource.CADRE_VISIT:
            with self._tools.reading() as connection:
                known = source_id is not None and visit_model.get(connection, source_id) is not None
            if not known:
                raise NotFound(subject="visit", reference=str(source_id))

    def note(self, call: Call, issue_id: UUID, *, text: str) -> Answer:
        """What was done about it."""

        def act(work: Work, issue: Issue) -> None:
            text_ref = _text(work, issue_id, text, "text")
            issue.note_progress(work.at, text_ref=text_ref, noted_by=call.actor.id)

        return self._act(call, "note", Act.HANDLE_ISSUE, issue_id, [text], act)

    def transfer(
        self, call: Call, issue_id: UUID, *, owner_id: UUID, reason: str, due_on: date | None = None
    ) -> Answer:
        """Somebody else handles it. Raises OwnerNotHere, IssueClosed, DueInThePast."""

        def act(work: Work, issue: Issue) -> None:
            require_owner(self._tools, work, owner_id, issue.area_code)
            issue.transfer(
                work.at,
                owner_id=owner_id,
                due_on=due_on or issue.due_on,
                reason_ref=_text(work, issue_id, reason, "reason"),
                transferred_by=call.actor.id,
            )

        told = [str(owner_id), reason, str(due_on)]
        return self._act(call, "transfer", Act.HANDLE_ISSUE, issue_id, told, act)

    def attempt(self, call: Call, issue_id: UUID, *, text: str) -> Answer:
        """The asker was sought in vain today; three such days stand for their word."""

        def act(work: Work, issue: Issue) -> None:
            text_ref = _text(work, issue_id, text, "text")
            issue.attempt(work.at, text_ref=text_ref, attempted_by=call.actor.id)

        return self._act(call, "attempt", Act.HANDLE_ISSUE, issue_id, [text], act)

    def word(self, call: Call, issue_id: UUID, *, satisfied: bool, text: str | None = None) -> Answer:
        """What the asker says, by themselves or through staff who do not handle it. Raises OwnWord."""

        def act(work: Work, issue: Issue) -> None:
            text_ref = work.text(issue_id, text.strip()) if text and text.strip() else None
            by = call.actor.id if call.actor.id == issue.owner_id else person(call.actor)
            issue.give_word(work.at, satisfied=satisfied, text_ref=text_ref, given_by=by)

        return self._act(call, "word", Act.SPEAK_ON_ISSUE, issue_id, [satisfied, text], act)

    def close(self, call: Call, issue_id: UUID, *, evidence: bytes | None) -> Answer:
        """Close it out. Raises ClosingEvidenceMissing, AskersWordMissing, AskerNotSatisfied, IssueClosed."""

        def act(work: Work, issue: Issue) -> None:
            issue.close_out(work.at, evidence=evidence, closed_by=call.actor.id)

        told = [evidence and evidence.hex()]
        return self._act(call, "close", Act.HANDLE_ISSUE, issue_id, told, act)

    def reopen(self, call: Call, issue_id: UUID, *, reason: str, due_on: date | None = None) -> Answer:
        """It is not solved after all: the asker's or staff's word. Raises IssueNotClosed."""

        def act(work: Work, issue: Issue) -> None:
            issue.reopen(
                work.at,
                due_on=due_on or add_working_days(work.today, DUE_WORKING_DAYS, is_working_day),
                reason_ref=_text(work, issue_id, reason, "reason"),
                reopened_by=person(call.actor),
            )

        return self._act(call, "reopen", Act.SPEAK_ON_ISSUE, issue_id, [reason, str(due_on)], act)

    def list(
        self,
        call: Call,
        *,
        area: str | None,
        limit: int,
        after: UUID | None = None,
        state: str | None = None,
        mine: bool = False,
        source_id: UUID | None = None,
    ) -> Body:
        """By age; a volunteer sees their own."""
        if state is not None and state not in STATES:
            raise Invalid(field="state", rule="unknown")
        access.require(call.actor, Act.READ_ISSUES)
        own = call.actor.role is Role.VOLUNTEER
        whose = person(call.actor) if own else call.actor.id if mine else None
        code = None if own else readable_area(self._tools, call, Act.READ_ISSUES, area)
        today = self._tools.today(call)
        with self._tools.reading() as connection:
            found = issue_model.page(
                connection,
                limit,
                after,
                area_code=code,
                closed={"open": False, "closed": True}.get(state or ""),
                overdue_on=today if state == "overdue" else None,
                whose=whose,
                source_id=source_id,
            )
        with self._tools.looking() as desk:
            texts = desk.vault.get_many([issue.text_ref for issue in found])
        rows = [_shown(issue, texts.get(issue.text_ref, {}).get("text"), today) for issue in found]
        return {"issues": rows, "next": rows[-1]["issue_id"] if len(rows) == limit else None}

    def _act(
        self,
        call: Call,
        name: str,
        act: Act,
        issue_id: UUID,
        told: Sequence[Any],
        change: Callable[[Work, Issue], None],
    ) -> Answer:
        access.require(call.actor, act)

        def decide(work: Work) -> Body:
            issue = work.unit.get(Issue, issue_id)
            if call.actor.role is not Role.VOLUNTEER:
                access.require_in_area(call.actor, act, self._tools.areas().path(issue.area_code))
            elif person(call.actor) != issue.asker_id:
                raise OutsideScope(action=act.value)
            change(work, issue)
            return {"issue_id": str(issue_id), "closed": issue.closed}

        return self._tools.change(call, f"issues.{name}", [str(issue_id), *told], decide)


def _check_category(work: Work, category: str) -> None:
    if category in set(IssueCategory):
        return
    tenant = work.unit.get(Tenant, naming.tenant_id(work.tenant))
    if category not in tenant.settings.get("issue_categories", "").split(",") or not category:
        raise Invalid(field="category", rule="unknown")


def _check_source(work: Work, source: IssueSource, source_id: UUID | None, path: Sequence[str]) -> None:
    """What an entry came out of exists, is of that kind, and took place in the area or above it."""
    if (source in _MEETING_KINDS or source is IssueSource.CO_BUILDING) and source_id is None:
        raise Invalid(field="source", rule="missing")
    if source in _MEETING_KINDS and source_id is not None:
        meeting = work.unit.get(Meeting, source_id)
        if meeting.kind is not _MEETING_KINDS[source] or meeting.area_code not in path:
            raise NotFound(subject="meeting", reference=str(source_id))
    elif source is IssueSource.CO_BUILDING and source_id is not None:
        agreement = work.unit.get(CoBuilding, source_id)
        agreement.require_in_force()
        if agreement.area_code not in path:
            raise NotFound(subject="co-building", reference=str(source_id))


def _text(work: Work, issue_id: UUID, text: str, field: str) -> UUID:
    if not text.strip():
        raise Invalid(field=field, rule="missing")
    return work.text(issue_id, text.strip())


def _shown(issue: issue_model.Issue, text: str | None, today: date) -> Body:
    return {
        "issue_id": str(issue.issue_id),
        "area": issue.area_code,
        "category": issue.category,
        "source": issue.source,
        "source_id": issue.source_id and str(issue.source_id),
        "text": text,
        "owner_id": issue.owner_id and str(issue.owner_id),
        "opened_on": issue.opened_on.isoformat(),
        "due_on": issue.due_on.isoformat(),
        "closed_on": issue.closed_on and issue.closed_on.isoformat(),
        "satisfied": issue.satisfied,
        "overdue": issue.overdue(today),
    }
