"""Aggregates as the writer needs them: kept in a bounded cache, loaded from snapshot and tail."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Connection, delete, func, insert, literal_column, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.expression import bindparam, column

from points.domain.aggregate import Aggregate
from points.ledger.codec import Codecs
from points.ledger.database import driver_of
from points.ledger.metadata import UuidBytes
from points.ledger.snapshots import Snapshots
from points.ledger.tables import events, snapshots

SNAPSHOT_EVERY = 20
"""Versions between two snapshots: the tail that a load replays stays short, at one extra row in twenty."""


class AggregateCache:
    """The most recently used aggregates. Holds the writer's own objects: current, or evicted.

    Keys are the ids' integers: a UUID hashes and compares in Python, which shows on the hot path.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[int, Aggregate] = OrderedDict()

    def get(self, id_: UUID) -> Aggregate | None:
        key = id_.int
        aggregate = self._kept.get(key)
        if aggregate is not None:
            self._kept.move_to_end(key)
        return aggregate

    def keep(self, aggregate: Aggregate) -> None:
        self._kept[aggregate._id.int] = aggregate  # noqa: SLF001  # the property costs on the hot path
        if len(self._kept) > self._size:
            self._kept.popitem(last=False)

    def evict(self, id_: UUID) -> None:
        self._kept.pop(id_.int, None)

    def clear(self) -> None:
        self._kept.clear()

    def peek(self, id_: UUID) -> Aggregate | None:
        """As `get`, without counting as a use."""
        return self._kept.get(id_.int)


class StreamLoader:
    """Builds aggregates from their latest snapshot and the events after it."""

    def __init__(self, codecs: Codecs, snapshot_codecs: Snapshots, *, postgresql: bool) -> None:
        self._codecs = codecs
        self._snapshots = snapshot_codecs
        self._read = _read_postgresql if postgresql else _read_sqlite

    def load(self, connection: Connection, ids: Sequence[UUID]) -> dict[UUID, Aggregate]:
        """The aggregates that exist among `ids`, as committed."""
        loaded: dict[UUID, Aggregate] = {}
        after: dict[UUID, int] = dict.fromkeys(ids, 0)
        for id_, version, topic, state in self._read.snapshots(connection, ids):
            aggregate = self._snapshots.decode(id_, version, topic, state)
            if aggregate is not None:
                loaded[id_] = aggregate
                after[id_] = version
        decode = self._codecs.decode
        for id_, version, topic, state in self._read.tails(connection, after):
            loaded[id_] = decode(id_, version, topic, state).mutate(loaded.get(id_))
        return loaded

    def snapshot(self, connection: Connection, aggregates: Sequence[Aggregate]) -> None:
        """Replace the snapshots of these aggregates by their present state."""
        rows = []
        for aggregate in aggregates:
            topic, state = self._snapshots.encode(aggregate)
            rows.append(
                {
                    "originator_id": aggregate.id,
                    "version": aggregate.version,
                    "topic": topic,
                    "state": state,
                }
            )
        if rows:
            old = delete(snapshots).where(
                snapshots.c.originator_id == bindparam("old_id"), snapshots.c.version < bindparam("below")
            )
            connection.execute(
                old, [{"old_id": row["originator_id"], "below": row["version"]} for row in rows]
            )
            connection.execute(insert(snapshots), rows)


_Row = tuple[UUID, int, str, bytes]


class _ReadSqlite:
    """One statement for all streams: `CROSS JOIN` makes SQLite go through the wanted ids first."""

    def snapshots(self, connection: Connection, ids: Sequence[UUID]) -> list[_Row]:
        marks = ",".join("?" * len(ids))
        sql = f"SELECT originator_id, version, topic, state FROM snapshots WHERE originator_id IN ({marks})"  # noqa: S608  # marks only
        rows = driver_of(connection).execute(sql, [id_.bytes for id_ in ids]).fetchall()
        return [(UUID(bytes=id_), *row) for id_, *row in rows]

    def tails(self, connection: Connection, after: dict[UUID, int]) -> list[_Row]:
        marks = ",".join(["(?,?,?)"] * len(after))
        sql = (
            f"WITH wanted(n, id, after) AS (VALUES {marks}) SELECT n, e.version, e.topic, e.state FROM wanted"  # noqa: S608  # marks only
            " CROSS JOIN events e ON e.originator_id = wanted.id AND e.version > wanted.after ORDER BY n, e.version"
        )
        ids = list(after)
        parameters: list[Any] = []
        for n, id_ in enumerate(ids):
            parameters += (n, id_.bytes, after[id_])
        rows = driver_of(connection).execute(sql, parameters).fetchall()
        return [(ids[n], version, topic, state) for n, version, topic, state in rows]


class _ReadPostgresql:
    """One round trip for all snapshots, one for all tails."""

    def __init__(self) -> None:
        ids, versions = bindparam("ids", type_=ARRAY(UuidBytes)), bindparam("after", type_=ARRAY(BigInteger))
        wanted = func.unnest(ids, versions).table_valued(
            column("id", UuidBytes), column("after", BigInteger), name="wanted"
        )
        wanted = wanted.render_derived()
        # The offset keeps the planner from reading the whole log for a join: it may only look each stream up.
        tail = (
            select(events.c.version, events.c.topic, events.c.state)
            .where(events.c.originator_id == wanted.c.id, events.c.version > wanted.c.after)
            .order_by(events.c.version)
            .offset(literal_column("0"))
            .lateral("tail")
        )
        self._tail = (
            select(wanted.c.id, tail.c.version, tail.c.topic, tail.c.state)
            .select_from(wanted.join(tail, true()))
            .order_by(wanted.c.id, tail.c.version)
        )
        self._snapshot = select(
            snapshots.c.originator_id, snapshots.c.version, snapshots.c.topic, snapshots.c.state
        ).where(snapshots.c.originator_id == func.any(ids))

    def snapshots(self, connection: Connection, ids: Sequence[UUID]) -> list[_Row]:
        return [tuple(row) for row in connection.execute(self._snapshot, {"ids": list(ids)})]

    def tails(self, connection: Connection, after: dict[UUID, int]) -> list[_Row]:
        parameters = {"ids": list(after), "after": list(after.values())}
        return [tuple(row) for row in connection.execute(self._tail, parameters)]


_read_sqlite = _ReadSqlite()
_read_postgresql = _ReadPostgresql()
