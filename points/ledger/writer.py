"""The writer: every command of a process, committed in groups under the head of the log.

A batch is: take what waits, lock the head, catch up on what other processes wrote, decide each command on
current aggregates, append everything, commit, answer. So nothing is decided on stale state in any number of
processes, there are no version conflicts to replay, and many callers share one flush to disk. A batch never
waits for company: alone, a caller is a batch of one.

No thread of its own: whoever comes while nobody writes leads the batch himself and hands on afterwards. A
thread between caller and disk would cost a lone caller a third of his speed.
"""

from __future__ import annotations

import sqlite3
import threading
from _thread import allocate_lock
from asyncio import AbstractEventLoop, Future, get_running_loop
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Connection, exc

from points.domain.calendar import from_us, to_us
from points.ledger.codec import Codecs
from points.ledger.database import for_writing
from points.ledger.errors import ClockBackwards, OutcomeUnknown, StoreUnavailable, WriterBusy
from points.ledger.recorder import INTEGRITY_ERRORS, EventRecorder, Head
from points.ledger.snapshots import Snapshots
from points.ledger.streams import AggregateCache, StreamLoader
from points.ledger.unit import Batch, Observer, Unit, write_rows

T = TypeVar("T")

CATCH_UP_PAGE = 2_000
RETRY_AFTER_S = 1

_STORE_ERRORS = (exc.SQLAlchemyError, sqlite3.Error)
_ROW_ERRORS = (*INTEGRITY_ERRORS, exc.DataError)
"""What the store says of rows that it cannot hold: one command's fault, not the store's."""


@dataclass(frozen=True, slots=True)
class Command(Generic[T]):
    """Something to decide. `decide` is called in a fresh unit: once, or after a neighbour's fault again.

    `needs` are streams to load beforehand, together with the neighbours'. `fixed_at` is a demo store's hand-set
    clock.
    """

    command_id: UUID
    decide: Callable[[Unit], T]
    needs: tuple[UUID, ...] = ()
    fixed_at: datetime | None = None


class Outcome(NamedTuple, Generic[T]):
    """What a command answered, and the position up to which a reader sees its effect."""

    value: T
    position: int


class _Ticket:
    """A command on its way, and the one who waits for it."""

    __slots__ = ("answered", "command", "error", "future", "loop", "outcome", "waiting")

    def __init__(self, command: Command[Any], loop: AbstractEventLoop | None = None) -> None:
        self.command = command
        self.outcome: Outcome[Any] | None = None
        self.error: BaseException | None = None
        self.answered = False
        self.loop = loop
        self.future: Future[Outcome[Any]] | None = loop.create_future() if loop else None
        self.waiting = allocate_lock()
        self.waiting.acquire()

    def answer(self) -> Outcome[Any]:
        if self.error is not None:
            raise self.error
        if self.outcome is None:
            raise RuntimeError(self.command.command_id)
        return self.outcome


class Writer:
    """Decides and commits commands. Safe to call from any thread and from event loops."""

    def __init__(
        self,
        recorder: EventRecorder,
        codecs: Codecs,
        *,
        now: Callable[[], datetime],
        new_id: Callable[[], UUID],
        observers: Sequence[Observer] = (),
        on_commit: Callable[[int], None] = lambda _: None,
        cache_size: int = 20_000,
        queue_size: int = 1_000,
        batch_size: int = 256,
    ) -> None:
        self._recorder = recorder
        self._codecs = codecs
        self._now = now
        self._new_id = new_id
        self._observers = observers
        self._observed_topics = frozenset().union(*(observer.topics for observer in observers))
        self._on_commit = on_commit
        self._batch_size = batch_size
        self._queue_size = queue_size
        self._cache_size = cache_size
        self._cache = AggregateCache(cache_size)
        self.loader = StreamLoader(
            codecs, Snapshots(), postgresql=recorder.engine.dialect.name == "postgresql"
        )
        self._known: int | None = None
        self._connection: Connection | None = None
        self._queue: deque[_Ticket] = deque()
        self._lead = threading.Lock()

    # Callers

    def run(self, command: Command[T]) -> Outcome[T]:
        """Decide and commit; returns once it is durable.

        Raises what the command refused with, WriterBusy, StoreUnavailable or OutcomeUnknown.
        """
        ticket = _Ticket(command)
        self._enqueue(ticket)
        self._see_through(ticket)
        return ticket.answer()

    def run_all(self, commands: Sequence[Command[T]]) -> list[Outcome[T] | BaseException]:
        """As `run` for each, in their order and in as few commits as there is room for: some dozens at a time.

        Each stands for itself: one that is refused is answered with its error and leaves the others alone.
        """
        tickets = [_Ticket(command) for command in commands]
        for ticket in tickets:
            try:
                self._enqueue(ticket)
            except WriterBusy as busy:  # his own answer: those before him are under way
                ticket.error, ticket.answered = busy, True
        for ticket in tickets:
            self._see_through(ticket)
        return [ticket.error or ticket.answer() for ticket in tickets]

    def _see_through(self, ticket: _Ticket) -> None:
        """Lead, or wait for whoever leads, until the ticket is answered."""
        while not ticket.answered:
            if not self._lead.acquire(blocking=False):
                ticket.waiting.acquire()  # until answered, or asked to lead
                continue
            try:
                while not ticket.answered:
                    self._write_batch()
            finally:
                self._lead.release()
            self._hand_on()

    async def submit(self, command: Command[T]) -> Outcome[T]:
        """As `run`, from an event loop, which writes in its next turn with all that came by then."""
        loop = get_running_loop()
        ticket = _Ticket(command, loop)
        self._enqueue(ticket)
        loop.call_soon(self._lead_from_loop)
        assert ticket.future is not None  # noqa: S101  # made with the loop
        return await ticket.future

    @contextmanager
    def rehearsal(self) -> Iterator[Rehearsal]:
        """Decide commands one after another on a snapshot of the store, and commit none of them.

        It holds no lock: a dry run of a long sheet must not keep the shops waiting.
        """
        engine = self._recorder.engine
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with engine.connect() as connection, connection.begin():
            head = self._recorder.read_head_with(connection)
            cache = AggregateCache(self._cache_size)
            batch = Batch(connection, head, cache, self.loader, self._codecs, ())
            yield Rehearsal(batch, self._now, self._new_id)

    @property
    def queue_length(self) -> int:
        """Commands that wait."""
        return len(self._queue)

    def _enqueue(self, ticket: _Ticket) -> None:
        if len(self._queue) >= self._queue_size:
            raise WriterBusy(retry_after_s=RETRY_AFTER_S)
        self._queue.append(ticket)

    def _lead_from_loop(self) -> None:
        if not self._queue or not self._lead.acquire(blocking=False):
            return  # written already, or the leader will hand on
        try:
            self._write_batch()
        finally:
            self._lead.release()
        self._hand_on()

    def _hand_on(self) -> None:
        """Ask the first who still waits to lead the next batch."""
        try:
            first = self._queue[0]
        except IndexError:
            return
        if first.loop is not None:
            first.loop.call_soon_threadsafe(self._lead_from_loop)
        else:
            _wake(first)

    # Batches

    def _write_batch(self) -> None:
        tickets: list[_Ticket] = []
        while self._queue and len(tickets) < self._batch_size:
            tickets.append(self._queue.popleft())
        if not tickets:
            return
        try:
            if not self._try_batch(tickets):
                for ticket in tickets:  # somebody's fault: each alone, so that only he pays for it
                    self._try_batch([ticket])
        except BaseException as error:
            self._forget()
            for ticket in tickets:
                if ticket.outcome is None and ticket.error is None:
                    ticket.error = error
            if not isinstance(error, Exception):
                raise
        finally:
            _answer(tickets)

    def _try_batch(self, tickets: list[_Ticket]) -> bool:
        """Decide and commit; False if one of several is at fault and nothing happened."""
        for ticket in tickets:
            ticket.outcome, ticket.error = None, None
        batch: Batch | None = None
        committing = False
        try:
            with self._transaction() as connection:
                head = self._recorder.take_head(connection)
                self._catch_up(connection, head)
                batch = Batch(connection, head, self._cache, self.loader, self._codecs, self._observers)
                self._decide_all(batch, tickets)
                self._append(batch)
                committing = True
        except BaseException as error:
            self._forget()
            if batch is None or not committing or isinstance(error, _ROW_ERRORS):
                return self._give_up(tickets, error)
            self._read_back(batch, tickets, error)
            if not isinstance(error, Exception):
                raise
        if batch is not None and (batch.new or batch.row_changes):
            self._known = batch.position if self._known is not None else None
            self._on_commit(batch.position)
        return True

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """A transaction on the writer's own connection: taking one from the pool asks the server each time."""
        if self._connection is None:
            self._connection = for_writing(self._recorder.engine).connect()
        try:
            with self._connection.begin():
                yield self._connection
        except BaseException:
            connection, self._connection = self._connection, None
            with suppress(exc.SQLAlchemyError):
                connection.close()
            raise

    def close(self) -> None:
        """Give the connection back. Whoever still waits is answered first."""
        with self._lead:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _decide_all(self, batch: Batch, tickets: list[_Ticket]) -> None:
        batch.fetch([id_ for ticket in tickets for id_ in ticket.command.needs])
        now = self._now()
        for ticket in tickets:
            command = ticket.command
            try:
                unit = Unit(batch, command.command_id, instant_of(batch, command, now), self._new_id)
            except ClockBackwards as refusal:
                ticket.error = refusal
                continue
            try:
                value = command.decide(unit)
            except _STORE_ERRORS:
                raise
            except Exception as error:  # noqa: BLE001  # the caller's answer, whatever it is
                ticket.error = error
                batch.drop(unit)
                continue
            batch.take_in(unit)
            ticket.outcome = Outcome(value, batch.position)

    def _append(self, batch: Batch) -> None:
        if batch.row_changes:
            write_rows(batch.connection, batch.row_changes)
        if not batch.new:
            return
        due = batch.due_for_snapshot()
        self._recorder.append(batch.connection, batch.head, batch.new)
        self.loader.snapshot(batch.connection, due)

    # Other processes, and faults

    def _catch_up(self, connection: Connection, head: Head) -> None:
        """Bring cache and counters to the head: other processes may have written since."""
        if self._known is None:
            self._rebuild_observers(connection, head)
        while self._known is not None and self._known < head.position:
            page = self._recorder.read_page_with(connection, self._known, CATCH_UP_PAGE)
            for row in page:
                id_ = UUID(bytes=row.originator_id)
                cached = self._cache.peek(id_)
                if cached is None and row.topic not in self._observed_topics:
                    continue
                event = self._codecs.decode(id_, row.version, row.topic, row.state)
                if cached is not None:
                    event.mutate(cached)
                self._observe(row.topic, event, row.recorded_at_us)
            self._known = page[-1].position
        self._known = head.position

    def _observe(self, topic: str, event: Any, recorded_at_us: int) -> None:
        for observer in self._observers:
            if topic in observer.topics:
                observer.observe(event, recorded_at_us)

    def _rebuild_observers(self, connection: Connection, head: Head) -> None:
        """Count anew from the part of the log that the counters look back on, found by bisection."""
        self._cache.clear()
        now_us = max(to_us(self._now()), head.recorded_at_us)
        for observer in self._observers:
            observer.forget()
        since_us = min((observer.since_us(now_us) for observer in self._observers), default=now_us)
        position = self._recorder.last_position_before(connection, head, since_us)
        while position < head.position:
            page = self._recorder.read_page_with(connection, position, CATCH_UP_PAGE)
            for row in page:
                if row.topic in self._observed_topics:
                    event = self._codecs.decode(
                        UUID(bytes=row.originator_id), row.version, row.topic, row.state
                    )
                    self._observe(row.topic, event, row.recorded_at_us)
            position = page[-1].position
        self._known = head.position

    def _forget(self) -> None:
        """Hold nothing that an undone transaction may have left: the next batch starts from the store."""
        self._cache.clear()
        self._known = None

    def _give_up(self, tickets: list[_Ticket], error: BaseException) -> bool:
        """Nothing was committed: tell everyone, or False where one of several may be at fault alone."""
        if isinstance(error, _STORE_ERRORS) and not isinstance(error, _ROW_ERRORS):
            self._fail(tickets, StoreUnavailable(reason=_reason(error)))
            return True
        if len(tickets) > 1 and isinstance(error, Exception):
            return False
        self._fail(tickets, error)
        if not isinstance(error, Exception):
            raise error
        return True

    def _read_back(self, batch: Batch, tickets: list[_Ticket], error: BaseException) -> None:
        """The commit's outcome is unknown: ask the store whether the batch's last event is there."""
        if not batch.new and not batch.row_changes:
            return  # nothing was to be committed: the refusals stand
        committed = self._was_committed(batch)
        if committed is False:
            self._fail(tickets, StoreUnavailable(reason=_reason(error)))
        elif committed is None:
            for ticket in tickets:
                if ticket.error is None:
                    ticket.outcome = None
                    ticket.error = OutcomeUnknown(command_id=ticket.command.command_id)

    def _was_committed(self, batch: Batch) -> bool | None:
        """Whether the log holds the batch's last event; None if nobody can say now."""
        if not batch.new:
            return None  # rows alone leave no trace in the log; asking again with the same key finds them
        last = batch.new[-1]
        try:
            with self._recorder.engine.connect() as connection:
                found = self._recorder.position_of(connection, last.originator_id, last.version)
        except (exc.SQLAlchemyError, sqlite3.Error):
            return None
        return found == (batch.position, last.command_id)

    def _fail(self, tickets: list[_Ticket], failure: BaseException) -> None:
        for ticket in tickets:
            ticket.outcome, ticket.error = None, failure


class Rehearsal:
    """Commands decided in a row as they would be for good, then dropped."""

    def __init__(self, batch: Batch, now: Callable[[], datetime], new_id: Callable[[], UUID]) -> None:
        self._batch = batch
        self._now = now
        self._new_id = new_id

    def run(self, command: Command[T]) -> Outcome[T]:
        """As `Writer.run`, seen by the commands that follow in this rehearsal and by nobody else."""
        at = instant_of(self._batch, command, self._now())
        unit = Unit(self._batch, command.command_id, at, self._new_id)
        try:
            value = command.decide(unit)
        except Exception:
            self._batch.drop(unit)
            raise
        self._batch.take_in(unit)
        return Outcome(value, self._batch.position)

    def run_all(self, commands: Sequence[Command[T]]) -> list[Outcome[T] | BaseException]:
        """As `Writer.run_all`."""
        answers: list[Outcome[T] | BaseException] = []
        for command in commands:
            try:
                answers.append(self.run(command))
            except Exception as error:  # noqa: BLE001  # the command's answer, whatever it is
                answers.append(error)
        return answers


def instant_of(batch: Batch, command: Command[Any], now: datetime) -> datetime:
    """A command's instant: its own clock's, but never before what is already on record.

    Raises ClockBackwards where a clock set by hand stands earlier.
    """
    last_us = batch.recorded_at_us
    if command.fixed_at is not None:
        asked_us = to_us(command.fixed_at)
        if asked_us < last_us:
            raise ClockBackwards(asked_at_us=asked_us, last_recorded_at_us=last_us)
        return command.fixed_at
    return now if to_us(now) >= last_us else from_us(last_us)


def _wake(ticket: _Ticket) -> None:
    with suppress(RuntimeError):  # two may wake the same one: to answer him, and to ask him to lead
        ticket.waiting.release()


def _answer(tickets: list[_Ticket]) -> None:
    """Tell everyone; an event loop is called once for all its callers."""
    by_loop: dict[AbstractEventLoop, list[_Ticket]] = {}
    for ticket in tickets:
        ticket.answered = True
        if ticket.loop is None:
            _wake(ticket)
        else:
            by_loop.setdefault(ticket.loop, []).append(ticket)
    for loop, group in by_loop.items():
        loop.call_soon_threadsafe(_resolve, group)


def _resolve(tickets: list[_Ticket]) -> None:
    for ticket in tickets:
        future = ticket.future
        if future is None or future.done():
            continue  # the caller went away; what he asked for is done all the same
        if ticket.error is not None:
            future.set_exception(ticket.error)
        else:
            future.set_result(ticket.answer())


def _reason(error: BaseException) -> str:
    """The driver's own words without the statement: parameters are nobody's business in a log."""
    cause = getattr(error, "orig", None) or error
    return type(cause).__name__
