"""What hangs in the community hall: how many take part, what was done this week, who is honoured, what waits."""

from __future__ import annotations

from datetime import timedelta

from points.application.rates import Rates
from points.application.stars import Stars
from points.application.tools import Body, Tools
from points.domain.request_errors import RequestStage
from points.projections import hours_queries, requests

HONOURS_SHOWN = 8
NEEDS_SHOWN = 6


class Screen:
    """Public, so no person is in it but those who agreed to be named."""

    def __init__(self, tools: Tools, rates: Rates, stars: Stars) -> None:
        self._tools = tools
        self._rates = rates
        self._stars = stars

    def show(self, area: str | None = None) -> Body:
        """One area as it is now, by default the county. Raises AreaNotFound."""
        code = area or self._tools.county_code
        place = self._tools.areas(code).get(code)
        today = self._tools.local_today()
        monday = today - timedelta(days=today.weekday())
        with self._tools.reading() as connection:
            # Read first: what follows is at least as new, so a change in between is told once more, never missed.
            position = self._tools.read_store.current.position_in(connection)
        rate = self._rates.rate(code)
        with self._tools.reading() as connection:
            week = hours_queries.service_between(connection, code, monday, today)
            waiting = requests.page(connection, NEEDS_SHOWN + 1, area_code=code, stage=RequestStage.OPEN)
        return {
            "area": code,
            "area_name": place.name,
            "rate": {name: rate[name] for name in ("year", "residents", "registered", "rate", "change")},
            "week": {"from_day": monday.isoformat(), "people": week.people, "service_minutes": week.minutes},
            "honours": [
                {"name": star["name"], "level": star["level"]}
                for star in self._stars.honours(code, limit=HONOURS_SHOWN)["stars"]
            ],
            "needs": [
                {"kind": need.kind, "wanted_on": need.wanted_on and need.wanted_on.isoformat()}
                for need in waiting[:NEEDS_SHOWN]
            ],
            "more_needs": len(waiting) > NEEDS_SHOWN,
            "told_at": self._tools.now().isoformat(),
            "position": position,
        }
