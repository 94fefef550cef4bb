"""Taking a store of an earlier format forward, with everything that is in it.

Only the tables that live with the events have a format; read models are filled anew, and events are upcast where
they are read. A step says what changes from one format to the next, in Alembic's operations, so that one text
serves both databases. All pending steps run in one transaction: a store is of one format or of the other, never
between two (docs/decisions/0007-formats-move-forward-in-one-transaction.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, select, text, update

from points.ledger.database import for_writing
from points.ledger.errors import StoreFormatUnknown, StoreNeedsMigration
from points.ledger.identity import FORMAT, store_identity

if TYPE_CHECKING:
    from alembic.operations import Operations

Step = Callable[["Operations"], None]

STEPS: Mapping[int, Step] = MappingProxyType({})
"""By the format that a step leads to. Nothing has changed since format 1."""


def check_format(found: int, known: int = FORMAT) -> None:
    """Raises StoreNeedsMigration for an older store, StoreFormatUnknown for one of the future."""
    if found < known:
        raise StoreNeedsMigration(found=found, known=known)
    if found > known:
        raise StoreFormatUnknown(found=found, known=known)


def migrate(engine: Engine, schema: str | None, steps: Mapping[int, Step] = STEPS, goal: int = FORMAT) -> int:
    """Run what is missing, under the writer's lock. Returns the format found; the goal again does nothing.

    Raises StoreFormatUnknown.
    """
    with for_writing(engine).begin() as connection:
        if schema is not None:
            # Alembic's operations name no schema, and the tenant's tables stand in no default one.
            connection.execute(text(f'SET LOCAL search_path TO "{schema}"'))
        found: int = connection.execute(select(store_identity.c.format).with_for_update()).scalar_one()
        if found > goal:
            raise StoreFormatUnknown(found=found, known=goal)
        _run(connection, [steps[number] for number in range(found + 1, goal + 1)])
        connection.execute(update(store_identity).values(format=goal))
    return found


def _run(connection: Connection, steps: list[Step]) -> None:
    # Importing Alembic takes a tenth of a second, which every command would pay that opens a store.
    from alembic.operations import Operations  # noqa: PLC0415
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415

    context = MigrationContext.configure(connection, opts={"as_sql": False, "transactional_ddl": True})
    with Operations.context(context) as operations:
        for step in steps:
            step(operations)
