"""Chinese working days, adjusted holidays included: which days count towards a deadline."""

from __future__ import annotations

from datetime import date

import structlog
from chinese_calendar import is_workday

_SATURDAY = 5
_log = structlog.get_logger(__name__)


def is_working_day(day: date) -> bool:
    """Whether offices work on that day.

    The State Council publishes a year's holidays in the autumn before; for a year that the calendar does not
    know yet Monday to Friday count. A deadline is computed once and recorded, so it does not move later.
    """
    try:
        return bool(is_workday(day))
    except NotImplementedError:
        _log.warning("holidays-unknown", year=day.year)
        return day.weekday() < _SATURDAY
