"""A cadre with the duty to visit: township leaders at least twice a month, office cadres every week (rule 23)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import local_day
from points.domain.errors import Refused


class VisitAhead(Refused):
    """A visit is recorded once it was made."""


class VisitAlreadyRecorded(Refused):
    """The cadre's visit to this place on this day is on record: it counts once."""

    area_code: str
    day: date


class CadreReleased(Refused):
    """The cadre's duty to visit has ended."""


class CadreRank(StrEnum):
    TOWNSHIP_LEADER = "township_leader"
    OFFICE_CADRE = "office_cadre"


class Cadre(Aggregate):
    TOPIC = "points.cadre"

    class Event(Aggregate.Event):
        pass

    class Charged(Created, Event):
        """The name stands in the vault; the duty begins on the day this is recorded."""

        TOPIC = "points.cadre.charged"
        kind: str
        area_code: str
        name_ref: UUID
        charged_by: UUID

        def apply(self, aggregate: Cadre) -> None:
            aggregate.kind = CadreRank(self.kind)
            aggregate.area_code = self.area_code
            aggregate.visits = {}
            aggregate.released = False

    class Visited(Event):
        TOPIC = "points.cadre.visited"
        visit_id: UUID
        area_code: str
        visited_on: date
        text_ref: UUID | None
        recorded_by: UUID

        def apply(self, aggregate: Cadre) -> None:
            aggregate.visits[self.area_code, self.visited_on] = self.visit_id

    class Released(Event):
        TOPIC = "points.cadre.released"
        released_by: UUID

        def apply(self, aggregate: Cadre) -> None:
            aggregate.released = True

    kind: CadreRank
    area_code: str
    visits: dict[tuple[str, date], UUID]
    released: bool

    @classmethod
    def charge(
        cls, at: datetime, id_: UUID, *, kind: CadreRank, area_code: str, name_ref: UUID, charged_by: UUID
    ) -> Self:
        return cls._start(
            cls.Charged,
            id_,
            at,
            kind=kind.value,
            area_code=area_code,
            name_ref=name_ref,
            charged_by=charged_by,
        )

    def visit(
        self,
        at: datetime,
        *,
        visit_id: UUID,
        area_code: str,
        visited_on: date,
        text_ref: UUID | None,
        recorded_by: UUID,
    ) -> None:
        if self.released:
            raise CadreReleased
        if visited_on > local_day(at):
            raise VisitAhead
        if (area_code, visited_on) in self.visits:
            raise VisitAlreadyRecorded(area_code=area_code, day=visited_on)
        self._record(
            self.Visited,
            at,
            visit_id=visit_id,
            area_code=area_code,
            visited_on=visited_on,
            text_ref=text_ref,
            recorded_by=recorded_by,
        )

    def release(self, at: datetime, *, released_by: UUID) -> None:
        if not self.released:
            self._record(self.Released, at, released_by=released_by)
