"""Redeeming: a till shows a payment code, points move from a person to a shop, exactly once.

The code names its redemption, so a till whose answer was lost asks again and gets it, even after the code has
ended; anybody else, or another amount, is told that the code is used.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.codes.checking import check_usable, key_of, verify
from points.codes.short import normalise_short_code
from points.codes.text import extract_digits
from points.codes.token import Kind, Token, decode, redemption_id
from points.domain import naming
from points.domain.account import Account, InsufficientPoints
from points.domain.calendar import local_day
from points.domain.device import Device
from points.domain.errors import Invalid, NotFound, Refused
from points.domain.merchant import Merchant
from points.domain.redemption import PaidBy, Portion, Redemption
from points.domain.scheme import Scheme
from points.domain.scheme_rules import RedemptionWindowClosed, opens_on
from points.domain.tenant import Tenant
from points.domain.till import Till
from points.domain.values import Points
from points.ledger.code_subjects import CodeSubject
from points.ledger.unit import Unit
from points.ledger.writer import Command, Outcome
from points.merchants.day_totals import DayTotalsObserver
from points.merchants.receipts import Receipts
from points.projections import takings

_SIGNATURE_BYTES = 64
SHORT_CODE_TRIES = 10
SHORT_CODE_TRIES_WITHIN_S = 60.0


class CodeUnknown(NotFound):
    """The code is signed, or typed, but stands for nobody: it was withdrawn, or never made."""


class CodeCapExceeded(Refused):
    """The volunteer's phone limits what one code may take; above it the phone confirms the amount."""

    asked_points: int
    cap_points: int


class RedeemThresholdNotReached(Refused):
    """The scheme lets points be redeemed from a certain balance on."""

    balance_points: int
    needed_points: int


class TooManyAttempts(Refused):
    """Too many short codes that stood for nothing were typed at this till."""

    retry_after_s: int


class RedemptionNotFound(NotFound):
    """No such redemption, or none of the asker's."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A code that was read and believed, and whose it is."""

    token: Token
    redemption_id: UUID
    account_id: UUID
    device_id: UUID
    paid_by: PaidBy


class Confirmed(NamedTuple):
    """What the till is told."""

    redemption_id: UUID
    points: int
    position: int
    confirmed_at: datetime
    replayed: bool


class Redeeming:
    """The hot path."""

    def __init__(self, tools: Tools, totals: DayTotalsObserver) -> None:
        self._tools = tools
        self._totals = totals
        self._receipts = Receipts(tools)
        self._failed: defaultdict[UUID, deque[float]] = defaultdict(deque)

    def redeem(
        self, call: Call, *, points: int, code: str | None = None, short_code: str | None = None
    ) -> Answer:
        """Take points with a payment code or the short code beside it. Exactly one of the two is given.

        Raises the refusals of codes, CodeAlreadyUsed, the caps, InsufficientPoints, TillRevoked, TooManyAttempts.
        """
        command = self.command(call, points=points, code=code, short_code=short_code)
        return self._answer(self._tools.writer.run(command))

    async def redeem_async(
        self, call: Call, *, points: int, code: str | None = None, short_code: str | None = None
    ) -> Answer:
        """As `redeem`, from an event loop."""
        command = self.command(call, points=points, code=code, short_code=short_code)
        return self._answer(await self._tools.writer.submit(command))

    def command(
        self, call: Call, *, points: int, code: str | None, short_code: str | None
    ) -> Command[Confirmed]:
        """Everything that needs no lock is done here; the rest is decided under the head."""
        access.require(call.actor, Act.REDEEM)
        if points <= 0:
            raise Invalid(field="points", rule="not-positive")
        if (code is None) == (short_code is None):
            raise Invalid(field="code", rule="one-of-code-short-code")
        payment = self._read(code) if code is not None else self._typed(call, short_code or "")
        return self.confirming(call, payment, Points(points))

    def confirming(self, call: Call, payment: Payment, points: Points) -> Command[Confirmed]:
        """The command for a code that is believed already."""
        rid, till_id = payment.redemption_id, call.actor.id
        return Command(
            self._tools.new_id(),
            lambda unit: self._decide(unit, call, payment, points),
            (rid, payment.account_id, payment.device_id, till_id),
            call.fixed_at,
        )

    # Reading the code

    def _read(self, code: str) -> Payment:
        tools = self._tools
        with tools.looking() as desk:
            keys = desk.key_ring.current()
            digits = extract_digits(code.strip())
            token = verify(digits, expected=Kind.PAYMENT, tenant=tools.tenant.bytes, keys=keys)
            return self._payment(token, desk.subjects.resolve(token.subject), PaidBy.PAYMENT_CODE)

    def _typed(self, call: Call, typed: str) -> Payment:
        self._check_attempts(call.actor.id)
        with self._tools.looking() as desk:
            found = desk.short_codes.find(normalise_short_code(typed))
            if found is None:
                self._failed[call.actor.id].append(time.monotonic())
                raise CodeUnknown(subject="short-code", reference="")
            token = decode(found.token + bytes(_SIGNATURE_BYTES))
            return self._payment(token, desk.subjects.resolve(token.subject), PaidBy.SHORT_CODE)

    def _payment(self, token: Token, subject: CodeSubject | None, paid_by: PaidBy) -> Payment:
        if subject is None or subject.device_id is None or subject.kind != Kind.PAYMENT:
            raise CodeUnknown(subject="payment-code", reference="")
        rid = redemption_id(self._tools.tenant.bytes, token.key_id, token.nonce, token.not_before_s)
        return Payment(token, rid, subject.target_id, subject.device_id, paid_by)

    def _check_attempts(self, till_id: UUID) -> None:
        failed, now_s = self._failed[till_id], time.monotonic()
        while failed and now_s - failed[0] > SHORT_CODE_TRIES_WITHIN_S:
            failed.popleft()
        if len(failed) >= SHORT_CODE_TRIES:
            raise TooManyAttempts(retry_after_s=int(SHORT_CODE_TRIES_WITHIN_S))

    # Deciding

    def _decide(self, unit: Unit, call: Call, payment: Payment, points: Points) -> Confirmed:
        till = unit.get(Till, call.actor.id)
        till.require_active()
        known = unit.seek(Redemption, payment.redemption_id)
        if known is not None:
            known.check_same(till.id, points)
            position = unit.event_position(known.id, 1)
            return Confirmed(known.id, known.points, position, known.created_on, replayed=True)
        self._check_code(unit, payment.token, till, points)
        merchant = unit.get(Merchant, till.merchant_id)
        account = self._account(unit, payment, points)
        self._confirm(unit, payment, points, till, merchant, account)
        position = unit.position
        if call.fixed_at is not None:
            unit.get(Tenant, naming.tenant_id(self._tools.tenant)).fix_clock(unit.at)
        return Confirmed(payment.redemption_id, points, position, unit.at, replayed=False)

    def _check_code(self, unit: Unit, token: Token, till: Till, points: Points) -> None:
        keys = Work(unit, self._tools).key_ring.current()
        check_usable(token, key_of(token, keys), till.number, now_s=int(unit.at.timestamp()))
        if points > token.points:
            raise CodeCapExceeded(asked_points=points, cap_points=token.points)

    def _account(self, unit: Unit, payment: Payment, points: Points) -> Account:
        today = local_day(unit.at)
        device = unit.get(Device, payment.device_id)
        paid_points = self._totals.of_device(today, device.id)
        device.check_payment(unit.at, points, paid_today_points=paid_points)
        account = unit.seek(Account, payment.account_id)
        if account is None:
            raise InsufficientPoints(asked_points=points, spendable_points=0)
        return account

    def _confirm(
        self,
        unit: Unit,
        payment: Payment,
        points: Points,
        till: Till,
        merchant: Merchant,
        account: Account,
    ) -> None:
        today = local_day(unit.at)
        totals = self._totals.of(today, account.id, merchant.id, till.id)
        agreement = merchant.check_redemption(unit.at, points, totals)
        terms = agreement.terms
        closed: dict[UUID, date] = {}
        for scheme_id in terms.schemes:
            version = unit.get(Scheme, scheme_id).in_force(today)
            needed = 0 if version is None else version.terms.redeem_at_least_points
            if account.balance_points < needed:
                raise RedeemThresholdNotReached(balance_points=account.balance_points, needed_points=needed)
            if version is not None and version.terms.rules.windows:
                opens = opens_on(version.terms.rules.windows, today)
                closed |= {scheme_id: opens} if opens else {}
        if closed and len(closed) == len(terms.schemes):
            raise RedemptionWindowClosed(opens_on=min(closed.values()))
        taken = account.choose(points, today, frozenset(terms.schemes).difference(closed))
        lots, pay_fen = account.lots, terms.pay_fen
        portions = tuple(
            [
                Portion(no, part, lots[no].budget_id, lots[no].value_fen, min(pay_fen, lots[no].value_fen))
                for no, part in taken
            ]
        )
        redemption = Redemption.confirm(
            unit.at,
            payment.redemption_id,
            account_id=account.id,
            device_id=payment.device_id,
            merchant_id=merchant.id,
            till_id=till.id,
            paid_by=payment.paid_by,
            agreement_no=agreement.number,
            points=points,
            portions=portions,
        )
        unit.add(redemption)
        account.redeem(unit.at, redemption_id=redemption.id, taken=taken)

    # Answering

    def _answer(self, outcome: Outcome[Confirmed]) -> Answer:
        told = outcome.value
        body: Body = {
            "id": str(told.redemption_id),
            "points": told.points,
            "position": told.position,
            "receipt": self._receipts.code(told.redemption_id, told.points, told.confirmed_at),
        }
        return Answer(body, told.position, replayed=told.replayed)

    def show(self, call: Call, id_: UUID) -> Body:
        """A redemption, for its merchant's people and those who may look. The payer is not named (rule 17)."""
        access.require(call.actor, Act.READ_REDEMPTIONS)
        with self._tools.reading() as connection:
            found = takings.get(connection, id_)
        foreign = call.actor.merchant_id is not None and found and found.merchant_id != call.actor.merchant_id
        if found is None or foreign:
            raise RedemptionNotFound(subject="redemption", reference=str(id_))
        return {
            "id": str(found.redemption_id),
            "merchant_id": str(found.merchant_id),
            "till_id": str(found.till_id),
            "points": found.points,
            "pay_fen": found.pay_fen,
            "refunded_points": found.refunded_points,
            "refunded_pay_fen": found.refunded_pay_fen,
            "position": found.position,
        }
