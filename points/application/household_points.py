"""A household's shared points: members put theirs together, the head shares them out (rule 14)."""

from __future__ import annotations

from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.volunteers import find_volunteer
from points.domain import naming, transfers
from points.domain.account import Account, InsufficientPoints, Taken
from points.domain.errors import Invalid, NotAllowed
from points.domain.household import Household, NotInHousehold
from points.domain.transfers import TransferPurpose
from points.domain.volunteer import Volunteer
from points.projections import accounts


class HouseholdPoints:
    """What lies in a household's account can be spent by nobody; a member gets it first, and then spends it."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def pool(self, call: Call, household_id: UUID, *, points: int, reason: str) -> Answer:
        """Put earned points of one's own into the household's account. It counts towards no cap of gifts.

        Raises NotInHousehold, InsufficientPoints, Invalid, StreamNotFound.
        """
        own_id = _own(call)
        _check_reason(reason)

        def decide(work: Work) -> Body:
            _member_of(work, household_id, own_id)
            giver = work.unit.seek(Account, naming.account_id(work.tenant, own_id))
            if giver is None:
                raise InsufficientPoints(asked_points=points, spendable_points=0)
            taken = transfers.choose(giver, points, work.today)
            taker = household_account(work, household_id)
            return _moved(work, giver, taker, taken, TransferPurpose.POOLING, reason)

        told = [str(household_id), points, reason]
        return self._tools.change(call, "households.pool", told, decide)

    def share(self, call: Call, household_id: UUID, *, to: str, points: int, reason: str) -> Answer:
        """The head gives a member points of the household's account.

        Raises NotAllowed for anybody but the head, NotInHousehold, InsufficientPoints, VolunteerNotFound.
        """
        own_id = _own(call)
        _check_reason(reason)

        def decide(work: Work) -> Body:
            household = _member_of(work, household_id, own_id)
            if household.head_id != own_id:
                raise NotAllowed(action=Act.GIVE_POINTS.value)
            member = find_volunteer(work, to)
            member.require_active()
            if member.id not in household.member_ids:
                raise NotInHousehold(household_id=household_id)
            giver = household_account(work, household_id)
            taken = transfers.choose(giver, points, work.today)
            account_id = naming.account_id(work.tenant, member.id)
            taker = work.unit.seek(Account, account_id) or work.unit.add(
                Account.open(work.at, account_id, volunteer_id=member.id)
            )
            return _moved(work, giver, taker, taken, TransferPurpose.SHARING, reason)

        told = [str(household_id), to, points, reason]
        return self._tools.change(call, "households.share", told, decide)

    def show(self, call: Call, household_id: UUID) -> Body:
        """The household's balance in its lots, for its members and for staff of its area."""
        access.require(call.actor, Act.READ_VOLUNTEER)
        command = self._tools.command(call, lambda work: _seen(work, household_id))
        member_ids, area_code = self._tools.writer.run(command).value
        if call.actor.volunteer_id is None or call.actor.volunteer_id not in member_ids:
            path = self._tools.areas().path(area_code)
            access.require_for_volunteer(call.actor, Act.READ_VOLUNTEER, household_id, path)
        account_id = naming.household_account_id(self._tools.tenant, household_id)
        with self._tools.reading() as connection:
            found = accounts.balance(connection, account_id, self._tools.today(call))
        return {
            "household_id": str(household_id),
            "balance": found.points,
            "lots": [
                {
                    "lot_no": lot.lot_no,
                    "fund_id": str(lot.fund_id),
                    "points": lot.points,
                    "expires_on": lot.expires_on and lot.expires_on.isoformat(),
                }
                for lot in found.lots
            ],
        }


def household_account(work: Work, household_id: UUID) -> Account:
    """The household's account, opened with its first points."""
    account_id = naming.household_account_id(work.tenant, household_id)
    return work.unit.seek(Account, account_id) or work.unit.add(
        Account.open_for_household(work.at, account_id, household_id=household_id)
    )


def _own(call: Call) -> UUID:
    access.require(call.actor, Act.GIVE_POINTS)
    if call.actor.volunteer_id is None:
        raise NotAllowed(action=Act.GIVE_POINTS.value)
    return call.actor.volunteer_id


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(field="reason", rule="missing")


def _member_of(work: Work, household_id: UUID, volunteer_id: UUID) -> Household:
    work.unit.get(Volunteer, volunteer_id).require_active()
    household = work.unit.get(Household, household_id)
    if volunteer_id not in household.member_ids:
        raise NotInHousehold(household_id=household_id)
    return household


def _moved(
    work: Work,
    giver: Account,
    taker: Account,
    taken: tuple[Taken, ...],
    purpose: TransferPurpose,
    reason: str,
) -> Body:
    transfer_id = work.new_id()
    transfers.transfer(
        work.at,
        giver,
        taker,
        taken,
        transfer_id=transfer_id,
        purpose=purpose,
        on=work.today,
        reason_ref=work.text(transfer_id, reason.strip()),
    )
    return {"transfer_id": str(transfer_id), "points": sum(part.points for part in taken)}


def _seen(work: Work, household_id: UUID) -> tuple[tuple[UUID, ...], str]:
    household = work.unit.get(Household, household_id)
    return household.member_ids, household.area_code
