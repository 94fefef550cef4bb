"""The judge: what the exchange ought to answer, worked out without any of its code.

It knows people, lots, sheets of minutes, budgets and sales as plain Python values, and the rules as the domain
states them. For every question it says which rules forbid it; where none does, the exchange has to say yes, and
then the model follows. It never looks into the store.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

VALUE_FEN = 100
MINUTES_A_POINT = 30
LIFE_MONTHS = 2
GRACE = timedelta(days=30)
CODE_CAP = 100
CODE_GOOD_FOR = timedelta(seconds=60 + 30)
"""A minute, and half a minute more for clocks that differ."""
REDEMPTION_CAP, PERSON_DAY_CAP, TILL_DAY_CAP, MERCHANT_DAY_CAP = 5, 7, 9, 11
DAY = 24 * 60
SECOND_TIER_ABOVE, THIRD_TIER_ABOVE = 8 * 60, 12 * 60

Rules = frozenset[str]
FREE: Rules = frozenset()


@dataclass
class Lot:
    person: int
    number: int
    budget: int
    points: int
    until: date
    prolonged: bool = False


@dataclass
class Sale:
    person: int
    till: int
    points: int
    day: date
    taken: list[tuple[Lot, int]]
    refunded: int = 0


@dataclass
class Entry:
    """One service on a sheet."""

    person: int
    budget: int
    activity: tuple[int, date, int]
    start: int
    minutes: int
    tiers: set[int] = field(default_factory=set)
    reviewers: set[int] = field(default_factory=set)
    closes_on: date | None = None
    objections: int = 0
    rejected: bool = False
    confirmed: bool = False

    @property
    def day(self) -> date:
        return self.activity[1]


@dataclass
class Code:
    person: int
    made_at: datetime


class Model:
    def __init__(self, people: int, budgets_fen: list[int], tills_of: list[int]) -> None:
        """`tills_of[t]` is the shop of till t."""
        self.lots: list[Lot] = []
        self.entries: list[Entry] = []
        self.codes: list[Code] = []
        self.sales: dict[int, Sale] = {}
        self.left_fen = budgets_fen
        self.tills_of = tills_of
        self.revoked: set[int] = set()
        self.issued: dict[int, int] = defaultdict(int)
        self.expired: dict[int, int] = defaultdict(int)
        self.returned: dict[int, int] = defaultdict(int)
        self._lots_of = [0] * people

    # Hours

    def record(self, entry: Entry) -> Rules:
        mine = [e for e in self.entries if e.person == entry.person and e.day == entry.day and not e.rejected]
        broken = set()
        for other in self.entries:
            same = other.person == entry.person and other.activity == entry.activity
            if same and (other.start, other.minutes) == (entry.start, entry.minutes):
                return frozenset({"already-recorded"})
        for other in mine:
            if entry.start < other.start + other.minutes and other.start < entry.start + entry.minutes:
                broken.add("overlaps-other-service")
        if sum(e.minutes for e in mine) + entry.minutes > DAY:
            broken.add("day-full")
        return frozenset(broken)

    def needed_tier(self, entry: Entry) -> int:
        same_day = [e for e in self.entries if e.person == entry.person and e.day == entry.day]
        minutes = sum(e.minutes for e in same_day if not e.rejected)
        if minutes <= SECOND_TIER_ABOVE:
            return 1
        return 2 if minutes <= THIRD_TIER_ABOVE else 3

    def review(self, entry: Entry, reviewer: int) -> Rules:
        broken = self._open(entry)
        if reviewer in entry.reviewers:
            broken.add("tier-already-given")
        if entry.tiers and max(entry.tiers) >= self.needed_tier(entry):
            broken.add("nothing-left-to-review")
        return frozenset(broken)

    def reviewed(self, entry: Entry, reviewer: int) -> int:
        """Returns the tier that was given."""
        tier = 1 if not entry.tiers else self.needed_tier(entry)
        entry.tiers.add(tier)
        entry.reviewers.add(reviewer)
        return tier

    def _open(self, entry: Entry) -> set[str]:
        if entry.rejected:
            return {"record-rejected"}
        return {"already-confirmed"} if entry.confirmed else set()

    def _unreviewed(self, entry: Entry) -> set[str]:
        enough = 1 in entry.tiers and max(entry.tiers) >= self.needed_tier(entry)
        return set() if enough else {"review-incomplete"}

    def notice(self, entry: Entry) -> Rules:
        broken = self._open(entry) | self._unreviewed(entry)
        if entry.closes_on is not None:
            broken.add("notice-already-given")
        return frozenset(broken)

    def object(self, entry: Entry) -> Rules:
        on_notice = entry.closes_on is not None and not entry.rejected and not entry.confirmed
        return FREE if on_notice else frozenset({"not-on-notice"})

    def confirm(self, entry: Entry, today: date) -> Rules:
        broken = self._open(entry) | self._unreviewed(entry)
        if entry.closes_on is None:
            broken.add("notice-missing")
        elif today <= entry.closes_on:
            broken.add("notice-still-open")
        if entry.objections:
            broken.add("objection-open")
        if self.earns(entry, today) * VALUE_FEN > self.left_fen[entry.budget]:
            broken.add("budget-exhausted")
        return frozenset(broken)

    def earns(self, entry: Entry, today: date) -> int:
        return entry.minutes // MINUTES_A_POINT if months_later(entry.day, LIFE_MONTHS) >= today else 0

    def confirmed(self, entry: Entry, today: date) -> int:
        """Returns the points issued."""
        entry.confirmed = True
        points = self.earns(entry, today)
        if points:
            number = self._lots_of[entry.person] = self._lots_of[entry.person] + 1
            until = months_later(entry.day, LIFE_MONTHS)
            self.lots.append(Lot(entry.person, number, entry.budget, points, until))
            self.left_fen[entry.budget] -= points * VALUE_FEN
            self.issued[entry.budget] += points
        return points

    # Paying

    def redeem(self, code: int, till: int, points: int, at: datetime) -> Rules:
        if till in self.revoked:
            return frozenset({"till-revoked"})
        known = self.sales.get(code)
        if known is not None:
            return FREE if (known.till, known.points) == (till, points) else frozenset({"code-already-used"})
        broken = set()
        made = self.codes[code]
        if at > made.made_at + CODE_GOOD_FOR:
            broken.add("code-expired")
        if points > CODE_CAP:
            broken.add("code-cap-exceeded")
        return frozenset(
            broken | self._caps(made.person, till, points, at.date()) | self._short(made, points, at)
        )

    def _caps(self, person: int, till: int, points: int, today: date) -> set[str]:
        shop = self.tills_of[till]
        todays = [s for s in self.sales.values() if s.day == today]
        of_person = sum(s.points - s.refunded for s in todays if s.person == person and self._shop(s) == shop)
        of_till = sum(s.points - s.refunded for s in todays if s.till == till)
        of_shop = sum(s.points - s.refunded for s in todays if self._shop(s) == shop)
        checks = (
            ("redemption-cap-exceeded", points > REDEMPTION_CAP),
            ("person-day-cap-exceeded", of_person + points > PERSON_DAY_CAP),
            ("till-day-cap-exceeded", of_till + points > TILL_DAY_CAP),
            ("merchant-day-cap-exceeded", of_shop + points > MERCHANT_DAY_CAP),
        )
        return {rule for rule, exceeded in checks if exceeded}

    def _shop(self, sale: Sale) -> int:
        return self.tills_of[sale.till]

    def _short(self, made: Code, points: int, at: datetime) -> set[str]:
        held = sum(lot.points for lot in self._spendable(made.person, at.date()))
        return {"insufficient-points"} if points > held else set()

    def _spendable(self, person: int, today: date) -> list[Lot]:
        lots = [lot for lot in self.lots if lot.person == person and lot.until >= today and lot.points]
        return sorted(lots, key=lambda lot: (lot.until, lot.number))

    def redeemed(self, code: int, till: int, points: int, today: date) -> None:
        if code in self.sales:
            return
        person, missing, taken = self.codes[code].person, points, []
        for lot in self._spendable(person, today):
            part = min(lot.points, missing)
            if part:
                lot.points -= part
                taken.append((lot, part))
                missing -= part
        self.sales[code] = Sale(person, till, points, today, taken)

    def refund(self, code: int, points: int) -> Rules:
        sale = self.sales.get(code)
        if sale is None:
            return frozenset({"redemption-not-found"})
        return frozenset({"refund-exceeds-redemption"}) if points > sale.points - sale.refunded else FREE

    def refunded(self, code: int, points: int, today: date) -> None:
        sale = self.sales[code]
        self.expire(today, sale.person)  # what had expired goes first: a refund never brings it back to life
        sale.refunded += points
        left = points
        while left:
            lot, part = sale.taken.pop()
            back = min(part, left)
            left -= back
            if part > back:
                sale.taken.append((lot, part - back))
            self._put_back(lot, back, today)

    def _put_back(self, lot: Lot, points: int, today: date) -> None:
        # The days of grace are given once, however often a lot is redeemed from and refunded into.
        if lot.until + (timedelta(0) if lot.prolonged else GRACE) < today:
            self.returned[lot.budget] += points
            return
        if lot.until < today:
            lot.until, lot.prolonged = today + GRACE, True
        lot.points += points

    def expire(self, today: date, person: int | None = None) -> int:
        gone = 0
        for lot in self.lots:
            if lot.until < today and lot.points and person in {None, lot.person}:
                self.expired[lot.budget] += lot.points
                gone += lot.points
                lot.points = 0
        return gone

    # What must be so at any time

    def held(self, budget: int) -> int:
        return sum(lot.points for lot in self.lots if lot.budget == budget)

    def with_shops(self, budget: int) -> int:
        parts = (part for sale in self.sales.values() for part in sale.taken)
        return sum(points for lot, points in parts if lot.budget == budget)

    def balance(self, person: int) -> list[tuple[int, int, date]]:
        """(lot number, points, last day) of what the person holds, as no order was promised for it."""
        return sorted(
            (lot.number, lot.points, lot.until) for lot in self.lots if lot.person == person and lot.points
        )


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, day.day)
