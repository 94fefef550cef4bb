"""Taking points for a sale, whichever way it is paid: caps, threshold, lots, and the two streams that change.

Nothing else stands on the hot path: a sale changes its own stream and the payer's account, and no stream of the
merchant or the budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from points.domain.account import Account, HoldPurpose, InsufficientPoints, ReleaseCause, Taken
from points.domain.calendar import local_day
from points.domain.errors import Refused
from points.domain.merchant import Agreement, Merchant
from points.domain.redemption import PaidBy, Portion, Redemption
from points.domain.scheme import Scheme
from points.domain.scheme_rules import RedemptionWindowClosed, opens_on
from points.domain.values import Points
from points.ledger.unit import Unit
from points.merchants.day_totals import DayTotalsObserver


class RedeemThresholdNotReached(Refused):
    """The scheme lets points be redeemed from a certain balance on."""

    balance_points: int
    needed_points: int


@dataclass(frozen=True, slots=True)
class Charge:
    """Who pays where, and how. `device_id` is the phone or card; `till_id` the merchant where no till took part."""

    redemption_id: UUID
    account_id: UUID
    device_id: UUID
    merchant_id: UUID
    till_id: UUID
    paid_by: PaidBy
    points: Points


class Charging:
    """Decides what a sale takes."""

    def __init__(self, totals: DayTotalsObserver) -> None:
        self._totals = totals

    def confirm(self, unit: Unit, charge: Charge) -> Redemption:
        """Let the sale take place at once.

        Raises the merchant's caps, RedeemThresholdNotReached, InsufficientPoints.
        """
        account, agreement, taken = self._agree(unit, charge)
        redemption = Redemption.confirm(
            unit.at,
            charge.redemption_id,
            account_id=account.id,
            device_id=charge.device_id,
            merchant_id=charge.merchant_id,
            till_id=charge.till_id,
            paid_by=charge.paid_by,
            agreement_no=agreement.number,
            points=charge.points,
            portions=portions_of(account, taken, agreement.terms.pay_fen),
        )
        unit.add(redemption)
        account.redeem(unit.at, redemption_id=redemption.id, taken=taken)
        return redemption

    def authorise(self, unit: Unit, charge: Charge, until: datetime) -> Redemption:
        """Let the sale begin: its points are held, and can be captured until then."""
        account, agreement, taken = self._agree(unit, charge)
        redemption = Redemption.authorise(
            unit.at,
            charge.redemption_id,
            account_id=account.id,
            device_id=charge.device_id,
            merchant_id=charge.merchant_id,
            till_id=charge.till_id,
            paid_by=charge.paid_by,
            agreement_no=agreement.number,
            points=charge.points,
            pay_fen=agreement.terms.pay_fen,
            until=until,
        )
        unit.add(redemption)
        account.hold(
            unit.at, hold_id=redemption.id, purpose=HoldPurpose.AUTHORISATION, taken=taken, until=until
        )
        return redemption

    def _agree(self, unit: Unit, charge: Charge) -> tuple[Account, Agreement, tuple[Taken, ...]]:
        points, today = charge.points, local_day(unit.at)
        account = unit.seek(Account, charge.account_id)
        if account is None:
            raise InsufficientPoints(asked_points=points, spendable_points=0)
        merchant = unit.get(Merchant, charge.merchant_id)
        totals = self._totals.of(today, account.id, merchant.id, charge.till_id)
        agreement = merchant.check_redemption(unit.at, points, totals)
        closed: dict[UUID, date] = {}
        for scheme_id in agreement.terms.schemes:
            version = unit.get(Scheme, scheme_id).in_force(today)
            needed = 0 if version is None else version.terms.redeem_at_least_points
            if account.balance_points < needed:
                raise RedeemThresholdNotReached(balance_points=account.balance_points, needed_points=needed)
            if version is not None and version.terms.rules.windows:
                opens = opens_on(version.terms.rules.windows, today)
                closed |= {scheme_id: opens} if opens else {}
        if closed and len(closed) == len(agreement.terms.schemes):
            raise RedemptionWindowClosed(opens_on=min(closed.values()))
        if account.holds:
            account.release_lapsed(unit.at)
        schemes = frozenset(agreement.terms.schemes).difference(closed)
        return account, agreement, account.choose(points, today, schemes)

    def paid_by_device(self, unit: Unit, device_id: UUID) -> int:
        """Points that a phone, or a card, has paid today."""
        return self._totals.of_device(local_day(unit.at), device_id)


def portions_of(account: Account, taken: tuple[Taken, ...], pay_fen: int) -> tuple[Portion, ...]:
    """What backs the points, and what the merchant gets: never more than a lot's own value (rule 13)."""
    lots = account.lots
    return tuple(
        [
            Portion(no, part, lots[no].budget_id, lots[no].value_fen, min(pay_fen, lots[no].value_fen))
            for no, part in taken
        ]
    )


def capture(unit: Unit, redemption: Redemption, points: Points) -> None:
    """Let an authorised sale take place for so many points; the rest is free again.

    Raises AuthorisationClosed, AuthorisationLapsed, CaptureExceedsAuthorisation, HoldNotFound.
    """
    _, _, pay_fen = redemption.check_open(unit.at)
    account = unit.get(Account, redemption.account_id)
    taken = account.choose_held(redemption.id, Points(min(points, redemption.points)))
    redemption.capture(unit.at, points, portions_of(account, taken, pay_fen))
    account.redeem_held(unit.at, redemption_id=redemption.id, hold_id=redemption.id, taken=taken)
    account.release(unit.at, redemption.id, ReleaseCause.CAPTURED)


def void(unit: Unit, redemption: Redemption, voided_by: UUID) -> None:
    """Let an authorised sale not take place. Raises AuthorisationClosed."""
    redemption.void(unit.at, voided_by=voided_by)
    unit.get(Account, redemption.account_id).release(unit.at, redemption.id, ReleaseCause.VOIDED)
