"""The county's areas as use cases need them: which lie above which."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from points.application.sheets import AreaNames
from points.domain.errors import NotFound
from points.domain.values import AreaLevel
from points.projections import areas as area_model


class AreaNotFound(NotFound):
    """The tree has no such area."""


class AreaTree:
    """An unchanging picture of the tree. A few hundred areas: it is cheaper to hold than to ask for."""

    def __init__(self, areas: Iterable[area_model.Area]) -> None:
        self._areas = {area.code: area for area in areas}
        self.names = AreaNames.of(
            (area.code, area.name, area.level, area.parent_code or "") for area in self._areas.values()
        )

    @classmethod
    def read(cls, connection: Connection) -> AreaTree:
        return cls(area_model.every(connection))

    def __contains__(self, code: str) -> bool:
        return code in self._areas

    def get(self, code: str) -> area_model.Area:
        """Raises AreaNotFound."""
        try:
            return self._areas[code]
        except KeyError:
            raise AreaNotFound(subject="area", reference=code) from None

    def path(self, code: str) -> tuple[str, ...]:
        """The area and those above it, nearest first. Raises AreaNotFound."""
        path = [self.get(code).code]
        while (parent := self._areas[path[-1]].parent_code) is not None and parent in self._areas:
            path.append(parent)
        return tuple(path)

    def covers(self, area_code: str | None, code: str) -> bool:
        return area_code in self.path(code)

    def parent_or_self(self, code: str) -> str:
        return self.get(code).parent_code or code

    def level(self, code: str) -> AreaLevel:
        return AreaLevel(self.get(code).level)
