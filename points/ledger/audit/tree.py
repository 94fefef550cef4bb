"""The Merkle tree of RFC 9162 section 2.1, as arithmetic: no storage, no clock, nothing but hashes.

A tree's right edge is kept as its peaks: the roots of the perfect subtrees that its size is the sum of.
That is enough to append for ever and to name the root; proofs read complete subtrees from whoever keeps them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

NODE_PREFIX = b"\x01"
HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

SubtreeHash = Callable[[int, int], bytes]
"""`hash_of(level, index)`: the root of the complete subtree of 2^level leaves from leaf index·2^level on."""


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(NODE_PREFIX + left + right).digest()


def pair_up(hashes: Sequence[bytes]) -> list[bytes]:
    """The level above. The last of an odd number stays behind, for the caller to keep."""
    digest_of, prefix = sha256, NODE_PREFIX
    pairs = iter(hashes)
    return [digest_of(prefix + left + right).digest() for left, right in zip(pairs, pairs, strict=False)]


class CompactRange:
    """The right edge of a growing tree: one peak per set bit of its size."""

    def __init__(self, size: int = 0, peaks: bytes = b"") -> None:
        if len(peaks) != HASH_BYTES * size.bit_count():
            raise ValueError(size)
        self.size = size
        self._by_level: dict[int, bytes] = {}
        levels = [level for level in range(size.bit_length()) if size >> level & 1]
        for place, level in enumerate(reversed(levels)):
            self._by_level[level] = peaks[place * HASH_BYTES : (place + 1) * HASH_BYTES]

    @property
    def peaks(self) -> bytes:
        """The peaks one after another, the largest subtree first: all that has to be stored."""
        return b"".join(self._by_level[level] for level in sorted(self._by_level, reverse=True))

    def append(self, leaves: Sequence[bytes]) -> list[list[bytes]]:
        """Add leaves; returns, by level, the complete subtrees that they finished, leaves included.

        The returned nodes of a level follow on those that were complete before: a store can append them.
        """
        finished: list[list[bytes]] = []
        nodes, level = list(leaves), 0
        while nodes:
            finished.append(nodes)
            waiting = self._by_level.pop(level, None)
            joined = nodes if waiting is None else [waiting, *nodes]
            if len(joined) % 2:
                self._by_level[level] = joined[-1]
            nodes, level = pair_up(joined), level + 1
        self.size += len(leaves)
        return finished

    def root(self) -> bytes:
        return fold([self._by_level[level] for level in sorted(self._by_level, reverse=True)])


def fold(peaks: Sequence[bytes]) -> bytes:
    """The root over perfect subtrees of falling size."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def range_hash(start: int, end: int, hash_of: SubtreeHash) -> bytes:
    """MTH over leaves start to end − 1; start must be a multiple of the largest subtree inside."""
    return fold([hash_of(level, index) for level, index in _perfect_subtrees(start, end)])


def root_at(size: int, hash_of: SubtreeHash) -> bytes:
    return range_hash(0, size, hash_of)


def inclusion_proof(index: int, size: int, hash_of: SubtreeHash) -> list[bytes]:
    """PATH(index, D[size]) of RFC 9162 section 2.1.3.1, from the leaf upward."""
    if not 0 <= index < size:
        raise ValueError(index)
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(range_hash(middle, end, hash_of))
            end = middle
        else:
            proof.append(range_hash(start, middle, hash_of))
            start = middle
    return proof[::-1]


def consistency_proof(old_size: int, new_size: int, hash_of: SubtreeHash) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 9162 section 2.1.4.1; empty when either says nothing."""
    if not 0 <= old_size <= new_size:
        raise ValueError(old_size)
    if old_size in (0, new_size):
        return []
    proof: list[bytes] = []
    start, end = 0, new_size
    while end != old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            proof.append(range_hash(middle, end, hash_of))
            end = middle
        else:
            proof.append(range_hash(start, middle, hash_of))
            start = middle
    if start:
        proof.append(range_hash(start, end, hash_of))
    return proof[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162 section 2.1.3.2: does this proof show the leaf at this index under this root?"""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes
) -> bool:
    """RFC 9162 section 2.1.4.2: is the old tree the beginning of the new one?"""
    if not 0 <= old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not path:
        return False
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    found_old = found_new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            found_old, found_new = node_hash(sibling, found_old), node_hash(sibling, found_new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found_new = node_hash(found_new, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and found_old == old_root and found_new == new_root


def _split(count: int) -> int:
    """The largest power of two below the count."""
    return 1 << ((count - 1).bit_length() - 1)


def _perfect_subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level
