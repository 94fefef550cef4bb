"""Looking for the patterns of fraud in what merchants took; a person decides what each one means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from points import access
from points.access import Act
from points.application.alarms import raise_alarm
from points.application.tools import Body, Call, Tools, Work
from points.domain import naming
from points.domain.calendar import to_us
from points.domain.merchant import Merchant
from points.domain.tenant import Tenant
from points.ledger.writer import Command
from points.merchants.patterns import Customer, Finding, Sale, Thresholds, find
from points.projections import habits
from points.projections import merchants as merchant_model

_PAGE = 200


class MerchantAlarms:
    """What looks wrong at shops."""

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
            return raise_alarm(
                work,
                kind=finding.kind,
                subject_type=finding.subject_type,
                subject_id=finding.subject_id,
                area_code=work.unit.get(Merchant, merchant_id).area_code,
                merchant_id=merchant_id,
                measures=finding.measures,
                digest=finding.digest,
                raised_by=call.actor.id,
            )

        return self._tools.command(call, decide)
