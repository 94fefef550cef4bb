"""Settling: a merchant's statement for a period is drawn up, agreed, approved by two persons, and paid once."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.funds import read_period
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.working_days import is_working_day
from points.domain import naming
from points.domain.alarm import AlarmStillOpen
from points.domain.budget import Budget
from points.domain.calendar import SHANGHAI, add_working_days
from points.domain.errors import Invalid
from points.domain.fund import Fund
from points.domain.settlement import Settlement, SettlementState
from points.domain.settlement_book import Drawing, SettlementBook
from points.merchants import owed
from points.merchants.alarms import Alarms
from points.merchants.errors import PreviousSettlementOpen, SettlementNotFound, StatementDigestDiffers
from points.merchants.merchants import area_of
from points.projections import alarms as alarm_model
from points.projections import dues
from points.projections import settlements as model

STATEMENT_WORKING_DAYS = 5
"""Within so many working days the merchant may dispute lines of its statement."""


class Settling:
    """From takings to a payment, in steps that different people take."""

    def __init__(self, tools: Tools, alarms: Alarms) -> None:
        self._tools = tools
        self._alarms = alarms

    def draw_up(self, call: Call, merchant_id: UUID, *, period: str) -> Answer:
        """State what the merchant is owed up to the end of the period, or up to now while it runs.

        A settlement of the same period with disputed lines is withdrawn and drawn up anew without them. Alarms are
        looked for on the way: they hold the payment, not the statement.
        Raises NothingToSettle, SettlementPeriodTaken, PreviousSettlementOpen, OutsideScope, Invalid.
        """
        period_from, period_until = read_period(period)
        self._require(call, Act.DRAW_SETTLEMENT, merchant_id)
        self._alarms.look_at(call, merchant_id, datetime.combine(period_from, time(), SHANGHAI))
        until_position = owed.end_of(self._tools, period_until)
        book = owed.book_of(self._tools, merchant_id)
        drawings = list(book.drawings) if book else []
        if drawings and (drawings[-1].period_from, drawings[-1].period_until) == (period_from, period_until):
            drawings.pop()
        with self._tools.reading() as connection:
            stated = owed.plan(connection, merchant_id, drawings[-1] if drawings else None, until_position)

        def decide(work: Work) -> Body:
            current = self._book(work, merchant_id)
            self._clear_the_way(work, call, current, period_from, period_until)
            revision = current.next_revision(period_until)
            id_ = naming.settlement_id(work.tenant, merchant_id, period_from, period_until, revision)
            settlement = Settlement.draw_up(
                work.at,
                id_,
                merchant_id=merchant_id,
                period_from=period_from,
                period_until=period_until,
                revision_no=revision,
                stated=stated,
                dispute_until=add_working_days(work.today, STATEMENT_WORKING_DAYS, is_working_day),
                drawn_by=call.actor.id,
            )
            current.draw(
                work.at,
                Drawing(
                    id_,
                    period_from,
                    period_until,
                    revision,
                    stated.after_position,
                    stated.until_position,
                    stated.held,
                    stated.carried,
                ),
            )
            work.unit.add(settlement)
            return {
                "settlement_id": str(id_),
                "merchant_id": str(merchant_id),
                "state": settlement.state.value,
                "revision": revision,
                "lines": stated.lines,
                "held_out": len(stated.held),
                "pay_fen": settlement.pay_fen,
                "digest": stated.digest.hex(),
                "dispute_until": settlement.dispute_until.isoformat(),
            }

        return self._tools.change(call, "settlements.draw_up", [str(merchant_id), period], decide)

    def _book(self, work: Work, merchant_id: UUID) -> SettlementBook:
        id_ = naming.settlement_book_id(work.tenant, merchant_id)
        book = work.unit.seek(SettlementBook, id_)
        if book is None:
            book = SettlementBook.open(work.at, id_, merchant_id=merchant_id)
            work.unit.add(book)
        return book

    def _clear_the_way(
        self, work: Work, call: Call, book: SettlementBook, period_from: date, period_until: date
    ) -> None:
        """The settlement before this one is done with; a disputed one of the same period gives way."""
        latest = book.latest
        if latest is None:
            return
        previous = work.unit.get(Settlement, latest.settlement_id)
        same = (latest.period_from, latest.period_until) == (period_from, period_until)
        if same and previous.state is SettlementState.DISPUTED:
            previous.withdraw(work.at, withdrawn_by=call.actor.id)
            book.withdraw(work.at, previous.id)
            return
        book.check_period(period_from)
        if previous.open:
            raise PreviousSettlementOpen

    def withdraw(self, call: Call, settlement_id: UUID) -> Answer:
        """Give up a settlement that no bank has seen. Raises SettlementAlreadyOrdered, SettlementNotLatest."""
        merchant_id = self._require(call, Act.DRAW_SETTLEMENT, None, settlement_id)

        def decide(work: Work) -> Body:
            settlement = work.unit.get(Settlement, settlement_id)
            book = self._book(work, merchant_id)
            settlement.withdraw(work.at, withdrawn_by=call.actor.id)
            book.withdraw(work.at, settlement_id)
            return _told(settlement)

        return self._tools.change(call, "settlements.withdraw", str(settlement_id), decide)

    def confirm(self, call: Call, settlement_id: UUID) -> Answer:
        """The merchant's owner agrees to the statement. Raises SettlementAlreadyDisputed and its like."""
        self._require(call, Act.CONFIRM_SETTLEMENT, None, settlement_id)

        def decide(work: Work) -> Body:
            settlement = work.unit.get(Settlement, settlement_id)
            settlement.confirm(work.at, confirmed_by=call.actor.id)
            return _told(settlement)

        return self._tools.change(call, "settlements.confirm", str(settlement_id), decide)

    def approve(self, call: Call, settlement_id: UUID) -> Answer:
        """One of two approvals. Raises SettlementApprovedByDrawer, SettlementApprovedByOnePerson."""
        self._require(call, Act.APPROVE_SETTLEMENT, None, settlement_id)
        self._check_digest(settlement_id)

        def decide(work: Work) -> Body:
            settlement = work.unit.get(Settlement, settlement_id)
            number = settlement.approve(work.at, approved_by=call.actor.id)
            return {**_told(settlement), "approval_no": number}

        return self._tools.change(call, "settlements.approve", str(settlement_id), decide)

    def order(self, call: Call, settlement_id: UUID) -> Answer:
        """Make the payment order. Raises AlarmStillOpen, SettlementNotApproved, StatementWindowOpen."""
        merchant_id = self._require(call, Act.PAY_SETTLEMENT, None, settlement_id)
        self._check_alarms(merchant_id)
        self._check_digest(settlement_id)

        def decide(work: Work) -> Body:
            settlement = work.unit.get(Settlement, settlement_id)
            payee_ref = self._book(work, merchant_id).payee_ref
            settlement.order(work.at, payee_ref=payee_ref, ordered_by=call.actor.id)
            return _told(settlement)

        return self._tools.change(call, "settlements.order", str(settlement_id), decide)

    def pay(
        self, call: Call, settlement_id: UUID, *, reference: str | None = None, paid_on: date | None = None
    ) -> Answer:
        """Record that the bank paid; an order not yet made is made on the way. The money leaves its funds here.

        Raises AlarmStillOpen, SettlementAlreadyPaid, SettlementNotApproved, StatementWindowOpen.
        """
        merchant_id = self._require(call, Act.PAY_SETTLEMENT, None, settlement_id)
        self._check_alarms(merchant_id)

        def decide(work: Work) -> Body:
            settlement = work.unit.get(Settlement, settlement_id)
            if settlement.state is not SettlementState.ORDERED:
                payee_ref = self._book(work, merchant_id).payee_ref
                settlement.order(work.at, payee_ref=payee_ref, ordered_by=call.actor.id)
            told = reference and reference.strip()
            settlement.pay(
                work.at,
                paid_on=paid_on or work.today,
                reference_ref=work.text(settlement_id, told) if told else None,
                paid_by=call.actor.id,
            )
            _let_go(work, settlement)
            return _told(settlement)

        told = [str(settlement_id), reference, paid_on and paid_on.isoformat()]
        return self._tools.change(call, "settlements.pay", told, decide)

    def fail(self, call: Call, settlement_id: UUID, *, reason: str) -> Answer:
        """The bank sent the order back; `order` makes the next one. Raises SettlementNotOrdered, Invalid."""
        self._require(call, Act.PAY_SETTLEMENT, None, settlement_id)
        if not reason.strip():
            raise Invalid(field="reason", rule="missing")

        def decide(work: Work) -> Body:
            settlement = work.unit.get(Settlement, settlement_id)
            ref = work.text(settlement_id, reason.strip())
            settlement.fail(work.at, reason_ref=ref, recorded_by=call.actor.id)
            return _told(settlement)

        return self._tools.change(call, "settlements.fail", [str(settlement_id), reason], decide)

    # Whom the bank pays

    def name_payee(
        self, call: Call, merchant_id: UUID, *, holder: str, bank: str, account_number: str
    ) -> Answer:
        """Name the account that a merchant is paid to; it counts once a second person approved it."""
        self._require(call, Act.NAME_PAYEE, merchant_id)
        given = {"holder": holder.strip(), "bank": bank.strip(), "account_number": account_number.strip()}
        for field, text in given.items():
            if not text:
                raise Invalid(field=field.replace("_", "-"), rule="missing")

        def decide(work: Work) -> Body:
            work.vault.open_subject(merchant_id)
            ref = work.vault.put(merchant_id, given)
            self._book(work, merchant_id).name_payee(work.at, payee_ref=ref, named_by=call.actor.id)
            return {"merchant_id": str(merchant_id)}

        return self._tools.change(call, "payees.name", [str(merchant_id), *given.values()], decide)

    def approve_payee(self, call: Call, merchant_id: UUID) -> Answer:
        """Let the account named last count. Raises PayeeApprovedByNamer, PayeeNotNamed."""
        self._require(call, Act.APPROVE_PAYEE, merchant_id)

        def decide(work: Work) -> Body:
            self._book(work, merchant_id).approve_payee(work.at, approved_by=call.actor.id)
            return {"merchant_id": str(merchant_id)}

        return self._tools.change(call, "payees.approve", str(merchant_id), decide)

    # Who may, and whether it may

    def _require(
        self, call: Call, act: Act, merchant_id: UUID | None, settlement_id: UUID | None = None
    ) -> UUID:
        """The merchant that it is about. Raises SettlementNotFound, OutsideScope, StreamNotFound."""
        access.require(call.actor, act)
        if merchant_id is None:
            with self._tools.reading() as connection:
                found = model.get(connection, settlement_id) if settlement_id else None
            if found is None or call.actor.merchant_id not in {None, found.merchant_id}:
                raise SettlementNotFound(subject="settlement", reference=str(settlement_id))
            merchant_id = found.merchant_id
        path = self._tools.areas().path(area_of(self._tools, merchant_id))
        access.require_for_merchant(call.actor, act, merchant_id, path)
        return merchant_id

    def _check_alarms(self, merchant_id: UUID) -> None:
        with self._tools.reading() as connection:
            waiting = alarm_model.open_about(connection, merchant_id)
        if waiting:
            raise AlarmStillOpen(open_alarms=waiting)

    def _check_digest(self, settlement_id: UUID) -> None:
        """Nobody approves or orders what is not what was stated."""
        with self._tools.reading() as connection:
            found = model.get(connection, settlement_id)
            if found is None:
                raise SettlementNotFound(subject="settlement", reference=str(settlement_id))
            lines = dues.lines_of(connection, found.merchant_id, found.covered)
        if dues.digest_of(lines).hex() != found.digest:
            raise StatementDigestDiffers


def _let_go(work: Work, settlement: Settlement) -> None:
    """The money leaves the budgets; what the points were worth beyond the agreement's pay stays with the fund."""
    for share in settlement.shares:
        work.unit.get(Budget, share.budget_id).settle(
            work.at,
            settlement_id=settlement.id,
            merchant_id=settlement.merchant_id,
            points=share.points,
            value_fen=share.value_fen,
            pay_fen=share.pay_fen,
        )
        work.unit.get(Fund, share.fund_id).pay_out(
            work.at,
            settlement_id=settlement.id,
            merchant_id=settlement.merchant_id,
            budget_id=share.budget_id,
            value_fen=share.value_fen,
            pay_fen=share.pay_fen,
            claims_fen=share.claims_fen,
        )


def _told(settlement: Settlement) -> dict[str, Any]:
    return {
        "settlement_id": str(settlement.id),
        "merchant_id": str(settlement.merchant_id),
        "state": settlement.state.value,
        "approvals": len(settlement.approved_by),
        "orders": settlement.orders,
        "pay_fen": settlement.pay_fen,
    }
