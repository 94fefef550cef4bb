"""Public notice: reviewed hours are shown, by masked name, before they earn anything (rule 4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.ages import is_minor
from points.application.batches import PAGE, Outcomes, each, pages
from points.application.hours import find_record
from points.application.reviews import sheets_of
from points.application.tools import Body, Call, Tools, Work
from points.application.volunteers import masked
from points.application.working_days import is_working_day
from points.domain.calendar import add_working_days
from points.domain.service_record import RecordState
from points.projections import hours_queries, volunteers
from points.projections.hours_queries import ServiceRecord

NOTICE_WORKING_DAYS = 3


class Notices:
    """What hangs on the board."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def give(self, call: Call, record_ids: Sequence[UUID] | None = None) -> Body:
        """Put records on notice for three working days: those named, or all that are reviewed in one's area."""
        access.require(call.actor, Act.GIVE_NOTICE)
        notice_id = self._tools.new_id()
        outcomes = Outcomes()

        def decide(work: Work, record: ServiceRecord) -> Body:
            path = self._tools.areas().path(record.area_code)
            access.require_in_area(call.actor, Act.GIVE_NOTICE, path)
            sheet, following = sheets_of(work, record)
            closes_on = add_working_days(work.today, NOTICE_WORKING_DAYS, is_working_day)
            sheet.give_notice(
                work.at,
                (record.record_id,),
                notice_id=notice_id,
                closes_on=closes_on,
                given_by=call.actor.id,
                following=following,
            )
            return {"closes_on": closes_on.isoformat()}

        if record_ids is not None:
            records = [find_record(self._tools, record_id) for record_id in record_ids]
            each(self._tools, call, records, decide, outcomes)
        else:
            for page in pages(lambda after: self._reviewed(call, after)):
                each(self._tools, call, [record for record in page if record.tiers], decide, outcomes)
        return {
            "notice_id": str(notice_id) if outcomes.done else None,
            "given": len(outcomes.done),
            "closes_on": outcomes.done[-1]["closes_on"] if outcomes.done else None,
            "refused": outcomes.refusals(),
            "position": outcomes.position or self._tools.recorder.read_head().position,
        }

    def _reviewed(self, call: Call, after: UUID | None) -> list[ServiceRecord]:
        code = call.actor.area_code or self._tools.county_code
        with self._tools.reading() as connection:
            return hours_queries.in_state(connection, RecordState.RECORDED, code, PAGE, after)

    def open(self, area: str | None, on: date | None, *, limit: int, after: UUID | None = None) -> Body:
        """The notices open on a day, for everybody: names masked, no numbers that lead to a person."""
        code = area or self._tools.county_code
        self._tools.areas(code).get(code)
        day = on or self._tools.local_today()
        with self._tools.reading() as connection:
            found = hours_queries.notices(connection, code, day, limit, after)
            people = {
                line.volunteer_id: volunteers.get(connection, line.volunteer_id)
                for notice in found
                for line in notice.lines
            }
        with self._tools.looking() as desk:
            names = {
                person: _board_name(desk.vault.get(volunteer.profile_ref) or {}, day)
                for person, volunteer in people.items()
                if volunteer is not None
            }
        shown: list[dict[str, Any]] = [
            {
                "notice_id": str(notice.notice_id),
                "area": notice.area_code,
                "opened_on": notice.opened_on.isoformat(),
                "closes_on": notice.closes_on.isoformat(),
                "lines": [
                    {
                        "record_id": str(line.record_id),
                        "name": names.get(line.volunteer_id, ""),
                        "kind": line.kind,
                        "day": line.day.isoformat(),
                        "minutes": line.minutes,
                    }
                    for line in notice.lines
                ],
            }
            for notice in found
        ]
        more = str(found[-1].notice_id) if len(found) >= limit else None
        return {"notices": shown, "next": more}


def _board_name(profile: dict[str, str], day: date) -> str:
    """The first character of a name; of a minor's nothing."""
    return "*" if is_minor(profile, day) else masked(profile.get("name", ""))
