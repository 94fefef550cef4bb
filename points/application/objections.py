"""Objections to a public notice: they stop their own line until somebody answers (rule 4)."""

from __future__ import annotations

from uuid import UUID

from points import access
from points.access import Act
from points.application.hours import find_record
from points.application.households import own_people
from points.application.reviews import sheets_of
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain.errors import Invalid


class Objections:
    """Somebody doubts a line."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def object(self, call: Call, record_id: UUID, *, text: str) -> Answer:
        """Raise one. Raises NotOnNotice, Invalid."""
        access.require(call.actor, Act.OBJECT)
        if not text.strip():
            raise Invalid(field="text", rule="missing")
        record = find_record(self._tools, record_id)

        def decide(work: Work) -> Body:
            sheet, _ = sheets_of(work, record)
            objection_id = work.new_id()
            text_ref = work.text(objection_id, text.strip())
            sheet.object(work.at, record_id, objection_id=objection_id, text_ref=text_ref)
            return {"record_id": str(record_id), "objection_id": str(objection_id)}

        return self._tools.change(call, "objections.object", [str(record_id), text], decide)

    def answer(self, call: Call, record_id: UUID, objection_id: UUID, *, upheld: bool, text: str) -> Answer:
        """Answer one: upheld, the record no longer counts. Raises ObjectionNotFound, OwnEntry, OutsideScope."""
        record = find_record(self._tools, record_id)
        path = self._tools.areas().path(record.area_code)
        access.require_in_area(call.actor, Act.ANSWER_OBJECTION, path)
        if not text.strip():
            raise Invalid(field="text", rule="missing")

        def decide(work: Work) -> Body:
            sheet, following = sheets_of(work, record)
            sheet.answer_objection(
                work.at,
                record_id,
                objection_id=objection_id,
                upheld=upheld,
                answered_by=call.actor.id,
                text_ref=work.text(objection_id, text.strip()),
                person_ids=own_people(work, call.actor),
                following=following,
            )
            return {"record_id": str(record_id), "upheld": upheld}

        told = [str(record_id), str(objection_id), upheld, text]
        return self._tools.change(call, "objections.answer", told, decide)
