"""What holds for every aggregate and every event: names for ever, no free text, and replay without rules."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Iterator
from datetime import date
from typing import Any, get_args, get_type_hints
from uuid import UUID

import pytest
from eventsourcing.domain import OriginatorVersionError

from points.domain.aggregate import Aggregate
from tests.domain.catalogue import aggregates, all_events, events
from tests.domain.histories import histories
from tests.domain.scenario import field_names, id_of, replay, state

CODES_AND_VOCABULARIES = {
    "area_code": "the official code of an area",
    "askable_by": "vocabulary menu_item.AskableBy",
    "category": "vocabulary values.Category; of an issue vocabulary issue.IssueCategory, or the county's own",
    "cause": "vocabulary account.ReleaseCause",
    "claimant_kind": "vocabulary claims.ClaimantKind",
    "code": "the official code of an area; of a household random digits with a check digit",
    "county_code": "the official code of a county",
    "fence": "vocabulary attendance.Fence",
    "key": "the name of a setting",
    "kind": "vocabularies values.ServiceKind, FundKind, MerchantKind; in a rate also `*`",
    "former_category": "vocabulary values.Category",
    "lasts_to_end_of": "vocabulary scheme_rules.Span",
    "level": "vocabulary values.AreaLevel",
    "month": "a month, as 2026-04",
    "name": "the official, public name of an area, or of what an alarm counted; never a person's",
    "origin": "vocabulary values.Origin",
    "outcome": "vocabularies dispute.DisputeOutcome, alarm.AlarmOutcome",
    "owner_kind": "vocabulary claims.ClaimantKind",
    "paid_by": "vocabulary redemption.PaidBy",
    "parent_code": "the official code of an area",
    "period": "vocabulary scheme_rules.Span",
    "purpose": "vocabularies account.HoldPurpose, transfers.TransferPurpose; of a consent people.Purpose",
    "role": "vocabulary values.Role",
    "rounding": "vocabulary values.Rounding",
    "side": "vocabularies dispute.DisputeSide, claims.Side",
    "subject_type": "vocabulary alarm.AlarmSubject",
    "skills": "vocabulary people.Skill",
    "slots": "vocabulary people.Slot",
    "source": "vocabulary issue.IssueSource",
    "time_class": "vocabulary values.TimeClass",
    "types": "vocabulary webhook.WEBHOOK_TYPES",
    "value": "the value of a setting, which staff with that right choose",
    "window": "the month that an alarm looked at, as 2026-04",
    "way": "vocabulary attendance.CheckWay",
    "volunteer_number": "random digits with a check digit, derived from nothing about the person",
}
"""The only strings that an event may hold, each with the reason why it is not free text."""

DIGESTS_AND_RANDOM_BYTES = {"digest", "document", "evidence", "paper", "root", "tenant"}


def all_fields() -> Iterator[tuple[str, str, Any]]:
    """(topic, field, type) of every field, those of nested arrays included."""
    for event in all_events():
        hints = get_type_hints(event)
        for name in field_names(event):
            yield from flattened(event.TOPIC, name, hints[name])


def flattened(topic: str, name: str, kind: Any) -> Iterator[tuple[str, str, Any]]:
    if hasattr(kind, "_fields"):
        for part, part_kind in get_type_hints(kind).items():
            yield from flattened(topic, part, part_kind)
    elif isinstance(kind, types.UnionType) or typing.get_origin(kind) is tuple:
        for part_kind in get_args(kind):
            if part_kind not in {Ellipsis, type(None)}:
                yield from flattened(topic, name, part_kind)
    else:
        yield topic, name, kind


def in_snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def test_every_aggregate_has_a_topic_of_its_own() -> None:
    topics = [vars(cls).get("TOPIC") for cls in aggregates()]
    assert topics == [f"points.{in_snake_case(cls.__name__)}" for cls in aggregates()]
    assert len(topics) == len(set(topics))


def test_every_event_has_a_topic_of_its_own_named_after_its_aggregate() -> None:
    for cls in aggregates():
        for event in events(cls):
            assert vars(event).get("TOPIC") == f"{cls.TOPIC}.{in_snake_case(event.__name__)}"
    topics = [event.TOPIC for event in all_events()]
    assert len(topics) == len(set(topics))


def test_events_hold_no_free_text() -> None:
    strings = {name for _, name, kind in all_fields() if kind is str}
    assert strings == set(CODES_AND_VOCABULARIES)


def test_events_hold_bytes_only_as_digests_and_random_bytes() -> None:
    assert {name for _, name, kind in all_fields() if kind is bytes} == DIGESTS_AND_RANDOM_BYTES


def test_events_hold_nothing_but_integers_ids_days_digests_codes_and_answers() -> None:
    kinds = {(topic, name): kind for topic, name, kind in all_fields()}
    assert set(kinds.values()) <= {int, bool, str, bytes, UUID, date}


def test_text_that_people_write_is_referred_to_by_id() -> None:
    references = {name: kind for _, name, kind in all_fields() if name.endswith("_ref")}
    assert set(references) == {
        "bill_ref",
        "endpoint_ref",
        "name_ref",
        "payee_ref",
        "profile_ref",
        "reason_ref",
        "reference_ref",
        "guardian_ref",
        "note_ref",
        "paper_ref",
        "source_ref",
        "text_ref",
        "title_ref",
    }
    assert set(references.values()) == {UUID}


def test_fields_name_their_unit() -> None:
    """Points, minutes, fen, residents, years and numbers: an integer says what it counts."""
    integers = {name for _, name, kind in all_fields() if kind is int}
    ends = (
        "_fen",
        "_us",
        "_minute",
        "_minutes",
        "_points",
        "_months",
        "_no",
        "_version",
        "_position",
        "_pieces",
        "_days",
        "_day",
        "_month",
    )
    plain = {
        "points",
        "minutes",
        "residents",
        "year",
        "places",
        "number",
        "tier",
        "position",
        "lines",
        "pieces",
        "rating",
    }
    plain |= {"numerator", "denominator", "below_percent"}
    plain |= {"level"}  # of a star, counted from 1
    plain |= {"value", "threshold"}  # of an alarm's measure, whose name says what was counted
    assert {name for name in integers if not name.endswith(ends)} <= plain


# Replay


def test_the_histories_hold_every_event_there_is() -> None:
    happened = {type(event) for aggregate in histories() for event in aggregate.pending_events}
    assert happened == set(all_events())


@pytest.mark.parametrize("aggregate", histories(), ids=lambda aggregate: aggregate.TOPIC)
def test_an_aggregate_is_its_events(aggregate: Aggregate) -> None:
    replayed = replay(aggregate)
    assert state(replayed) == state(aggregate)
    assert replayed.version == len(aggregate.pending_events)
    assert not replayed.pending_events


@pytest.mark.parametrize("aggregate", histories(), ids=lambda aggregate: aggregate.TOPIC)
def test_rules_never_run_on_replay(aggregate: Aggregate, monkeypatch: pytest.MonkeyPatch) -> None:
    def rule(*_: Any, **__: Any) -> None:
        raise AssertionError

    module = inspect.getmodule(type(aggregate))
    for name, member in [*vars(type(aggregate)).items()]:
        public = not name.startswith("_") or name.startswith("_check")
        if public and isinstance(member, (types.FunctionType, classmethod)):
            monkeypatch.setattr(type(aggregate), name, rule)
    for name in (
        "check_service",
        "check_terms",
        "check_age",
        "next_tier",
        "is_reviewed",
        "overlap",
        "tier_for",
    ):
        monkeypatch.setattr(module, name, rule, raising=False)
    assert state(replay(aggregate)) == state(aggregate)


@pytest.mark.parametrize("aggregate", histories(), ids=lambda aggregate: aggregate.TOPIC)
def test_an_event_out_of_its_turn_is_not_applied(aggregate: Aggregate) -> None:
    first, *later = aggregate.pending_events
    started: Any = first.mutate(None)
    with pytest.raises(OriginatorVersionError):
        first.mutate(started)
    if len(later) > 1:
        with pytest.raises(OriginatorVersionError):
            later[1].mutate(started)


def test_two_of_a_kind_do_not_share_what_they_know() -> None:
    first, second = histories(), histories()
    for one, other in zip(first, second, strict=True):
        assert state(one) == state(other)
        for name, value in state(one).items():
            if isinstance(value, (dict, list)):
                assert value is not state(other)[name]


def test_a_name_stands_for_one_id() -> None:
    assert id_of("clerk") == id_of("clerk") != id_of("reviewer")
