"""A rebuild: fills a new generation from the first event, compares it with the old one, then switches.

The old one answers, and follows the log, until the switch; a difference means that the read models or the
program that filled them cannot be trusted, and a person decides.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, select

from points.ledger.codec import Codecs
from points.projections.columns import read_metadata
from points.projections.model import ReadModel
from points.projections.projector import PageApplier, Projector
from points.projections.store import Generation, read_position

OnProgress = Callable[[int, int], None]
"""`on_progress(position, of)`."""

_ROWS_AT_ONCE = 2_000


class Difference(NamedTuple):
    """Rows of one table that are missing, left over or other than the log says."""

    table: str
    rows: int


class RebuildReport(NamedTuple):
    """`position` is where the two generations were compared."""

    position: int
    differences: tuple[Difference, ...]
    switched: bool


def rebuild(
    projector: Projector,
    codecs: Codecs,
    models: Sequence[ReadModel],
    on_progress: OnProgress = lambda _position, _of: None,
    *,
    accept_differences: bool = False,
    grace_s: float = 0,
) -> RebuildReport:
    """Rebuild with fresh `models`, compare, and switch if nothing differs or differences are accepted.

    `grace_s` is how long other processes may need to follow the switch before the old tables go.
    """
    store, recorder = projector.read_store, projector.recorder
    old, new = store.current, store.next_generation()
    applier = PageApplier(codecs, models)

    def fill(until: int) -> None:
        position = new.position()
        while position < until:
            position = applier.apply(recorder, new, until)
            on_progress(position, until)

    fill(old.position())
    with _snapshot(old) as connection:
        position = old.position_in(connection)
        fill(position)
        differences = tuple(compare(connection, new))
    if differences and not accept_differences:
        new.drop()
        return RebuildReport(position, differences, switched=False)
    fill(recorder.read_head().position)
    with projector.held():
        fill(old.position())
        store.switch(new)
    if grace_s:
        time.sleep(grace_s)
    old.drop()
    return RebuildReport(position, differences, switched=True)


def check(projector: Projector, codecs: Codecs, models: Sequence[ReadModel]) -> tuple[Difference, ...]:
    """Compute the read models anew and compare; nothing is switched, whatever comes of it."""
    store, recorder = projector.read_store, projector.recorder
    projector.catch_up()
    old, new = store.current, store.next_generation()
    applier = PageApplier(codecs, models)
    try:
        with _snapshot(old) as connection:
            until = old.position_in(connection)
            position = new.position()
            while position < until:
                position = applier.apply(recorder, new, until)
            return tuple(compare(connection, new))
    finally:
        new.drop()


def compare(old: Connection, new: Generation) -> Iterable[Difference]:
    """The tables that differ; both generations stand at the same position."""
    with new.engine.connect() as connection:
        for table in read_metadata.sorted_tables:
            if table is not read_position:
                rows = count_differences(table, _rows(old, table), _rows(connection, table))
                if rows:
                    yield Difference(table.name, rows)


def count_differences(table: Table, old: Iterator[Any], new: Iterator[Any]) -> int:
    """Both come in the order of the primary key, which stands first: one pass, and no table in memory."""
    length = len(table.primary_key.columns)
    count = 0
    left, right = next(old, None), next(new, None)
    while left is not None or right is not None:
        if left is not None and right is not None and left[:length] == right[:length]:
            count += left != right
            left, right = next(old, None), next(new, None)
        elif right is None or (left is not None and left[:length] < right[:length]):
            count += 1
            left = next(old, None)
        else:
            count += 1
            right = next(new, None)
    return count


def _rows(connection: Connection, table: Table) -> Iterator[Any]:
    statement = select(table).order_by(*table.primary_key.columns)
    streamed = connection.execution_options(yield_per=_ROWS_AT_ONCE)
    return (tuple(row) for row in streamed.execute(statement))


def _snapshot(generation: Generation) -> Connection:
    """A view that stands still while the projector goes on."""
    engine = generation.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    return engine.connect()
