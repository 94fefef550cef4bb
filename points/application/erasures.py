"""A person's right to be forgotten, and to see what is kept (rule 20): the ledger still adds up afterwards.

What people can be known by is destroyed; the events go on about an id that stands for nobody. Erasure waits for
whatever is undecided about the person, since an answer could reach nobody then.
"""

from __future__ import annotations

from uuid import UUID

from points import access
from points.access import Act
from points.application.expiry import expire_account
from points.application.money_back import return_money
from points.application.tools import Answer, Body, Call, Tools, Work
from points.application.volunteers import VolunteerNotFound, find_volunteer, release_indexes
from points.domain import naming, transfers
from points.domain.account import Account
from points.domain.device import Device
from points.domain.errors import Refused
from points.domain.lots import Taken
from points.domain.volunteer import Volunteer
from points.ledger.blind_indexes import VOLUNTEER_NUMBER
from points.projections import disputes, hours_queries, volunteers


class ErasureWaits(Refused):
    """Something about the person is still undecided; then they can be erased.

    `cause` is `hold`, `dispute`, `objection` or `debt`.
    """

    cause: str


class Erasures:
    """Forgetting people."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def erase(self, call: Call, number: str) -> Answer:
        """Forget a volunteer at their wish: it cannot be undone, and counts as their withdrawal.

        What points they hold goes back to the funds behind them; a household takes them over beforehand by a
        bequest. Raises ErasureWaits, VolunteerNotFound, OutsideScope.
        """
        access.require(call.actor, Act.ERASE_VOLUNTEER)
        self._check_undecided(number)

        def decide(work: Work) -> Body:
            volunteer = find_volunteer(work, number)
            path = self._tools.areas().path(volunteer.area_code)
            access.require_for_volunteer(call.actor, Act.ERASE_VOLUNTEER, volunteer.id, path)
            returned = self._give_back(work, volunteer.id)
            for device_id in volunteer.devices:
                work.unit.get(Device, device_id).revoke(work.at, revoked_by=call.actor.id)
                work.credentials.revoke_all(device_id)
            release_indexes(work, volunteer)
            if not volunteer.withdrawn:
                volunteer.withdraw(work.at, withdrawn_by=call.actor.id)
            volunteer.erase(work.at, erased_by=call.actor.id)
            work.vault.destroy(volunteer.id, [volunteer.profile_ref])
            return {"volunteer_number": number, "returned_points": returned}

        return self._tools.change(call, "erasures.erase", number, decide)

    def _check_undecided(self, number: str) -> None:
        tools = self._tools
        with tools.reading() as connection:
            person = volunteers.by_number(connection, number)
            if person is None:
                return  # said under the head
            account_id = naming.account_id(tools.tenant, person.volunteer_id)
            if disputes.any_open_of(connection, account_id):
                raise ErasureWaits(cause="dispute")
            if hours_queries.any_objection_of(connection, person.volunteer_id):
                raise ErasureWaits(cause="objection")

    def _give_back(self, work: Work, volunteer_id: UUID) -> int:
        account_id = naming.account_id(work.tenant, volunteer_id)
        account = work.unit.seek(Account, account_id)
        if account is None:
            return 0
        expire_account(work, account_id)
        if account.holds:
            raise ErasureWaits(cause="hold")
        if account.debt_points:
            raise ErasureWaits(cause="debt")
        taken = tuple(Taken(no, lot.points) for no, lot in sorted(account.lots.items()) if lot.points)
        if taken:
            donation_id = work.new_id()
            # The words of the reason are the program's own: nothing of the person's outlives them.
            reason_ref = work.text(donation_id, "erasure")
            transfers.donate(work.at, account, taken, donation_id=donation_id, reason_ref=reason_ref)
            return_money(work, account, taken)
        return sum(part.points for part in taken)

    def copy(self, call: Call, number: str) -> Body:
        """Everything that is kept about a person, for that person: what programs read, and people can.

        Raises VolunteerNotFound, OutsideScope.
        """
        access.require(call.actor, Act.READ_PROFILE)
        tools = self._tools
        with tools.engine.connect() as connection, tools.looking() as desk:
            volunteer_id = desk.indexes.lookup(VOLUNTEER_NUMBER, number)
            found = tools.writer.loader.load(connection, [volunteer_id]) if volunteer_id else {}
            volunteer = found.get(volunteer_id) if volunteer_id else None
            if not isinstance(volunteer, Volunteer):
                raise VolunteerNotFound(subject="volunteer", reference=number)
            path = tools.areas().path(volunteer.area_code)
            access.require_for_volunteer(call.actor, Act.READ_PROFILE, volunteer.id, path)
            profile = desk.vault.get(volunteer.profile_ref) or {}
        events = [
            {"position": row.position, "topic": row.topic, "occurred_at": event.timestamp.isoformat()}
            for row, event in tools.stream(volunteer.id)
        ]
        return {
            "volunteer_number": number,
            "profile": dict(profile),
            "area": volunteer.area_code,
            "category": volunteer.category.value,
            "consents": sorted(purpose.value for purpose in volunteer.consents),
            "withdrawn": volunteer.withdrawn,
            "phones": len(volunteer.devices),
            "events": events,
        }
