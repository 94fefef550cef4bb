"""The shape of every read model: its tables, a handler a topic, and a flush at the end of each page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table

from points.domain.calendar import EPOCH, SHANGHAI
from points.projections.buffers import Buffer

Handler = Callable[[int, bytes, Any], None]
"""`handler(position, originator_id, event)`: gathers, and touches no database."""


class ReadModel:
    """Belongs to one projector: what it gathers is one page's. Subclasses name their buffers and handlers."""

    def __init__(self, buffers: tuple[Buffer, ...], handlers: Mapping[str, Handler]) -> None:
        self._buffers = buffers
        self.handlers = handlers

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(buffer.table for buffer in self._buffers)

    def flush(self, connection: Connection) -> None:
        """Write the page, in the transaction that moves the position."""
        for buffer in self._buffers:
            buffer.flush(connection)

    def forget(self) -> None:
        """Drop what was gathered: the page was written, or given up."""
        for buffer in self._buffers:
            buffer.clear()


_US_PER_DAY = 24 * 3600 * 1_000_000
_SHANGHAI_AHEAD_US = SHANGHAI.utcoffset(None) // timedelta(microseconds=1)
_EPOCH_DAY = EPOCH.date()


def day_text(at_us: int) -> str:
    """The day in Asia/Shanghai, as the tables keep it. A log has few days and many events: days are kept."""
    return _text_of_day((at_us + _SHANGHAI_AHEAD_US) // _US_PER_DAY)


@lru_cache(maxsize=4096)
def _text_of_day(days_since_epoch: int) -> str:
    return (_EPOCH_DAY + timedelta(days=days_since_epoch)).isoformat()
