"""Snapshots: an aggregate's state at a version, so that a long stream costs no more than a short one.

Never truth: they can be dropped at any time, `points audit verify` recomputes them, and a snapshot whose
shape differs from today's class is simply not used.
"""

from __future__ import annotations

import hashlib
import inspect
from typing import Any, ClassVar, get_origin, get_type_hints
from uuid import UUID

import msgspec

from points.domain.aggregate import Aggregate
from points.domain.calendar import from_us, to_us

_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")
_SHAPE_BYTES = 8


class SnapshotCodec:
    """Encodes and decodes the state of one aggregate class: the annotated attributes, in their order."""

    def __init__(self, aggregate_class: type[Aggregate]) -> None:
        self.aggregate_class = aggregate_class
        self.topic = aggregate_class.TOPIC
        own = inspect.get_annotations(aggregate_class)
        hints = {
            name: hint
            for name, hint in get_type_hints(aggregate_class).items()
            if name in own and get_origin(hint) is not ClassVar
        }
        self.names = tuple(hints)
        self._decoder = msgspec.msgpack.Decoder(tuple[(int, int, *hints.values())])  # type: ignore[misc]
        self.shape = hashlib.sha256(repr(sorted(hints.items())).encode()).digest()[:_SHAPE_BYTES]

    def encode(self, aggregate: Aggregate) -> bytes:
        state = vars(aggregate)
        values = (state[name] for name in self.names)
        return self.shape + _encoder.encode(
            (to_us(aggregate.created_on), to_us(aggregate.modified_on), *values)
        )

    def decode(self, id_: UUID, version: int, state: bytes) -> Aggregate | None:
        """The aggregate at that version, or None where the snapshot is of another shape."""
        if state[:_SHAPE_BYTES] != self.shape:
            return None
        try:
            created_us, modified_us, *values = self._decoder.decode(state[_SHAPE_BYTES:])
        except msgspec.MsgspecError:
            return None
        aggregate: Any = object.__new__(self.aggregate_class)
        aggregate.__base_init__(id_, version, from_us(created_us))
        aggregate.modified_on = from_us(modified_us)
        vars(aggregate).update(zip(self.names, values, strict=True))
        return aggregate  # type: ignore[no-any-return]  # built by hand, typed by the caller


class Snapshots:
    """The snapshot codec of each aggregate topic."""

    def __init__(self) -> None:
        self._codecs = {cls.TOPIC: SnapshotCodec(cls) for cls in Aggregate.__subclasses__()}

    def encode(self, aggregate: Aggregate) -> tuple[str, bytes]:
        codec = self._codecs[aggregate.TOPIC]
        return codec.topic, codec.encode(aggregate)

    def decode(self, id_: UUID, version: int, topic: str, state: bytes) -> Aggregate | None:
        codec = self._codecs.get(topic)
        return None if codec is None else codec.decode(id_, version, state)
