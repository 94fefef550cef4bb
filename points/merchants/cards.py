"""Printed cards: for people without a phone. The card names nobody, and pays only with a PIN checked online."""

from __future__ import annotations

import os
import re
import time
from collections import defaultdict, deque
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.volunteers import find_volunteer
from points.codes.checking import check_usable, key_of, verify
from points.codes.text import extract_digits
from points.codes.token import Kind, Token, encode, to_digits
from points.domain import naming
from points.domain.card import Card
from points.domain.errors import Invalid, Refused
from points.domain.redemption import PaidBy
from points.domain.till import Till
from points.domain.values import Points
from points.domain.volunteer import Volunteer
from points.ledger.pins import pins
from points.merchants.charging import Charge
from points.merchants.extras import NO_EXTRAS, Extras
from points.merchants.redeeming import CodeUnknown, Redeeming, TooManyAttempts

_NONCE_BYTES = 8
_PIN = re.compile(r"\A[0-9]{6}\Z", re.ASCII)
_EASY = frozenset(digit * 6 for digit in "0123456789") | {"123456", "654321", "012345"}
PIN_TRIES_AT_A_TILL = 10
PIN_TRIES_WITHIN_S = 600.0


class WrongPin(Refused):
    """The PIN is not the card's."""

    left_tries: int


class Cards:
    """Cards and what they pay."""

    def __init__(self, tools: Tools, redeeming: Redeeming) -> None:
        self._tools = tools
        self._redeeming = redeeming
        self._hasher = PasswordHasher()
        self._failed: defaultdict[UUID, deque[float]] = defaultdict(deque)

    # The office

    def issue(self, call: Call, number: str, *, pin: str) -> Answer:
        """Make a card for the person at the desk, who types the PIN. The answer holds the code to print.

        Raises Invalid (pin), VolunteerNotFound, OutsideScope.
        """
        access.require(call.actor, Act.ISSUE_CARD)
        pin_hash = self._hash(pin)

        def decide(work: Work) -> Body:
            volunteer = find_volunteer(work, number)
            path = self._tools.areas().path(volunteer.area_code)
            access.require_for_volunteer(call.actor, Act.ISSUE_CARD, volunteer.id, path)
            volunteer.require_active()
            card_id = work.new_id()
            work.unit.add(Card.issue(work.at, card_id, volunteer_id=volunteer.id, issued_by=call.actor.id))
            work.unit.insert(pins, card_id=card_id, pin_hash=pin_hash)
            signer = work.signer(Kind.CARD)
            subject = work.subjects.issue(
                Kind.CARD, naming.account_id(work.tenant, volunteer.id), card_id, now=work.at
            )
            at_s = int(work.at.timestamp())
            token = Token(Kind.CARD, signer.key.key_id, subject, 0, os.urandom(_NONCE_BYTES), at_s, 0, 0)
            return {
                "card_id": str(card_id),
                "digits": to_digits(encode(token, work.tenant.bytes, signer.sign)),
            }

        return self._tools.change(call, "cards.issue", number, decide)

    def set_pin(self, call: Call, card_id: UUID, *, pin: str) -> Answer:
        """Another PIN, once staff have seen the person; a blocked card works again."""
        access.require(call.actor, Act.ISSUE_CARD)
        pin_hash = self._hash(pin)

        def decide(work: Work) -> Body:
            card = self._theirs(work, call, card_id)
            card.set_pin(work.at, set_by=call.actor.id)
            work.unit.update(pins, {"card_id": card_id}, pin_hash=pin_hash)
            return {"card_id": str(card_id)}

        return self._tools.change(call, "cards.set-pin", str(card_id), decide)

    def revoke(self, call: Call, card_id: UUID) -> Answer:
        """The card was lost: from this commit on it pays nothing."""
        access.require(call.actor, Act.ISSUE_CARD)

        def decide(work: Work) -> Body:
            card = self._theirs(work, call, card_id)
            card.revoke(work.at, revoked_by=call.actor.id)
            work.unit.delete(pins, card_id=card_id)
            return {"card_id": str(card_id)}

        return self._tools.change(call, "cards.revoke", str(card_id), decide)

    def _theirs(self, work: Work, call: Call, card_id: UUID) -> Card:
        card = work.unit.seek(Card, card_id)
        if card is None:
            raise CodeUnknown(subject="card", reference=str(card_id))
        volunteer = work.unit.get(Volunteer, card.volunteer_id)
        path = self._tools.areas().path(volunteer.area_code)
        access.require_for_volunteer(call.actor, Act.ISSUE_CARD, volunteer.id, path)
        return card

    def _hash(self, pin: str) -> str:
        if not _PIN.match(pin) or pin in _EASY:
            raise Invalid(field="pin", rule="six-digits-not-easy")
        return self._hasher.hash(pin)

    # The till

    def pay(self, call: Call, *, card: str, pin: str, points: int, extras: Extras = NO_EXTRAS) -> Answer:
        """Pay with a card and its PIN. The key makes it happen once; a wrong PIN counts whoever asks.

        Raises WrongPin, CardBlocked, CardRevoked, CardDayCapExceeded, TooManyAttempts, the refusals of redeeming.
        """
        access.require(call.actor, Act.REDEEM)
        if points <= 0:
            raise Invalid(field="points", rule="not-positive")
        token, account_id, card_id = self._read(card)
        self._check_attempts(call.actor.id)
        if not self._pin_fits(card_id, pin):
            raise WrongPin(left_tries=self._count_failure(call, card_id))

        def decide(work: Work) -> Body:
            till = work.unit.get(Till, call.actor.id)
            till.require_active()
            check_usable(token, key_of(token, work.key_ring.current()), now_s=int(work.at.timestamp()))
            known = work.unit.get(Card, card_id)
            paid_points = self._redeeming.charging.paid_by_device(work.unit, card_id)
            known.check_payment(Points(points), paid_today_points=paid_points)
            charge = Charge(
                work.new_id(), account_id, card_id, till.merchant_id, till.id, PaidBy.CARD, Points(points)
            )
            redemption = self._redeeming.charging.confirm(work.unit, charge)
            extras.apply(work, redemption)
            receipt = self._redeeming.receipts.code(redemption.id, points, work.at)
            return {"id": str(redemption.id), "points": points, "receipt": receipt}

        told = [str(card_id), points, *extras.told()]
        needs = (account_id, card_id, call.actor.id)
        return self._tools.change(call, "cards.pay", told, decide, needs=needs)

    def _read(self, card: str) -> tuple[Token, UUID, UUID]:
        tools = self._tools
        with tools.looking() as desk:
            digits = extract_digits(card.strip())
            token = verify(
                digits, expected=Kind.CARD, tenant=tools.tenant.bytes, keys=desk.key_ring.current()
            )
            subject = desk.subjects.resolve(token.subject)
        if subject is None or subject.device_id is None or subject.kind != Kind.CARD:
            raise CodeUnknown(subject="card", reference="")
        return token, subject.target_id, subject.device_id

    def _pin_fits(self, card_id: UUID, pin: str) -> bool:
        with self._tools.engine.connect() as connection:
            stored = connection.execute(pins.select().where(pins.c.card_id == card_id)).one_or_none()
        if stored is None:
            return True  # revoked: the card itself says so, whatever was typed
        try:
            return self._hasher.verify(stored.pin_hash, pin)
        except VerifyMismatchError:
            return False

    def _count_failure(self, call: Call, card_id: UUID) -> int:
        """Count a wrong PIN for the card and the till; how many tries the card has left. Raises CardBlocked."""
        self._failed[call.actor.id].append(time.monotonic())

        def decide(work: Work) -> int:
            work.unit.get(Till, call.actor.id).require_active()
            card = work.unit.get(Card, card_id)
            card.require_active()
            card.fail_pin(work.at, till_id=call.actor.id)
            return card.left_tries

        return self._tools.writer.run(self._tools.command(call, decide)).value

    def _check_attempts(self, till_id: UUID) -> None:
        failed, now_s = self._failed[till_id], time.monotonic()
        while failed and now_s - failed[0] > PIN_TRIES_WITHIN_S:
            failed.popleft()
        if len(failed) >= PIN_TRIES_AT_A_TILL:
            raise TooManyAttempts(retry_after_s=int(PIN_TRIES_WITHIN_S))
