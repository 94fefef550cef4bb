"""A post: a grid worker or a building lead looks after one area until the post ends."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Refused
from points.domain.people import PostKind
from points.domain.values import AreaLevel


class PostNeedsPerson(Refused):
    """A post is held by a volunteer or by a member of staff, and by one of them."""


class PostOutsideLevel(Refused):
    """A building lead leads a building, a grid worker a grid or a building."""

    level: AreaLevel


class PostEnded(Refused):
    """The post has ended."""

    post_id: UUID


_LEVELS = {
    PostKind.GRID_WORKER: frozenset({AreaLevel.GRID, AreaLevel.BUILDING}),
    PostKind.BUILDING_LEAD: frozenset({AreaLevel.BUILDING}),
}


class Post(Aggregate):
    TOPIC = "points.post"

    class Event(Aggregate.Event):
        pass

    class Assigned(Created, Event):
        """Held by a volunteer or by a member of staff: exactly one of the two is named."""

        TOPIC = "points.post.assigned"
        kind: str
        area_code: str
        volunteer_id: UUID | None
        staff_id: UUID | None
        assigned_by: UUID

        def apply(self, aggregate: Post) -> None:
            aggregate.kind = PostKind(self.kind)
            aggregate.area_code = self.area_code
            aggregate.volunteer_id = self.volunteer_id
            aggregate.staff_id = self.staff_id
            aggregate.ended = False

    class Ended(Event):
        TOPIC = "points.post.ended"
        ended_by: UUID

        def apply(self, aggregate: Post) -> None:
            aggregate.ended = True

    kind: PostKind
    area_code: str
    volunteer_id: UUID | None
    staff_id: UUID | None
    ended: bool

    @classmethod
    def assign(
        cls,
        at: datetime,
        id_: UUID,
        *,
        kind: PostKind,
        area_code: str,
        level: AreaLevel,
        volunteer_id: UUID | None,
        staff_id: UUID | None,
        assigned_by: UUID,
    ) -> Self:
        if (volunteer_id is None) == (staff_id is None):
            raise PostNeedsPerson
        if level not in _LEVELS[kind]:
            raise PostOutsideLevel(level=level)
        return cls._start(
            cls.Assigned,
            id_,
            at,
            kind=kind.value,
            area_code=area_code,
            volunteer_id=volunteer_id,
            staff_id=staff_id,
            assigned_by=assigned_by,
        )

    def end(self, at: datetime, *, ended_by: UUID) -> None:
        if self.ended:
            raise PostEnded(post_id=self.id)
        self._record(self.Ended, at, ended_by=ended_by)
