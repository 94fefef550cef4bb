"""The stored forms of events: what they are in the file, and how new ones come into it.

`python -m tests.stored_events.forms` adds a form for every event that has none or is written differently by
now. It never changes or removes one: somewhere there is a log that holds it.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from points.ledger.codec import Codecs
from tests.domain import catalogue
from tests.domain.histories import histories

FILE = Path(__file__).with_name("golden.json")
ALL_TOPICS = frozenset(event.TOPIC for event in catalogue.all_events())


def kept() -> dict[str, list[dict[str, Any]]]:
    """Per topic its forms, the oldest first: the bytes in hexadecimal and the facts they hold."""
    forms: dict[str, list[dict[str, Any]]] = json.loads(FILE.read_text(encoding="utf-8"))
    return forms


def plain(value: Any) -> Any:
    """As JSON can hold it, with the type where JSON has none, so that an id read as text would show."""
    if isinstance(value, UUID | date):
        return f"{type(value).__name__} {value.isoformat() if isinstance(value, date) else value}"
    if isinstance(value, bytes):
        return f"bytes {value.hex()}"
    if hasattr(value, "_asdict"):
        return {name: plain(part) for name, part in value._asdict().items()}
    if isinstance(value, tuple):
        return [plain(part) for part in value]
    if value is None or type(value) in {bool, int, str}:
        return value
    raise TypeError(type(value))


def facts_of(codecs: Codecs, topic: str, state: bytes) -> dict[str, Any]:
    codec = codecs.by_topic[topic]
    facts = codec.facts(state)
    timestamp: datetime = facts["timestamp"]
    return {"timestamp": plain(timestamp), **{name: plain(facts[name]) for name in codec.names}}


def add_new() -> None:
    """Keep the first event of each class in the histories, where its form is new."""
    codecs = Codecs()
    forms = kept() if FILE.exists() else {}
    seen: set[str] = set()
    for aggregate in histories():
        for happened in aggregate.pending_events:
            topic, state = codecs.encode(happened)
            if topic in seen:
                continue
            seen.add(topic)
            known = forms.setdefault(topic, [])
            if not known or codecs.by_topic[topic].encode(_decoded(codecs, topic, known)) != _last(known):
                known.append({"state": state.hex(), "facts": facts_of(codecs, topic, state)})
    text = json.dumps(dict(sorted(forms.items())), ensure_ascii=False, indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")


def _last(known: list[dict[str, Any]]) -> bytes:
    return bytes.fromhex(known[-1]["state"])


def _decoded(codecs: Codecs, topic: str, known: list[dict[str, Any]]) -> Any:
    return codecs.decode(UUID(int=0), 1, topic, _last(known))


if __name__ == "__main__":
    add_new()
