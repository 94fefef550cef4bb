"""The checkpoints that were signed: kept with the events, because they cannot be made again from them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Table, Text, insert, select

from points.ledger.audit.checkpoint import Sign, parse_checkpoint, sign_checkpoint
from points.ledger.audit.errors import CheckpointInconsistent
from points.ledger.audit.tiles import StoredTree
from points.ledger.metadata import ledger_metadata

checkpoints = Table(
    "checkpoints",
    ledger_metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("made_at_us", BigInteger, nullable=False),
)


def published_checkpoints(connection: Connection) -> list[str]:
    """Every checkpoint's text, by rising size."""
    return list(connection.execute(select(checkpoints.c.text).order_by(checkpoints.c.size)).scalars())


def latest_checkpoint(connection: Connection) -> str | None:
    newest = select(checkpoints.c.text).order_by(checkpoints.c.size.desc()).limit(1)
    return connection.execute(newest).scalar_one_or_none()


def publish_checkpoint(
    connection: Connection, stored: StoredTree, tenant: bytes, sign: Sign, public: bytes, *, now_us: int
) -> str:
    """Sign the tree as it stands and keep the text; the last one again if nothing was added since.

    CheckpointInconsistent if the tree no longer contains what the last one signed: two signed heads that
    contradict each other are the one thing that a log must never give out.
    """
    size = stored.size()
    previous_text = latest_checkpoint(connection)
    if previous_text is not None:
        previous = parse_checkpoint(previous_text)
        if previous.size > size or stored.root(previous.size) != previous.root:
            raise CheckpointInconsistent(size=previous.size)
        if previous.size == size:
            return previous_text
    text = sign_checkpoint(tenant, size, stored.root(size), sign, public)
    connection.execute(insert(checkpoints), {"size": size, "text": text, "made_at_us": now_us})
    return text
