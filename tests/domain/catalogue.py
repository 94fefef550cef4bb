"""Every aggregate, event and refusal that the domain defines, found by importing all of it."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import points.domain
from points.domain.aggregate import Aggregate
from points.domain.errors import PointsError

for _module in pkgutil.iter_modules(points.domain.__path__):
    import_module(f"points.domain.{_module.name}")


def aggregates() -> list[type[Aggregate]]:
    found = [cls for cls in Aggregate.__subclasses__() if cls.__module__.startswith("points.domain.")]
    return sorted(found, key=lambda cls: cls.TOPIC)


def events(aggregate: type[Aggregate]) -> list[Any]:
    """The event classes of one aggregate, in the order in which its file declares them."""
    return [
        member
        for name, member in vars(aggregate).items()
        if name != "Event" and isinstance(member, type) and hasattr(member, "mutate")
    ]


def all_events() -> list[Any]:
    return [event for aggregate in aggregates() for event in events(aggregate)]


def errors() -> Iterator[type[PointsError]]:
    """Every class of the tree that the domain defines, its root left out."""
    waiting: list[type[PointsError]] = [PointsError]
    while waiting:
        for cls in waiting.pop().__subclasses__():
            waiting.append(cls)
            if cls.__module__.startswith("points.domain."):
                yield cls
