"""From when to when: two cells or one, within one day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from points.application.sheets.moments import MINUTES_A_DAY, read_time
from points.application.sheets.reading import required
from points.application.sheets.rules import CellRefused, Field, Rule
from points.application.sheets.values import Cell, plain, shown

_BETWEEN = re.compile(r"\s*(?:-+|~+|—+|至|到)\s*")
_ENDS = 2


@dataclass(frozen=True, slots=True)
class Interval:
    """Minutes from midnight of the line's day; the end is after the start, by 24:00 at the latest."""

    starts_at_minute: int
    ends_at_minute: int

    @property
    def minutes(self) -> int:
        return self.ends_at_minute - self.starts_at_minute


def read_interval(values: dict[Field, Cell], day: date) -> Interval | None:
    """None if the sheet has no columns for times at all. `CellRefused` if it has and they do not read."""
    if Field.SIGN_IN in values:
        start = required(values, Field.SIGN_IN, Rule.NO_SIGN_IN, read_time)
        end = required(values, Field.SIGN_OUT, Rule.NO_SIGN_OUT, read_time)
    elif Field.INTERVAL in values:
        start, end = required(values, Field.INTERVAL, Rule.NO_SIGN_IN, _both)
    else:
        return None
    starts_at_minute = _on(day, *start, Field.SIGN_IN)
    ends_at_minute = _on(day, *end, Field.SIGN_OUT)
    if ends_at_minute == starts_at_minute:
        raise CellRefused(Rule.DURATION_ZERO, Field.SIGN_OUT)
    if ends_at_minute < starts_at_minute:
        raise CellRefused(Rule.SIGN_OUT_BEFORE_SIGN_IN, Field.SIGN_OUT)
    return Interval(starts_at_minute, ends_at_minute)


def _both(cell: Cell) -> tuple[tuple[date | None, int], tuple[date | None, int]]:
    text = plain(cell)
    ends = [part for part in _BETWEEN.split(text) if part]
    if len(ends) != _ENDS:
        raise CellRefused(Rule.TIME_UNREADABLE, written=shown(text))
    return read_time(ends[0]), read_time(ends[1])


def _on(day: date, named: date | None, minute: int, field: Field) -> int:
    """A cell may repeat the day; midnight of the next one is the end of this."""
    if named is None or named == day:
        return minute
    if field is Field.SIGN_OUT and minute == 0 and named == day + timedelta(days=1):
        return MINUTES_A_DAY
    raise CellRefused(Rule.TIME_ON_ANOTHER_DAY, field, date=day.isoformat(), written=named.isoformat())
