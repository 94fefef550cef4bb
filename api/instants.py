"""Instants and page cursors as callers write them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from points.domain.errors import Invalid

# Beyond these, turning an instant into a day of another time zone could leave the calendar.
_YEARS = range(1900, 9999)


def instant(field: str, text: str) -> datetime:
    """RFC 3339. Without an offset it would mean another instant on each machine. Raises Invalid."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(field=field, rule="instant") from None
    if at.tzinfo is None:
        raise Invalid(field=field, rule="offset")
    if at.year not in _YEARS:
        raise Invalid(field=field, rule="range")
    return at


def day_cursor(after: str | None) -> tuple[date, UUID] | None:
    """The `next` of a list that goes by days: "2026-06-15.<id>". Raises Invalid."""
    if after is None:
        return None
    day, _, id_ = after.partition(".")
    try:
        return date.fromisoformat(day), UUID(id_)
    except ValueError:
        raise Invalid(field="after", rule="cursor") from None
