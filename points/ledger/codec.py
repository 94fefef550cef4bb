"""Event bytes: a MessagePack array of class version, timestamp in microseconds UTC, then the event's fields.

Fields stand in the order in which the event class declares them, new ones only at the end and with a default,
so an old array is a prefix of a new one. Originator id, version and topic are columns and not repeated. UUIDs
are 16 raw bytes, days ISO text, nested tuples nested arrays. docs/events.md lists every event, and
`tests/stored_events` holds golden forms that must load for ever.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from operator import attrgetter
from typing import Any, get_type_hints
from uuid import UUID

import msgspec
from eventsourcing.domain import AggregateEvent, CanMutateAggregate

from points.domain.aggregate import Aggregate
from points.domain.calendar import from_us, to_us

_COLUMNS = frozenset({"originator_id", "originator_version", "timestamp", "originator_topic"})

_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")
_generic_decoder = msgspec.msgpack.Decoder()


class EventUnreadable(ValueError):
    """Stored bytes that are not an event of this topic: damage, or a newer program's work."""


class EventCodec:
    """Encodes and decodes the events of one class."""

    def __init__(self, event_class: type[AggregateEvent]) -> None:
        fields = [f for f in dataclasses.fields(event_class) if f.name not in _COLUMNS]
        hints = get_type_hints(event_class)
        self.event_class = event_class
        self.topic: str = event_class.TOPIC  # type: ignore[attr-defined]  # each event has one; a test holds it
        self.names = tuple(field.name for field in fields)
        self.class_version: int = getattr(event_class, "class_version", 1)
        self._types = {name: hints[name] for name in self.names}
        self._defaults = {
            field.name: field.default for field in fields if field.default is not dataclasses.MISSING
        }
        self._constants: dict[str, Any] = {}
        if "originator_topic" in {f.name for f in dataclasses.fields(event_class)}:
            self._constants["originator_topic"] = self.topic.rpartition(".")[0]
        self._values = attrgetter(*self.names) if len(self.names) > 1 else self._few_values
        self._decode = msgspec.msgpack.Decoder(
            tuple[(int, int, *self._types.values())]  # type: ignore[misc]
        ).decode
        self._keys = ("class_version", "timestamp", *self.names)

    def _few_values(self, event: AggregateEvent) -> tuple[Any, ...]:
        return tuple(getattr(event, name) for name in self.names)

    def encode(self, event: Any) -> bytes:
        return _encoder.encode((self.class_version, to_us(event.timestamp), *self._values(event)))

    def facts(self, state: bytes) -> dict[str, Any]:
        """The library's dict of an event: its fields by name, upcast to the present class version."""
        try:
            facts = dict(zip(self._keys, self._decode(state), strict=True))
        except msgspec.MsgspecError:
            return self._old_facts(state)
        if facts.pop("class_version") != self.class_version:
            return self._old_facts(state)
        facts["timestamp"] = from_us(facts["timestamp"])
        if self._constants:
            facts.update(self._constants)
        return facts

    def _old_facts(self, state: bytes) -> dict[str, Any]:
        try:
            class_version, timestamp_us, *values = _generic_decoder.decode(state)
            names = self.names_of(class_version)
            if len(values) > len(names):
                raise EventUnreadable(self.topic)
            facts = dict(zip(names, values, strict=False))
            for version in range(class_version, self.class_version):
                getattr(self.event_class, f"upcast_v{version}_v{version + 1}")(facts)
            facts = {
                name: msgspec.convert(facts[name], self._types[name]) if name in facts else default
                for name, default in ((name, self._defaults.get(name)) for name in self.names)
                if name in facts or name in self._defaults
            }
            if len(facts) != len(self.names) or class_version > self.class_version:
                raise EventUnreadable(self.topic)
            facts["timestamp"] = from_us(timestamp_us)
        except (msgspec.MsgspecError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise EventUnreadable(self.topic) from error
        facts.update(self._constants)
        return facts

    def names_of(self, class_version: int) -> tuple[str, ...]:
        """The field order of an older class version: today's, where the class does not say otherwise."""
        older: dict[int, tuple[str, ...]] = getattr(self.event_class, "OLDER_FIELDS", {})
        return older.get(class_version, self.names)


def event_classes() -> Iterator[type[AggregateEvent]]:
    """Every event class of every aggregate that has been imported."""
    for aggregate in Aggregate.__subclasses__():
        for name, member in vars(aggregate).items():
            if name != "Event" and isinstance(member, type) and issubclass(member, AggregateEvent):
                yield member


class Codecs:
    """The codec of each topic."""

    def __init__(self) -> None:
        self.by_topic: dict[str, EventCodec] = {}
        self._by_class: dict[type, EventCodec] = {}
        for event_class in event_classes():
            codec = EventCodec(event_class)
            self.by_topic[codec.topic] = codec
            self._by_class[event_class] = codec

    def encode(self, event: CanMutateAggregate[UUID]) -> tuple[str, bytes]:
        """Topic and state."""
        codec = self._by_class[type(event)]
        return codec.topic, codec.encode(event)

    def decode(self, originator_id: Any, version: int, topic: str, state: bytes) -> Any:
        """The domain event of a stored row. Raises EventUnreadable, for an unknown topic too."""
        codec = self.by_topic.get(topic)
        if codec is None:
            raise EventUnreadable(topic)
        facts = codec.facts(state)
        facts["originator_id"] = originator_id
        facts["originator_version"] = version
        event = object.__new__(codec.event_class)
        object.__setattr__(event, "__dict__", facts)
        return event
