"""Patterns in a merchant's takings that look like fraud, with the counts from which they are remarkable.

Pure functions of what is handed in: the same takings always raise the same alarms. Thresholds are settings of the
tenant, `alarm_` and the name here; each has a floor below which small shops are left in peace.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple, TypeVar
from uuid import UUID

from points.domain.alarm import AlarmKind, AlarmSubject, Measure

K = TypeVar("K", bound=Hashable)

_HOUR_US = 3_600 * 1_000_000
_SECOND_US = 1_000_000
_PERCENT = 100


@dataclass(frozen=True)
class Thresholds:
    """From these counts on a pattern is an alarm."""

    look_back_days: int = 31
    floor_points: int = 300
    """Less than this in the window is too little to tell a pattern by."""
    person_share_percent: int = 40
    till_hour_redemptions: int = 60
    burst_redemptions: int = 8
    burst_within_s: int = 60
    ring_accounts: int = 3
    ring_within_hours: int = 24
    ring_share_percent: int = 90
    ring_redemptions: int = 2
    refund_share_percent: int = 30
    refund_redemptions: int = 10

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> Thresholds:
        """As the tenant set them; what is not a positive whole number counts as not set."""
        told = {field.name: settings.get(f"alarm_{field.name}", "") for field in fields(cls)}
        return cls(**{name: int(text) for name, text in told.items() if text.isascii() and text.isdigit()})


class Sale(NamedTuple):
    """One redemption, as far as patterns need it."""

    redemption_id: UUID
    account_id: UUID
    till_id: UUID
    points: int
    refunded_points: int
    occurred_at_us: int


class Customer(NamedTuple):
    """What an account spent anywhere in the window, and when points were issued to it."""

    spent_points: int
    issued_at_us: Sequence[int]


class Finding(NamedTuple):
    """A pattern, whom it is about, what was counted, and the redemptions it was seen in."""

    kind: AlarmKind
    subject_type: AlarmSubject
    subject_id: UUID
    measures: tuple[Measure, ...]
    redemption_ids: tuple[UUID, ...]

    @property
    def digest(self) -> bytes:
        """SHA-256 over the sorted ids."""
        return hashlib.sha256(b"".join(sorted(id_.bytes for id_ in self.redemption_ids))).digest()


def find(
    merchant_id: UUID, sales: Sequence[Sale], customers: Mapping[UUID, Customer], limits: Thresholds
) -> list[Finding]:
    """Every pattern in one merchant's sales of the window."""
    total_points = sum(sale.points for sale in sales)
    found = [*_bursts(sales, limits), *_busy_hours(sales, limits)]
    if total_points >= limits.floor_points:
        found += _concentrated(sales, total_points, limits)
        found += _ring(merchant_id, sales, customers, limits)
    return found + list(_refunds(sales, limits))


def _concentrated(sales: Sequence[Sale], total_points: int, limits: Thresholds) -> Iterator[Finding]:
    """One person is the shop's trade."""
    by_account = _grouped(sales, lambda sale: sale.account_id)
    for account_id, theirs in by_account.items():
        points = sum(sale.points for sale in theirs)
        percent = points * _PERCENT // total_points
        if percent >= limits.person_share_percent:
            measures = (
                Measure("share_percent", percent, limits.person_share_percent),
                Measure("points", points, limits.floor_points),
            )
            yield _finding(AlarmKind.PERSON_CONCENTRATION, AlarmSubject.ACCOUNT, account_id, measures, theirs)


def _busy_hours(sales: Sequence[Sale], limits: Thresholds) -> Iterator[Finding]:
    """More in an hour at one till than people can stand in line."""
    by_till = _grouped(sales, lambda sale: sale.till_id)
    for till_id, theirs in by_till.items():
        hours = _grouped(theirs, lambda sale: sale.occurred_at_us // _HOUR_US)
        busiest = max(hours.values(), key=len)
        if len(busiest) >= limits.till_hour_redemptions:
            measures = (Measure("redemptions_an_hour", len(busiest), limits.till_hour_redemptions),)
            yield _finding(AlarmKind.TILL_HOUR_CONCENTRATION, AlarmSubject.TILL, till_id, measures, busiest)


def _bursts(sales: Sequence[Sale], limits: Thresholds) -> Iterator[Finding]:
    """So many at one till within a minute: goods change hands more slowly."""
    for till_id, theirs in _grouped(sales, lambda sale: sale.till_id).items():
        ordered = sorted(theirs, key=lambda sale: sale.occurred_at_us)
        first, most = 0, ordered[:0]
        for last, sale in enumerate(ordered):
            while sale.occurred_at_us - ordered[first].occurred_at_us > limits.burst_within_s * _SECOND_US:
                first += 1
            if last + 1 - first > len(most):
                most = ordered[first : last + 1]
        if len(most) >= limits.burst_redemptions:
            measures = (
                Measure("redemptions", len(most), limits.burst_redemptions),
                Measure("within_s", limits.burst_within_s, limits.burst_within_s),
            )
            yield _finding(AlarmKind.PHANTOM_BURST, AlarmSubject.TILL, till_id, measures, most)


def _ring(
    merchant_id: UUID, sales: Sequence[Sale], customers: Mapping[UUID, Customer], limits: Thresholds
) -> Iterator[Finding]:
    """The same few accounts bring their points here as soon as they have them, again and again."""
    members: dict[UUID, list[Sale]] = {}
    for account_id, theirs in _grouped(sales, lambda sale: sale.account_id).items():
        customer = customers.get(account_id)
        if customer is None or not customer.spent_points:
            continue
        here = sum(sale.points for sale in theirs)
        soon = [sale for sale in theirs if _soon(sale, customer.issued_at_us, limits.ring_within_hours)]
        loyal = here * _PERCENT >= customer.spent_points * limits.ring_share_percent
        if loyal and len(soon) >= limits.ring_redemptions:
            members[account_id] = soon
    ring_points = sum(sale.points for soon in members.values() for sale in soon)
    if len(members) >= limits.ring_accounts and ring_points >= limits.floor_points:
        measures = (
            Measure("accounts", len(members), limits.ring_accounts),
            Measure("points", ring_points, limits.floor_points),
        )
        seen = [sale for soon in members.values() for sale in soon]
        yield _finding(AlarmKind.CASH_OUT_RING, AlarmSubject.MERCHANT, merchant_id, measures, seen)


def _soon(sale: Sale, issued_at_us: Sequence[int], within_hours: int) -> bool:
    return any(0 <= sale.occurred_at_us - at_us <= within_hours * _HOUR_US for at_us in issued_at_us)


def _refunds(sales: Sequence[Sale], limits: Thresholds) -> Iterator[Finding]:
    """A till that takes back much of what it takes."""
    for till_id, theirs in _grouped(sales, lambda sale: sale.till_id).items():
        refunded = [sale for sale in theirs if sale.refunded_points]
        points = sum(sale.points for sale in theirs)
        percent = sum(sale.refunded_points for sale in refunded) * _PERCENT // points
        if len(refunded) >= limits.refund_redemptions and percent >= limits.refund_share_percent:
            measures = (
                Measure("refunds", len(refunded), limits.refund_redemptions),
                Measure("share_percent", percent, limits.refund_share_percent),
            )
            yield _finding(AlarmKind.REFUND_ABUSE, AlarmSubject.TILL, till_id, measures, refunded)


def _finding(
    kind: AlarmKind,
    subject_type: AlarmSubject,
    subject_id: UUID,
    measures: tuple[Measure, ...],
    sales: Iterable[Sale],
) -> Finding:
    return Finding(kind, subject_type, subject_id, measures, tuple(sale.redemption_id for sale in sales))


def _grouped(sales: Iterable[Sale], key: Callable[[Sale], K]) -> dict[K, list[Sale]]:
    groups: defaultdict[K, list[Sale]] = defaultdict(list)
    for sale in sales:
        groups[key(sale)].append(sale)
    return groups
