"""A person's points, in lots. Spending takes the earliest expiry first; a refund restores the very lots."""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from points.domain import account_events as events
from points.domain.aggregate import Aggregate, Created
from points.domain.calendar import to_us
from points.domain.errors import Invalid, NotFound, Refused
from points.domain.lots import NEVER, REFUND_GRACE, Lot, Restored, Taken
from points.domain.values import AmountFen, Origin, Points

__all__ = ["REFUND_GRACE", "Account", "InsufficientPoints", "Lot", "Restored", "Taken"]


class InsufficientPoints(Refused):
    """The account does not hold that many points that the shop takes."""

    asked_points: int
    spendable_points: int


class HoldNotFound(NotFound):
    """No such hold, or it was released, or has lapsed."""


class HoldExceeded(Refused):
    """At most what is still held."""

    asked_points: int
    held_points: int


class HoldPurpose(StrEnum):
    """What points are set aside for."""

    AUTHORISATION = "authorisation"
    ALLOWANCE = "allowance"


class ReleaseCause(StrEnum):
    VOIDED = "voided"
    CAPTURED = "captured"
    RETURNED = "returned"
    LAPSED = "lapsed"


@dataclass
class Hold:
    """Points pinned to their lots until an instant: for an authorised sale, or for a phone that goes offline."""

    purpose: str
    until_us: int
    taken: dict[int, int]
    """Points by lot number, what was captured deducted."""

    @property
    def points(self) -> Points:
        return Points(sum(self.taken.values()))


class Account(Aggregate):
    TOPIC = "points.account"

    Event = events.Event

    class Opened(Created, events.Event):
        TOPIC = "points.account.opened"
        volunteer_id: UUID

        def apply(self, aggregate: Account) -> None:
            events.begin(aggregate, self.volunteer_id)

    class PointsIssued(events.Event):
        """Each point's why: the service record, its activity, the scheme version and the budget behind it."""

        TOPIC = "points.account.points_issued"
        lot_no: int
        points: int
        value_fen: int
        budget_id: UUID
        scheme_id: UUID
        scheme_version: int
        origin: str
        earned_on: date
        expires_on: date | None
        record_id: UUID
        activity_id: UUID

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
            events.keep_lot(aggregate, lot)

    class PointsRedeemed(events.Event):
        TOPIC = "points.account.points_redeemed"
        redemption_id: UUID
        taken: tuple[Taken, ...]

        def apply(self, aggregate: Account) -> None:
            aggregate._take(self.taken)  # an event and its aggregate are one unit

    class PointsRestored(events.Event):
        """A refund. What fell to lots that had closed goes back to its fund and is not in `restored`."""

        TOPIC = "points.account.points_restored"
        redemption_id: UUID
        refund_no: int
        restored: tuple[Restored, ...]

        def apply(self, aggregate: Account) -> None:
            for lot_no, points, expires_on in self.restored:
                lot = aggregate.lots[lot_no]
                if lot.points:
                    aggregate.queue.remove((lot.expires_on or NEVER, lot_no))
                lot.points += points
                lot.prolonged = lot.prolonged or expires_on != lot.expires_on
                lot.expires_on = expires_on
                insort(aggregate.queue, (expires_on or NEVER, lot_no))

    class PointsHeld(events.Event):
        """Set aside under `hold_id` until `until_us`; they stay in the balance and cannot be spent otherwise."""

        TOPIC = "points.account.points_held"
        hold_id: UUID
        purpose: str
        taken: tuple[Taken, ...]
        until_us: int

        def apply(self, aggregate: Account) -> None:
            aggregate.holds[self.hold_id] = Hold(self.purpose, self.until_us, dict(self.taken))
            for lot_no, points in self.taken:
                aggregate.lots[lot_no].held += points

    class HeldPointsRedeemed(events.Event):
        """Of a hold, what a redemption took. The rest stays held until it is released."""

        TOPIC = "points.account.held_points_redeemed"
        redemption_id: UUID
        hold_id: UUID
        taken: tuple[Taken, ...]

        def apply(self, aggregate: Account) -> None:
            aggregate._free(self.hold_id, self.taken)  # an event and its aggregate are one unit
            aggregate._take(self.taken)

    class HoldReleased(events.Event):
        """What is left of a hold can be spent again; `cause` is `voided`, `captured`, `returned` or `lapsed`."""

        TOPIC = "points.account.hold_released"
        hold_id: UUID
        released: tuple[Taken, ...]
        cause: str

        def apply(self, aggregate: Account) -> None:
            aggregate._free(self.hold_id, self.released)  # an event and its aggregate are one unit
            aggregate.holds.pop(self.hold_id, None)

    class PointsExpired(events.Event):
        """The run of day `as_of`. Lots that ended before `forget_before` and are empty are forgotten."""

        TOPIC = "points.account.points_expired"
        as_of: date
        expired: tuple[Taken, ...]
        forget_before: date

        def apply(self, aggregate: Account) -> None:
            aggregate._take(self.expired)  # an event and its aggregate are one unit
            aggregate.lots = {
                lot_no: lot
                for lot_no, lot in aggregate.lots.items()
                if lot.points or lot.expires_on is None or lot.expires_on >= self.forget_before
            }

    HouseholdOpened = events.HouseholdOpened
    PointsGiven = events.PointsGiven
    PointsReceived = events.PointsReceived
    PointsDonated = events.PointsDonated
    PointsCredited = events.PointsCredited
    PointsDebited = events.PointsDebited
    DebtSetOff = events.DebtSetOff
    ExpiryAnnounced = events.ExpiryAnnounced

    volunteer_id: UUID
    """Whose it is: a volunteer, or a household."""
    lots: dict[int, Lot]
    queue: list[tuple[date, int]]
    """(expiry, lot number) of each lot that still holds points, the next one to be spent first."""
    last_lot_no: int
    holds: dict[UUID, Hold]
    debt_points: int
    """Taken back after they were spent; set off against what is issued next."""
    gifted: dict[date, int]
    """Points given away as gifts, by day of the present year: what the caps count."""
    announced: dict[int, date]
    """Lots whose end was told beforehand, with the last day that was told."""

    def record(self, event_class: type[Aggregate.Event], at: datetime, **facts: Any) -> None:
        """For decisions that stand beside this file, in `transfers.py`: they have checked everything."""
        self._record(event_class, at, **facts)

    @classmethod
    def open_for_household(cls, at: datetime, id_: UUID, *, household_id: UUID) -> Self:
        return cls._start(cls.HouseholdOpened, id_, at, household_id=household_id)

    @classmethod
    def open(cls, at: datetime, id_: UUID, *, volunteer_id: UUID) -> Self:
        return cls._start(cls.Opened, id_, at, volunteer_id=volunteer_id)

    def _take(self, taken: tuple[Taken, ...]) -> None:
        for lot_no, points in taken:
            lot = self.lots[lot_no]
            lot.points -= points
            if not lot.points:
                self.queue.remove((lot.expires_on or NEVER, lot_no))

    def _free(self, hold_id: UUID, taken: tuple[Taken, ...]) -> None:
        hold = self.holds[hold_id]
        for lot_no, points in taken:
            self.lots[lot_no].held -= points
            hold.taken[lot_no] -= points
            if not hold.taken[lot_no]:
                del hold.taken[lot_no]

    @property
    def balance_points(self) -> Points:
        return Points(sum(lot.points for lot in self.lots.values()))

    @property
    def held_points(self) -> Points:
        return Points(sum(lot.held for lot in self.lots.values()))

    def issue(
        self,
        at: datetime,
        *,
        points: Points,
        value_fen: AmountFen,
        budget_id: UUID,
        scheme_id: UUID,
        scheme_version: int,
        origin: Origin,
        earned_on: date,
        expires_on: date | None,
        record_id: UUID,
        activity_id: UUID,
    ) -> int:
        """Open a lot; returns its number. The budget's `issue` stands beside it in the same commit."""
        if points <= 0:
            raise Invalid(field="points", rule="not-positive")
        lot_no = self.last_lot_no + 1
        self._record(
            self.PointsIssued,
            at,
            lot_no=lot_no,
            points=points,
            value_fen=value_fen,
            budget_id=budget_id,
            scheme_id=scheme_id,
            scheme_version=scheme_version,
            origin=origin.value,
            earned_on=earned_on,
            expires_on=expires_on,
            record_id=record_id,
            activity_id=activity_id,
        )
        return lot_no

    def choose(self, points: Points, today: date, schemes: frozenset[UUID]) -> tuple[Taken, ...]:
        """The lots that pay: earliest expiry first, of schemes that the shop takes, what is held left out.

        Points given as relief pay at most as much as earned ones beside them (rule 14).

        Raises Invalid where nothing is asked for, InsufficientPoints with what could be spent there.
        """
        if points <= 0:
            raise Invalid(field="points", rule="not-positive")
        chosen: list[Taken] = []
        missing = int(points)
        relief_left = points // 2
        for _, lot_no in self.queue:
            lot = self.lots[lot_no]
            if lot.scheme_id not in schemes or lot.expired(today):
                continue
            take = min(lot.points - lot.held, missing)
            if lot.origin == Origin.RELIEF:
                take = min(take, relief_left)
                relief_left -= take
            if not take:
                continue
            chosen.append(Taken(lot_no, take))
            missing -= take
            if not missing:
                return tuple(chosen)
        raise InsufficientPoints(asked_points=points, spendable_points=self._spendable(today, schemes))

    def _spendable(self, today: date, schemes: frozenset[UUID]) -> int:
        """The largest sum that `choose` would find lots for: relief counts as far as earned points match it."""
        earned = relief = 0
        for _, lot_no in self.queue:
            lot = self.lots[lot_no]
            if lot.scheme_id not in schemes or lot.expired(today):
                continue
            if lot.origin == Origin.RELIEF:
                relief += lot.points - lot.held
            else:
                earned += lot.points - lot.held
        return earned + min(earned, relief)

    def free_points(self, lot_no: int) -> int:
        """What of a lot can go anywhere."""
        return self.lots[lot_no].points - self.lots[lot_no].held

    def redeem(self, at: datetime, *, redemption_id: UUID, taken: tuple[Taken, ...]) -> None:
        """Spend what `choose` chose; the redemption's own event stands beside it in the same commit."""
        self._record(self.PointsRedeemed, at, redemption_id=redemption_id, taken=taken)

    def hold(
        self, at: datetime, *, hold_id: UUID, purpose: HoldPurpose, taken: tuple[Taken, ...], until: datetime
    ) -> None:
        """Set aside what `choose` chose. Holds that have lapsed are released first by whoever calls."""
        self._record(
            self.PointsHeld,
            at,
            hold_id=hold_id,
            purpose=purpose.value,
            taken=taken,
            until_us=to_us(until),
        )

    def choose_held(self, hold_id: UUID, points: Points) -> tuple[Taken, ...]:
        """The lots of a hold that pay, earliest expiry first, relief beside as much earned (rule 14).

        A part of a hold is a sale like any other: it may not leave the earned half to be released.
        Raises HoldNotFound, HoldExceeded, Invalid.
        """
        if points <= 0:
            raise Invalid(field="points", rule="not-positive")
        hold = self.holds.get(hold_id)
        if hold is None:
            raise HoldNotFound(subject="hold", reference=str(hold_id))
        chosen: list[Taken] = []
        missing, relief_left = int(points), points // 2
        for lot_no in sorted(hold.taken, key=lambda no: (self.lots[no].expires_on or NEVER, no)):
            take = min(hold.taken[lot_no], missing)
            if self.lots[lot_no].origin == Origin.RELIEF:
                take = min(take, relief_left)
                relief_left -= take
            if take:
                chosen.append(Taken(lot_no, take))
                missing -= take
        if missing:
            raise HoldExceeded(asked_points=points, held_points=self._capturable(hold))
        return tuple(chosen)

    def _capturable(self, hold: Hold) -> int:
        relief = sum(n for lot_no, n in hold.taken.items() if self.lots[lot_no].origin == Origin.RELIEF)
        earned = hold.points - relief
        return earned + min(earned, relief)

    def redeem_held(
        self, at: datetime, *, redemption_id: UUID, hold_id: UUID, taken: tuple[Taken, ...]
    ) -> None:
        """Spend what `choose_held` chose."""
        self._record(self.HeldPointsRedeemed, at, redemption_id=redemption_id, hold_id=hold_id, taken=taken)

    def release(self, at: datetime, hold_id: UUID, cause: ReleaseCause) -> None:
        """Let the rest of a hold be spent again; a hold that is gone already is no error."""
        hold = self.holds.get(hold_id)
        if hold is not None:
            released = tuple(Taken(lot_no, points) for lot_no, points in sorted(hold.taken.items()))
            self._record(self.HoldReleased, at, hold_id=hold_id, released=released, cause=cause.value)

    def release_lapsed(self, at: datetime) -> None:
        """Release every hold whose time is over."""
        now_us = to_us(at)
        for hold_id in [id_ for id_, hold in self.holds.items() if hold.until_us < now_us]:
            self.release(at, hold_id, ReleaseCause.LAPSED)

    def plan_restore(
        self, taken: tuple[Taken, ...], today: date
    ) -> tuple[tuple[Restored, ...], tuple[Taken, ...]]:
        """What of a refund goes back into its lots, and what to its fund because the lot has closed."""
        restored, closed = [], []
        for part in taken:
            lot = self.lots.get(part.lot_no)
            if lot is None or lot.closed(today):
                closed.append(part)
            else:
                expires_on = today + REFUND_GRACE if lot.expired(today) else lot.expires_on
                restored.append(Restored(part.lot_no, part.points, expires_on))
        return tuple(restored), tuple(closed)

    def restore(
        self, at: datetime, *, redemption_id: UUID, refund_no: int, restored: tuple[Restored, ...]
    ) -> None:
        self._record(
            self.PointsRestored, at, redemption_id=redemption_id, refund_no=refund_no, restored=restored
        )

    def due(self, today: date) -> Mapping[UUID, tuple[Points, AmountFen]]:
        """What has expired by today, per budget: points, and the money they release."""
        due: dict[UUID, tuple[Points, AmountFen]] = {}
        for lot_no, points in self._expired(today):
            lot = self.lots[lot_no]
            had_points, had_fen = due.get(lot.budget_id, (0, 0))
            due[lot.budget_id] = (
                Points(had_points + points),
                AmountFen(had_fen + points * lot.value_fen),
            )
        return due

    def expire(self, at: datetime, today: date) -> None:
        """Empty every lot that ended before today. The caller returns what `due` said to the budgets."""
        expired = self._expired(today)
        if expired:
            self._record(
                self.PointsExpired, at, as_of=today, expired=expired, forget_before=today - REFUND_GRACE
            )

    def _expired(self, today: date) -> tuple[Taken, ...]:
        """What a hold still pins does not expire: it was promised to a sale before the day was over."""
        lots = ((lot_no, self.lots[lot_no]) for expires_on, lot_no in self.queue if expires_on < today)
        return tuple(Taken(no, lot.points - lot.held) for no, lot in lots if lot.points > lot.held)
