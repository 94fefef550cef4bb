"""Alarms of every kind: raised once a month for a pattern and its subject, listed, and decided by a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain import naming
from points.domain.alarm import Alarm, AlarmOutcome, AlarmSubject, Measure
from points.domain.calendar import from_us, month_of
from points.domain.errors import Invalid, NotFound
from points.projections import alarms as model


class AlarmNotFound(NotFound):
    """No such alarm, or none that the asker may see."""


def raise_alarm(
    work: Work,
    *,
    kind: str,
    subject_type: AlarmSubject,
    subject_id: UUID,
    area_code: str,
    merchant_id: UUID | None,
    measures: tuple[Measure, ...],
    digest: bytes,
    raised_by: UUID,
) -> bool:
    """Raise an alarm, unless this month has it already; whether it is new."""
    window = month_of(work.today)
    id_ = naming.alarm_id(work.tenant, kind, subject_type.value, subject_id, window, merchant_id)
    if work.unit.seek(Alarm, id_) is not None:
        return False
    alarm = Alarm.raise_(
        work.at,
        id_,
        kind=kind,
        subject_type=subject_type,
        subject_id=subject_id,
        area_code=area_code,
        merchant_id=merchant_id,
        window=window,
        measures=measures,
        digest=digest,
        raised_by=raised_by,
    )
    work.unit.add(alarm)
    return True


class Alarms:
    """What looks wrong, and what came of it."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def decide(self, call: Call, alarm_id: UUID, *, outcome: str, reason: str) -> Answer:
        """Clear or uphold an alarm. Raises AlarmAlreadyDecided, AlarmDecidedByRaiser, AlarmNotFound, Invalid."""
        access.require(call.actor, Act.DECIDE_ALARM)
        if outcome not in set(AlarmOutcome):
            raise Invalid(field="outcome", rule="alarm-outcome-unknown")
        if not reason.strip():
            raise Invalid(field="reason", rule="missing")

        def decide(work: Work) -> Body:
            alarm = work.unit.seek(Alarm, alarm_id)
            if alarm is None:
                raise AlarmNotFound(subject="alarm", reference=str(alarm_id))
            access.require_in_area(call.actor, Act.DECIDE_ALARM, self._tools.areas().path(alarm.area_code))
            alarm.decide(
                work.at,
                AlarmOutcome(outcome),
                decided_by=call.actor.id,
                reason_ref=work.text(alarm_id, reason.strip()),
            )
            return {"alarm_id": str(alarm_id), "outcome": outcome}

        return self._tools.change(call, "alarms.decide", [str(alarm_id), outcome, reason], decide)

    def list(
        self, call: Call, *, area: str | None, open_only: bool, limit: int, before: int | None = None
    ) -> Body:
        """Alarms of an area, the newest first."""
        code = area or call.actor.area_code or self._tools.county_code
        access.require_in_area(call.actor, Act.READ_ALARMS, self._tools.areas(code).path(code))
        with self._tools.reading() as connection:
            found = model.in_area(connection, code, limit, open_only=open_only, before=before)
        more = found[-1].position if len(found) == limit else None
        return {"alarms": [_shown(alarm) for alarm in found], "next": more}

    def show(self, call: Call, alarm_id: UUID) -> Body:
        access.require(call.actor, Act.READ_ALARMS)
        with self._tools.reading() as connection:
            found = model.get(connection, alarm_id)
        if found is None:
            raise AlarmNotFound(subject="alarm", reference=str(alarm_id))
        access.require_in_area(call.actor, Act.READ_ALARMS, self._tools.areas().path(found.area_code))
        with self._tools.looking() as desk:
            reason = found.reason_ref and desk.vault.get_text(found.reason_ref)
        return {**_shown(found), "reason": reason}


def _shown(alarm: model.Alarm) -> dict[str, Any]:
    return {
        "alarm_id": str(alarm.alarm_id),
        "kind": alarm.kind,
        "subject_type": alarm.subject_type,
        "subject_id": str(alarm.subject_id),
        "area": alarm.area_code,
        "merchant_id": alarm.merchant_id and str(alarm.merchant_id),
        "window": alarm.window,
        "measures": [measure._asdict() for measure in alarm.measures],
        "raised_at": from_us(alarm.raised_at_us).isoformat(),
        "outcome": alarm.outcome,
        "decided_by": alarm.decided_by and str(alarm.decided_by),
        "position": alarm.position,
    }
