"""A household: who lives together, who speaks for it, and the code on its door (一户一码).

The code is random digits with a check digit and derives from nobody: it names the household, opens its page,
and proves nothing by itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Refused


class AlreadyInHousehold(Refused):
    """A person belongs to one household at a time."""

    household_id: UUID


class NotInHousehold(Refused):
    """The person is not a member of this household."""

    household_id: UUID


class HouseholdHeadLeaves(Refused):
    """While others stay, somebody else is named head before the head leaves."""

    household_id: UUID


class Household(Aggregate):
    TOPIC = "points.household"

    class Event(Aggregate.Event):
        pass

    class Formed(Created, Event):
        TOPIC = "points.household.formed"
        code: str
        area_code: str
        head_id: UUID
        formed_by: UUID

        def apply(self, aggregate: Household) -> None:
            aggregate.code = self.code
            aggregate.area_code = self.area_code
            aggregate.head_id = self.head_id
            aggregate.member_ids = (self.head_id,)

    class MemberJoined(Event):
        TOPIC = "points.household.member_joined"
        volunteer_id: UUID
        recorded_by: UUID

        def apply(self, aggregate: Household) -> None:
            aggregate.member_ids = (*aggregate.member_ids, self.volunteer_id)

    class MemberLeft(Event):
        TOPIC = "points.household.member_left"
        volunteer_id: UUID
        recorded_by: UUID

        def apply(self, aggregate: Household) -> None:
            aggregate.member_ids = tuple(m for m in aggregate.member_ids if m != self.volunteer_id)

    class HeadNamed(Event):
        TOPIC = "points.household.head_named"
        volunteer_id: UUID
        recorded_by: UUID

        def apply(self, aggregate: Household) -> None:
            aggregate.head_id = self.volunteer_id

    class CodeReplaced(Event):
        """The printed code was lost or copied: it names nothing any more."""

        TOPIC = "points.household.code_replaced"
        code: str
        replaced_by: UUID

        def apply(self, aggregate: Household) -> None:
            aggregate.code = self.code

    code: str
    area_code: str
    head_id: UUID
    member_ids: tuple[UUID, ...]

    @classmethod
    def form(
        cls, at: datetime, id_: UUID, *, code: str, area_code: str, head_id: UUID, formed_by: UUID
    ) -> Self:
        return cls._start(
            cls.Formed, id_, at, code=code, area_code=area_code, head_id=head_id, formed_by=formed_by
        )

    def join(self, at: datetime, *, volunteer_id: UUID, recorded_by: UUID) -> None:
        """That the person is in no other household is looked up by the caller, under the head."""
        if volunteer_id in self.member_ids:
            raise AlreadyInHousehold(household_id=self.id)
        self._record(self.MemberJoined, at, volunteer_id=volunteer_id, recorded_by=recorded_by)

    def leave(self, at: datetime, *, volunteer_id: UUID, recorded_by: UUID) -> None:
        self._require_member(volunteer_id)
        if volunteer_id == self.head_id and len(self.member_ids) > 1:
            raise HouseholdHeadLeaves(household_id=self.id)
        self._record(self.MemberLeft, at, volunteer_id=volunteer_id, recorded_by=recorded_by)

    def name_head(self, at: datetime, *, volunteer_id: UUID, recorded_by: UUID) -> None:
        self._require_member(volunteer_id)
        if volunteer_id != self.head_id:
            self._record(self.HeadNamed, at, volunteer_id=volunteer_id, recorded_by=recorded_by)

    def replace_code(self, at: datetime, *, code: str, replaced_by: UUID) -> None:
        self._record(self.CodeReplaced, at, code=code, replaced_by=replaced_by)

    def _require_member(self, volunteer_id: UUID) -> None:
        if volunteer_id not in self.member_ids:
            raise NotInHousehold(household_id=self.id)
