"""Before a draft is adopted: what it would have cost, and what it changes."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from points import access
from points.access import Act
from points.application.scheme_changes import Change, changes
from points.application.scheme_costs import Costs
from points.application.tools import Body, Call, Tools
from points.domain.calendar import add_months
from points.domain.errors import Invalid
from points.domain.scheme import SchemeVersionNotFound
from points.projections import hours_queries
from points.projections import schemes as scheme_model

_MONTHS_MOST = 36
_YEARS = (1990, 2200)


class SchemeStudies:
    """Nothing here changes anything."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def simulate(
        self, call: Call, scheme_id: UUID, *, from_month: str, to_month: str, version: int | None = None
    ) -> Body:
        """What a version, by default the latest, would have paid for the confirmed services of these months.

        It reckons as the scheme itself does, coefficients and caps included, service by service; only two things
        are left out: that points earned late may already have expired, and whether a budget covered them.
        `paid_points` is what those services did earn. Raises SchemeVersionNotFound, Invalid, OutsideScope.
        """
        access.require(call.actor, Act.SIMULATE_SCHEME)
        first, last = _months(from_month, to_month)
        scheme, chosen = self._version(scheme_id, version)
        path = self._tools.areas().path(scheme.area_code)
        own = call.actor.area_code
        if own is not None and own not in path:
            if scheme.area_code not in self._tools.areas().path(own):
                access.require_in_area(call.actor, Act.SIMULATE_SCHEME, path)
            area = own  # staff further down see their own part
        else:
            area = scheme.area_code
        costs = Costs(chosen.terms)
        with self._tools.reading() as connection:
            for service in hours_queries.confirmed_services(connection, area, first, last):
                costs.count(service)
        return {
            "scheme_id": str(scheme_id),
            "version": chosen.number,
            "area": area,
            "from": first.isoformat(),
            "until": last.isoformat(),
            **costs.told(),
        }

    def compare(self, call: Call, scheme_id: UUID, before: int, after: int) -> list[Change]:
        """What the later version changes, fact by fact. Raises SchemeVersionNotFound."""
        access.require(call.actor, Act.READ_SCHEMES)
        _, one = self._version(scheme_id, before)
        _, other = self._version(scheme_id, after)
        return changes(one.terms, other.terms)

    def _version(
        self, scheme_id: UUID, number: int | None
    ) -> tuple[scheme_model.Scheme, scheme_model.SchemeVersion]:
        with self._tools.reading() as connection:
            scheme = scheme_model.get(connection, scheme_id)
        if scheme is None:
            raise SchemeVersionNotFound(subject="scheme", reference=str(scheme_id))
        for version in reversed(scheme.versions):
            if number in {None, version.number}:
                return scheme, version
        raise SchemeVersionNotFound(subject="scheme-version", reference=str(number or 1))


def _months(from_month: str, to_month: str) -> tuple[date, date]:
    """First and last day of a run of months, such as 2026-01 and 2026-06."""
    first, last = _month("from", from_month), add_months(_month("to", to_month), 1) - timedelta(days=1)
    if last < first:
        raise Invalid(field="to", rule="ends-before-start")
    if last > add_months(first, _MONTHS_MOST):
        raise Invalid(field="to", rule="too-large")
    return first, last


def _month(field: str, text: str) -> date:
    try:
        month = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Invalid(field=field, rule="period-unreadable") from None
    if not _YEARS[0] <= month.year <= _YEARS[1]:
        raise Invalid(field=field, rule="year-out-of-range")
    return month
