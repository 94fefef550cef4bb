"""Where the read models live: a file beside the store on SQLite, a schema beside the tenant's on PostgreSQL.

Each generation has its own, so that a rebuild fills a new one at leisure and then changes one pointer. On
SQLite it is a second file, so that projecting never holds the lock that the writer needs.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Engine,
    SmallInteger,
    String,
    Table,
    event,
    func,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.schema import CreateSchema, CreateTable, DropSchema

from points.ledger.database import for_writing, open_engine
from points.ledger.read_generation import FIRST_GENERATION, read_generation
from points.projections.columns import count_column, read_metadata

read_position = Table(
    "read_position",
    read_metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    count_column("position"),
    Column("shape", String, nullable=False, comment="of the tables' definitions, to know an older program's"),
    CheckConstraint("id = 1", name="read_position_single"),
)


class Generation:
    """One complete set of read tables with the position they have reached."""

    def __init__(self, number: int, engine: Engine, place: Path | str) -> None:
        """`place` is the file on SQLite, the schema on PostgreSQL."""
        self.number = number
        self.engine = engine
        self._writing = for_writing(engine)
        self._place = place

    def create(self) -> None:
        """Make the tables if there are none, at position 0."""
        with self._writing.begin() as connection:
            self.lock(connection)
            if isinstance(self._place, str):
                connection.execute(CreateSchema(self._place, if_not_exists=True))
            read_metadata.create_all(connection)
            if connection.execute(select(read_position.c.id)).first() is None:
                connection.execute(insert(read_position).values(id=1, position=0, shape=_shape()))

    def begin(self) -> Any:
        """A transaction that may project: the only one of its kind until it ends."""
        return self._writing.begin()

    def lock(self, connection: Connection) -> None:
        """Wait for whoever else projects. SQLite's write lock, taken by `begin`, has done so already."""
        if isinstance(self._place, str):
            key = func.hashtextextended(self._place, 0)
            connection.execute(select(func.pg_advisory_xact_lock(key)))

    def position(self) -> int:
        with self.engine.connect() as connection:
            return self.position_in(connection)

    def position_in(self, connection: Connection) -> int:
        return int(connection.execute(select(read_position.c.position)).scalar_one())

    def move(self, connection: Connection, position: int) -> None:
        connection.execute(update(read_position).values(position=position))

    def fits(self) -> bool:
        """Whether the tables are those that this program defines."""
        with self.engine.connect() as connection:
            shape: str = connection.execute(select(read_position.c.shape)).scalar_one()
        return shape == _shape()

    def drop(self) -> None:
        """Remove the tables. Whoever still reads a file keeps what is open."""
        if isinstance(self._place, str):
            with self.engine.begin() as connection:
                connection.execute(DropSchema(self._place, cascade=True, if_exists=True))
            return
        self.engine.dispose()
        for suffix in ("", "-wal", "-shm"):
            self._place.with_name(self._place.name + suffix).unlink(missing_ok=True)


class ReadStore:
    """The generation that answers, and the making of others."""

    def __init__(self, ledger_engine: Engine, database_url: str, schema: str | None = None) -> None:
        self._ledger_engine = ledger_engine
        self._database_url = database_url
        self._schema = schema
        self.current = self._open(self._pointed_at())
        if not self.current.fits():
            # An older program's tables cannot answer this one's questions; the log can.
            outdated, self.current = self.current, self.next_generation()
            self.switch(self.current)
            outdated.drop()

    @property
    def engine(self) -> Engine:
        """Of the current generation: ask for it at each use, since a rebuild changes it."""
        return self.current.engine

    def refresh(self) -> bool:
        """Follow a switch that another process made. Returns whether there was one."""
        number = self._pointed_at()
        if number == self.current.number:
            return False
        self.current = self._open(number)
        return True

    def next_generation(self) -> Generation:
        """A new, empty generation; what an abandoned rebuild left in its place is dropped."""
        number = self._pointed_at() + 1
        self._generation(number).drop()
        return self._open(number)

    def switch(self, to: Generation) -> None:
        """Let another generation answer from now on."""
        with for_writing(self._ledger_engine).begin() as connection:
            changed = connection.execute(update(read_generation).values(generation=to.number))
            if not changed.rowcount:
                connection.execute(insert(read_generation).values(id=1, generation=to.number))
        self.current = to

    def _pointed_at(self) -> int:
        with self._ledger_engine.connect() as connection:
            number = connection.execute(select(read_generation.c.generation)).scalar_one_or_none()
        return FIRST_GENERATION if number is None else number

    def _open(self, number: int) -> Generation:
        generation = self._generation(number)
        generation.create()
        return generation

    def _generation(self, number: int) -> Generation:
        if self._ledger_engine.dialect.name == "postgresql":
            schema = f"{self._schema or 'points'}_read_{number}"
            shared = self._ledger_engine.execution_options(schema_translate_map={None: schema})
            return Generation(number, shared, schema)
        file = _file_beside(self._database_url, number)
        engine = open_engine(f"sqlite:///{file}")
        event.listen(engine, "connect", _relax)
        return Generation(number, engine, file)


def _file_beside(database_url: str, number: int) -> Path:
    """Raises ValueError for a store in memory: it has no place beside it."""
    name = make_url(database_url).database
    if not name or name == ":memory:":
        raise ValueError(database_url)
    store = Path(name).absolute()
    return store.with_name(f"{store.name.removesuffix('.db')}.read-{number}.db")


def _relax(connection: Any, _: Any) -> None:
    # A power cut may cost the last pages, which the log gives again; tables and position stay together.
    connection.execute("PRAGMA synchronous=NORMAL").close()


def _shape() -> str:
    """Differs as soon as any table's definition does."""
    statements = sorted(str(CreateTable(table)) for table in read_metadata.tables.values())
    return hashlib.sha256("".join(statements).encode()).hexdigest()
