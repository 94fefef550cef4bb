"""Every form in which an event was ever stored still loads, and today's is still written."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from points.ledger.codec import Codecs, EventUnreadable
from tests.domain.histories import histories
from tests.domain.scenario import id_of
from tests.stored_events.forms import ALL_TOPICS, facts_of, kept

CODECS = Codecs()
FORMS = [(topic, form) for topic, forms in kept().items() for form in forms]
TODAYS = [(topic, forms[-1]) for topic, forms in kept().items()]


def name(value: Any) -> str:
    return value if isinstance(value, str) else value["state"][:8]


def test_there_is_a_form_of_every_event() -> None:
    assert set(kept()) == ALL_TOPICS == set(CODECS.by_topic)


@pytest.mark.parametrize(("topic", "form"), FORMS, ids=name)
def test_a_stored_form_still_means_the_same(topic: str, form: dict[str, Any]) -> None:
    assert facts_of(CODECS, topic, bytes.fromhex(form["state"])) == form["facts"]


@pytest.mark.parametrize(("topic", "form"), TODAYS, ids=name)
def test_an_event_is_still_written_in_the_same_bytes(topic: str, form: dict[str, Any]) -> None:
    event = CODECS.decode(id_of("stream"), 7, topic, bytes.fromhex(form["state"]))
    assert (event.originator_id, event.originator_version) == (id_of("stream"), 7)
    assert CODECS.encode(event) == (topic, bytes.fromhex(form["state"]))


def test_a_decoded_event_equals_the_one_that_was_stored() -> None:
    for aggregate in histories():
        for event in aggregate.pending_events:
            topic, state = CODECS.encode(event)
            decoded = CODECS.decode(event.originator_id, event.originator_version, topic, state)
            assert decoded == event
            assert type(decoded) is type(event)


@pytest.mark.parametrize(("topic", "form"), TODAYS, ids=name)
def test_damaged_bytes_are_unreadable_and_never_another_event(topic: str, form: dict[str, Any]) -> None:
    state = bytes.fromhex(form["state"])
    for damaged in (b"", state[:1], state[:-1], b"\xc0" + state[1:], state + b"\x00"):
        with pytest.raises(EventUnreadable):
            CODECS.decode(UUID(int=1), 1, topic, damaged)


def test_an_unknown_topic_is_unreadable() -> None:
    with pytest.raises(EventUnreadable):
        CODECS.decode(UUID(int=1), 1, "points.account.unheard_of", b"\x90")
