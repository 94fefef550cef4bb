"""The log as text: a JSON object a line, from which anyone recomputes the leaves without this program."""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from uuid import UUID

import msgspec

from points.ledger.audit.errors import EntryMalformed
from points.ledger.audit.leaf import leaf_hash
from points.ledger.event_row import EventRow, ReadEvents

PAGE_EVENTS = 4096

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Decoded(NamedTuple):
    """What a row's state says, by the names that docs/events.md documents."""

    occurred_at_us: int
    data: Mapping[str, Any]


Decode = Callable[[EventRow], Decoded]
OnProgress = Callable[[int], None]


def export_line(row: EventRow, *, tenant: bytes, decode: Decode) -> str:
    """One row as a JSON object without its line end; EntryMalformed for a row that has no leaf or no time.

    `data` is for reading. Whoever verifies needs only the columns, `state` among them, and gets the `leaf`.
    """
    decoded = decode(row)
    try:
        line = {
            "tenant": tenant.hex(),
            "position": row.position,
            "topic": row.topic,
            "originator_id": str(UUID(bytes=row.originator_id)),
            "version": row.version,
            "occurred_at": _rfc3339(decoded.occurred_at_us),
            "recorded_at": _rfc3339(row.recorded_at_us),
            "command_id": str(UUID(bytes=row.command_id)),
            "data": _json_safe(decoded.data),
            "state": base64.b64encode(row.state).decode(),
            "leaf": leaf_hash(tenant, row).hex(),
        }
    except (ValueError, OverflowError, TypeError) as error:
        raise EntryMalformed(position=row.position) from error
    return msgspec.json.encode(line).decode()


def write_export(
    target: Path | BinaryIO,
    read_events: ReadEvents,
    *,
    tenant: bytes,
    decode: Decode,
    until: int | None = None,
    on_progress: OnProgress | None = None,
    page_events: int = PAGE_EVENTS,
) -> int:
    """Write every event up to position `until`, or to the log's end; returns how many.

    A path comes into being whole or not at all, readable by its owner only. Memory holds one page.
    """

    def write(stream: BinaryIO) -> int:
        after = 0
        while rows := read_events(after, _limit(page_events, after, until)):
            lines = [export_line(row, tenant=tenant, decode=decode) for row in rows]
            stream.write("".join(f"{line}\n" for line in lines).encode())
            after = rows[-1].position
            if on_progress is not None:
                on_progress(after)
            if after == until:
                break
        return after

    return _write_whole(target, write) if isinstance(target, Path) else write(target)


def _limit(page_events: int, after: int, until: int | None) -> int:
    return page_events if until is None else min(page_events, until - after)


def _write_whole(path: Path, write: Callable[[BinaryIO], int]) -> int:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            count = write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return count


def _rfc3339(microseconds: int) -> str:
    """UTC, always with six decimals, so that the microseconds can be read back by cutting."""
    moment = _EPOCH + timedelta(microseconds=microseconds)
    return moment.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _json_safe(value: Any) -> Any:  # noqa: PLR0911 - one line a kind of value reads best
    """Bytes as hex and numbers JSON cannot hold as text; what msgspec writes as we document it stays."""
    match value:
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case datetime():
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
        case UUID() | Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case Enum():
            return _json_safe(value.value)
        case Mapping():
            return {str(_json_safe(key)): _json_safe(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_json_safe(item) for item in value]
        case _:
            return value
