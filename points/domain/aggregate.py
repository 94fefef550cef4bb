"""What every aggregate of the exchange shares: how it starts and how it records what happened.

An aggregate is one file: its events with what each changes, then the decisions that trigger them. A decision
checks everything first and only then calls `_record`; an event's `apply` only changes state, so no rule ever
runs on replay. Ids and times are handed in: nothing here reads a clock.

The event library's `@event` decorator would do the same by inspecting signatures at each call; an explicit
`apply` costs a quarter of that (docs/decisions/0002-events-with-apply.md) and keeps an event's fields and its
effect on one screen.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from eventsourcing.domain import AggregateCreated, AggregateEvent, BaseAggregate, OriginatorVersionError
from eventsourcing.utils import resolve_topic


class Aggregate(BaseAggregate[UUID]):
    """A consistency boundary with its own stream of events."""

    TOPIC: ClassVar[str]

    class Event(AggregateEvent):
        """Something that happened to the aggregate."""

        def mutate(self, aggregate: Any) -> Any:
            """As the library's, without its property calls: this is the inside of every replay."""
            version = aggregate._version + 1  # noqa: SLF001  # an event and its aggregate are one unit
            if self.originator_version != version:
                raise OriginatorVersionError(self.originator_version, version)
            self.apply(aggregate)
            aggregate._version = version  # noqa: SLF001
            aggregate._modified_on = self.timestamp  # noqa: SLF001
            return aggregate

    @classmethod
    def _start(cls, event_class: type[AggregateCreated], id_: UUID, at: datetime, **facts: Any) -> Self:
        """A new aggregate whose first event is `event_class`."""
        created = event_class(
            originator_id=id_, originator_version=1, timestamp=at, originator_topic=cls.TOPIC, **facts
        )
        aggregate: Self = created.mutate(None)  # type: ignore[assignment]  # the library types it loosely
        aggregate._pending_events.append(created)
        return aggregate

    def _record(self, event_class: type[Event], at: datetime, **facts: Any) -> None:
        """Let the event happen: change the state and keep the event until the writer collects it."""
        version = self._version + 1
        event = event_class(originator_id=self._id, originator_version=version, timestamp=at, **facts)
        event.mutate(self)
        self._pending_events.append(event)


class Created(AggregateCreated):
    """Base of each aggregate's first event. It stands before `Event` among the bases: its mutate must win."""

    def mutate(self, aggregate: Any) -> Any:
        """Build the bare aggregate, then let the event's own `apply` fill it."""
        if aggregate is not None:
            raise OriginatorVersionError(self.originator_version, aggregate.version + 1)
        started = object.__new__(resolve_topic(self.originator_topic))
        started.__base_init__(self.originator_id, self.originator_version, self.timestamp)
        self.apply(started)
        return started
