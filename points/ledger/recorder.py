"""The one recorder: the log on SQLAlchemy Core, for SQLite and PostgreSQL.

It implements the event library's `ApplicationRecorder`, so that the library's Application, Repository,
snapshots and notification log work on it. Unlike the library's own it locks one row, the head, to append:
positions are gapless and in commit order, readers are never blocked and never miss an event, and a lost
connection is not retried behind the caller's back, since its commit may have happened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    ListenNotifySubscription,
    Notification,
    StoredEvent,
)
from sqlalchemy import Connection, Engine, Insert, Table, bindparam, exc, func, insert, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import ARRAY

from points.ledger.database import driver_of, for_writing
from points.ledger.event_row import EventRow
from points.ledger.tables import events, log_head, snapshots

INTEGRITY_ERRORS = (exc.IntegrityError, sqlite3.IntegrityError)
"""A clash of rows, as Core reports it and as SQLite's driver does where it is spoken to directly."""

_NO_COMMAND = UUID(int=0)

_READ = select(
    events.c.position,
    events.c.originator_id,
    events.c.version,
    events.c.topic,
    events.c.recorded_at,
    events.c.command_id,
    events.c.state,
)
_PAGE = (
    _READ.where(events.c.position > bindparam("after"))
    .order_by(events.c.position)
    .limit(bindparam("page_size"))
)
# On SQLite the statements that Core compiles go to the driver as they are: in process there is no round trip to
# hide Core's own work per execution behind, and it would be a third of a lone caller's time.
_SQLITE_INSERT = str(insert(events).compile(dialect=sqlite.dialect()))
_ONE_ROW = _SQLITE_INSERT[_SQLITE_INSERT.index("(", _SQLITE_INSERT.index("VALUES")) :]
# The driver lets go of the interpreter at each step of a statement, and whoever else computes may then keep it for
# milliseconds; a statement of many rows is one step. Powers of two, so that the driver has few texts to prepare.
_SQLITE_INSERTS = [(rows, _SQLITE_INSERT + f", {_ONE_ROW}" * (rows - 1)) for rows in (64, 32, 16, 8, 4, 2, 1)]
_SQLITE_PAGE = str(_PAGE.compile(dialect=sqlite.dialect(paramstyle="qmark")))
_HEAD = select(log_head.c.position, log_head.c.recorded_at).where(log_head.c.id == 1)
_RECORDED_AT = select(events.c.recorded_at).where(events.c.position == bindparam("at_position"))
_MOVE_HEAD = (
    update(log_head)
    .where(log_head.c.id == 1)
    .values(position=bindparam("to_position"), recorded_at=bindparam("to_recorded_at"))
)
_SQLITE_HEAD = str(_HEAD.compile(dialect=sqlite.dialect()))
_SQLITE_MOVE_HEAD = str(_MOVE_HEAD.compile(dialect=sqlite.dialect()))


class Head(NamedTuple):
    """The end of the log."""

    position: int
    recorded_at_us: int


class NewEvent(NamedTuple):
    """An event that has no position yet."""

    originator_id: UUID
    version: int
    topic: str
    recorded_at_us: int
    command_id: UUID
    state: bytes


class EventRecorder(ApplicationRecorder):
    """Reads and appends the log. One append is one transaction under the head."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writing = for_writing(engine)
        self._postgresql = engine.dialect.name == "postgresql"
        self._insert_many = _postgresql_insert()

    # The head

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction that may append; on SQLite it holds the write lock from its first moment."""
        with self._writing.connect() as connection, connection.begin():
            yield connection

    def take_head(self, connection: Connection) -> Head:
        """Lock the head until the transaction ends, and read it."""
        if self._postgresql:
            return Head(*connection.execute(_HEAD.with_for_update()).one())
        return Head(*driver_of(connection).execute(_SQLITE_HEAD, (1,)).fetchone())

    def read_head(self) -> Head:
        with self.engine.connect() as connection:
            return self.read_head_with(connection)

    def read_head_with(self, connection: Connection) -> Head:
        return Head(*connection.execute(_HEAD).one())

    def append(self, connection: Connection, head: Head, new: Sequence[NewEvent]) -> Head:
        """Write events after the head that `take_head` gave, and move it. Nothing is committed yet."""
        if not new:
            return head
        moved = Head(head.position + len(new), new[-1].recorded_at_us)
        if self._postgresql:
            self._append_postgresql(connection, head, new)
            connection.execute(
                _MOVE_HEAD, {"to_position": moved.position, "to_recorded_at": moved.recorded_at_us}
            )
        else:
            self._append_sqlite(connection, head, new)
            driver_of(connection).execute(_SQLITE_MOVE_HEAD, (*moved, 1)).close()
        return moved

    def _append_sqlite(self, connection: Connection, head: Head, new: Sequence[NewEvent]) -> None:
        driver, done = driver_of(connection), 0
        for rows, statement in _SQLITE_INSERTS:
            while len(new) - done >= rows:
                values: list[Any] = []
                for position, e in enumerate(new[done : done + rows], head.position + done + 1):
                    values += (
                        position,
                        e.originator_id.bytes,
                        e.version,
                        e.topic,
                        e.recorded_at_us,
                        e.command_id.bytes,
                        e.state,
                    )
                driver.execute(statement, values).close()
                done += rows

    def _append_postgresql(self, connection: Connection, head: Head, new: Sequence[NewEvent]) -> None:
        columns = list(zip(*new, strict=True))
        connection.execute(
            self._insert_many,
            {
                "positions": list(range(head.position + 1, head.position + len(new) + 1)),
                "originator_ids": list(columns[0]),
                "versions": list(columns[1]),
                "topics": list(columns[2]),
                "recorded_ats": list(columns[3]),
                "command_ids": list(columns[4]),
                "states": list(columns[5]),
            },
        )

    # Reading

    def read_page(self, after: int, limit: int) -> list[EventRow]:
        """Up to `limit` events with positions above `after`, in order."""
        with self.engine.connect() as connection:
            return self.read_page_with(connection, after, limit)

    def read_page_with(self, connection: Connection, after: int, limit: int) -> list[EventRow]:
        if self._postgresql:
            rows = connection.execute(_PAGE, {"after": after, "page_size": limit})
            return [EventRow(p, o.bytes, v, t, r, c.bytes, bytes(s)) for p, o, v, t, r, c, s in rows.all()]
        rows = driver_of(connection).execute(_SQLITE_PAGE, (after, limit, 0)).fetchall()
        return [EventRow._make(row) for row in rows]

    def read_stream(self, connection: Connection, originator_id: UUID) -> list[EventRow]:
        """A whole stream, in order."""
        statement = _READ.where(events.c.originator_id == originator_id).order_by(events.c.version)
        return [
            EventRow(p, o.bytes, v, t, r, c.bytes, bytes(s))
            for p, o, v, t, r, c, s in connection.execute(statement)
        ]

    def position_of(
        self, connection: Connection, originator_id: UUID, version: int
    ) -> tuple[int, UUID] | None:
        """Position and command of one event of a stream, or None."""
        row = connection.execute(
            select(events.c.position, events.c.command_id).where(
                events.c.originator_id == originator_id, events.c.version == version
            )
        ).one_or_none()
        return None if row is None else (row.position, row.command_id)

    def last_position_before(self, connection: Connection, head: Head, recorded_at_us: int) -> int:
        """The last position recorded before an instant, by bisection: recorded time never falls."""
        low, high = 0, head.position
        while low < high:
            middle = (low + high + 1) // 2
            at_us = connection.execute(_RECORDED_AT, {"at_position": middle}).scalar_one()
            low, high = (middle, high) if at_us < recorded_at_us else (low, middle - 1)
        return low

    # The event library's port

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append in a transaction of its own; returns the positions. Raises IntegrityError on a clash."""
        if not stored_events:
            return []
        command_id = kwargs.get("command_id", _NO_COMMAND)
        try:
            with self.transaction() as connection:
                head = self.take_head(connection)
                recorded_at_us = max(kwargs.get("recorded_at_us", 0), head.recorded_at_us)
                new = [
                    NewEvent(
                        _as_uuid(e.originator_id),
                        e.originator_version,
                        e.topic,
                        recorded_at_us,
                        command_id,
                        e.state,
                    )
                    for e in stored_events
                ]
                moved = self.append(connection, head, new)
        except INTEGRITY_ERRORS as error:
            raise IntegrityError(str(error)) from error
        return list(range(head.position + 1, moved.position + 1))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        return _select_stream(self.engine, events, originator_id, gt=gt, lte=lte, desc=desc, limit=limit)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> list[Notification]:
        statement = _READ.order_by(events.c.position).limit(limit)
        if start is not None:
            position = events.c.position
            statement = statement.where(position >= start if inclusive_of_start else position > start)
        if stop is not None:
            statement = statement.where(events.c.position <= stop)
        if topics:
            statement = statement.where(events.c.topic.in_(topics))
        with self.engine.connect() as connection:
            return [
                Notification(originator_id, version, topic, bytes(state), position)
                for position, originator_id, version, topic, _, _, state in connection.execute(statement)
            ]

    def max_notification_id(self) -> int | None:
        return self.read_head().position or None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> PolledSubscription:
        return PolledSubscription(self, gt, topics)


class SnapshotRecorder(AggregateRecorder):
    """The library's port to the snapshots, for its Repository. The writer keeps them itself."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> None:
        rows = [
            {
                "originator_id": e.originator_id,
                "version": e.originator_version,
                "topic": e.topic,
                "state": e.state,
            }
            for e in stored_events
        ]
        if not rows:
            return
        try:
            with for_writing(self.engine).begin() as connection:
                connection.execute(insert(snapshots), rows)
        except exc.IntegrityError as error:
            raise IntegrityError(str(error.orig)) from error

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> list[StoredEvent]:
        return _select_stream(self.engine, snapshots, originator_id, gt=gt, lte=lte, desc=desc, limit=limit)


class PolledSubscription(ListenNotifySubscription[EventRecorder]):
    """The library's subscription, woken by a poll: notifications of the database are only ever a hint."""

    POLL_S = 0.2

    def _loop_on_pull(self) -> None:
        try:
            while not self._has_been_stopped:
                self._pull()
                self._has_been_notified.wait(self.POLL_S)
        except BaseException as error:  # noqa: BLE001  # handed to the reader of the subscription, as the library does
            self._thread_error = error
            self.stop()


def _postgresql_insert() -> Insert:
    """One statement for a whole batch: a single round trip whatever its length."""
    names = ("positions", "originator_ids", "versions", "topics", "recorded_ats", "command_ids", "states")
    columns = list(events.c)
    arrays = [
        func.unnest(bindparam(name, type_=ARRAY(column.type)))
        for name, column in zip(names, columns, strict=True)
    ]
    return insert(events).from_select([c.name for c in columns], select(*arrays))


def _select_stream(
    engine: Engine,
    table: Table,
    originator_id: UUID | str,
    *,
    gt: int | None,
    lte: int | None,
    desc: bool,
    limit: int | None,
) -> list[StoredEvent]:
    id_ = _as_uuid(originator_id)
    version = table.c.version
    statement = select(version, table.c.topic, table.c.state).where(table.c.originator_id == id_)
    if gt is not None:
        statement = statement.where(version > gt)
    if lte is not None:
        statement = statement.where(version <= lte)
    statement = statement.order_by(version.desc() if desc else version)
    if limit is not None:
        statement = statement.limit(limit)
    with engine.connect() as connection:
        return [StoredEvent(id_, v, topic, bytes(state)) for v, topic, state in connection.execute(statement)]


def _as_uuid(originator_id: UUID | str) -> UUID:
    return originator_id if isinstance(originator_id, UUID) else UUID(originator_id)
