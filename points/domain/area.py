"""An area of the county's tree and how many residents it had at the end of each year."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Invalid
from points.domain.values import AreaLevel

FIRST_YEAR, LAST_YEAR = 1900, 2999


class Area(Aggregate):
    TOPIC = "points.area"

    class Event(Aggregate.Event):
        pass

    class Registered(Created, Event):
        """`name` is the official, public name of the place; `parent_code` is None for the county alone."""

        TOPIC = "points.area.registered"
        code: str
        name: str
        level: str
        parent_code: str | None

        def apply(self, aggregate: Area) -> None:
            aggregate.code = self.code
            aggregate.name = self.name
            aggregate.level = AreaLevel(self.level)
            aggregate.parent_code = self.parent_code
            aggregate.residents = {}

    class ResidentsCounted(Event):
        """Residents at the end of `year`: the denominator of the registration rate."""

        TOPIC = "points.area.residents_counted"
        year: int
        residents: int

        def apply(self, aggregate: Area) -> None:
            aggregate.residents[self.year] = self.residents

    code: str
    name: str
    level: AreaLevel
    parent_code: str | None
    residents: dict[int, int]

    @classmethod
    def register(
        cls, at: datetime, id_: UUID, *, code: str, name: str, level: AreaLevel, parent_code: str | None
    ) -> Self:
        return cls._start(
            cls.Registered, id_, at, code=code, name=name, level=level.value, parent_code=parent_code
        )

    def count_residents(self, at: datetime, *, year: int, residents: int) -> bool:
        """State the residents of a year. Returns False, and changes nothing, if it says what is known."""
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Invalid(field="year", rule="year-out-of-range")
        if residents < 0:
            raise Invalid(field="residents", rule="negative-count")
        if self.residents.get(year) == residents:
            return False
        self._record(self.ResidentsCounted, at, year=year, residents=residents)
        return True
