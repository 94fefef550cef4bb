"""The exchange with one thing broken at a time: a simulation that lets such a one pass is worth nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from points.domain.account import Account
from points.domain.budget import Budget
from points.domain.merchant import Merchant
from points.domain.redemption import Redemption
from points.domain.till import Till
from points.domain.timesheet import Timesheet
from points.ledger.idempotency import Idempotency
from points.ledger.writer import Writer
from tests.simulation.faults import replaced


def _nothing(*_: Any, **__: Any) -> None:
    """The check that somebody took out."""


def _takes_the_latest(self: Account, *arguments: Any, **named: Any) -> Any:
    self.queue.reverse()
    try:
        return _CHOOSE(self, *arguments, **named)
    finally:
        self.queue.reverse()


def _without_limit(self: Redemption, points: Any) -> Any:
    return tuple(portion._replace(points=int(points)) for portion in self.portions[:1])


def _expires_a_day_early(self: Account, today: Any) -> Any:
    return _EXPIRED(self, today.fromordinal(today.toordinal() + 1))


def _believes_the_broken(*_: Any) -> bool:
    return True


def _always_denies(*_: Any) -> bool:
    return False


def _does_not_catch_up(self: Writer, connection: Any, head: Any) -> None:
    if self._known is None:
        _CATCH_UP(self, connection, head)
    self._known = head.position


def _keeps_what_was_undone(self: Writer) -> None:
    """The cache goes on from a transaction that never was."""


_CHOOSE, _EXPIRED, _CATCH_UP = Account.choose, Account._expired, Writer._catch_up

VARIANTS: dict[str, tuple[Any, str, Any]] = {
    "points without money behind them": (Budget, "check_issue", _nothing),
    "money that an expiry does not give back": (Budget, "give_back", _nothing),
    "the latest lot is spent first": (Account, "choose", _takes_the_latest),
    "points expire a day early": (Account, "_expired", _expires_a_day_early),
    "a code pays at a second till": (Redemption, "check_same", _nothing),
    "more is refunded than was paid": (Redemption, "choose_refund", _without_limit),
    "a revoked till goes on": (Till, "require_active", _nothing),
    "hours overlap": (Timesheet, "_check_room", _nothing),
    "the same hours are entered twice": (Timesheet, "_check_unknown", _nothing),
    "one person gives both tiers": (Timesheet, "_check_reviewer", _nothing),
    "hours are noticed and confirmed without review": (Timesheet, "_check_reviewed", _nothing),
    "a key that was used is forgotten": (Idempotency, "find", _nothing),
    "a process does not see what others wrote": (Writer, "_catch_up", _does_not_catch_up),
    "a commit that broke counts as done": (Writer, "_was_committed", _believes_the_broken),
    "a commit that was made counts as undone": (Writer, "_was_committed", _always_denies),
    "the cache keeps what was undone": (Writer, "_forget", _keeps_what_was_undone),
    "the shop's caps are not asked": (
        Merchant,
        "check_redemption",
        lambda self, at, *_: self.in_force(at.date()),
    ),
}


FOUND_BY = {
    "points without money behind them": 3,
    "money that an expiry does not give back": 3,
    "the latest lot is spent first": 5,
    "points expire a day early": 11,
    "a code pays at a second till": 2,
    "one person gives both tiers": 4,
    "the shop's caps are not asked": 6,
}
"""A seed to begin with, where the first does not find it."""


@contextmanager
def broken(variant: str) -> Iterator[None]:
    owner, name, instead = VARIANTS[variant]
    with replaced(owner, name, instead):
        yield
