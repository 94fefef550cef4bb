"""The service menu of an area."""

from __future__ import annotations

from uuid import UUID

from points import access
from points.access import Act
from points.application.activities import read_kind
from points.application.scope import readable_area
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain.errors import Invalid
from points.domain.menu_item import AskableBy, MenuItem
from points.projections import menu as menu_model


class Menu:
    """What can be asked for."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def list_item(
        self,
        call: Call,
        *,
        area: str,
        kind: str,
        title: str,
        paired: bool = False,
        askable_by: str = AskableBy.ANYONE.value,
    ) -> Answer:
        """Put a service on the menu. Raises OutsideScope, Invalid."""
        access.require(call.actor, Act.MANAGE_MENU)
        access.require_in_area(call.actor, Act.MANAGE_MENU, self._tools.areas(area).path(area))
        known_kind = read_kind(kind)
        if not title.strip():
            raise Invalid(field="title", rule="missing")
        if askable_by not in set(AskableBy):
            raise Invalid(field="askable-by", rule="unknown")

        def decide(work: Work) -> Body:
            item_id = work.new_id()
            work.unit.add(
                MenuItem.list(
                    work.at,
                    item_id,
                    area_code=area,
                    kind=known_kind,
                    title_ref=work.text(item_id, title.strip()),
                    paired=paired,
                    askable_by=AskableBy(askable_by),
                    listed_by=call.actor.id,
                )
            )
            return {"menu_item_id": str(item_id)}

        return self._tools.change(call, "menu.list", [area, kind, title, paired, askable_by], decide)

    def withdraw(self, call: Call, menu_item_id: UUID) -> Answer:
        """Take a service off the menu. Raises OutsideScope, StreamNotFound."""
        access.require(call.actor, Act.MANAGE_MENU)

        def decide(work: Work) -> Body:
            item = work.unit.get(MenuItem, menu_item_id)
            path = self._tools.areas().path(item.area_code)
            access.require_in_area(call.actor, Act.MANAGE_MENU, path)
            item.withdraw(work.at, withdrawn_by=call.actor.id)
            return {"menu_item_id": str(menu_item_id)}

        return self._tools.change(call, "menu.withdraw", [str(menu_item_id)], decide)

    def list(self, call: Call, *, area: str | None, limit: int, after: UUID | None = None) -> Body:
        """What can be asked for in an area: its own entries and those of the areas above it."""
        code = readable_area(self._tools, call, Act.READ_MENU, area)
        path = self._tools.areas().path(code)
        with self._tools.reading() as connection:
            found = menu_model.items_for(connection, path, limit, after)
        with self._tools.looking() as desk:
            titles = desk.vault.get_many([item.title_ref for item in found])
        items = [
            {
                "menu_item_id": str(item.menu_item_id),
                "area": item.area_code,
                "kind": item.kind,
                "title": titles.get(item.title_ref, {}).get("text"),
                "paired": item.paired,
                "askable_by": item.askable_by,
            }
            for item in found
        ]
        return {"menu_items": items, "next": items[-1]["menu_item_id"] if len(items) == limit else None}
