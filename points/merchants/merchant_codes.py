"""The volunteer scans the shop: sees its name and the amount as the exchange says them, and confirms."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.codes.checking import check_usable, key_of, verify
from points.codes.text import extract_digits
from points.codes.token import Kind, Token
from points.domain import naming
from points.domain.device import Device
from points.domain.errors import Invalid, NotAllowed, Refused
from points.domain.merchant import Merchant
from points.domain.redemption import PaidBy
from points.domain.values import Points
from points.domain.volunteer import Volunteer
from points.merchants.charging import Charge
from points.merchants.extras import NO_EXTRAS, Extras
from points.merchants.redeeming import CodeUnknown, Redeeming


class BoundAmountDiffers(Refused):
    """The code has its amount in it, and another was asked for."""

    asked_points: int
    bound_points: int


class Read(NamedTuple):
    token: Token
    merchant_id: UUID


class MerchantCodes:
    """Paying from the volunteer's side."""

    def __init__(self, tools: Tools, redeeming: Redeeming) -> None:
        self._tools = tools
        self._redeeming = redeeming

    def preview(self, call: Call, code: str) -> Body:
        """Whom the code pays, and how much if it says so: what the phone shows before anybody confirms."""
        access.require(call.actor, Act.PAY_MERCHANT)
        read = self._read(code)
        with self._tools.looking() as desk:
            check_usable(
                read.token,
                key_of(read.token, desk.key_ring.current()),
                now_s=int((call.fixed_at or self._tools.now()).timestamp()),
            )
        with self._tools.engine.connect() as connection:
            found = self._tools.writer.loader.load(connection, [read.merchant_id]).get(read.merchant_id)
        if not isinstance(found, Merchant):
            raise CodeUnknown(subject="merchant-code", reference="")
        with self._tools.looking() as desk:
            name = desk.vault.get_text(found.name_ref)
        return {
            "kind": "merchant",
            "merchant_id": str(found.id),
            "merchant": name,
            "points": read.token.points or None,
        }

    def pay(self, call: Call, *, code: str, points: int, extras: Extras = NO_EXTRAS) -> Answer:
        """Pay so many points to the shop of the code. The key makes it happen once.

        Raises BoundAmountDiffers, the refusals of codes and of redeeming.
        """
        access.require(call.actor, Act.PAY_MERCHANT)
        if points <= 0:
            raise Invalid(field="points", rule="not-positive")
        volunteer_id = call.actor.volunteer_id
        if volunteer_id is None:
            raise NotAllowed(action=Act.PAY_MERCHANT.value)
        read = self._read(code)
        if read.token.points and read.token.points != points:
            raise BoundAmountDiffers(asked_points=points, bound_points=read.token.points)
        account_id = naming.account_id(self._tools.tenant, volunteer_id)

        def decide(work: Work) -> Body:
            keys = work.key_ring.current()
            check_usable(read.token, key_of(read.token, keys), now_s=int(work.at.timestamp()))
            work.unit.get(Volunteer, volunteer_id).require_active()
            device = work.unit.get(Device, call.actor.id)
            paid_points = self._redeeming.charging.paid_by_device(work.unit, device.id)
            device.check_payment(work.at, Points(points), paid_today_points=paid_points)
            charge = Charge(
                work.new_id(),
                account_id,
                device.id,
                read.merchant_id,
                read.merchant_id,
                PaidBy.MERCHANT_CODE,
                Points(points),
            )
            redemption = self._redeeming.charging.confirm(work.unit, charge)
            extras.apply(work, redemption)
            receipt = self._redeeming.receipts.code(redemption.id, points, work.at)
            return {"id": str(redemption.id), "points": points, "receipt": receipt}

        told = [str(read.merchant_id), points, *extras.told()]
        return self._tools.change(call, "merchant-codes.pay", told, decide, needs=(account_id, call.actor.id))

    def _read(self, code: str) -> Read:
        tools = self._tools
        with tools.looking() as desk:
            digits = extract_digits(code.strip())
            token = verify(
                digits, expected=Kind.MERCHANT, tenant=tools.tenant.bytes, keys=desk.key_ring.current()
            )
            subject = desk.subjects.resolve(token.subject)
        if subject is None or subject.kind != Kind.MERCHANT:
            raise CodeUnknown(subject="merchant-code", reference="")
        return Read(token, subject.target_id)
