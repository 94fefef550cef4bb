"""What the governing bodies do in a community: meetings, visits and agreements, each feeding the issue ledger."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from uuid import UUID

from points import access
from points.access import Act
from points.application.scope import readable_area
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain.cadre import Cadre, CadreRank
from points.domain.calendar import add_months
from points.domain.co_building import CoBuilding
from points.domain.errors import Invalid
from points.domain.meeting import Meeting, MeetingKind
from points.projections import issues as issue_model
from points.projections import visits as visit_model

VISITS_A_MONTH, VISITS_A_WEEK = 2, 1
"""Township leaders at least twice a month, office cadres weekly (rule 23)."""
_MONTH = re.compile(r"\A[0-9]{4}-(0[1-9]|1[0-2])\Z", re.ASCII)
_WEEK = timedelta(days=7)
_A_DAY = timedelta(days=1)


class Governance:
    """Bodies, their people, and what they promised."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def hold_meeting(self, call: Call, *, area: str, kind: str, held_on: date, minutes: str) -> Answer:
        """Record a joint meeting, or one of its supervision group. Raises MeetingAhead, Invalid."""
        self._require(call, area)
        if kind not in set(MeetingKind):
            raise Invalid(field="kind", rule="unknown")
        if not minutes.strip():
            raise Invalid(field="text", rule="missing")

        def decide(work: Work) -> Body:
            meeting_id = work.new_id()
            work.unit.add(
                Meeting.hold(
                    work.at,
                    meeting_id,
                    kind=MeetingKind(kind),
                    area_code=area,
                    held_on=held_on,
                    text_ref=work.text(meeting_id, minutes.strip()),
                    recorded_by=call.actor.id,
                )
            )
            return {"meeting_id": str(meeting_id)}

        told = [area, kind, held_on.isoformat(), minutes]
        return self._tools.change(call, "meetings.hold", told, decide)

    def charge_cadre(self, call: Call, *, area: str, rank: str, name: str) -> Answer:
        """Enter somebody with the duty to visit."""
        self._require(call, area)
        if rank not in set(CadreRank):
            raise Invalid(field="rank", rule="unknown")
        if not name.strip():
            raise Invalid(field="name", rule="missing")

        def decide(work: Work) -> Body:
            cadre_id = work.new_id()
            name_ref = work.text(cadre_id, name.strip())
            work.unit.add(
                Cadre.charge(
                    work.at,
                    cadre_id,
                    kind=CadreRank(rank),
                    area_code=area,
                    name_ref=name_ref,
                    charged_by=call.actor.id,
                )
            )
            return {"cadre_id": str(cadre_id)}

        return self._tools.change(call, "cadres.charge", [area, rank, name], decide)

    def release_cadre(self, call: Call, cadre_id: UUID) -> Answer:
        access.require(call.actor, Act.RECORD_GOVERNANCE)

        def decide(work: Work) -> Body:
            cadre = work.unit.get(Cadre, cadre_id)
            self._require(call, cadre.area_code)
            cadre.release(work.at, released_by=call.actor.id)
            return {"cadre_id": str(cadre_id)}

        return self._tools.change(call, "cadres.release", [str(cadre_id)], decide)

    def record_visit(
        self, call: Call, *, cadre_id: UUID, area: str, visited_on: date, notes: str | None = None
    ) -> Answer:
        """Raises VisitAhead, VisitAlreadyRecorded, CadreReleased, OutsideScope."""
        self._require(call, area)

        def decide(work: Work) -> Body:
            visit_id = work.new_id()
            work.unit.get(Cadre, cadre_id).visit(
                work.at,
                visit_id=visit_id,
                area_code=area,
                visited_on=visited_on,
                text_ref=work.text(visit_id, notes.strip()) if notes and notes.strip() else None,
                recorded_by=call.actor.id,
            )
            return {"visit_id": str(visit_id)}

        told = [str(cadre_id), area, visited_on.isoformat(), notes]
        return self._tools.change(call, "visits.record", told, decide)

    def visit_counts(
        self, call: Call, *, month: str, area: str | None, limit: int, after: UUID | None = None
    ) -> Body:
        """Each cadre's visits in a month, or in each week that begins in it; short ones of ended periods marked."""
        code = readable_area(self._tools, call, Act.READ_GOVERNANCE, area)
        if not _MONTH.match(month):
            raise Invalid(field="month", rule="month")
        first = date.fromisoformat(f"{month}-01")
        today = self._tools.today(call)
        with self._tools.reading() as connection:
            cadres = visit_model.cadres_in(connection, code, limit, after)
            ids = [cadre.cadre_id for cadre in cadres]
            days = visit_model.days_visited(connection, ids, first, add_months(first, 1) + _WEEK)
        with self._tools.looking() as desk:
            names = desk.vault.get_many([cadre.name_ref for cadre in cadres])
        rows = [
            {
                "cadre_id": str(cadre.cadre_id),
                "name": names.get(cadre.name_ref, {}).get("text"),
                "rank": cadre.rank,
                **period,
            }
            for cadre in cadres
            for period in _periods(cadre, [day for id_, day in days if id_ == cadre.cadre_id], first, today)
        ]
        return {"counts": rows, "next": str(cadres[-1].cadre_id) if len(cadres) == limit else None}

    def sign_agreement(
        self,
        call: Call,
        *,
        area: str,
        partner_id: UUID,
        title: str,
        signed_on: date,
        evidence: bytes | None = None,
    ) -> Answer:
        """Record a co-building agreement; its promises are issues that name it."""
        self._require(call, area)
        if not title.strip():
            raise Invalid(field="title", rule="missing")

        def decide(work: Work) -> Body:
            agreement_id = work.new_id()
            work.unit.add(
                CoBuilding.sign(
                    work.at,
                    agreement_id,
                    area_code=area,
                    partner_id=partner_id,
                    title_ref=work.text(agreement_id, title.strip()),
                    signed_on=signed_on,
                    evidence=evidence,
                    recorded_by=call.actor.id,
                )
            )
            return {"agreement_id": str(agreement_id)}

        told = [area, str(partner_id), title, signed_on.isoformat(), evidence and evidence.hex()]
        return self._tools.change(call, "agreements.sign", told, decide)

    def end_agreement(self, call: Call, agreement_id: UUID) -> Answer:
        access.require(call.actor, Act.RECORD_GOVERNANCE)

        def decide(work: Work) -> Body:
            agreement = work.unit.get(CoBuilding, agreement_id)
            self._require(call, agreement.area_code)
            agreement.end(work.at, ended_by=call.actor.id)
            return {"agreement_id": str(agreement_id)}

        return self._tools.change(call, "agreements.end", [str(agreement_id)], decide)

    def meetings(self, call: Call, *, area: str | None, limit: int, after: UUID | None = None) -> Body:
        code = readable_area(self._tools, call, Act.READ_GOVERNANCE, area)
        with self._tools.reading() as connection:
            found = issue_model.meetings_in(connection, code, limit, after)
        with self._tools.looking() as desk:
            texts = desk.vault.get_many([one.text_ref for one in found])
        rows = [
            {
                "meeting_id": str(one.meeting_id),
                "kind": one.kind,
                "area": one.area_code,
                "held_on": one.held_on.isoformat(),
                "minutes": texts.get(one.text_ref, {}).get("text"),
            }
            for one in found
        ]
        return {"meetings": rows, "next": rows[-1]["meeting_id"] if len(rows) == limit else None}

    def agreements(self, call: Call, *, area: str | None, limit: int, after: UUID | None = None) -> Body:
        code = readable_area(self._tools, call, Act.READ_GOVERNANCE, area)
        with self._tools.reading() as connection:
            found = issue_model.agreements_in(connection, code, limit, after)
        with self._tools.looking() as desk:
            titles = desk.vault.get_many([one.title_ref for one in found])
        rows = [
            {
                "agreement_id": str(one.agreement_id),
                "area": one.area_code,
                "partner_id": str(one.partner_id),
                "title": titles.get(one.title_ref, {}).get("text"),
                "signed_on": one.signed_on.isoformat(),
                "ended": one.ended,
            }
            for one in found
        ]
        return {"agreements": rows, "next": rows[-1]["agreement_id"] if len(rows) == limit else None}

    def _require(self, call: Call, area: str) -> None:
        access.require(call.actor, Act.RECORD_GOVERNANCE)
        path = self._tools.areas(area).path(area)
        access.require_in_area(call.actor, Act.RECORD_GOVERNANCE, path)


def _periods(cadre: visit_model.Cadre, days: list[date], first: date, today: date) -> list[Body]:
    """The periods of a month in which the cadre had the duty throughout, each with its count."""
    end = add_months(first, 1)
    if cadre.rank == CadreRank.TOWNSHIP_LEADER:
        spans, required = [(first, end)], VISITS_A_MONTH
    else:
        monday = first + timedelta(days=-first.weekday() % 7)
        mondays = [monday + _WEEK * week for week in range(5)]
        spans, required = [(day, day + _WEEK) for day in mondays if day < end], VISITS_A_WEEK
    counted = Counter(span for span in spans for day in days if span[0] <= day < span[1])
    return [
        {
            "from": start.isoformat(),
            "until": (until - _A_DAY).isoformat(),
            "visits": counted[start, until],
            "required": required,
            "short": until <= today and counted[start, until] < required,
        }
        for start, until in spans
        if cadre.charged_on <= start and (cadre.released_on is None or cadre.released_on >= until)
    ]
