"""An entry of an area's service menu: something residents can ask for by name."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Refused
from points.domain.values import ServiceKind


class MenuItemWithdrawn(Refused):
    """The entry has been taken off the menu."""


class OnlyThroughStaff(Refused):
    """This service is asked for by way of a grid worker or the community, not by oneself."""


class AskableBy(StrEnum):
    """Who may ask for it: anyone, or only staff on a resident's behalf."""

    ANYONE = "anyone"
    STAFF = "staff"


class MenuItem(Aggregate):
    TOPIC = "points.menu_item"

    class Event(Aggregate.Event):
        pass

    class Listed(Created, Event):
        """`paired`: the service is given by a certified social worker and a volunteer together."""

        TOPIC = "points.menu_item.listed"
        area_code: str
        kind: str
        title_ref: UUID
        paired: bool
        askable_by: str
        listed_by: UUID

        def apply(self, aggregate: MenuItem) -> None:
            aggregate.area_code = self.area_code
            aggregate.kind = ServiceKind(self.kind)
            aggregate.paired = self.paired
            aggregate.askable_by = AskableBy(self.askable_by)
            aggregate.withdrawn = False

    class Withdrawn(Event):
        TOPIC = "points.menu_item.withdrawn"
        withdrawn_by: UUID

        def apply(self, aggregate: MenuItem) -> None:
            aggregate.withdrawn = True

    area_code: str
    kind: ServiceKind
    paired: bool
    askable_by: AskableBy
    withdrawn: bool

    @classmethod
    def list(
        cls,
        at: datetime,
        id_: UUID,
        *,
        area_code: str,
        kind: ServiceKind,
        title_ref: UUID,
        paired: bool,
        askable_by: AskableBy,
        listed_by: UUID,
    ) -> Self:
        return cls._start(
            cls.Listed,
            id_,
            at,
            area_code=area_code,
            kind=kind.value,
            title_ref=title_ref,
            paired=paired,
            askable_by=askable_by.value,
            listed_by=listed_by,
        )

    def withdraw(self, at: datetime, *, withdrawn_by: UUID) -> None:
        if not self.withdrawn:
            self._record(self.Withdrawn, at, withdrawn_by=withdrawn_by)

    def require_askable(self, *, by_staff: bool) -> None:
        """Raises MenuItemWithdrawn, OnlyThroughStaff."""
        if self.withdrawn:
            raise MenuItemWithdrawn
        if self.askable_by is AskableBy.STAFF and not by_staff:
            raise OnlyThroughStaff
