"""A person's points, in lots. Spending takes the earliest expiry first; a refund restores the very lots."""

from __future__ import annotations

from bisect import insort
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from points.domain import account_events as events
from points.domain.aggregate import Aggregate, Created
from points.domain.errors import Invalid, Refused
from points.domain.lots import NEVER, REFUND_GRACE, Lot, Restored, Taken
from points.domain.values import AmountFen, Origin, Points

__all__ = ["REFUND_GRACE", "Account", "InsufficientPoints", "Lot", "Restored", "Taken"]


class InsufficientPoints(Refused):
    """The account does not hold that many points that the shop takes."""

    asked_points: int
    spendable_points: int


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
                lot.expires_on = expires_on
                insort(aggregate.queue, (expires_on or NEVER, lot_no))

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

    @property
    def balance_points(self) -> Points:
        return Points(sum(lot.points for lot in self.lots.values()))

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
        """The lots that pay: earliest expiry first, of schemes that the shop takes.

        Raises Invalid where nothing is asked for, InsufficientPoints with what could be spent there.
        """
        if points <= 0:
            raise Invalid(field="points", rule="not-positive")
        chosen: list[Taken] = []
        missing = int(points)
        for _, lot_no in self.queue:
            lot = self.lots[lot_no]
            if lot.scheme_id not in schemes or lot.expired(today):
                continue
            take = min(lot.points, missing)
            chosen.append(Taken(lot_no, take))
            missing -= take
            if not missing:
                return tuple(chosen)
        raise InsufficientPoints(asked_points=points, spendable_points=points - missing)

    def free_points(self, lot_no: int) -> int:
        """What of a lot can go anywhere."""
        return self.lots[lot_no].points

    def redeem(self, at: datetime, *, redemption_id: UUID, taken: tuple[Taken, ...]) -> None:
        """Spend what `choose` chose; the redemption's own event stands beside it in the same commit."""
        self._record(self.PointsRedeemed, at, redemption_id=redemption_id, taken=taken)

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
        return tuple(
            Taken(lot_no, self.lots[lot_no].points) for expires_on, lot_no in self.queue if expires_on < today
        )
