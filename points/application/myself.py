"""What a volunteer wants to know first: how many points, how many hours, and what ends next."""

from __future__ import annotations

from typing import Any

from points import access
from points.access import Act
from points.application.accounts import Accounts
from points.application.tools import Body, Call, Tools
from points.domain.errors import NotAllowed
from points.projections import hours_queries, volunteers


class Myself:
    """The first page of one's own phone."""

    def __init__(self, tools: Tools, accounts: Accounts) -> None:
        self._tools = tools
        self._accounts = accounts

    def number(self, call: Call) -> str:
        """The asker's own volunteer number. Raises NotAllowed for anybody who is not a volunteer."""
        return self._person(call).volunteer_number

    def overview(self, call: Call) -> Body:
        """Balance, next expiry and confirmed service minutes. Raises NotAllowed."""
        person = self._person(call)
        account = self._accounts.balance(call, person.volunteer_number)
        with self._tools.reading() as connection:
            service_minutes = hours_queries.confirmed_minutes(connection, person.volunteer_id)
        with self._tools.looking() as desk:
            profile = desk.vault.get(person.profile_ref) or {}
        return {
            "volunteer_number": person.volunteer_number,
            "name": profile.get("name", ""),
            "service_minutes": service_minutes,
            "next_expiry": _next_expiry(account["lots"]),
            **{key: account[key] for key in ("balance", "held", "spendable", "position")},
        }

    def _person(self, call: Call) -> volunteers.Volunteer:
        access.require(call.actor, Act.READ_VOLUNTEER)
        with self._tools.reading() as connection:
            found = call.actor.volunteer_id and volunteers.get(connection, call.actor.volunteer_id)
        if not found:
            raise NotAllowed(action=Act.READ_VOLUNTEER.value)
        return found


def _next_expiry(lots: list[dict[str, Any]]) -> dict[str, Any] | None:
    """All that ends on the first day on which anything does."""
    days = sorted(lot["expires_on"] for lot in lots if lot["expires_on"] and lot["points"])
    if not days:
        return None
    points = sum(lot["points"] for lot in lots if lot["expires_on"] == days[0])
    return {"points": points, "expires_on": days[0]}
