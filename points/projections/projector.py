"""The one projector: pulls pages of the log and carries them into the read models, in commit order.

Tables and position move in one transaction, and the position is read again inside it, under a lock that
only one projector of a store can hold: so no event is applied twice, and none is left out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, exc

from points.ledger.codec import Codecs, EventUnreadable
from points.ledger.event_row import EventRow
from points.ledger.recorder import EventRecorder
from points.projections.errors import ProjectionBehind
from points.projections.model import Handler, ReadModel
from points.projections.plain import PlainEvents
from points.projections.store import Generation, ReadStore

PAGE_EVENTS = 5_000
PAGES_AT_ONCE = 16
"""Pages in one transaction where the read models lag: what several pages change is then written once."""

POLL_S = 0.5
"""How long a commit of another process may stay unnoticed."""

_WAIT_STEP_S = 0.02
"""How often a waiting reader looks whether another process's projector has got there."""

_Route = tuple[Callable[[bytes], Any], int, tuple[Handler, ...]]


class PageApplier:
    """Takes pages into a set of models. Not safe for threads: its owner holds a lock."""

    def __init__(self, codecs: Codecs, models: Sequence[ReadModel]) -> None:
        self.models = models
        self._plain = PlainEvents(codecs)
        self._routes: dict[str, _Route] = {}
        for topic in dict.fromkeys(topic for model in models for topic in model.handlers):
            handlers = tuple(model.handlers[topic] for model in models if topic in model.handlers)
            self._routes[topic] = (*self._plain.decoder(topic), handlers)

    def apply(self, recorder: EventRecorder, generation: Generation, until: int) -> int:
        """Apply what is missing up to `until`, at most a few pages. Returns the position reached."""
        try:
            with generation.begin() as connection:
                generation.lock(connection)
                before = position = generation.position_in(connection)
                for _ in range(PAGES_AT_ONCE):
                    page = recorder.read_page(position, min(PAGE_EVENTS, until - position))
                    if not page:
                        break
                    self._gather(page)
                    self._write(connection)
                    position = page[-1].position
                    if position >= until:
                        break
                if position > before:
                    generation.move(connection, position)
            return position
        finally:
            self._forget()

    def _write(self, connection: Connection) -> None:
        for model in self.models:
            model.flush(connection)
        self._forget()

    def _forget(self) -> None:
        for model in self.models:
            model.forget()

    def _gather(self, page: Sequence[EventRow]) -> None:
        routes = self._routes
        for row in page:
            route = routes.get(row[3])
            if route is None:
                continue
            decode, class_version, handlers = route
            try:
                event = decode(row[6])
                current = event.class_version == class_version
            except ValueError:  # msgspec's errors; an older class's array may not even have today's types
                current = False
            if not current:
                event = self._read_old(row, decode)
            for handle in handlers:
                handle(row[0], row[1], event)

    def _read_old(self, row: EventRow, decode: Callable[[bytes], Any]) -> Any:
        try:
            return decode(self._plain.upcast(row.topic, row.state))
        except ValueError as error:
            raise EventUnreadable(f"{row.topic} at position {row.position}") from error


class Projector:
    """Keeps the current generation up with the log."""

    def __init__(
        self,
        recorder: EventRecorder,
        read_store: ReadStore,
        codecs: Codecs,
        models: Sequence[ReadModel],
        report_failure: Callable[[Exception], None] = lambda _: None,
        *,
        retry_s: float = POLL_S,
    ) -> None:
        self.recorder = recorder
        self.read_store = read_store
        self._applier = PageApplier(codecs, models)
        self._report_failure = report_failure
        self._retry_s = retry_s
        self._applying = threading.RLock()
        self._moved = threading.Condition()
        self._reached = 0

    def catch_up(self, until: int | None = None) -> int:
        """Apply what is missing, up to `until` or the log's end. Returns the position reached."""
        with self.held():
            self.read_store.refresh()
            goal = self.recorder.read_head().position if until is None else until
            position = self.position()
            while position < goal:
                before, position = position, self._applier.apply(self.recorder, self.read_store.current, goal)
                self._tell(position)
                if position == before:
                    break  # asked for more than the log holds
            return position

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep this process's projector still for as long as the block runs; re-entrant."""
        with self._applying:
            yield

    def run(self, stop: threading.Event, wake: threading.Event) -> None:
        """Follow the log until told to stop: woken after each commit here, by a poll for other processes'."""
        while not stop.is_set():
            wake.clear()
            try:
                self.catch_up()
            except (exc.SQLAlchemyError, EventUnreadable) as error:
                # Readers see the position stand still; what was wrong may pass, and nothing was half done.
                self._report_failure(error)
                stop.wait(self._retry_s)
                continue
            wake.wait(POLL_S)

    def position(self) -> int:
        """The position that the read models show."""
        position = self.read_store.current.position()
        self._tell(position)
        return position

    def wait_for(self, position: int, timeout_s: float) -> None:
        """Return once the read models show `position`. Raises ProjectionBehind after `timeout_s`."""
        give_up_at = time.monotonic() + timeout_s
        while self._reached < position:
            reached = self.position()
            left_s = give_up_at - time.monotonic()
            if reached < position and left_s <= 0:
                raise ProjectionBehind(asked_position=position, reached_position=reached)
            with self._moved:
                self._moved.wait_for(lambda: self._reached >= position, min(left_s, _WAIT_STEP_S))

    def _tell(self, position: int) -> None:
        if position > self._reached:
            with self._moved:
                self._reached = max(self._reached, position)
                self._moved.notify_all()
