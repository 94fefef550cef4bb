from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Engine, func, select, update

from points.ledger.audit.errors import LogBroken, NotInTree, TreeMovedOn, TreeOfAnotherLog
from points.ledger.audit.follower import AuditFollower
from points.ledger.audit.leaf import leaf_hashes
from points.ledger.audit.tiles import StoredTree, audit_nodes, audit_tree
from points.ledger.audit.tree import CompactRange, verify_consistency, verify_inclusion
from points.ledger.event_row import EventRow, ReadEvents

MakeRows = Callable[[int], list[EventRow]]
Reading = Callable[[Sequence[EventRow]], ReadEvents]


def root_over(tenant: bytes, rows: Sequence[EventRow]) -> bytes:
    edge = CompactRange()
    edge.append(leaf_hashes(tenant, rows))
    return edge.root()


@pytest.mark.parametrize("page", [1, 7, 256, 1000])
def test_the_tree_is_the_same_whatever_the_page(
    engine: Engine, tenant: bytes, make_rows: MakeRows, reading: Reading, page: int
) -> None:
    rows = make_rows(600)
    follower = AuditFollower(reading(rows), engine, tenant, page_events=page)
    assert follower.catch_up() == 600
    for size in (0, 1, 2, 255, 256, 257, 511, 512, 513, 600):
        assert follower.stored.root(size) == root_over(tenant, rows[:size])


def test_catching_up_again_adds_only_what_is_new(
    engine: Engine, tenant: bytes, make_rows: MakeRows, reading: Reading
) -> None:
    rows = make_rows(700)
    log: list[EventRow] = []
    follower = AuditFollower(reading(log), engine, tenant)
    for end in (0, 0, 1, 3, 255, 255, 256, 700):
        log[:] = rows[:end]
        assert follower.catch_up() == end == follower.stored.size()
        assert follower.stored.root(end) == root_over(tenant, rows[:end])


def test_proofs_come_out_of_the_tiles_for_every_size_that_was_passed(
    engine: Engine, tenant: bytes, make_rows: MakeRows, reading: Reading
) -> None:
    rows = make_rows(520)
    follower = AuditFollower(reading(rows), engine, tenant, page_events=100)
    follower.catch_up()
    stored = follower.stored
    for position, size in ((1, 1), (1, 520), (256, 256), (256, 520), (257, 300), (513, 520), (520, 520)):
        proof = stored.inclusion_proof(position, size)
        assert verify_inclusion(stored.leaf(position), position - 1, size, proof, stored.root(size))
    for old, new in ((0, 520), (1, 2), (256, 257), (255, 512), (511, 520), (520, 520)):
        steps = stored.consistency_proof(old, new)
        assert verify_consistency(old, new, steps, stored.root(old), stored.root(new))


def test_what_the_tree_has_not_reached_is_not_found(
    engine: Engine, tenant: bytes, make_rows: MakeRows, reading: Reading
) -> None:
    follower = AuditFollower(reading(make_rows(5)), engine, tenant)
    follower.catch_up()
    asked: list[Callable[[], object]] = [
        lambda: follower.stored.root(6),
        lambda: follower.stored.leaf(6),
        lambda: follower.stored.leaf(0),
        lambda: follower.stored.inclusion_proof(5, 4),
        lambda: follower.stored.inclusion_proof(0, 5),
        lambda: follower.stored.consistency_proof(3, 6),
        lambda: follower.stored.consistency_proof(4, 3),
    ]
    for ask in asked:
        with pytest.raises(NotInTree):
            ask()


class KilledError(Exception):
    """Stands for a process that ends between two pages."""


def test_a_follower_killed_between_pages_goes_on_where_it_stopped(
    engine: Engine, tenant: bytes, make_rows: MakeRows, reading: Reading
) -> None:
    rows = make_rows(600)
    read = reading(rows)

    def read_until_killed(after: int, limit: int) -> Sequence[EventRow]:
        if after >= 300:
            raise KilledError
        return read(after, limit)

    with pytest.raises(KilledError):
        AuditFollower(read_until_killed, engine, tenant, page_events=100).catch_up()
    assert StoredTree(engine).size() == 300
    follower = AuditFollower(read, engine, tenant, page_events=100)
    assert follower.catch_up() == 600
    assert follower.stored.root(600) == root_over(tenant, rows)


def test_a_page_that_fails_half_way_leaves_tiles_and_size_as_they_were(
    engine: Engine, tenant: bytes, make_rows: MakeRows, reading: Reading
) -> None:
    rows = make_rows(600)
    AuditFollower(reading(rows[:300]), engine, tenant).catch_up()
    with engine.begin() as connection:  # a tile that should be there is gone: the page cannot be written
        connection.execute(update(audit_nodes).where(audit_nodes.c.idx == 1).values(idx=9))
    follower = AuditFollower(reading(rows), engine, tenant)
    follower._stands_on_log = True
    with pytest.raises(Exception, match="No row was found"):
        follower.catch_up()
    assert follower.stored.size() == 300


def test_two_followers_at_once_cannot_both_append(engine: Engine, tenant: bytes, make_rows: MakeRows) -> None:
    rows = make_rows(20)
    leaves = leaf_hashes(tenant, rows)
    stored = StoredTree(engine)
    for start in (0, 10):
        slow = stored.load()
        stored.append(stored.load(), leaves[start : start + 10])
        with pytest.raises(TreeMovedOn):
            stored.append(slow, leaves[start : start + 5])
    assert stored.root(20) == root_over(tenant, rows)


def test_a_gap_in_the_log_stops_the_follower_before_it(
    engine: Engine, tenant: bytes, make_rows: MakeRows, reading: Reading
) -> None:
    rows = make_rows(20)
    del rows[11]
    follower = AuditFollower(reading(rows), engine, tenant, page_events=10)
    with pytest.raises(LogBroken) as broken:
        follower.catch_up()
    assert (broken.value.position, broken.value.found, follower.stored.size()) == (12, 13, 10)


def test_a_tree_is_not_continued_over_a_log_that_was_cut_or_replaced(
    engine: Engine, tenant: bytes, make_rows: MakeRows, reading: Reading
) -> None:
    rows = make_rows(20)
    AuditFollower(reading(rows), engine, tenant).catch_up()
    replaced = [*rows[:19], rows[19]._replace(state=b"other")]
    for log in (rows[:15], replaced):
        with pytest.raises(TreeOfAnotherLog):
            AuditFollower(reading(log), engine, tenant).catch_up()


def test_a_rebuilt_tree_stands_on_the_log_as_it_is(
    engine: Engine, tenant: bytes, make_rows: MakeRows, reading: Reading
) -> None:
    rows = make_rows(600)
    AuditFollower(reading(rows), engine, tenant).catch_up()
    restored = AuditFollower(reading(rows[:400]), engine, tenant)
    assert restored.rebuild() == 400
    assert restored.stored.root(400) == root_over(tenant, rows[:400])


def test_tiles_hold_thirty_two_bytes_a_leaf_and_little_above(
    engine: Engine, tenant: bytes, make_rows: MakeRows, reading: Reading
) -> None:
    AuditFollower(reading(make_rows(1000)), engine, tenant, page_events=64).catch_up()
    with engine.connect() as connection:
        tiles = connection.execute(
            select(audit_nodes.c.level, audit_nodes.c.idx, func.length(audit_nodes.c.hashes)).order_by(
                audit_nodes.c.level, audit_nodes.c.idx
            )
        ).all()
        trees = connection.execute(select(func.count()).select_from(audit_tree)).scalar_one()
    assert [tuple(tile) for tile in tiles] == [
        (0, 0, 8192), (0, 1, 8192), (0, 2, 8192), (0, 3, 232 * 32), (1, 0, 3 * 32),
    ]  # fmt: skip
    assert trees == 1
