"""Residents with a need who are no volunteers: taken down by staff, and forgotten on their wish."""

from __future__ import annotations

from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain.errors import Invalid
from points.domain.resident import Resident


class Residents:
    """Those for whom grid workers ask."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def record(self, call: Call, *, area: str, name: str, phone: str = "", address: str = "") -> Answer:
        """Take down a contact; it goes into the vault alone. Raises OutsideScope, Invalid."""
        access.require(call.actor, Act.RECORD_RESIDENT)
        access.require_in_area(call.actor, Act.RECORD_RESIDENT, self._tools.areas(area).path(area))
        if not name.strip():
            raise Invalid(field="name", rule="missing")

        def decide(work: Work) -> Body:
            resident_id = work.new_id()
            work.vault.open_subject(resident_id)
            told = {"name": name.strip(), "phone": phone.strip(), "address": address.strip()}
            work.unit.add(
                Resident.record(
                    work.at,
                    resident_id,
                    area_code=area,
                    profile_ref=work.vault.put(resident_id, {k: v for k, v in told.items() if v}),
                    recorded_by=call.actor.id,
                )
            )
            return {"resident_id": str(resident_id)}

        return self._tools.change(call, "residents.record", [area, name, phone, address], decide)

    def forget(self, call: Call, resident_id: UUID) -> Answer:
        """Destroy what is kept of a resident. Raises OutsideScope, StreamNotFound."""
        access.require(call.actor, Act.RECORD_RESIDENT)

        def decide(work: Work) -> Body:
            resident = work.unit.get(Resident, resident_id)
            path = self._tools.areas().path(resident.area_code)
            access.require_in_area(call.actor, Act.RECORD_RESIDENT, path)
            resident.forget(work.at, forgotten_by=call.actor.id)
            work.vault.destroy(resident_id, [resident.profile_ref])
            return {"resident_id": str(resident_id)}

        return self._tools.change(call, "residents.forget", [str(resident_id)], decide)
