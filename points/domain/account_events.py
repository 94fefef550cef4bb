"""What else happens to an account than issue, redemption, refund and expiry.

The account declares these as its own; they stand here so that its file keeps to the main job.
"""

from __future__ import annotations

from bisect import insort
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from points.domain.aggregate import Aggregate, Created
from points.domain.lots import NEVER, Lot, Taken

if TYPE_CHECKING:
    from points.domain.account import Account


class Event(Aggregate.Event):
    """Base of every event of an account."""


class Received(NamedTuple):
    """So many points of another account's lot, as a new lot here: everything but its number stays what it was."""

    lot_no: int
    from_lot_no: int
    points: int
    value_fen: int
    budget_id: UUID
    scheme_id: UUID
    scheme_version: int
    origin: str
    earned_on: date
    expires_on: date | None
    record_id: UUID | None
    activity_id: UUID | None


def begin(account: Any, holder_id: UUID) -> None:
    """An empty account."""
    account.volunteer_id = holder_id
    account.lots = {}
    account.queue = []
    account.last_lot_no = 0
    account.debt_points = 0
    account.gifted = {}
    account.announced = {}
    account.holds = {}


def keep_lot(account: Account, lot: Lot) -> None:
    """Take a new lot in."""
    account.last_lot_no = lot.lot_no
    account.lots[lot.lot_no] = lot
    insort(account.queue, (lot.expires_on or NEVER, lot.lot_no))


class HouseholdOpened(Created, Event):
    """An account that a household's members share."""

    TOPIC = "points.account.household_opened"
    household_id: UUID

    def apply(self, aggregate: Account) -> None:
        begin(aggregate, self.household_id)


class PointsGiven(Event):
    """Points left for another account; `points_received` of that one stands beside this.

    `taken_on` is the day that a gift counts on towards its caps.
    """

    TOPIC = "points.account.points_given"
    transfer_id: UUID
    purpose: str
    to_account_id: UUID
    taken: tuple[Taken, ...]
    taken_on: date
    reason_ref: UUID

    def apply(self, aggregate: Account) -> None:
        aggregate._take(self.taken)  # noqa: SLF001  # an event and its aggregate are one unit
        if self.purpose == "gift":
            points = sum(part.points for part in self.taken)
            this_year = {d: p for d, p in aggregate.gifted.items() if d.year == self.taken_on.year}
            aggregate.gifted = {**this_year, self.taken_on: this_year.get(self.taken_on, 0) + points}


class PointsReceived(Event):
    """Points came from another account, lot by lot."""

    TOPIC = "points.account.points_received"
    transfer_id: UUID
    purpose: str
    from_account_id: UUID
    received: tuple[Received, ...]

    def apply(self, aggregate: Account) -> None:
        for one in self.received:
            lot = Lot(
                one.lot_no,
                one.points,
                one.value_fen,
                one.budget_id,
                one.scheme_id,
                one.scheme_version,
                one.origin,
                one.earned_on,
                one.expires_on,
                record_id=one.record_id,
                activity_id=one.activity_id,
            )
            keep_lot(aggregate, lot)


class PointsDonated(Event):
    """Points went back to the funds that backed them; their budgets' `points_returned` stand beside this."""

    TOPIC = "points.account.points_donated"
    donation_id: UUID
    taken: tuple[Taken, ...]
    reason_ref: UUID

    def apply(self, aggregate: Account) -> None:
        aggregate._take(self.taken)  # noqa: SLF001  # an event and its aggregate are one unit


class PointsCredited(Event):
    """A lot begins that no service record earned by itself: relief, or a correction upward of one."""

    TOPIC = "points.account.points_credited"
    adjustment_id: UUID
    lot_no: int
    points: int
    value_fen: int
    budget_id: UUID
    scheme_id: UUID
    scheme_version: int
    origin: str
    earned_on: date
    expires_on: date | None
    record_id: UUID | None
    activity_id: UUID | None

    def apply(self, aggregate: Account) -> None:
        lot = Lot(
            self.lot_no,
            self.points,
            self.value_fen,
            self.budget_id,
            self.scheme_id,
            self.scheme_version,
            self.origin,
            self.earned_on,
            self.expires_on,
            record_id=self.record_id,
            activity_id=self.activity_id,
        )
        keep_lot(aggregate, lot)


class PointsDebited(Event):
    """A correction downward or a deduction. `debt_points` were spent already: future issues are set off with them."""

    TOPIC = "points.account.points_debited"
    adjustment_id: UUID
    taken: tuple[Taken, ...]
    debt_points: int

    def apply(self, aggregate: Account) -> None:
        aggregate._take(self.taken)  # noqa: SLF001  # an event and its aggregate are one unit
        aggregate.debt_points += self.debt_points


class DebtSetOff(Event):
    """Points of a lot that was just issued pay a debt; their money went back to its fund."""

    TOPIC = "points.account.debt_set_off"
    lot_no: int
    points: int

    def apply(self, aggregate: Account) -> None:
        aggregate._take((Taken(self.lot_no, self.points),))  # noqa: SLF001  # an event and its aggregate are one unit
        aggregate.debt_points -= self.points


class ExpiryAnnounced(Event):
    """The holder was told beforehand which points end by `until`; the same lots are not announced again."""

    TOPIC = "points.account.expiry_announced"
    as_of: date
    until: date
    announced: tuple[Taken, ...]

    def apply(self, aggregate: Account) -> None:
        known = {no: day for no, day in aggregate.announced.items() if no in aggregate.lots}
        told = {no: aggregate.lots[no].expires_on or NEVER for no, _ in self.announced}
        aggregate.announced = known | told
