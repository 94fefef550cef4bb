"""What can go wrong between the exchange and its disk, one thing at a time and exactly when the seed says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Connection, exc

from points.ledger.recorder import EventRecorder


class Fault(StrEnum):
    BEFORE_COMMIT = "the connection breaks before the commit"
    AFTER_COMMIT = "the connection breaks after the commit, and comes back"
    LOST_BEFORE = "the connection breaks before the commit, and stays away"
    LOST_AFTER = "the connection breaks after the commit, and stays away"
    DISK_FULL = "the disk is full"
    DEATH_BEFORE = "the process dies before the commit"
    DEATH_AFTER = "the process dies after the commit"


class Died(BaseException):
    """The process is no more. Nothing may catch this and go on."""


DEATHS = frozenset({Fault.DEATH_BEFORE, Fault.DEATH_AFTER})
_COMMITS_FIRST = frozenset({Fault.AFTER_COMMIT, Fault.LOST_AFTER, Fault.DEATH_AFTER})
_STAYS_AWAY = frozenset({Fault.LOST_BEFORE, Fault.LOST_AFTER})


@contextmanager
def struck_by(  # noqa: C901  # three faults in the places where they happen
    recorder: EventRecorder, fault: Fault | None
) -> Iterator[list[Fault]]:
    """Let the fault happen at the next commit, or the next append; the list tells whether it did."""
    struck: list[Fault] = []
    engine = recorder.engine
    broken = engine.dialect.loaded_dbapi.OperationalError
    commit, append, connect = engine.dialect.do_commit, recorder.append, engine.connect

    def do_commit(connection: Any) -> None:
        if struck:
            commit(connection)
            return
        struck.append(cast("Fault", fault))
        if fault in _COMMITS_FIRST:
            commit(connection)
        if fault in DEATHS:
            raise Died
        raise broken("the connection broke")

    def do_append(*arguments: Any) -> Any:
        if struck:
            return append(*arguments)
        struck.append(Fault.DISK_FULL)
        raise exc.OperationalError("append", None, broken("database or disk is full"))

    def do_connect() -> Connection:
        if struck:
            raise exc.OperationalError("connect", None, broken("no route to the store"))
        return connect()

    where = {Fault.DISK_FULL: (recorder, "append", do_append)}
    with ExitStack() as stack:
        if fault is not None:
            stack.enter_context(replaced(*where.get(fault, (engine.dialect, "do_commit", do_commit))))
        if fault in _STAYS_AWAY:
            stack.enter_context(replaced(engine, "connect", do_connect))
        yield struck


@contextmanager
def replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    """The attribute is another for as long as the block runs."""
    own = name in vars(owner)
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if own:
            setattr(owner, name, before)
        else:
            delattr(owner, name)
