"""Alarms: patterns are looked for, and a person decides what each one means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.domain import naming
from points.domain.alarm import Alarm, AlarmOutcome
from points.domain.calendar import from_us, local_day, to_us
from points.domain.errors import Invalid
from points.domain.merchant import Merchant
from points.domain.tenant import Tenant
from points.ledger.writer import Command
from points.merchants.errors import AlarmNotFound
from points.merchants.patterns import Customer, Finding, Sale, Thresholds, find
from points.projections import alarms as model
from points.projections import habits
from points.projections import merchants as merchant_model

_PAGE = 200


class Alarms:
    """What looks wrong, and what came of it."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def look(self, call: Call) -> Body:
        """Look at every merchant in the caller's area. It can be repeated: an alarm is raised once a month."""
        access.require(call.actor, Act.RAISE_ALARMS)
        raised, position, after = 0, 0, None
        area = call.actor.area_code or self._tools.county_code
        while True:
            with self._tools.reading() as connection:
                found = merchant_model.in_area(connection, area, _PAGE, after)
            for merchant in found:
                more, at = self.look_at(call, merchant.merchant_id)
                raised, position = raised + more, max(position, at)
            if len(found) < _PAGE:
                break
            after = found[-1].merchant_id
        return {"raised": raised, "position": position or self._tools.recorder.read_head().position}

    def look_at(self, call: Call, merchant_id: UUID, since: datetime | None = None) -> tuple[int, int]:
        """Look for patterns at one merchant; how many alarms are new, and the last one's position."""
        findings = self._findings(call, merchant_id, since)
        commands = [self._raising(call, merchant_id, finding) for finding in findings]
        raised = position = 0
        for outcome in self._tools.writer.run_all(commands):
            if isinstance(outcome, BaseException):
                raise outcome
            raised += outcome.value
            position = max(position, outcome.position)
        return raised, position

    def _findings(self, call: Call, merchant_id: UUID, since: datetime | None) -> Sequence[Finding]:
        tools = self._tools
        limits = self._thresholds()
        usual = (call.fixed_at or tools.now()) - timedelta(days=limits.look_back_days)
        since_us = to_us(min(usual, since or usual))
        with tools.reading() as connection:
            taken = habits.sales_since(connection, merchant_id, since_us)
            accounts = {sale.account_id for sale in taken}
            known = habits.of_accounts(connection, accounts, since_us)
        sales = [
            Sale(s.redemption_id, s.account_id, s.till_id, s.points, s.refunded_points, s.occurred_at_us)
            for s in taken
        ]
        customers = {id_: Customer(each.spent_points, each.issued_at_us) for id_, each in known.items()}
        return find(merchant_id, sales, customers, limits)

    def _thresholds(self) -> Thresholds:
        id_ = naming.tenant_id(self._tools.tenant)
        with self._tools.engine.connect() as connection:
            tenant = self._tools.writer.loader.load(connection, [id_]).get(id_)
        return Thresholds.of(tenant.settings if isinstance(tenant, Tenant) else {})

    def _raising(self, call: Call, merchant_id: UUID, finding: Finding) -> Command[int]:
        def decide(work: Work) -> int:
            window = local_day(work.at).isoformat()[:7]
            kind, subject = finding.kind.value, finding.subject_type.value
            id_ = naming.alarm_id(work.tenant, kind, subject, finding.subject_id, window, merchant_id)
            if work.unit.seek(Alarm, id_) is not None:
                return 0
            alarm = Alarm.raise_(
                work.at,
                id_,
                kind=kind,
                subject_type=finding.subject_type,
                subject_id=finding.subject_id,
                area_code=work.unit.get(Merchant, merchant_id).area_code,
                merchant_id=merchant_id,
                window=window,
                measures=finding.measures,
                digest=finding.digest,
                raised_by=call.actor.id,
            )
            work.unit.add(alarm)
            return 1

        return self._tools.command(call, decide)

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
