"""Redeeming: a till shows a payment code, points move from a person to a shop, exactly once.

The code names its redemption, so a till whose answer was lost asks again and gets it, even after the code has
ended; anybody else, or another amount, is told that the code is used.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
from points.domain.device import Device
from points.domain.errors import Invalid, NotFound, PointsError, Refused
from points.domain.redemption import PaidBy, Redemption
from points.domain.tenant import Tenant
from points.domain.till import Till
from points.domain.values import Points
from points.ledger.code_subjects import CodeSubject
from points.ledger.unit import Unit
from points.ledger.writer import Command, Outcome
from points.merchants.charging import Charge, Charging
from points.merchants.day_totals import DayTotalsObserver
from points.merchants.extras import NO_EXTRAS, Extras
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


class Wish(NamedTuple):
    """One sale of a batch."""

    points: int
    code: str | None
    short_code: str | None
    extras: Extras = NO_EXTRAS


_AT_ONCE = 250
"""Sales of a batch in one go: the writer's queue keeps room for the other tills."""

_PENDING = PointsError()


class Redeeming:
    """The hot path."""

    def __init__(self, tools: Tools, totals: DayTotalsObserver) -> None:
        self._tools = tools
        self.charging = Charging(totals)
        self.receipts = Receipts(tools)
        self._failed: defaultdict[UUID, deque[float]] = defaultdict(deque)

    def redeem(
        self,
        call: Call,
        *,
        points: int,
        code: str | None = None,
        short_code: str | None = None,
        extras: Extras = NO_EXTRAS,
    ) -> Answer:
        """Take points with a payment code or the short code beside it. Exactly one of the two is given.

        Raises the refusals of codes, CodeAlreadyUsed, the caps, InsufficientPoints, TillRevoked, TooManyAttempts.
        """
        command = self.command(call, points=points, code=code, short_code=short_code, extras=extras)
        return self.answer(self._tools.writer.run(command))

    async def redeem_async(
        self,
        call: Call,
        *,
        points: int,
        code: str | None = None,
        short_code: str | None = None,
        extras: Extras = NO_EXTRAS,
    ) -> Answer:
        """As `redeem`, from an event loop."""
        command = self.command(call, points=points, code=code, short_code=short_code, extras=extras)
        return self.answer(await self._tools.writer.submit(command))

    def redeem_many(self, call: Call, wishes: Sequence[Wish]) -> list[Answer | PointsError]:
        """As `redeem` for each, in their order and in a few commits. One that is refused leaves the others alone."""
        access.require(call.actor, Act.REDEEM)
        answers: list[Answer | PointsError] = []
        commands: list[Command[Confirmed]] = []
        places: list[int] = []
        for place, wish in enumerate(wishes):
            try:
                commands.append(
                    self.command(
                        call,
                        points=wish.points,
                        code=wish.code,
                        short_code=wish.short_code,
                        extras=wish.extras,
                    )
                )
            except PointsError as refusal:
                answers.append(refusal)
            else:
                answers.append(_PENDING)
                places.append(place)
        for start in range(0, len(commands), _AT_ONCE):
            part = commands[start : start + _AT_ONCE]
            for place, outcome in zip(
                places[start : start + _AT_ONCE], self._tools.writer.run_all(part), strict=True
            ):
                if isinstance(outcome, PointsError):
                    answers[place] = outcome
                elif isinstance(outcome, BaseException):
                    raise outcome
                else:
                    answers[place] = self.answer(outcome)
        return answers

    def command(
        self,
        call: Call,
        *,
        points: int,
        code: str | None,
        short_code: str | None,
        extras: Extras = NO_EXTRAS,
    ) -> Command[Confirmed]:
        """Everything that needs no lock is done here; the rest is decided under the head."""
        access.require(call.actor, Act.REDEEM)
        payment = self.payment(call, points=points, code=code, short_code=short_code)
        return self.confirming(call, payment, Points(points), extras)

    def payment(self, call: Call, *, points: int, code: str | None, short_code: str | None) -> Payment:
        """The code, read and believed. Exactly one of the two is given."""
        if points <= 0:
            raise Invalid(field="points", rule="not-positive")
        if (code is None) == (short_code is None):
            raise Invalid(field="code", rule="one-of-code-short-code")
        return self._read(code) if code is not None else self._typed(call, short_code or "")

    def confirming(
        self, call: Call, payment: Payment, points: Points, extras: Extras = NO_EXTRAS
    ) -> Command[Confirmed]:
        """The command for a code that is believed already."""
        rid, till_id = payment.redemption_id, call.actor.id
        return Command(
            self._tools.new_id(),
            lambda unit: self._decide(unit, call, payment, points, extras),
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

    def _decide(self, unit: Unit, call: Call, payment: Payment, points: Points, extras: Extras) -> Confirmed:
        till = unit.get(Till, call.actor.id)
        till.require_active()
        known = unit.seek(Redemption, payment.redemption_id)
        if known is not None:
            known.check_same_sale(till.id, points)
            position = unit.event_position(known.id, 1)
            return Confirmed(known.id, known.points, position, known.created_on, replayed=True)
        charge = self.check(unit, payment, till, points)
        redemption = self.charging.confirm(unit, charge)
        if extras is not NO_EXTRAS:
            extras.apply(Work(unit, self._tools), redemption)
        position = unit.position
        if call.fixed_at is not None:
            unit.get(Tenant, naming.tenant_id(self._tools.tenant)).fix_clock(unit.at)
        return Confirmed(payment.redemption_id, points, position, unit.at, replayed=False)

    def check(self, unit: Unit, payment: Payment, till: Till, points: Points) -> Charge:
        """The code may be used here and now, and the phone may pay so much."""
        keys = self._tools.key_ring(unit).current()
        token = payment.token
        check_usable(token, key_of(token, keys), till.number, now_s=int(unit.at.timestamp()))
        if points > token.points:
            raise CodeCapExceeded(asked_points=points, cap_points=token.points)
        device = unit.get(Device, payment.device_id)
        device.check_payment(unit.at, points, paid_today_points=self.charging.paid_by_device(unit, device.id))
        return Charge(
            payment.redemption_id,
            payment.account_id,
            payment.device_id,
            till.merchant_id,
            till.id,
            payment.paid_by,
            points,
        )

    # Answering

    def answer(self, outcome: Outcome[Confirmed]) -> Answer:
        told = outcome.value
        body: Body = {
            "id": str(told.redemption_id),
            "points": told.points,
            "position": told.position,
            "receipt": self.receipts.code(told.redemption_id, told.points, told.confirmed_at),
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
