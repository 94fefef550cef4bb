"""What a scheme version would have paid for services that were confirmed: sums, areas, and how people fare."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from points.domain.scheme_rules import Person, span_of
from points.domain.scheme_terms import Terms, reckon
from points.projections.hours_queries import ConfirmedService

_BOUNDS = (0, 10, 20, 50, 100, 200, 500, 1_000)
_PER_CENT = 100


@dataclass
class _Sums:
    records: int = 0
    minutes: int = 0
    points: int = 0
    paid_points: int = 0

    def add(self, minutes: int, points: int, paid_points: int) -> None:
        self.records += 1
        self.minutes += minutes
        self.points += points
        self.paid_points += paid_points


class Costs:
    """Counts services one by one. They have to come person by person, each in the order of days."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._total = _Sums()
        self._areas: defaultdict[str, _Sums] = defaultdict(_Sums)
        self._people: list[_Sums] = []
        self._person: UUID | None = None
        self._earned_day: tuple[date, int] = (date.min, 0)
        self._earned_period: tuple[date, int] = (date.min, 0)

    def count(self, service: ConfirmedService) -> None:
        if service.volunteer_id != self._person:
            self._person = service.volunteer_id
            self._people.append(_Sums())
            self._earned_day = self._earned_period = (date.min, 0)
        terms = self._terms
        period = span_of(service.day, terms.rules.period)[0]
        if self._earned_day[0] != service.day:
            self._earned_day = (service.day, 0)
        if self._earned_period[0] != period:
            self._earned_period = (period, 0)
        person = Person(service.category, self._earned_day[1], self._earned_period[1])
        points = reckon(terms, service.kind, service.time_class, service.minutes, person)
        self._earned_day = (service.day, self._earned_day[1] + points)
        self._earned_period = (period, self._earned_period[1] + points)
        for sums in (self._total, self._areas[service.area_code], self._people[-1]):
            sums.add(service.minutes, points, service.points)

    def told(self) -> dict[str, Any]:
        total, value_fen = self._total, self._terms.value_fen
        return {
            "records": total.records,
            "people": len(self._people),
            "minutes": total.minutes,
            "points": total.points,
            "amount_fen": total.points * value_fen,
            "paid_points": total.paid_points,
            "areas": [
                {
                    "area": code,
                    "records": sums.records,
                    "minutes": sums.minutes,
                    "points": sums.points,
                    "amount_fen": sums.points * value_fen,
                    "paid_points": sums.paid_points,
                }
                for code, sums in sorted(self._areas.items())
            ],
            "distribution": self._distribution(),
        }

    def _distribution(self) -> dict[str, Any]:
        """How people fare, without saying who: quantiles by nearest rank, and counts by size."""
        earned = sorted(person.points for person in self._people)
        return {
            "median_points": _quantile(earned, 50),
            "p90_points": _quantile(earned, 90),
            "max_points": earned[-1] if earned else None,
            "people_with_more": sum(p.points > p.paid_points for p in self._people),
            "people_with_less": sum(p.points < p.paid_points for p in self._people),
            "people_with_the_same": sum(p.points == p.paid_points for p in self._people),
            "by_points": [
                {"up_to_points": upper, "people": sum(lower < points <= upper for points in earned)}
                for lower, upper in zip((-1, *_BOUNDS), _BOUNDS, strict=False)
            ]
            + [{"up_to_points": None, "people": sum(points > _BOUNDS[-1] for points in earned)}],
        }


def _quantile(ordered: list[int], per_cent: int) -> int | None:
    if not ordered:
        return None
    return ordered[max(0, -(-len(ordered) * per_cent // _PER_CENT) - 1)]
