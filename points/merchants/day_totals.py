"""What was taken today, by person, till, merchant and phone: exact under the head, for the daily caps.

Kept by the writer from the log itself and rebuilt from its recent part: no stream could hold these sums without
becoming one that every sale waits for. Refunds of the same day give room back.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from points.domain.calendar import SHANGHAI, from_us, local_day, to_us
from points.domain.merchant import DayTotals
from points.domain.redemption import Redemption

_ONE_DAY = _LOOK_BACK = timedelta(days=1)


class _Taken(NamedTuple):
    day: date
    person: tuple[int, int]
    till: int
    merchant: int
    device: int
    points: int


class DayTotalsObserver:
    """Implements the writer's `Observer` port."""

    topics = frozenset(
        event.TOPIC
        for event in (
            Redemption.Authorised,
            Redemption.Captured,
            Redemption.Voided,
            Redemption.Confirmed,
            Redemption.Refunded,
        )
    )

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._day = date.min
        self._day_ends_us = 0
        self._points: defaultdict[Any, int] = defaultdict(int)
        self._taken: dict[int, _Taken] = {}

    def since_us(self, now_us: int) -> int:
        return now_us - _LOOK_BACK // timedelta(microseconds=1)

    def observe(self, event: Any, recorded_at_us: int) -> None:
        if recorded_at_us >= self._day_ends_us:
            self.forget()
            self._day = day = local_day(from_us(recorded_at_us))
            self._day_ends_us = to_us(datetime.combine(day + _ONE_DAY, time.min, SHANGHAI))
        day = self._day
        key = event.originator_id.int
        if isinstance(event, Redemption.Confirmed | Redemption.Authorised | Redemption.Captured):
            before = self._taken.pop(key, None)
            if before is not None:  # authorised today: what is captured takes its place
                self._add(before, -before.points)
            taken = self._taken[key] = _Taken(
                day,
                (event.account_id.int, event.merchant_id.int),
                event.till_id.int,
                event.merchant_id.int,
                event.device_id.int if event.device_id else 0,
                event.points,
            )
            self._add(taken, event.points)
        elif isinstance(event, Redemption.Voided):
            voided = self._taken.pop(key, None)
            if voided is not None:
                self._add(voided, -voided.points)
        else:
            known = self._taken.get(key)
            if known is not None:
                self._add(known, -event.points)

    def _add(self, taken: _Taken, points: int) -> None:
        totals = self._points
        totals[taken.person] += points
        totals["till", taken.till] += points
        totals["merchant", taken.merchant] += points
        totals["device", taken.device] += points

    def of(self, day: date, account_id: UUID, merchant_id: UUID, till_id: UUID) -> DayTotals:
        """What the caps of one redemption are counted from."""
        if day != self._day:
            return DayTotals(0, 0, 0)
        totals = self._points
        return DayTotals(
            totals.get((account_id.int, merchant_id.int), 0),
            totals.get(("till", till_id.int), 0),
            totals.get(("merchant", merchant_id.int), 0),
        )

    def of_device(self, day: date, device_id: UUID) -> int:
        """Points that a phone paid that day."""
        return self._points.get(("device", device_id.int), 0) if day == self._day else 0
