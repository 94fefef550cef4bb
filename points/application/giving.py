"""Giving points away: to another volunteer, or back to the fund they came from (rule 14)."""

from __future__ import annotations

from uuid import UUID

from points import access
from points.access import Act
from points.application.money_back import return_money
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.volunteers import find_volunteer
from points.domain import naming, transfers
from points.domain.account import Account, InsufficientPoints, Lot
from points.domain.budget import Budget
from points.domain.device import Device
from points.domain.errors import Invalid, NotAllowed
from points.domain.tenant import Tenant
from points.domain.transfers import TransferPurpose
from points.domain.values import Points
from points.domain.volunteer import Volunteer

GIFT_DAY_POINTS, GIFT_YEAR_POINTS = "gift_day_points", "gift_year_points"
_DEFAULTS = {GIFT_DAY_POINTS: 50, GIFT_YEAR_POINTS: 500}


class Giving:
    """What the holder of points does with them beside spending. Only the person's own phone gives."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def gift(self, call: Call, *, to: str, points: int, reason: str) -> Answer:
        """Give earned points to another volunteer, lot by lot, within the caps of a day and a year.

        Raises GiftToOneself, GiftDayCapExceeded, GiftYearCapExceeded, InsufficientPoints, NewDeviceCapExceeded,
        VolunteerNotFound, VolunteerWithdrawn, Invalid.
        """
        own_id = self._own(call, Act.GIVE_POINTS)
        _check_reason(reason)

        def decide(work: Work) -> Body:
            giver = self._giver(work, call, own_id, points)
            taker = find_volunteer(work, to)
            taker.require_active()
            day_cap, year_cap = (setting(work, key) for key in (GIFT_DAY_POINTS, GIFT_YEAR_POINTS))
            transfers.check_gift(giver, points, work.today, day_cap=day_cap, year_cap=year_cap)
            taken = transfers.choose(giver, points, work.today)
            transfer_id = work.new_id()
            transfers.transfer(
                work.at,
                giver,
                account_of(work, taker.id),
                taken,
                transfer_id=transfer_id,
                purpose=TransferPurpose.GIFT,
                on=work.today,
                reason_ref=work.text(transfer_id, reason.strip()),
            )
            return {"transfer_id": str(transfer_id), "points": points}

        return self._tools.change(call, "giving.gift", [to, points, reason], decide)

    def donate(self, call: Call, *, points: int, reason: str, fund_id: UUID | None = None) -> Answer:
        """Give points back to the funds behind them, or to one of these: their money is free for others.

        Raises InsufficientPoints, Invalid.
        """
        own_id = self._own(call, Act.GIVE_POINTS)
        _check_reason(reason)

        def decide(work: Work) -> Body:
            giver = self._giver(work, call, own_id, points)

            def of_fund(lot: Lot) -> bool:
                return fund_id is None or work.unit.get(Budget, lot.budget_id).fund_id == fund_id

            taken = transfers.choose(
                giver, points, work.today, lambda lot: transfers.is_earned(lot) and of_fund(lot)
            )
            donation_id = work.new_id()
            transfers.donate(
                work.at,
                giver,
                taken,
                donation_id=donation_id,
                reason_ref=work.text(donation_id, reason.strip()),
            )
            return_money(work, giver, taken)
            return {"donation_id": str(donation_id), "points": points}

        told = [points, reason, fund_id and str(fund_id)]
        return self._tools.change(call, "giving.donate", told, decide)

    @staticmethod
    def _own(call: Call, act: Act) -> UUID:
        access.require(call.actor, act)
        if call.actor.volunteer_id is None:
            raise NotAllowed(action=act.value)
        return call.actor.volunteer_id

    @staticmethod
    def _giver(work: Work, call: Call, own_id: UUID, points: int) -> Account:
        """The account of whoever asks, from a phone that may move so much."""
        if points <= 0:
            raise Invalid(field="points", rule="not-positive")
        work.unit.get(Volunteer, own_id).require_active()
        account = work.unit.seek(Account, naming.account_id(work.tenant, own_id))
        if account is None:
            raise InsufficientPoints(asked_points=points, spendable_points=0)
        device = work.unit.get(Device, call.actor.id)
        given_today = Points(account.gifted.get(work.today, 0))
        device.check_payment(work.at, Points(points), paid_today_points=given_today)
        return account


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(field="reason", rule="missing")


def setting(work: Work, key: str) -> int:
    """A number from the county's settings, else its default."""
    settings = work.unit.get(Tenant, naming.tenant_id(work.tenant)).settings
    return int(settings.get(key, _DEFAULTS[key]))


def account_of(work: Work, volunteer_id: UUID) -> Account:
    """The volunteer's account, opened if nothing was ever earned."""
    account_id = naming.account_id(work.tenant, volunteer_id)
    return work.unit.seek(Account, account_id) or work.unit.add(
        Account.open(work.at, account_id, volunteer_id=volunteer_id)
    )
