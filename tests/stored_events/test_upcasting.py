"""How an event class changes: new fields at the end, and class versions with a step from each to the next.

The example is no aggregate of the exchange, so its event is in no registry but this file.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

import msgspec
import pytest

from points.domain.aggregate import Aggregate
from points.domain.calendar import to_us
from points.ledger.codec import Codecs, EventCodec, EventUnreadable
from tests.domain.scenario import id_of

AT = datetime(2026, 4, 15, 1, tzinfo=UTC)
ROOM, GUEST = id_of("room"), id_of("guest")


class Seat(NamedTuple):
    row: int
    guest_id: UUID


class HallBooked(Aggregate.Event):
    """Version 1 stored `(room_id, hours, day)`. Version 2 counts minutes and names the seats.

    `remark_no` came later and needed no version: it stands at the end and has a default.
    """

    TOPIC = "example.hall.booked"
    class_version = 2
    OLDER_FIELDS: ClassVar[dict[int, tuple[str, ...]]] = {1: ("room_id", "hours", "day")}

    room_id: UUID
    service_minutes: int
    day: date
    seats: tuple[Seat, ...]
    remark_no: int | None = None

    @staticmethod
    def upcast_v1_v2(facts: dict[str, Any]) -> None:
        facts["service_minutes"] = facts.pop("hours") * 60
        facts["seats"] = ()


CODEC = EventCodec(HallBooked)


def stored(*values: Any) -> bytes:
    return msgspec.msgpack.encode(values)


def facts(state: bytes) -> dict[str, Any]:
    found = CODEC.facts(state)
    assert found.pop("timestamp") == AT
    return found


def test_today_s_form_is_written_and_read() -> None:
    booked: Any = HallBooked  # its constructor is made by the library, out of a type checker's sight
    event = booked(
        originator_id=id_of("hall"),
        originator_version=1,
        timestamp=AT,
        room_id=ROOM,
        service_minutes=90,
        day=date(2026, 4, 20),
        seats=(Seat(1, GUEST),),
        remark_no=5,
    )
    state = CODEC.encode(event)
    assert state == stored(2, to_us(AT), ROOM.bytes, 90, "2026-04-20", [[1, GUEST.bytes]], 5)
    assert facts(state) == {name: getattr(event, name) for name in CODEC.names}


def test_an_event_of_before_a_field_was_added_gets_the_default() -> None:
    found = facts(stored(2, to_us(AT), ROOM.bytes, 90, "2026-04-20", [[1, GUEST.bytes]]))
    assert found == {
        "room_id": ROOM,
        "service_minutes": 90,
        "day": date(2026, 4, 20),
        "seats": (Seat(1, GUEST),),
        "remark_no": None,
    }
    assert isinstance(found["seats"][0], Seat)


def test_an_event_of_an_older_class_version_is_lifted_to_today_s() -> None:
    assert facts(stored(1, to_us(AT), ROOM.bytes, 2, "2026-04-20")) == {
        "room_id": ROOM,
        "service_minutes": 120,
        "day": date(2026, 4, 20),
        "seats": (),
        "remark_no": None,
    }


@pytest.mark.parametrize(
    "state",
    [
        stored(3, to_us(AT), ROOM.bytes, 90, "2026-04-20", [], None),
        stored(2, to_us(AT), ROOM.bytes, 90, "2026-04-20"),
        stored(2, to_us(AT), ROOM.bytes, "90", "2026-04-20", [], None),
        stored(2, to_us(AT), ROOM.bytes, 90, "2026-04-20", [], None, "too much"),
        stored(1, to_us(AT), ROOM.bytes),
        stored(0, to_us(AT), ROOM.bytes, 2, "2026-04-20"),
        stored("2", to_us(AT), ROOM.bytes, 90, "2026-04-20", []),
        stored(),
        stored(2),
    ],
    ids=[
        "newer than the program",
        "a field without default missing",
        "a field of another type",
        "more fields than are known",
        "older version with a field missing",
        "no such version",
        "version as text",
        "nothing",
        "no timestamp",
    ],
)
def test_what_is_no_form_of_the_event_is_unreadable(state: bytes) -> None:
    with pytest.raises(EventUnreadable):
        CODEC.facts(state)


def test_the_example_is_in_no_registry() -> None:
    assert HallBooked.TOPIC not in Codecs().by_topic
