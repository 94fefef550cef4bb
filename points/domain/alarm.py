"""An alarm: a pattern that looks like fraud, raised by a stated threshold, open until a person decides.

It accuses nobody. It says what was counted and what is usual, and whatever it holds up waits for a decision with a
reason. The same pattern of the same subject in the same window is one alarm, however often it is looked for.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Self
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Refused


class AlarmAlreadyDecided(Refused):
    """Somebody has decided."""


class AlarmDecidedByRaiser(Refused):
    """Whoever had the pattern looked for does not decide what it means."""


class AlarmStillOpen(Refused):
    """An alarm about this merchant waits for a decision: nothing is paid before."""

    open_alarms: int


class AlarmKind(StrEnum):
    """The patterns; those of takings are in points/merchants/patterns.py."""

    PERSON_CONCENTRATION = "person_concentration"
    TILL_HOUR_CONCENTRATION = "till_hour_concentration"
    PHANTOM_BURST = "phantom_burst"
    CASH_OUT_RING = "cash_out_ring"
    REFUND_ABUSE = "refund_abuse"
    PRICE_PADDING = "price_padding"


class AlarmSubject(StrEnum):
    """What an alarm is about: `subject_id` is of this kind."""

    ACCOUNT = "account"
    TILL = "till"
    MERCHANT = "merchant"
    VOLUNTEER = "volunteer"
    ACTIVITY = "activity"
    STAFF = "staff"


class AlarmOutcome(StrEnum):
    CLEARED = "cleared"
    UPHELD = "upheld"


class Measure(NamedTuple):
    """What was counted, and from which count on it is remarkable."""

    name: str
    value: int
    threshold: int


class Alarm(Aggregate):
    TOPIC = "points.alarm"

    class Event(Aggregate.Event):
        pass

    class Raised(Created, Event):
        """`window` names the days looked at; `digest` is over the sorted ids that the pattern was seen in."""

        TOPIC = "points.alarm.raised"
        kind: str
        subject_type: str
        subject_id: UUID
        area_code: str
        merchant_id: UUID | None
        window: str
        measures: tuple[Measure, ...]
        digest: bytes
        raised_by: UUID

        def apply(self, aggregate: Alarm) -> None:
            aggregate.kind = self.kind
            aggregate.area_code = self.area_code
            aggregate.merchant_id = self.merchant_id
            aggregate.raised_by = self.raised_by
            aggregate.outcome = None

    class Decided(Event):
        TOPIC = "points.alarm.decided"
        outcome: str
        decided_by: UUID
        reason_ref: UUID

        def apply(self, aggregate: Alarm) -> None:
            aggregate.outcome = self.outcome

    kind: str
    area_code: str
    merchant_id: UUID | None
    raised_by: UUID
    outcome: str | None

    @classmethod
    def raise_(
        cls,
        at: datetime,
        id_: UUID,
        *,
        kind: str,
        subject_type: AlarmSubject,
        subject_id: UUID,
        area_code: str,
        merchant_id: UUID | None,
        window: str,
        measures: tuple[Measure, ...],
        digest: bytes,
        raised_by: UUID,
    ) -> Self:
        return cls._start(
            cls.Raised,
            id_,
            at,
            kind=kind,
            subject_type=subject_type.value,
            subject_id=subject_id,
            area_code=area_code,
            merchant_id=merchant_id,
            window=window,
            measures=measures,
            digest=digest,
            raised_by=raised_by,
        )

    def decide(self, at: datetime, outcome: AlarmOutcome, *, decided_by: UUID, reason_ref: UUID) -> None:
        """Clear or uphold it, with a reason. Raises AlarmAlreadyDecided, AlarmDecidedByRaiser."""
        if self.outcome is not None:
            raise AlarmAlreadyDecided
        if decided_by == self.raised_by:
            raise AlarmDecidedByRaiser
        self._record(self.Decided, at, outcome=outcome.value, decided_by=decided_by, reason_ref=reason_ref)
