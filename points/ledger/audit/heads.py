"""Signed heads and stored tiles, held against the tree that verification recomputes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from points.ledger.audit.errors import NotInTree
from points.ledger.audit.findings import Fault, Finding, at
from points.ledger.audit.tiles import TILE_LEVELS, StoredTree, TileHashes
from points.ledger.audit.tree import HASH_BYTES, CompactRange, inclusion_proof, root_at, verify_inclusion


class SignedHead(NamedTuple):
    """A verified checkpoint. `outside` says that this copy was kept where the operator cannot write."""

    size: int
    root: bytes
    outside: bool


class TreeComparison:
    """Appends the recomputed leaves, and compares the nodes they complete with the stored ones.

    A difference says that row or tree was changed since; the next signed head says which.
    """

    def __init__(self, heads: Iterable[SignedHead], stored: StoredTree | None) -> None:
        self.edge = CompactRange()
        self.findings: list[Finding] = []
        self._stored = stored
        self._hashes: TileHashes | None = stored.hashes() if stored else None
        self._stored_size = stored.size() if stored else 0
        self._unexplained: tuple[int, int] | None = None
        self._matched = {False: 0, True: 0}
        self._waiting = sorted(heads, reverse=True)
        self._meet_heads()

    def follow(self, leaves: Sequence[bytes]) -> None:
        """Append the next leaves, stopping at each head on the way."""
        rest = leaves
        while rest:
            room = self._waiting[-1].size - self.edge.size if self._waiting else len(rest)
            self._append(rest[:room])
            self._meet_heads()
            rest = rest[room:]

    def finish(self, *, whole: bool) -> None:
        """At the log's end: what no head explained, and what is signed or stored beyond the end.

        Not `whole` when the pass had to stop before the log's end: then nothing beyond counts as lost.
        """
        self._explain(Fault.DIFFERS_FROM_TREE, None)
        if not whole:
            return
        end = self.edge.size
        if self._waiting or self._stored_size > end:
            signed = self._waiting[-1].size if self._waiting else None
            self.findings.append(at(Fault.LOG_TRUNCATED, end + 1, signed))

    def _meet_heads(self) -> None:
        while self._waiting and self._waiting[-1].size == self.edge.size:
            self._meet(self._waiting.pop())

    def _append(self, leaves: Sequence[bytes]) -> None:
        start = self.edge.size
        finished = self.edge.append(leaves)
        if self._hashes is None or self._unexplained is not None:
            return
        for level in range(0, len(finished), TILE_LEVELS):
            stored = self._hashes.run(level // TILE_LEVELS, start >> level, len(finished[level]))
            different = self._first_difference(level, start >> level, finished[level], stored)
            if different is not None:
                self._unexplained = ((different << level) + 1, (different + 1) << level)
                return

    def _meet(self, head: SignedHead) -> None:
        if self.edge.root() == head.root:
            self._matched[head.outside] = head.size
            self._explain(Fault.TREE_CHANGED, head.size)
            return
        if self._unexplained is not None:
            proved = self._stored_tree_is_signed(self._unexplained, head)
            self._explain(Fault.EVENT_CHANGED if proved else Fault.DIFFERS_FROM_TREE, head.size)
        # An operator who holds the key can sign anything: only heads kept elsewhere vouch for one another.
        good = self._matched[True] if head.outside else max(self._matched.values())
        self.findings.append(Finding(Fault.CHECKPOINT_DIFFERS, good + 1, head.size, head.size))

    def _explain(self, fault: Fault, size: int | None) -> None:
        if self._unexplained is not None:
            self.findings.append(Finding(fault, *self._unexplained, size))
            self._unexplained = None

    def _first_difference(self, level: int, start: int, nodes: Sequence[bytes], stored: bytes) -> int | None:
        computed = b"".join(nodes)
        reached = min(len(nodes), max(0, (self._stored_size >> level) - start))
        if stored == computed[: reached * HASH_BYTES]:
            return None
        for place in range(reached):
            part = slice(place * HASH_BYTES, (place + 1) * HASH_BYTES)
            if stored[part] != computed[part]:
                return start + place
        return None

    def _stored_tree_is_signed(self, where: tuple[int, int], head: SignedHead) -> bool:
        """Whether the stored hash that the row differs from is the one that the head signed."""
        if self._hashes is None:
            return False
        first, last = where
        try:
            if first != last:
                return root_at(head.size, self._hashes) == head.root
            proof = inclusion_proof(first - 1, head.size, self._hashes)
            return verify_inclusion(self._hashes(0, first - 1), first - 1, head.size, proof, head.root)
        except NotInTree:
            return False
