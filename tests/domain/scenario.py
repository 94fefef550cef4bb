"""Given, when, then on events.

    given(sheet).when(lambda s: s.review(...)).then(event(Timesheet.ServiceReviewed, tier=1))
    given(sheet).when(lambda s: s.review(...)).then_refused(OwnHours)

Each outcome also checks what holds everywhere: a refusal changes nothing, and what happened replays to the
very same state, so no test has to remember to ask.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import NAMESPACE_OID, UUID, uuid5

from points.domain.aggregate import Aggregate
from points.domain.calendar import SHANGHAI
from points.domain.errors import PointsError

A = TypeVar("A", bound=Aggregate)
R = TypeVar("R")

COLUMNS = frozenset({"originator_id", "originator_version", "timestamp", "originator_topic"})
"""What a stored event keeps beside its fields."""


def id_of(name: str) -> UUID:
    """A stable id for whoever or whatever a test names."""
    return uuid5(NAMESPACE_OID, name)


def at(text: str) -> datetime:
    """An instant as the county's clocks show it, such as `2026-04-15 09:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


NOW = at("2026-04-15 09:00")
A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Expected:
    """An event class with the facts that a test cares about."""

    event_class: type
    facts: dict[str, Any]


def event(event_class: type, **facts: Any) -> Expected:
    unknown = set(facts) - set(field_names(event_class))
    assert not unknown, f"{event_class.__qualname__} has no {unknown}"
    return Expected(event_class, facts)


def field_names(event_class: type) -> list[str]:
    """The event's own fields in stored order."""
    return [field.name for field in fields(event_class) if field.name not in COLUMNS]


def state(aggregate: Aggregate) -> dict[str, Any]:
    """Everything the aggregate knows, but for the events that wait to be collected."""
    return {name: value for name, value in vars(aggregate).items() if name != "_pending_events"}


def replay(aggregate: A) -> A:
    """The aggregate again, from its events alone."""
    replayed: Any = None
    for happened in aggregate.pending_events:
        replayed = happened.mutate(replayed)
    assert type(replayed) is type(aggregate)
    return replayed


def assert_replays(aggregate: Aggregate) -> None:
    assert state(replay(aggregate)) == state(aggregate)


class Outcome(Generic[R]):
    """What a decision did to the aggregates that were watched; `refusal` is the rule that said no."""

    def __init__(self, watched: tuple[Aggregate, ...], decide: Callable[[], R]) -> None:
        self._watched = watched
        self._before = [deepcopy(vars(aggregate)) for aggregate in watched]
        self.refusal: PointsError | None = None
        self._answer: R | None = None
        try:
            self._answer = decide()
        except PointsError as refusal:
            self.refusal = refusal

    def then(self, *expected: Expected) -> R:
        """Exactly these events happened, aggregate after aggregate; returns the decision's answer."""
        if self.refusal is not None:
            raise self.refusal
        happened = [
            new
            for aggregate, before in zip(self._watched, self._before, strict=True)
            for new in aggregate.pending_events[len(before["_pending_events"]) :]
        ]
        assert [type(new) for new in happened] == [one.event_class for one in expected]
        for new, one in zip(happened, expected, strict=True):
            assert {name: getattr(new, name) for name in one.facts} == one.facts
        for aggregate in self._watched:
            assert_replays(aggregate)
        return self._answer  # type: ignore[return-value]  # it was decided: there is an answer, maybe None

    def then_nothing(self) -> R:
        """Nothing happened and nothing changed; returns the decision's answer."""
        answer = self.then()
        self.assert_unchanged()
        return answer

    def then_refused(self, refusal_class: type[PointsError], **facts: Any) -> None:
        """This very rule said no, with exactly these facts, and nothing changed."""
        assert self.refusal is not None, "it was not refused"
        assert type(self.refusal) is refusal_class, self.refusal
        assert self.refusal.facts == facts
        self.assert_unchanged()

    def assert_unchanged(self) -> None:
        for aggregate, before in zip(self._watched, self._before, strict=True):
            assert vars(aggregate) == before


class Given(Generic[A]):
    def __init__(self, aggregate: A, beside: tuple[Aggregate, ...]) -> None:
        self._aggregate = aggregate
        self._beside = beside

    def when(self, decision: Callable[[A], R]) -> Outcome[R]:
        return Outcome((self._aggregate, *self._beside), lambda: decision(self._aggregate))


def given(aggregate: A, *beside: Aggregate) -> Given[A]:
    """`beside` are aggregates that the decision might touch too: they are watched like the first."""
    return Given(aggregate, beside)


def started(aggregate: A, expected: Expected) -> A:
    """The aggregate, once its single first event is the expected one."""
    (first,) = aggregate.pending_events
    assert type(first) is expected.event_class
    assert {name: getattr(first, name) for name in expected.facts} == expected.facts
    assert_replays(aggregate)
    return aggregate


def start_refused(start: Callable[[], Aggregate], refusal_class: type[PointsError], **facts: Any) -> None:
    """The aggregate does not come into being, for this very rule."""
    Outcome((), start).then_refused(refusal_class, **facts)
