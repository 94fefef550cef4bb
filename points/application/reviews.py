"""Review of hours by a second person, and where a day is long by a third further up (rule 3)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from points import access
from points.access import Act, Actor
from points.application.batches import PAGE, Outcomes, each, pages
from points.application.hours import find_record
from points.application.households import own_people
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain import naming
from points.domain.calendar import month_of
from points.domain.errors import Invalid
from points.domain.service_record import RecordState, Reviewer
from points.domain.timesheet import Timesheet
from points.domain.values import AreaLevel, ReviewTier
from points.projections import hours_queries
from points.projections.hours_queries import ServiceRecord


class Reviews:
    """The second pair of eyes."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def review(self, call: Call, record_id: UUID, *, approved: bool, reason: str | None = None) -> Answer:
        """Give the next tier of one record, or turn it down with a reason.

        Raises OwnHours, OwnEntry, TierAlreadyGiven, HigherReviewNeeded, NothingLeftToReview, OutsideScope.
        """
        access.require(call.actor, Act.REVIEW_HOURS)
        if not approved and not (reason and reason.strip()):
            raise Invalid(field="reason", rule="missing")
        record = find_record(self._tools, record_id)

        def decide(work: Work) -> Body:
            return self._review(work, call.actor, record, approved=approved, reason=reason)

        told = [str(record_id), approved, reason]
        return self._tools.change(call, "reviews.review", told, decide)

    def review_all(self, call: Call) -> Body:
        """Approve everything in the reviewer's area that this reviewer may approve; the rest says why not."""
        access.require(call.actor, Act.REVIEW_HOURS)
        code = call.actor.area_code or self._tools.county_code
        outcomes = Outcomes()

        def read(after: UUID | None) -> list[ServiceRecord]:
            with self._tools.reading() as connection:
                return hours_queries.in_state(connection, RecordState.RECORDED, code, PAGE, after)

        def decide(work: Work, record: ServiceRecord) -> Body:
            return self._review(work, call.actor, record, approved=True, reason=None)

        for page in pages(read):
            waiting = [record for record in page if not self._finished(record)]
            each(self._tools, call, waiting, decide, outcomes)
        return {
            "reviewed": len(outcomes.done),
            "refused": outcomes.refusals(),
            "position": outcomes.position or self._tools.recorder.read_head().position,
        }

    def _finished(self, record: ServiceRecord) -> bool:
        """A record of a short day with its first tier waits for the notice, not for another reviewer."""
        return len(record.tiers) > 1

    def _review(
        self, work: Work, actor: Actor, record: ServiceRecord, *, approved: bool, reason: str | None
    ) -> Body:
        path = self._tools.areas().path(record.area_code)
        access.require_in_area(actor, Act.REVIEW_HOURS, path)
        sheet, following = sheets_of(work, record)
        reviewer = Reviewer(
            actor.id,
            own_people(work, actor),
            self._reach(actor, record.area_code),
        )
        reason_ref = work.text(record.record_id, reason.strip()) if reason and reason.strip() else None
        tier = sheet.review(
            work.at,
            record.record_id,
            reviewer,
            approved=approved,
            reason_ref=reason_ref,
            following=following,
        )
        return {"record_id": str(record.record_id), "tier": tier.value, "approved": approved}

    def _reach(self, actor: Actor, area_code: str) -> ReviewTier:
        """The highest tier that the reviewer's area allows for something in this area."""
        areas = self._tools.areas()
        own = actor.area_code or ""
        if own in areas and areas.level(own) is AreaLevel.COUNTY:
            return ReviewTier.COUNTY
        if areas.covers(own, areas.parent_or_self(area_code)):
            return ReviewTier.PARENT
        return ReviewTier.FIRST


def sheets_of(work: Work, record: ServiceRecord) -> tuple[Timesheet, Timesheet | None]:
    """The record's timesheet, and the next month's where the record may run into it."""
    sheet = work.unit.get(Timesheet, record.timesheet_id)
    next_day = record.day + timedelta(days=1)
    if month_of(next_day) == month_of(record.day):
        return sheet, None
    following_id = naming.timesheet_id(work.tenant, record.volunteer_id, month_of(next_day))
    return sheet, work.unit.seek(Timesheet, following_id)
