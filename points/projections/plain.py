"""Events as read models take them: the stored array under its field names, ids still bytes, days still text.

A domain event would cost three times as much to build, and every id and day in it would be taken apart again
for the tables.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable
from datetime import date
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec

from points.ledger.codec import Codecs, EventUnreadable

_PLAIN: dict[Any, Any] = {UUID: bytes, date: str}


class PlainEvents:
    """Decodes stored states by topic."""

    def __init__(self, codecs: Codecs) -> None:
        self._codecs = codecs

    def decoder(self, topic: str) -> tuple[Callable[[bytes], Any], int]:
        """The topic's decoder and the class version it is for. Raises EventUnreadable if unknown."""
        codec = self._codecs.by_topic.get(topic)
        if codec is None:
            raise EventUnreadable(topic)
        hints = get_type_hints(codec.event_class)
        defaults = {
            field.name: field.default
            for field in dataclasses.fields(codec.event_class)
            if field.default is not dataclasses.MISSING
        }
        fields: list[Any] = [("class_version", int), ("timestamp_us", int)]
        fields.extend(_field(name, hints[name], defaults) for name in codec.names)
        return msgspec.msgpack.Decoder(_array_like(topic, fields)).decode, codec.class_version

    def upcast(self, topic: str, state: bytes) -> bytes:
        """The state of an older class version, stored as today's would be."""
        id_ = UUID(int=0)  # no state holds its stream's id
        return self._codecs.by_topic[topic].encode(self._codecs.decode(id_, 1, topic, state))


def _field(name: str, hint: Any, defaults: dict[str, Any]) -> Any:
    plain = _plain(hint)
    return (name, plain, defaults[name]) if name in defaults else (name, plain)


def _array_like(topic: str, fields: list[Any]) -> type[msgspec.Struct]:
    name = topic.title().replace(".", "").replace("_", "")
    return msgspec.defstruct(name, fields, array_like=True, gc=False)


def _plain(hint: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return Union[tuple(_plain(argument) for argument in arguments)]  # noqa: UP007  # members known only now
    if origin is tuple:
        return tuple[tuple(a if a is Ellipsis else _plain(a) for a in arguments)]  # type: ignore[misc]  # as above
    if isinstance(hint, type) and issubclass(hint, tuple):
        return _array_like(hint.__name__, [(n, _plain(h)) for n, h in get_type_hints(hint).items()])
    return _PLAIN.get(hint, hint)
