from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.ledger.audit.tree import (
    CompactRange,
    consistency_proof,
    inclusion_proof,
    root_at,
    verify_consistency,
    verify_inclusion,
)

# The well-known vectors of Certificate Transparency's reference implementation: eight leaves, their roots.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAF_0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
LEAF_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
PAIR_01 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
PAIR_23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
PAIR_45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
PAIR_67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
HALF_03 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
HALF_47 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"


def leaf(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


KNOWN = [leaf(bytes.fromhex(text)) for text in LEAVES]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.1, written as it is defined there."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + naive_root(leaves[:split]) + naive_root(leaves[split:])).digest()


def naive_inclusion(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if index < split:
        return [*naive_inclusion(index, leaves[:split]), naive_root(leaves[split:])]
    return [*naive_inclusion(index - split, leaves[split:]), naive_root(leaves[:split])]


def naive_consistency(old: int, leaves: list[bytes], *, whole: bool = True) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [naive_root(leaves)]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    if old <= split:
        return [*naive_consistency(old, leaves[:split], whole=whole), naive_root(leaves[split:])]
    return [*naive_consistency(old - split, leaves[split:], whole=False), naive_root(leaves[:split])]


def complete(leaves: list[bytes]) -> Callable[[int, int], bytes]:
    def hash_of(level: int, index: int) -> bytes:
        chosen = leaves[index << level : (index + 1) << level]
        assert len(chosen) == 1 << level, "only complete subtrees are asked for"
        return naive_root(chosen)

    return hash_of


def numbered(count: int) -> list[bytes]:
    return [leaf(b"%d" % number) for number in range(count)]


def flipped(hash_bytes: bytes) -> bytes:
    return bytes([hash_bytes[0] ^ 1]) + hash_bytes[1:]


@pytest.mark.parametrize("size", range(9))
def test_the_known_leaves_give_the_known_roots(size: int) -> None:
    edge = CompactRange()
    edge.append(KNOWN[:size])
    assert edge.root().hex() == ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [
        (0, 1, []),
        (0, 8, [LEAF_1, PAIR_23, HALF_47]),
        (5, 8, [LEAF_4, PAIR_67, HALF_03]),
        (2, 3, [PAIR_01]),
        (1, 5, [LEAF_0, PAIR_23, LEAF_4]),
    ],
)
def test_the_known_inclusion_proofs_are_made_and_accepted(index: int, size: int, proof: list[str]) -> None:
    made = inclusion_proof(index, size, complete(KNOWN[:size]))
    assert [node.hex() for node in made] == proof
    assert verify_inclusion(KNOWN[index], index, size, made, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(
    ("old", "new", "proof"),
    [
        (1, 1, []),
        (1, 8, [LEAF_1, PAIR_23, HALF_47]),
        (6, 8, [PAIR_45, PAIR_67, HALF_03]),
        (2, 5, [PAIR_23, LEAF_4]),
    ],
)
def test_the_known_consistency_proofs_are_made_and_accepted(old: int, new: int, proof: list[str]) -> None:
    made = consistency_proof(old, new, complete(KNOWN[:new]))
    assert [node.hex() for node in made] == proof
    assert verify_consistency(old, new, made, bytes.fromhex(ROOTS[old]), bytes.fromhex(ROOTS[new]))


@pytest.mark.parametrize("size", range(71))
def test_every_small_tree_agrees_with_the_recursive_definition(size: int) -> None:
    leaves = numbered(size)
    edge, hash_of, root = CompactRange(), complete(leaves), naive_root(leaves)
    edge.append(leaves)
    assert edge.root() == root_at(size, hash_of) == root
    for index in range(size):
        proof = inclusion_proof(index, size, hash_of)
        assert proof == naive_inclusion(index, leaves)
        assert verify_inclusion(leaves[index], index, size, proof, root)
    for old in range(1, size + 1):
        proof = consistency_proof(old, size, hash_of)
        assert proof == naive_consistency(old, leaves)
        assert verify_consistency(old, size, proof, naive_root(leaves[:old]), root)


@given(st.lists(st.integers(0, 300), max_size=8))
def test_appending_in_pages_of_any_length_gives_the_same_tree(pages: list[int]) -> None:
    leaves = numbered(sum(pages))
    edge, start = CompactRange(), 0
    finished: dict[int, list[bytes]] = {}
    for page in pages:
        reloaded = CompactRange(edge.size, edge.peaks)
        for level, nodes in enumerate(reloaded.append(leaves[start : start + page])):
            finished.setdefault(level, []).extend(nodes)
        edge, start = reloaded, start + page
    assert edge.root() == naive_root(leaves)
    for level, nodes in finished.items():
        assert nodes == [complete(leaves)(level, index) for index in range(len(leaves) >> level)]


@given(st.integers(71, 5_000), st.data())
def test_proofs_in_larger_trees_hold_and_break_at_every_changed_part(size: int, data: st.DataObject) -> None:
    leaves = numbered(size)
    hash_of, root = complete(leaves), naive_root(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, hash_of)
    assert verify_inclusion(leaves[index], index, size, proof, root)
    place = data.draw(st.integers(0, len(proof) - 1))
    broken = [*proof[:place], flipped(proof[place]), *proof[place + 1 :]]
    assert not verify_inclusion(leaves[index], index, size, broken, root)
    assert not verify_inclusion(flipped(leaves[index]), index, size, proof, root)
    assert not verify_inclusion(leaves[index], index, size, proof[:-1], root)
    assert not verify_inclusion(leaves[index], index, size, [*proof, root], root)
    old = data.draw(st.integers(1, size - 1))
    steps, old_root = consistency_proof(old, size, hash_of), naive_root(leaves[:old])
    assert verify_consistency(old, size, steps, old_root, root)
    assert not verify_consistency(old, size, steps, flipped(old_root), root)
    assert not verify_consistency(old, size, steps, old_root, flipped(root))
    assert not verify_consistency(old, size, steps[:-1], old_root, root)
    assert not verify_consistency(old, size, [*steps, root], old_root, root)


def test_a_proof_of_a_leaf_beyond_the_tree_is_never_accepted() -> None:
    assert not verify_inclusion(KNOWN[0], 1, 1, [], KNOWN[0])
    assert not verify_inclusion(KNOWN[0], -1, 1, [], KNOWN[0])
    assert not verify_consistency(2, 1, [], KNOWN[0], KNOWN[0])


def test_an_empty_tree_is_consistent_with_everything_but_only_without_a_proof() -> None:
    empty, root = bytes.fromhex(ROOTS[0]), bytes.fromhex(ROOTS[8])
    assert verify_consistency(0, 8, [], empty, root)
    assert not verify_consistency(0, 8, [root], empty, root)
    assert not verify_consistency(0, 8, [], root, root)


def test_no_proof_is_made_of_what_the_tree_does_not_hold() -> None:
    with pytest.raises(ValueError, match="8"):
        inclusion_proof(8, 8, complete(KNOWN))
    with pytest.raises(ValueError, match="9"):
        consistency_proof(9, 8, complete(KNOWN))


def test_peaks_that_do_not_fit_the_size_are_not_taken_for_a_tree() -> None:
    with pytest.raises(ValueError, match="3"):
        CompactRange(3, KNOWN[0])
