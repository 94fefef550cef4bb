"""Decisions on points that leave an account for another, for their fund, or by an adjustment.

Functions beside the account rather than its methods: its file keeps to the main job. Each checks everything, then
records; whoever calls one moves the money of what goes back to its fund in the same commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from points.domain.account import Account, InsufficientPoints
from points.domain.account_events import Received
from points.domain.errors import Invalid, Refused
from points.domain.lots import Lot, Taken
from points.domain.values import AmountFen, Origin, Points

Allowed = Callable[[Lot], bool]


class TransferPurpose(StrEnum):
    """Why points go from one account to another."""

    GIFT = "gift"
    POOLING = "pooling"
    SHARING = "sharing"
    BEQUEST = "bequest"


class GiftToOneself(Refused):
    """A gift goes to somebody else."""


class GiftDayCapExceeded(Refused):
    """Gifts of one day are limited, so that a stolen phone is not an emptied account (rule 14)."""

    asked_points: int
    left_points: int


class GiftYearCapExceeded(Refused):
    """Gifts of one year are limited, so that points do not become a currency (rule 14)."""

    asked_points: int
    left_points: int


def is_earned(lot: Lot) -> bool:
    """Relief is for whom it was granted to."""
    return lot.origin == Origin.EARNED


def choose(
    account: Account, points: int, today: date, allowed: Allowed = is_earned, first: int | None = None
) -> tuple[Taken, ...]:
    """Free points of lots that are allowed: of lot `first` before all, then earliest expiry first.

    Raises Invalid, InsufficientPoints.
    """
    if points <= 0:
        raise Invalid(field="points", rule="not-positive")
    taken, missing = _gather(account, points, today, allowed, first)
    if missing:
        raise InsufficientPoints(asked_points=points, spendable_points=points - missing)
    return taken


def all_earned(account: Account, today: date) -> tuple[Taken, ...]:
    """Everything free that was earned and has not ended."""
    return _gather(account, account.balance_points, today, is_earned)[0]


def _gather(
    account: Account, points: int, today: date, allowed: Allowed, first: int | None = None
) -> tuple[tuple[Taken, ...], int]:
    """What there is of so many points, and how many are missing."""
    chosen: list[Taken] = []
    order = [lot_no for _, lot_no in account.queue]
    for lot_no in sorted(order, key=lambda no: no != first):
        lot = account.lots[lot_no]
        take = min(account.free_points(lot_no), points)
        if take and allowed(lot) and not lot.expired(today):
            chosen.append(Taken(lot_no, take))
            points -= take
            if not points:
                break
    return tuple(chosen), points


def check_gift(account: Account, points: int, today: date, *, day_cap: int, year_cap: int) -> None:
    """Raises GiftDayCapExceeded, GiftYearCapExceeded with what is left of the cap."""
    day_left = day_cap - account.gifted.get(today, 0)
    if points > day_left:
        raise GiftDayCapExceeded(asked_points=points, left_points=max(0, day_left))
    given = sum(gifted for day, gifted in account.gifted.items() if day.year == today.year)
    if points > year_cap - given:
        raise GiftYearCapExceeded(asked_points=points, left_points=max(0, year_cap - given))


def transfer(
    at: datetime,
    giver: Account,
    taker: Account,
    taken: tuple[Taken, ...],
    *,
    transfer_id: UUID,
    purpose: TransferPurpose,
    on: date,
    reason_ref: UUID,
) -> None:
    """Points go over lot by lot, each with its origin, fund, value and last day. Raises GiftToOneself."""
    if giver.id == taker.id:
        raise GiftToOneself
    received = tuple(
        _moved(giver.lots[part.lot_no], taker.last_lot_no + place, part.points)
        for place, part in enumerate(taken, 1)
    )
    giver.record(
        Account.PointsGiven,
        at,
        transfer_id=transfer_id,
        purpose=purpose.value,
        to_account_id=taker.id,
        taken=taken,
        taken_on=on,
        reason_ref=reason_ref,
    )
    taker.record(
        Account.PointsReceived,
        at,
        transfer_id=transfer_id,
        purpose=purpose.value,
        from_account_id=giver.id,
        received=received,
    )


def _moved(lot: Lot, lot_no: int, points: int) -> Received:
    return Received(
        lot_no,
        lot.lot_no,
        points,
        lot.value_fen,
        lot.budget_id,
        lot.scheme_id,
        lot.scheme_version,
        lot.origin,
        lot.earned_on,
        lot.expires_on,
        lot.record_id,
        lot.activity_id,
    )


def donate(
    at: datetime, account: Account, taken: tuple[Taken, ...], *, donation_id: UUID, reason_ref: UUID
) -> None:
    """Points go back to the funds behind them."""
    account.record(Account.PointsDonated, at, donation_id=donation_id, taken=taken, reason_ref=reason_ref)


def credit(
    at: datetime,
    account: Account,
    *,
    adjustment_id: UUID,
    points: Points,
    value_fen: AmountFen,
    budget_id: UUID,
    scheme_id: UUID,
    scheme_version: int,
    origin: Origin,
    earned_on: date,
    expires_on: date | None,
    record_id: UUID | None = None,
    activity_id: UUID | None = None,
) -> int:
    """Open a lot that no service earned by itself; returns its number. The budget's `issue` stands beside it."""
    if points <= 0:
        raise Invalid(field="points", rule="not-positive")
    lot_no = account.last_lot_no + 1
    account.record(
        Account.PointsCredited,
        at,
        adjustment_id=adjustment_id,
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


def correct(
    at: datetime, account: Account, points: int, today: date, *, adjustment_id: UUID, record_id: UUID
) -> tuple[Taken, ...]:
    """Take back what a record should not have earned: its own lot first, then others; the rest is a debt.

    Only earned points answer for a mistake, relief never does.
    """
    if points <= 0:
        raise Invalid(field="points", rule="not-positive")
    own = next((no for no, lot in account.lots.items() if lot.record_id == record_id), None)
    taken, debt_points = _gather(account, points, today, is_earned, own)
    account.record(
        Account.PointsDebited, at, adjustment_id=adjustment_id, taken=taken, debt_points=debt_points
    )
    return taken


def of_activity(activity_id: UUID) -> Allowed:
    """A deduction touches what was earned at the same activity and nothing else (rule 15)."""
    return lambda lot: is_earned(lot) and lot.activity_id == activity_id


def deduct(
    at: datetime, account: Account, points: int, today: date, *, adjustment_id: UUID, activity_id: UUID
) -> tuple[Taken, ...]:
    """Raises InsufficientPoints: what was spent is spent, a deduction never makes a debt."""
    taken = choose(account, points, today, of_activity(activity_id))
    account.record(Account.PointsDebited, at, adjustment_id=adjustment_id, taken=taken, debt_points=0)
    return taken


def set_off(at: datetime, account: Account, lot_no: int) -> Points:
    """Let a lot that was just issued pay what is owed; returns the points that go back to its fund."""
    points = min(account.debt_points, account.lots[lot_no].points)
    if points:
        account.record(Account.DebtSetOff, at, lot_no=lot_no, points=points)
    return Points(points)


def announce_expiry(at: datetime, account: Account, today: date, until: date) -> tuple[Taken, ...]:
    """Tell beforehand what ends by `until` and was not told yet; nothing is recorded where there is nothing."""
    ending = tuple(
        Taken(lot_no, account.free_points(lot_no))
        for expires_on, lot_no in account.queue
        if today <= expires_on <= until
        and account.announced.get(lot_no) != expires_on
        and account.free_points(lot_no)
    )
    if ending:
        account.record(Account.ExpiryAnnounced, at, as_of=today, until=until, announced=ending)
    return ending


def by_budget(account: Account, taken: Iterable[Taken]) -> dict[UUID, tuple[Points, AmountFen]]:
    """Points and the money behind them, per budget; to be asked before the lots are forgotten."""
    sums: dict[UUID, tuple[Points, AmountFen]] = {}
    for lot_no, points in taken:
        if not points:
            continue
        lot = account.lots[lot_no]
        had_points, had_fen = sums.get(lot.budget_id, (0, 0))
        sums[lot.budget_id] = (
            Points(had_points + points),
            AmountFen(had_fen + points * lot.value_fen),
        )
    return sums
