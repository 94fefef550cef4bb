"""Merchants and their agreements: made by the county, in force once a second person approved them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.codes.token import Kind, Token, encode, to_digits
from points.domain.errors import Invalid, NotFound
from points.domain.merchant import AgreementNotFound, Caps, Merchant, Terms
from points.domain.scheme import Scheme
from points.domain.values import AmountFen, MerchantKind
from points.projections import merchants as merchant_model
from points.projections import schemes as scheme_model
from points.projections import takings

_SCHEMES_AT_MOST = 100
_CODE_FOR_H = 90 * 24
_NONCE_BYTES = 8


class MerchantNotFound(NotFound):
    """No such merchant, or none that the asker may see."""


class Merchants:
    """Who takes points."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def enrol(
        self,
        call: Call,
        *,
        name: str,
        kind: str,
        area: str,
        pay_fen: int,
        caps: Mapping[str, int],
        valid_from: date,
        valid_until: date,
        schemes: Sequence[UUID] | None = None,
    ) -> Answer:
        """Enrol a merchant with its first agreement. Without `schemes` it takes all that cover its area.

        Raises Invalid with the field that makes no sense, OutsideScope, StreamNotFound.
        """
        path = self._tools.areas(area).path(area)
        access.require_in_area(call.actor, Act.ENROL_MERCHANT, path)
        if kind not in set(MerchantKind):
            raise Invalid(field="kind", rule="merchant-kind-unknown")
        if not name.strip():
            raise Invalid(field="name", rule="missing")
        taken = tuple(schemes) if schemes is not None else self._schemes_of(path)
        terms = Terms(taken, AmountFen(pay_fen), Caps(**caps), valid_from, valid_until)

        def decide(work: Work) -> Body:
            for scheme_id in taken:
                work.unit.get(Scheme, scheme_id)
            merchant_id = work.new_id()
            merchant = Merchant.enrol(
                work.at,
                merchant_id,
                kind=MerchantKind(kind),
                area_code=area,
                name_ref=work.text(merchant_id, name.strip()),
                enrolled_by=call.actor.id,
            )
            number = merchant.make_agreement(work.at, terms, made_by=call.actor.id)
            work.unit.add(merchant)
            return {"merchant_id": str(merchant_id), "agreement_no": number}

        told = [
            name,
            kind,
            area,
            pay_fen,
            dict(caps),
            valid_from.isoformat(),
            valid_until.isoformat(),
            None if schemes is None else [str(scheme_id) for scheme_id in schemes],
        ]
        return self._tools.change(call, "merchants.enrol", told, decide)

    def _schemes_of(self, path: Sequence[str]) -> tuple[UUID, ...]:
        with self._tools.reading() as connection:
            found = scheme_model.for_area(connection, path)
        return tuple(scheme.scheme_id for scheme in found[:_SCHEMES_AT_MOST])

    def approve(self, call: Call, merchant_id: UUID, agreement_no: int | None = None) -> Answer:
        """Put an agreement in force, by default the one made last.

        Raises AgreementApprovedByMaker, AgreementAlreadyApproved, AgreementNotFound, OutsideScope.
        """
        access.require(call.actor, Act.APPROVE_MERCHANT)

        def decide(work: Work) -> Body:
            merchant = work.unit.get(Merchant, merchant_id)
            path = self._tools.areas().path(merchant.area_code)
            access.require_in_area(call.actor, Act.APPROVE_MERCHANT, path)
            number = agreement_no or max(merchant.agreements, default=0)
            if not number:
                raise AgreementNotFound(subject="agreement", reference="1")
            merchant.approve_agreement(work.at, number, approved_by=call.actor.id)
            return {"merchant_id": str(merchant_id), "agreement_no": number}

        return self._tools.change(call, "merchants.approve", [str(merchant_id), agreement_no], decide)

    def renew(
        self,
        call: Call,
        merchant_id: UUID,
        *,
        pay_fen: int,
        caps: Mapping[str, int],
        valid_from: date,
        valid_until: date,
        schemes: Sequence[UUID] | None = None,
    ) -> Answer:
        """Write the next agreement down; a second person puts it in force. Raises Invalid, OutsideScope."""
        access.require(call.actor, Act.ENROL_MERCHANT)
        path = self._tools.areas().path(area_of(self._tools, merchant_id))
        access.require_in_area(call.actor, Act.ENROL_MERCHANT, path)
        taken = tuple(schemes) if schemes is not None else self._schemes_of(path)
        terms = Terms(taken, AmountFen(pay_fen), Caps(**caps), valid_from, valid_until)

        def decide(work: Work) -> Body:
            for scheme_id in taken:
                work.unit.get(Scheme, scheme_id)
            merchant = work.unit.get(Merchant, merchant_id)
            number = merchant.make_agreement(work.at, terms, made_by=call.actor.id)
            return {"merchant_id": str(merchant_id), "agreement_no": number}

        told = [str(merchant_id), pay_fen, dict(caps), valid_from.isoformat(), valid_until.isoformat()]
        return self._tools.change(call, "merchants.renew", [*told, [str(id_) for id_ in taken]], decide)

    def suspend(self, call: Call, merchant_id: UUID) -> Answer:
        """It takes no points from this commit on, in any process."""
        return self._stop_or_go(call, merchant_id, go=False)

    def resume(self, call: Call, merchant_id: UUID) -> Answer:
        return self._stop_or_go(call, merchant_id, go=True)

    def _stop_or_go(self, call: Call, merchant_id: UUID, *, go: bool) -> Answer:
        access.require(call.actor, Act.ENROL_MERCHANT)

        def decide(work: Work) -> Body:
            merchant = work.unit.get(Merchant, merchant_id)
            path = self._tools.areas().path(merchant.area_code)
            access.require_in_area(call.actor, Act.ENROL_MERCHANT, path)
            if go:
                merchant.resume(work.at, resumed_by=call.actor.id)
            else:
                merchant.suspend(work.at, suspended_by=call.actor.id)
            return {"merchant_id": str(merchant_id), "suspended": not go}

        return self._tools.change(
            call, f"merchants.{'resume' if go else 'suspend'}", str(merchant_id), decide
        )

    def list(self, call: Call, *, area: str | None, limit: int, after: UUID | None = None) -> Body:
        access.require(call.actor, Act.READ_MERCHANTS)
        code = area or self._tools.county_code
        with self._tools.reading() as connection:
            found = merchant_model.in_area(connection, code, limit, after)
        own = call.actor.merchant_id
        visible = [merchant for merchant in found if own is None or merchant.merchant_id == own]
        more = str(found[-1].merchant_id) if len(found) == limit else None
        return {"merchants": [self._shown(merchant) for merchant in visible], "next": more}

    def show(self, call: Call, merchant_id: UUID) -> Body:
        """A merchant with its agreements and tills."""
        found = self._seen(call, Act.READ_MERCHANTS, merchant_id)
        with self._tools.reading() as connection:
            agreements = merchant_model.agreements_of(connection, merchant_id)
            tills = merchant_model.tills_of(connection, merchant_id, 1_000)
        return {
            **self._shown(found),
            "agreements": [
                {
                    "agreement_no": agreement.number,
                    "schemes": [str(scheme_id) for scheme_id in agreement.schemes],
                    "pay_fen": agreement.pay_fen,
                    "caps": agreement.caps._asdict(),
                    "valid_from": agreement.valid_from.isoformat(),
                    "valid_until": agreement.valid_until.isoformat(),
                    "approved": agreement.approved_by is not None,
                }
                for agreement in agreements
            ],
            "tills": [
                {"till_id": str(till.till_id), "number": till.number, "revoked": till.revoked}
                for till in tills
            ],
        }

    def takings(self, call: Call, merchant_id: UUID, *, from_day: date, until_day: date) -> Body:
        """Points and money by till and day."""
        self._seen(call, Act.READ_MERCHANTS, merchant_id)
        with self._tools.reading() as connection:
            days = takings.by_day(connection, merchant_id, from_day, until_day)
        return {
            "days": [
                {
                    "day": day.day.isoformat(),
                    "till_id": str(day.till_id),
                    "redemptions": day.redemptions,
                    "points": day.points,
                    "pay_fen": day.pay_fen,
                    "refunds": day.refunds,
                    "refunded_points": day.refunded_points,
                    "refunded_pay_fen": day.refunded_pay_fen,
                }
                for day in days
            ]
        }

    def code(self, call: Call, merchant_id: UUID, *, points: int = 0) -> Answer:
        """The merchant's own code for volunteers to scan, free or with the amount bound in it."""
        self._seen(call, Act.MAKE_MERCHANT_CODE, merchant_id)
        if points < 0:
            raise Invalid(field="points", rule="not-positive")

        def decide(work: Work) -> Body:
            at_s = int(work.at.timestamp())
            signer = work.signer(Kind.MERCHANT)
            subject = work.subjects.issue(Kind.MERCHANT, merchant_id, now=work.at)
            nonce = os.urandom(_NONCE_BYTES)
            token = Token(Kind.MERCHANT, signer.key.key_id, subject, 0, nonce, at_s, _CODE_FOR_H, points)
            return {"digits": to_digits(encode(token, work.tenant.bytes, signer.sign))}

        return self._tools.change(call, "merchants.code", [str(merchant_id), points], decide)

    def _seen(self, call: Call, act: Act, merchant_id: UUID) -> merchant_model.Merchant:
        access.require(call.actor, act)
        with self._tools.reading() as connection:
            found = merchant_model.get(connection, merchant_id)
        if found is None or call.actor.merchant_id not in {None, merchant_id}:
            raise MerchantNotFound(subject="merchant", reference=str(merchant_id))
        path = self._tools.areas().path(found.area_code)
        access.require_for_merchant(call.actor, act, merchant_id, path)
        return found

    def _shown(self, merchant: merchant_model.Merchant) -> dict[str, Any]:
        with self._tools.looking() as desk:
            name = desk.vault.get_text(merchant.name_ref)
        return {
            "merchant_id": str(merchant.merchant_id),
            "name": name,
            "kind": merchant.kind,
            "area": merchant.area_code,
            "suspended": merchant.suspended,
        }


def area_of(tools: Tools, merchant_id: UUID) -> str:
    """Where a merchant is. Raises MerchantNotFound."""
    with tools.engine.connect() as connection:
        found = tools.writer.loader.load(connection, [merchant_id]).get(merchant_id)
    if not isinstance(found, Merchant):
        raise MerchantNotFound(subject="merchant", reference=str(merchant_id))
    return found.area_code
