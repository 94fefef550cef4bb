"""Registration and active rates of any area and year: exact counts, rates as texts of four places."""

from __future__ import annotations

from fractions import Fraction

from points.application.tools import Body, Tools
from points.projections import rates as rate_model


class Rates:
    """How many of the residents take part. Public: no person is in it."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def rate(self, area: str | None = None, year: int | None = None) -> Body:
        """One area and year, by default the county now. Raises AreaNotFound, Invalid (a year to come)."""
        today = self._tools.local_today()
        code = area or self._tools.county_code
        with self._tools.reading() as connection:
            self._tools.areas(code).get(code)
            found = rate_model.registration_rate(connection, code, year or today.year, today)
            by_category = rate_model.rates_by_category(connection, code, year or today.year, today)
        return {
            "area": code,
            "year": found.year,
            "residents": found.residents,
            "registered": found.registered,
            "rate": _text(found.rate),
            "active": found.active,
            "active_rate": _text(found.active_rate),
            "change": None if found.change is None else rate_model.change_text(found.change),
            "categories": [
                {
                    "category": category.category,
                    "registered": category.registered,
                    "rate": _text(category.rate),
                    "active": category.active,
                }
                for category in by_category
            ],
        }


def _text(ratio: Fraction | None) -> str | None:
    return None if ratio is None else rate_model.ratio_text(ratio)
