"""Where the tree's hashes lie: tiles of 256, in tables that can be dropped and built again from the log.

A tile of level L holds the hashes of up to 256 complete subtrees of 256^L leaves each, one after another.
Hashes between two tile levels are computed from a tile when asked for. That is the layout of C2SP tlog-tiles,
and it costs 32 bytes an event plus an eighth of a byte for all levels above.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from points.ledger.audit import tree
from points.ledger.audit.errors import NotInTree, TreeMovedOn
from points.ledger.audit.tree import HASH_BYTES, CompactRange

TILE_LEVELS = 8
TILE_WIDTH = 1 << TILE_LEVELS

audit_metadata = MetaData()

audit_nodes = Table(
    "audit_nodes",
    audit_metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("idx", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

audit_tree = Table(
    "audit_tree",
    audit_metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("peaks", LargeBinary, nullable=False),
)

_THE_ROW = 1


class StoredTree:
    """The tree as it stands in the store. Reads need no lock: what a size has covered never changes again."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create_tables(self) -> None:
        audit_metadata.create_all(self._engine)

    def clear(self) -> None:
        """Forget the tree; the follower builds it again from the log."""
        with self._engine.begin() as connection:
            connection.execute(delete(audit_nodes))
            connection.execute(delete(audit_tree))

    def load(self) -> CompactRange:
        with self._engine.connect() as connection:
            row = connection.execute(select(audit_tree.c.size, audit_tree.c.peaks)).one_or_none()
        return CompactRange() if row is None else CompactRange(row.size, row.peaks)

    def size(self) -> int:
        with self._engine.connect() as connection:
            return connection.execute(select(audit_tree.c.size)).scalar_one_or_none() or 0

    def append(self, edge: CompactRange, leaves: Sequence[bytes]) -> None:
        """Write the tiles, the peaks and the size in one transaction; `edge` is what load gave, and moves on.

        TreeMovedOn if another follower was quicker: nothing is written, and `edge` must be loaded again.
        """
        old_size = edge.size
        finished = edge.append(leaves)
        with self._engine.begin() as connection:
            # The guarded update comes first: it takes the write lock, and two followers never both pass it.
            self._move_size(connection, old_size, edge)
            for tile_level, nodes in enumerate(finished[::TILE_LEVELS]):
                _extend_tiles(connection, tile_level, old_size >> tile_level * TILE_LEVELS, nodes)

    def _move_size(self, connection: Connection, old_size: int, edge: CompactRange) -> None:
        values = {"size": edge.size, "peaks": edge.peaks}
        if old_size == 0:
            try:
                connection.execute(insert(audit_tree), {"id": _THE_ROW, **values})
            except IntegrityError as error:
                raise TreeMovedOn(size=old_size) from error
            return
        of_old_size = update(audit_tree).where(audit_tree.c.size == old_size)
        if connection.execute(of_old_size.values(values)).rowcount != 1:
            raise TreeMovedOn(size=old_size)

    def hashes(self) -> TileHashes:
        """A reader for one proof or one verification, keeping the tiles that it has read."""
        return TileHashes(self._engine)

    def leaf(self, position: int) -> bytes:
        if not 1 <= position <= self.size():
            raise NotInTree(subject="position", reference=str(position), size=self.size())
        return self.hashes()(0, position - 1)

    def root(self, size: int) -> bytes:
        return tree.root_at(self._reached(size), self.hashes())

    def inclusion_proof(self, position: int, size: int) -> list[bytes]:
        """That the event at `position` lies under the root at `size`; NotInTree past either end."""
        if not 1 <= position <= self._reached(size):
            raise NotInTree(subject="position", reference=str(position), size=size)
        return tree.inclusion_proof(position - 1, size, self.hashes())

    def consistency_proof(self, old_size: int, new_size: int) -> list[bytes]:
        if not 0 <= old_size <= self._reached(new_size):
            raise NotInTree(subject="size", reference=str(old_size), size=new_size)
        return tree.consistency_proof(old_size, new_size, self.hashes())

    def _reached(self, size: int) -> int:
        stored = self.size()
        if not 0 <= size <= stored:
            raise NotInTree(subject="size", reference=str(size), size=stored)
        return size


class TileHashes:
    """`hash_of(level, index)` over the stored tiles; see tree.SubtreeHash."""

    _KEPT_TILES = 64

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tiles: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, index: int) -> bytes:
        tile_level, levels_inside = divmod(level, TILE_LEVELS)
        count = 1 << levels_inside
        tile_index, start = divmod(index * count, TILE_WIDTH)
        hashes = self._tile(tile_level, tile_index)[start * HASH_BYTES : (start + count) * HASH_BYTES]
        if len(hashes) != count * HASH_BYTES:
            raise NotInTree(subject="node", reference=f"{level}/{index}", size=len(hashes) // HASH_BYTES)
        nodes = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
        while len(nodes) > 1:
            nodes = tree.pair_up(nodes)
        return nodes[0]

    def run(self, tile_level: int, start: int, count: int) -> bytes:
        """Up to `count` stored hashes of a level from `start` on, joined; shorter where the tree ends."""
        first, last = start // TILE_WIDTH, (start + count - 1) // TILE_WIDTH
        wanted = (
            select(audit_nodes.c.idx, audit_nodes.c.hashes)
            .where(audit_nodes.c.level == tile_level, audit_nodes.c.idx.between(first, last))
            .order_by(audit_nodes.c.idx)
        )
        found: list[bytes] = []
        with self._engine.connect() as connection:
            for row in connection.execute(wanted):
                if row.idx != first + len(found):
                    break
                found.append(bytes(row.hashes))
        offset = (start - first * TILE_WIDTH) * HASH_BYTES
        return b"".join(found)[offset : offset + count * HASH_BYTES]

    def _tile(self, tile_level: int, tile_index: int) -> bytes:
        key = (tile_level, tile_index)
        if key not in self._tiles:
            if len(self._tiles) >= self._KEPT_TILES:
                self._tiles.clear()
            self._tiles[key] = self.run(tile_level, tile_index * TILE_WIDTH, TILE_WIDTH)
        return self._tiles[key]


def _extend_tiles(connection: Connection, tile_level: int, start: int, nodes: Sequence[bytes]) -> None:
    """Append nodes to a level that holds `start` of them: complete the last tile, then add whole rows."""
    tile_index, filled = divmod(start, TILE_WIDTH)
    room = TILE_WIDTH - filled if filled else 0
    if filled:
        this_tile = (audit_nodes.c.level == tile_level) & (audit_nodes.c.idx == tile_index)
        kept: bytes = connection.execute(select(audit_nodes.c.hashes).where(this_tile)).scalar_one()
        joined = bytes(kept)[: filled * HASH_BYTES] + b"".join(nodes[:room])
        connection.execute(
            update(audit_nodes).where(this_tile).values(hashes=bindparam("joined")), {"joined": joined}
        )
        tile_index += 1
    rows = [
        {"level": tile_level, "idx": tile_index + place, "hashes": b"".join(nodes[at : at + TILE_WIDTH])}
        for place, at in enumerate(range(room, len(nodes), TILE_WIDTH))
    ]
    if rows:
        connection.execute(insert(audit_nodes), rows)
