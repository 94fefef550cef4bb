"""docs/events.md is what strangers recompute from: it says exactly what the code stores."""

from __future__ import annotations

import re
import types
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest

from points.domain.account import Restored, Taken
from points.domain.account_events import Received
from points.domain.alarm import Measure
from points.domain.merchant import Caps
from points.domain.redemption import Portion
from points.domain.scheme_rules import Coefficient, Window
from points.domain.scheme_terms import Rate
from points.domain.settlement import Share
from points.domain.settlement_book import Held, Owed
from points.domain.values import (
    AreaLevel,
    Category,
    FundKind,
    MerchantKind,
    Origin,
    Role,
    Rounding,
    ServiceKind,
    TimeClass,
)
from tests.domain.catalogue import aggregates, all_events
from tests.domain.scenario import field_names

PAGE = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
PLAIN = {UUID: "uuid", date: "day", int: "int", str: "str", bytes: "bytes", bool: "bool"}


def written(kind: Any) -> str:
    """How the page writes a type."""
    if isinstance(kind, types.UnionType):
        return " or ".join("nil" if part is type(None) else written(part) for part in get_args(kind))
    if get_origin(kind) is tuple:
        return f"array of {written(get_args(kind)[0])}"
    return PLAIN.get(kind) or str(kind.__name__)


def sections(mark: str) -> dict[str, str]:
    """What stands under each heading of that depth that names a topic, up to the next heading."""
    parts = re.split(rf"(?m)^{mark} (points\.[a-z_.]+)$", PAGE)
    return {topic: re.split(r"(?m)^#", text)[0] for topic, text in zip(parts[1::2], parts[2::2], strict=True)}


AGGREGATES, EVENTS = sections("##"), sections("###")


def test_the_page_lists_every_aggregate_and_no_other() -> None:
    assert sorted(AGGREGATES) == [cls.TOPIC for cls in aggregates()]
    assert all("\nId: " in text for text in AGGREGATES.values())


def test_the_page_lists_every_topic_and_no_other() -> None:
    assert sorted(EVENTS) == sorted(event.TOPIC for event in all_events())
    headings = re.findall(r"(?m)^### (points\..+)$", PAGE)
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize("event", all_events(), ids=lambda event: event.TOPIC)
def test_the_page_lists_an_events_fields_in_stored_order_with_their_types(event: Any) -> None:
    rows = re.findall(r"(?m)^\| `(\w+)` \| ([\w ]+) \| (\d+) \| (.+) \|$", EVENTS[event.TOPIC])
    hints = get_type_hints(event)
    assert [(name, kind) for name, kind, _, _ in rows] == [
        (name, written(hints[name])) for name in field_names(event)
    ]
    assert all(1 <= int(since) <= getattr(event, "class_version", 1) for _, _, since, _ in rows)


@pytest.mark.parametrize(
    "nested",
    [Taken, Restored, Portion, Rate, Caps, Held, Owed, Share, Measure, Coefficient, Window, Received],
)
def test_the_page_lists_what_nested_arrays_hold(nested: type) -> None:
    fields = ", ".join(f"`{name}` {written(kind)}" for name, kind in get_type_hints(nested).items())
    assert f"| {nested.__name__} | {fields} |" in PAGE


@pytest.mark.parametrize(
    "vocabulary",
    [AreaLevel, Category, FundKind, MerchantKind, Origin, Role, Rounding, ServiceKind, TimeClass],
)
def test_the_page_lists_the_words_of_each_vocabulary(vocabulary: type[Any]) -> None:
    words = [f"`{word.value}`" for word in vocabulary]
    assert ", ".join(words) in PAGE or " or ".join(words) in PAGE


@pytest.mark.parametrize("name", ["tenant", "area/{code}", "account/{volunteer_id}"])
def test_the_page_lists_the_names_that_ids_are_derived_from(name: str) -> None:
    assert f"uuid5(tenant, `{name}`)" in PAGE


def test_the_page_lists_the_longer_names_too() -> None:
    assert "uuid5(tenant, `timesheet/{volunteer_id}/{month}`)" in PAGE
    assert "uuid5(tenant, `budget/{fund_id}/{area_code}/{period_from}/{period_until}`)" in PAGE
