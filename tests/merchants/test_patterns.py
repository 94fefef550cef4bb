"""Patterns of fraud: each is seen from its threshold on and not one below, and small shops are left in peace."""

from __future__ import annotations

from dataclasses import fields
from uuid import UUID

from points.domain.alarm import AlarmKind
from points.merchants.patterns import Customer, Finding, Sale, Thresholds, find

SHOP, TILL = UUID(int=1), UUID(int=2)
LIMITS = Thresholds()
HOUR_US, MINUTE_US = 3_600_000_000, 60_000_000


def sale(number: int, *, who: int = 0, points: int = 10, at_us: int = 0, refunded: int = 0) -> Sale:
    return Sale(UUID(int=1_000 + number), UUID(int=100 + who), TILL, points, refunded, at_us)


def spread(count: int, **facts: int) -> list[Sale]:
    """So many sales, two hours apart, each by somebody else."""
    return [sale(n, who=n, at_us=n * 2 * HOUR_US, **facts) for n in range(count)]


def kinds(sales: list[Sale], customers: dict[UUID, Customer] | None = None) -> set[AlarmKind]:
    return {finding.kind for finding in find(SHOP, sales, customers or {}, LIMITS)}


def test_ordinary_trade_raises_nothing() -> None:
    assert kinds(spread(100)) == set()


def test_one_person_who_is_most_of_the_trade_is_seen_from_forty_percent_on() -> None:
    others = spread(60)
    hers = [sale(100 + n, who=99, at_us=n * 3 * HOUR_US) for n in range(40)]
    assert kinds([*others, *hers]) == {AlarmKind.PERSON_CONCENTRATION}
    assert kinds([*others, *hers[1:]]) == set()


def test_a_shop_with_little_trade_is_left_in_peace() -> None:
    assert kinds([sale(1, points=LIMITS.floor_points - 1)]) == set()
    assert kinds([sale(1, points=LIMITS.floor_points)]) == {AlarmKind.PERSON_CONCENTRATION}


def test_eight_sales_at_one_till_within_a_minute_are_a_burst() -> None:
    def within(count: int) -> list[Sale]:
        return [*spread(60), *(sale(200 + n, who=n, at_us=n * 8_000_000) for n in range(count))]

    # The first of the spread stands at the same instant: seven more make eight.
    assert kinds(within(6)) == set()
    assert kinds(within(7)) == {AlarmKind.PHANTOM_BURST}


def test_a_burst_is_told_with_the_sales_it_was_seen_in() -> None:
    (finding,) = find(SHOP, [sale(n, who=n, points=1, at_us=n) for n in range(9)], {}, LIMITS)
    assert isinstance(finding, Finding)
    assert len(finding.redemption_ids) == 9
    again = find(SHOP, [sale(n, who=n, points=1, at_us=n) for n in reversed(range(9))], {}, LIMITS)
    assert again[0].digest == finding.digest


def test_more_than_a_line_of_people_in_one_hour_is_seen() -> None:
    busy = [sale(n, who=n, at_us=n * MINUTE_US) for n in range(60)]
    assert kinds(busy) == {AlarmKind.TILL_HOUR_CONCENTRATION}
    assert kinds(busy[1:]) == set()


def test_a_few_accounts_that_spend_here_as_soon_as_they_are_paid_are_a_ring() -> None:
    ring = [
        sale(300 + 10 * who + n, who=200 + who, points=60, at_us=(who + 100 * n) * 2 * HOUR_US)
        for who in range(3)
        for n in range(2)
    ]
    others = spread(100)
    soon = {
        UUID(int=300 + who): Customer(120, [(who + 100 * n) * 2 * HOUR_US - HOUR_US for n in range(2)])
        for who in range(3)
    }
    assert kinds([*others, *ring], soon) == {AlarmKind.CASH_OUT_RING}
    later = {id_: Customer(120, [at - 24 * HOUR_US for at in who.issued_at_us]) for id_, who in soon.items()}
    assert kinds([*others, *ring], later) == set()
    elsewhere_too = {id_: who._replace(spent_points=140) for id_, who in soon.items()}
    assert kinds([*others, *ring], elsewhere_too) == set()
    assert kinds([*others, *ring[2:]], soon) == set()


def test_a_till_that_takes_back_much_of_what_it_takes_is_seen() -> None:
    kept = spread(20)
    taken_back = [sale(500 + n, who=n, at_us=n * 3 * HOUR_US, refunded=10) for n in range(10)]
    assert kinds([*kept, *taken_back]) == {AlarmKind.REFUND_ABUSE}
    assert kinds([*kept, *taken_back[1:]]) == set()


def test_thresholds_are_settings_and_nonsense_counts_as_not_set() -> None:
    told = Thresholds.of({"alarm_person_share_percent": "55", "alarm_floor_points": "lots", "other": "1"})
    assert (told.person_share_percent, told.floor_points) == (55, LIMITS.floor_points)
    assert all(isinstance(getattr(told, field.name), int) for field in fields(told))
