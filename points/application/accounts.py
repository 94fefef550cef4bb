"""What a person has: the balance in its lots, at any time, and for each line the reason why."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from points import access
from points.access import Act
from points.application.tools import Body, Call, Tools
from points.application.volunteers import see_volunteer
from points.domain import naming
from points.domain.account import Account, Lot
from points.domain.calendar import from_us, to_us
from points.domain.errors import Invalid
from points.projections import accounts, activities, funds, merchants, statements, takings
from points.projections.statements import MovementGroup

OCCURRED, RECORDED = "occurred", "recorded"


class Accounts:
    """Balances and statements."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def balance(self, call: Call, number: str, *, at: datetime | None = None, basis: str = OCCURRED) -> Body:
        """The balance now, or as it was: by when things happened, or by when they were recorded.

        `balance` is the sum of the lots, held ones included; `spendable` is what is not held.
        Raises VolunteerNotFound, Invalid.
        """
        volunteer = see_volunteer(self._tools, call.actor, Act.READ_VOLUNTEER, number)
        if basis not in {OCCURRED, RECORDED}:
            raise Invalid(field="basis", rule="basis-unknown")
        account_id = naming.account_id(self._tools.tenant, volunteer.volunteer_id)
        if at is None:
            lots, owed, position = self._lots_now(account_id, call)
        else:
            lots, owed, position = self._lots_at(account_id, at, basis)
        balance = sum(lot["points"] for lot in lots)
        held = sum(lot["held"] for lot in lots)
        return {
            "volunteer_number": number,
            "balance": balance,
            "held": held,
            "spendable": balance - held,
            "debt": owed,
            "lots": lots,
            "position": position,
        }

    def _lots_now(self, account_id: UUID, call: Call) -> tuple[list[dict[str, Any]], int, int]:
        with self._tools.reading() as connection:
            found = accounts.balance(connection, account_id, self._tools.today(call))
            owed = accounts.debt_points(connection, account_id)
            position = self._tools.read_store.current.position_in(connection)
        return [_shown(lot, str(lot.fund_id)) for lot in found.lots], owed, position

    def _lots_at(self, account_id: UUID, at: datetime, basis: str) -> tuple[list[dict[str, Any]], int, int]:
        """The account folded from its own stream, up to the instant."""
        at_us, account, position = to_us(at), None, 0
        for stored, event in self._tools.stream(account_id):
            when_us = stored.recorded_at_us if basis == RECORDED else to_us(event.timestamp)
            if when_us > at_us:
                continue
            position = stored.position
            if account is None:
                account = event.mutate(None)
            else:
                event.apply(account)
        lots = list(account.lots.values()) if isinstance(account, Account) else []
        owed = account.debt_points if isinstance(account, Account) else 0
        fund_of = self._funds_of(lots)
        return [_shown(lot, fund_of[lot.budget_id]) for lot in lots if lot.points], owed, position

    def _funds_of(self, lots: list[Lot]) -> dict[UUID, str]:
        with self._tools.reading() as connection:
            ids = {lot.budget_id for lot in lots}
            return {id_: str(funds.fund_of_budget(connection, id_)) for id_ in ids}

    def statement(self, call: Call, number: str, *, limit: int, before: int | None = None) -> Body:
        """Movements, the latest first; each line says why: activity, scheme version, fund and lot."""
        volunteer = see_volunteer(self._tools, call.actor, Act.READ_VOLUNTEER, number)
        access.require(call.actor, Act.READ_VOLUNTEER)
        account_id = naming.account_id(self._tools.tenant, volunteer.volunteer_id)
        with self._tools.reading() as connection:
            groups = statements.statement(connection, account_id, limit, before)
            names = _Names()
            for group in groups:
                for line in group.lines:
                    activity = activities.get(connection, line.activity_id) if line.activity_id else None
                    fund = funds.get(connection, line.fund_id)
                    if line.activity_id is not None:
                        names.want(line.activity_id, activity.title_ref if activity else None)
                    names.want(line.fund_id, fund.name_ref if fund else None)
                    if line.redemption_id is not None:
                        sale = takings.get(connection, line.redemption_id)
                        shop = merchants.get(connection, sale.merchant_id) if sale else None
                        names.want(line.redemption_id, shop.name_ref if shop else None)
        with self._tools.looking() as desk:
            texts = desk.vault.get_many(set(names.refs.values()))
        said = {id_: texts.get(ref, {}).get("text") for id_, ref in names.refs.items()}
        lines = [line for group in groups for line in _lines(group, said)]
        more = groups[-1].position if len(groups) == limit else None
        return {"volunteer_number": number, "lines": lines, "next": more}


def _shown(lot: Lot | accounts.LotLeft, fund_id: str) -> dict[str, Any]:
    return {
        "lot_no": lot.lot_no,
        "fund_id": fund_id,
        "points": lot.points,
        "held": lot.held if isinstance(lot, Lot) else lot.held_points,
        "expires_on": lot.expires_on and lot.expires_on.isoformat(),
        "value_fen": lot.value_fen,
        "scheme_id": str(lot.scheme_id),
        "scheme_version": lot.scheme_version,
        "origin": lot.origin,
    }


class _Names:
    """Texts to look up, by what they name."""

    def __init__(self) -> None:
        self.refs: dict[UUID, UUID] = {}

    def want(self, id_: UUID, ref: UUID | None) -> None:
        if ref is not None:
            self.refs[id_] = ref


def _lines(group: MovementGroup, said: dict[UUID, str | None]) -> list[dict[str, Any]]:
    return [
        {
            "position": line.position,
            "occurred_at": from_us(line.occurred_at_us).isoformat(),
            "kind": line.kind.value,
            "points": line.points,
            "lot_no": line.lot_no,
            "activity_id": line.activity_id and str(line.activity_id),
            "activity": line.activity_id and said.get(line.activity_id),
            "record_id": line.record_id and str(line.record_id),
            "redemption_id": line.redemption_id and str(line.redemption_id),
            "merchant": line.redemption_id and said.get(line.redemption_id),
            "scheme_id": str(line.scheme_id),
            "scheme_version": line.scheme_version,
            "fund_id": str(line.fund_id),
            "fund": said.get(line.fund_id),
            "cause_id": line.cause_id and str(line.cause_id),
            "purpose": line.purpose,
        }
        for line in group.lines
    ]
