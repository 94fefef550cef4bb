"""What one command sees and changes, laid over what its neighbours in the batch have changed before it.

A batch is one transaction under the head. Within it each command gets a `Unit`: aggregates are the writer's
own cached objects, rows are read through two overlays (the unit's, then the batch's). A refused command leaves
nothing: its rows are dropped, and an aggregate it had changed already is evicted and rebuilt from the store and
the neighbours' events, so their uncommitted changes survive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Select, Table, and_, bindparam, delete, insert, select, update
from sqlalchemy.dialects import sqlite

from points.domain.aggregate import Aggregate
from points.domain.calendar import to_us
from points.ledger.codec import Codecs
from points.ledger.database import driver_of
from points.ledger.errors import StreamNotFound
from points.ledger.recorder import Head, NewEvent
from points.ledger.streams import SNAPSHOT_EVERY, AggregateCache, StreamLoader
from points.ledger.tables import events

A = TypeVar("A", bound=Aggregate)

RowKey = tuple[str, tuple[Any, ...]]
RowChange = tuple[str, Table, Mapping[str, Any], Mapping[str, Any]]


class Observer(Protocol):
    """Keeps counters from the log itself, exact under the head, for caps that no single stream can hold."""

    topics: frozenset[str]

    def since_us(self, now_us: int) -> int:
        """How far back the counters need the log when they are rebuilt."""

    def observe(self, event: Any, recorded_at_us: int) -> None:
        """Count an event, in commit order."""

    def forget(self) -> None:
        """Drop all counts: the writer rebuilds them from the log."""


class Batch:
    """The shared state of the commands that will be committed together."""

    def __init__(
        self,
        connection: Connection,
        head: Head,
        cache: AggregateCache,
        loader: StreamLoader,
        codecs: Codecs,
        observers: Sequence[Observer],
    ) -> None:
        self.connection = connection
        self.head = head
        self.cache = cache
        self.new: list[NewEvent] = []
        self.changed: dict[int, Aggregate] = {}
        self.rows: dict[RowKey, Mapping[str, Any] | None] = {}
        self.row_changes: list[RowChange] = []
        self._events: dict[int, list[Any]] = {}
        self._absent: set[int] = set()
        self._loader = loader
        self._codecs = codecs
        self._observers = observers

    @property
    def recorded_at_us(self) -> int:
        """The latest instant on record, this batch's own events included."""
        return self.new[-1].recorded_at_us if self.new else self.head.recorded_at_us

    @property
    def position(self) -> int:
        return self.head.position + len(self.new)

    def fetch(self, ids: Sequence[UUID]) -> None:
        """Bring the streams that the cache lacks into it, all in one go."""
        missing = [id_ for id_ in ids if self.cache.peek(id_) is None and id_.int not in self._absent]
        if not missing:
            return
        missing = list(dict.fromkeys(missing))
        loaded = self._loader.load(self.connection, missing)
        for id_ in missing:
            aggregate = loaded.get(id_)
            for event in self._events.get(id_.int, ()):
                aggregate = event.mutate(aggregate)
            if aggregate is not None:
                self.cache.keep(aggregate)
            else:
                self._absent.add(id_.int)  # under the head nobody else begins it: one look a batch is enough

    def seek(self, id_: UUID) -> Aggregate | None:
        """The aggregate as the batch leaves it so far, or None where there is no such stream."""
        aggregate = self.cache.get(id_)
        if aggregate is None and id_.int not in self._absent:
            self.fetch([id_])
            aggregate = self.cache.get(id_)
        return aggregate

    def find(self, row_key: RowKey, table: Table, key: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """A row as the batch leaves it so far. Under the head nobody else changes it: one read a batch is enough."""
        if row_key not in self.rows:
            self.rows[row_key] = find_row(self.connection, table, key)
        return self.rows[row_key]

    def take_in(self, unit: Unit) -> None:
        """Keep what a command decided: its events get their places, its rows become the neighbours' view."""
        encode = self._codecs.encode
        recorded_at_us = max(to_us(unit.at), self.recorded_at_us)
        for aggregate in unit.touched.values():
            id_ = aggregate._id  # noqa: SLF001  # the property costs on the hot path
            pending = aggregate._pending_events  # noqa: SLF001  # collected in one step instead of one by one
            if not pending:
                continue
            for event in pending:
                topic, state = encode(event)
                self.new.append(
                    NewEvent(id_, event.originator_version, topic, recorded_at_us, unit.command_id, state)
                )
                for observer in self._observers:
                    if topic in observer.topics:
                        observer.observe(event, recorded_at_us)
            self._events.setdefault(id_.int, []).extend(pending)
            self._absent.discard(id_.int)
            pending.clear()
            self.changed[id_.int] = aggregate
            self.cache.keep(aggregate)
        self.rows.update(unit.rows)
        self.row_changes.extend(unit.row_changes)

    def drop(self, unit: Unit) -> None:
        """Undo a refused command: whatever it changed is rebuilt when it is next needed."""
        for key, aggregate in unit.touched.items():
            if aggregate._pending_events:  # noqa: SLF001  # as above
                aggregate._pending_events.clear()  # noqa: SLF001  # as above
                self.cache.evict(aggregate.id)
                self.changed.pop(key, None)

    def due_for_snapshot(self) -> list[Aggregate]:
        """Those that passed a round number of versions here."""
        return [
            aggregate
            for aggregate in self.changed_now()
            if aggregate.version // SNAPSHOT_EVERY > self._version_before(aggregate) // SNAPSHOT_EVERY
        ]

    def _version_before(self, aggregate: Aggregate) -> int:
        return int(self._events[aggregate.id.int][0].originator_version) - 1

    def changed_now(self) -> list[Aggregate]:
        """The aggregates that have events in this batch, at their newest."""
        dropped = [UUID(int=key) for key in self._events if key not in self.changed]
        self.fetch(dropped)
        rebuilt = [aggregate for id_ in dropped if (aggregate := self.cache.peek(id_)) is not None]
        return [*self.changed.values(), *rebuilt]


class Unit:
    """One command's view. Implements the `Rows` port; `at` is the command's instant, UTC."""

    def __init__(self, batch: Batch, command_id: UUID, at: datetime, new_id: Callable[[], UUID]) -> None:
        self._batch = batch
        self.command_id = command_id
        self.at = at
        self.new_id = new_id
        self.touched: dict[int, Aggregate] = {}
        self.rows: dict[RowKey, Mapping[str, Any] | None] = {}
        self.row_changes: list[RowChange] = []

    # Aggregates

    def get(self, aggregate_class: type[A], id_: UUID) -> A:
        """The aggregate. Raises StreamNotFound."""
        aggregate = self.seek(aggregate_class, id_)
        if aggregate is None:
            subject = aggregate_class.TOPIC.rpartition(".")[2].replace("_", "-")
            raise StreamNotFound(subject=subject, reference=str(id_))
        return aggregate

    def seek(self, aggregate_class: type[A], id_: UUID) -> A | None:
        """The aggregate, or None where nothing has happened under this id, or to another kind of thing."""
        key = id_.int
        aggregate = self.touched.get(key)
        if aggregate is None:
            aggregate = self._batch.seek(id_)
            if aggregate is not None and type(aggregate) is aggregate_class:
                self.touched[key] = aggregate
        return aggregate if type(aggregate) is aggregate_class else None

    def fetch(self, ids: Sequence[UUID]) -> None:
        """Load several streams at once that the command is about to ask for."""
        self._batch.fetch(ids)

    def add(self, aggregate: A) -> A:
        """Take a new aggregate in."""
        self.touched[aggregate.id.int] = aggregate
        return aggregate

    @property
    def position(self) -> int:
        """The position that the last event so far will have; final once the command has decided."""
        position = self._batch.position
        for aggregate in self.touched.values():
            position += len(aggregate._pending_events)  # noqa: SLF001  # the property costs on the hot path
        return position

    @property
    def position_before(self) -> int:
        """The position of the last event before this command."""
        return self._batch.position

    def event_position(self, id_: UUID, version: int) -> int:
        """The position of an event of a stream, committed or a neighbour's in this batch."""
        for position, event in enumerate(self._batch.new, self._batch.head.position + 1):
            if event.originator_id == id_ and event.version == version:
                return position
        return _committed_position(self._batch.connection, id_, version)

    # Rows

    def find(self, table: Table, **key: Any) -> Mapping[str, Any] | None:
        row_key = (table.name, tuple(key[name] for name in _key_names(table)))
        if row_key in self.rows:
            return self.rows[row_key]
        return self._batch.find(row_key, table, key)

    def insert(self, table: Table, **values: Any) -> None:
        self._lay(table, values, {column.name: values.get(column.name) for column in table.columns})
        self.row_changes.append(("insert", table, {}, values))

    def update(self, table: Table, key: Mapping[str, Any], **values: Any) -> None:
        row = self.find(table, **key)
        if row is not None:
            self._lay(table, key, {**row, **values})
            self.row_changes.append(("update", table, dict(key), values))

    def delete(self, table: Table, **key: Any) -> None:
        self._lay(table, key, None)
        self.row_changes.append(("delete", table, key, {}))

    def _lay(self, table: Table, key: Mapping[str, Any], row: Mapping[str, Any] | None) -> None:
        self.rows[table.name, tuple(key[name] for name in _key_names(table))] = row


def find_row(connection: Connection, table: Table, key: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A committed row by its whole primary key."""
    if connection.dialect.name == "sqlite":
        return _sqlite_lookup(table).find(driver_of(connection), key)
    row = connection.execute(
        _by_key(table), {f"k_{name}": value for name, value in key.items()}
    ).one_or_none()
    return None if row is None else dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's documented accessor


class _SqliteLookup:
    """A row by its key straight from the driver, with Core's text and Core's conversions, prepared once.

    Each batch of redemptions looks for the row of the keys, and Core's share of that is ten times the database's.
    """

    def __init__(self, table: Table) -> None:
        dialect = sqlite.dialect(paramstyle="qmark")
        names = _key_names(table)
        statement = select(table).where(and_(*(table.c[name] == bindparam(name) for name in names)))
        compiled = statement.compile(dialect=dialect)
        self._sql = str(compiled)
        self._binds = [
            (name, _converter(table.c[name].type.dialect_impl(dialect).bind_processor(dialect)))
            for name in compiled.positiontup or names
        ]
        self._results = [
            (c.name, _converter(c.type.dialect_impl(dialect).result_processor(dialect, None)))
            for c in table.columns
        ]

    def find(self, driver: Any, key: Mapping[str, Any]) -> Mapping[str, Any] | None:
        row = driver.execute(self._sql, [convert(key[name]) for name, convert in self._binds]).fetchone()
        if row is None:
            return None
        return {name: convert(value) for (name, convert), value in zip(self._results, row, strict=True)}


def _converter(processor: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    return processor or (lambda value: value)


@cache
def _sqlite_lookup(table: Table) -> _SqliteLookup:
    return _SqliteLookup(table)


@cache
def _by_key(table: Table) -> Select[Any]:
    return select(table).where(and_(*(table.c[n] == bindparam(f"k_{n}") for n in _key_names(table))))


def write_rows(connection: Connection, changes: Sequence[RowChange]) -> None:
    """Carry out row changes in their order."""
    for kind, table, key, values in changes:
        if kind == "insert":
            connection.execute(insert(table), dict(values))
            continue
        where = and_(*(table.c[name] == value for name, value in key.items()))
        if kind == "update":
            connection.execute(update(table).where(where).values(dict(values)))
        else:
            connection.execute(delete(table).where(where))


@cache
def _key_names(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key.columns)


def _committed_position(connection: Connection, id_: UUID, version: int) -> int:
    return int(
        connection.execute(
            select(events.c.position).where(events.c.originator_id == id_, events.c.version == version)
        ).scalar_one()
    )
