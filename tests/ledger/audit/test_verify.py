from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, create_engine, select, update
from sqlalchemy.pool import StaticPool

from points.ledger.audit.checkpoint import sign_checkpoint
from points.ledger.audit.findings import Finding
from points.ledger.audit.follower import AuditFollower
from points.ledger.audit.leaf import leaf_hashes
from points.ledger.audit.tiles import StoredTree, audit_metadata, audit_nodes
from points.ledger.audit.tree import CompactRange
from points.ledger.audit.verify import VerifyReport, verify_log
from points.ledger.event_row import EventRow, ReadEvents

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
EVENTS = 600
SIZES = (100, 300, 550)

Tamper = Callable[[list[EventRow]], None]


class Audited:
    """A log with its stored tree and its checkpoints, of which a test may change any."""

    def __init__(self, tenant: bytes, rows: list[EventRow], reading: Callable[..., ReadEvents]) -> None:
        self.tenant, self.rows, self.reading = tenant, rows, reading
        self.engine = create_engine("sqlite://", poolclass=StaticPool)
        audit_metadata.create_all(self.engine)
        self.follower = AuditFollower(reading(self.rows), self.engine, tenant)
        self.follower.catch_up()
        self.checkpoints = [self.signed(size) for size in SIZES]

    def signed(self, size: int, key: Ed25519PrivateKey = KEY) -> str:
        edge = CompactRange()
        edge.append(leaf_hashes(self.tenant, self.rows[:size]))
        return sign_checkpoint(self.tenant, size, edge.root(), key.sign, key.public_key().public_bytes_raw())

    def verify(self, *, tiles: bool = True, page_events: int = 128, **more: Any) -> VerifyReport:
        return verify_log(
            self.reading(self.rows),
            self.tenant,
            self.checkpoints,
            [PUBLIC],
            stored=StoredTree(self.engine) if tiles else None,
            page_events=page_events,
            **more,
        )


@pytest.fixture
def audited(
    tenant: bytes,
    make_rows: Callable[[int], list[EventRow]],
    reading: Callable[[Sequence[EventRow]], ReadEvents],
) -> Iterable[Audited]:
    made = Audited(tenant, make_rows(EVENTS), reading)
    yield made
    made.engine.dispose()


def found(report: VerifyReport) -> tuple[str | None, int | None, int | None]:
    assert report.ok is (report.reason is None)
    return report.reason, report.position, report.until


def change(position: int, **columns: Any) -> Tamper:
    def tamper(rows: list[EventRow]) -> None:
        rows[position - 1] = rows[position - 1]._replace(**columns)

    return tamper


@pytest.mark.parametrize("page", [1, 99, 100, 4096])
@pytest.mark.parametrize("tiles", [True, False])
def test_an_untouched_log_is_in_order(audited: Audited, page: int, *, tiles: bool) -> None:
    report = audited.verify(tiles=tiles, page_events=page, outside=audited.checkpoints[1])
    assert report == VerifyReport(EVENTS, len(SIZES) + 1, True, None, None, None, ())


def test_an_empty_log_is_in_order(audited: Audited) -> None:
    audited.rows.clear()
    audited.checkpoints.clear()
    assert audited.verify(tiles=False)[:3] == (0, 0, True)


COLUMNS: list[dict[str, Any]] = [
    {"originator_id": bytes(16)},
    {"version": 77},
    {"topic": "points.account.forged"},
    {"recorded_at_us": 1_900_000_000_000_000 + 140},
    {"command_id": bytes(16)},
    {"state": b"\x00" * 31 + b"\x01"},
]


@pytest.mark.parametrize("position", [1, 100, 101, 256, 299, 550, 551, 600])
@pytest.mark.parametrize("columns", COLUMNS)
def test_one_changed_column_is_found_at_its_exact_position(
    audited: Audited, position: int, columns: dict[str, Any]
) -> None:
    change(position, **columns)(audited.rows)
    reason, start, until = found(audited.verify())
    assert (start, until) == (position, position)
    if reason not in {"version-broken", "time-fell"}:
        assert reason == ("event-changed" if position <= SIZES[-1] else "differs-from-tree")


@pytest.mark.parametrize(("position", "start", "until"), [(1, 1, 100), (100, 1, 100), (101, 101, 300)])
def test_without_the_stored_tree_a_changed_state_is_found_between_two_checkpoints(
    audited: Audited, position: int, start: int, until: int
) -> None:
    change(position, state=b"other")(audited.rows)
    assert found(audited.verify(tiles=False)) == ("checkpoint-differs", start, until)


def test_the_earliest_of_several_changed_rows_is_named(audited: Audited) -> None:
    for position in (570, 400, 222, 223):
        change(position, state=b"other")(audited.rows)
    assert found(audited.verify()) == ("event-changed", 222, 222)


@pytest.mark.parametrize("tiles", [True, False])
@pytest.mark.parametrize("position", [1, 2, 128, 129, 599])
def test_a_removed_row_is_named(audited: Audited, position: int, *, tiles: bool) -> None:
    del audited.rows[position - 1]
    assert found(audited.verify(tiles=tiles)) == ("event-missing", position, position)


def test_a_removed_row_with_all_later_ones_moved_up_is_found(audited: Audited) -> None:
    del audited.rows[199]
    audited.rows[:] = [row._replace(position=place) for place, row in enumerate(audited.rows, 1)]
    assert found(audited.verify())[1:] == (200, 200)


def test_an_inserted_row_is_found(audited: Audited) -> None:
    forged = audited.rows[199]._replace(originator_id=bytes(16), version=1)
    audited.rows.insert(199, forged)
    audited.rows[:] = [row._replace(position=place) for place, row in enumerate(audited.rows, 1)]
    assert found(audited.verify()) == ("event-changed", 200, 200)
    assert found(audited.verify(tiles=False, chains=False)) == ("checkpoint-differs", 101, 300)


def test_two_swapped_rows_are_found(audited: Audited) -> None:
    one, other = audited.rows[149], audited.rows[159]
    audited.rows[149] = other._replace(position=150)
    audited.rows[159] = one._replace(position=160)
    assert found(audited.verify())[1:] == (150, 150)


@pytest.mark.parametrize("tiles", [True, False])
@pytest.mark.parametrize("left", [0, 99, 549])
def test_a_truncated_tail_is_named_by_the_first_row_lost(audited: Audited, left: int, *, tiles: bool) -> None:
    del audited.rows[left:]
    assert found(audited.verify(tiles=tiles)) == ("log-truncated", left + 1, left + 1)


def test_a_tail_cut_behind_the_last_checkpoint_is_still_missed_by_the_stored_tree(audited: Audited) -> None:
    del audited.rows[590:]
    assert found(audited.verify()) == ("log-truncated", 591, 591)


def test_a_suffix_rewritten_and_signed_anew_is_found_by_a_checkpoint_kept_outside(audited: Audited) -> None:
    outside = audited.checkpoints[1]
    for position in range(250, EVENTS + 1):
        change(position, state=b"rewritten")(audited.rows)
    audited.follower.rebuild()
    audited.checkpoints = [audited.signed(size) for size in SIZES]
    assert audited.verify().ok, "whoever holds the database and the key can rewrite both"
    assert found(audited.verify(outside=outside)) == ("checkpoint-differs", 1, 300)


def test_a_log_cut_and_signed_anew_is_found_by_a_checkpoint_kept_outside(audited: Audited) -> None:
    outside = audited.checkpoints[2]
    del audited.rows[400:]
    audited.follower.rebuild()
    audited.checkpoints = [audited.signed(size) for size in (100, 300)]
    assert audited.verify().ok
    assert found(audited.verify(outside=outside)) == ("log-truncated", 401, 401)


def test_a_changed_tile_is_told_from_a_changed_row(audited: Audited) -> None:
    with audited.engine.begin() as connection:
        second = (audit_nodes.c.level == 0) & (audit_nodes.c.idx == 1)
        hashes = connection.execute(select(audit_nodes.c.hashes).where(second)).scalar_one()
        changed = hashes[:32] + bytes(32) + hashes[64:]
        connection.execute(update(audit_nodes).where(second).values(hashes=changed))
    assert found(audited.verify()) == ("tree-changed", 258, 258)
    change(270, state=b"other")(audited.rows)
    assert found(audited.verify()) == ("differs-from-tree", 258, 258)


def test_a_row_changed_together_with_its_leaf_is_found_within_its_tile(audited: Audited) -> None:
    change(20, state=b"other")(audited.rows)
    forged = leaf_hashes(audited.tenant, audited.rows[:256])
    with audited.engine.begin() as connection:
        first = (audit_nodes.c.level == 0) & (audit_nodes.c.idx == 0)
        connection.execute(update(audit_nodes).where(first).values(hashes=b"".join(forged)))
    assert found(audited.verify()) == ("checkpoint-differs", 1, 100)


def test_a_tree_whose_tiles_are_gone_is_reported(audited: Audited) -> None:
    with audited.engine.begin() as connection:
        connection.execute(update(audit_nodes).where(audit_nodes.c.idx == 0).values(idx=77))
    assert found(audited.verify()) == ("tree-changed", 1, 1)


def test_a_tree_that_lags_behind_the_log_is_in_order(audited: Audited) -> None:
    audited.follower.stored.clear()
    behind = AuditFollower(audited.reading(audited.rows[:450]), audited.engine, audited.tenant)
    behind.catch_up()
    assert audited.verify().ok


@pytest.mark.parametrize(
    "forged",
    [
        lambda audited: audited.signed(200, Ed25519PrivateKey.from_private_bytes(bytes(32))),
        lambda audited: audited.checkpoints[0].replace("\n100\n", "\n101\n"),
        lambda _: "nonsense",
    ],
)
def test_a_checkpoint_that_we_did_not_sign_is_a_finding_but_hides_no_other(
    audited: Audited, forged: Callable[[Audited], str]
) -> None:
    audited.checkpoints.insert(0, forged(audited))
    assert found(audited.verify()) == ("checkpoint-untrusted", None, None)
    change(420, state=b"other")(audited.rows)
    assert found(audited.verify()) == ("event-changed", 420, 420)


def test_another_tenant_s_checkpoint_outside_is_not_trusted(audited: Audited) -> None:
    text = sign_checkpoint(bytes(16), 5, bytes(32), KEY.sign, PUBLIC)
    assert found(audited.verify(outside=text)) == ("checkpoint-untrusted", None, None)


@pytest.mark.parametrize("columns", [{"originator_id": b"short"}, {"state": "text"}, {"version": -1}])
def test_a_row_that_cannot_be_an_entry_is_a_finding_not_a_crash(
    audited: Audited, columns: dict[str, Any]
) -> None:
    change(333, **columns)(audited.rows)
    assert found(audited.verify()) == ("event-malformed", 333, 333)


def test_a_row_that_the_store_cannot_even_read_is_named(audited: Audited) -> None:
    rows = audited.rows

    def reading(_rows: Sequence[EventRow]) -> ReadEvents:
        def read(after: int, limit: int) -> Sequence[EventRow]:
            if after < 333 <= after + limit:
                raise ValueError("badly formed hexadecimal UUID string")
            return rows[after : after + limit]

        return read

    audited.reading = reading
    report = audited.verify()
    assert (*found(report), report.events) == ("event-malformed", 333, 333, 332)


@pytest.mark.parametrize("tiles", [True, False])
def test_a_change_before_a_gap_is_named_before_the_gap(audited: Audited, *, tiles: bool) -> None:
    change(50, version=9)(audited.rows)
    del audited.rows[80]
    assert found(audited.verify(tiles=tiles))[1] == 50


def test_broken_chains_and_falling_times_need_neither_tree_nor_checkpoint(audited: Audited) -> None:
    audited.checkpoints.clear()
    change(400, version=1)(audited.rows)
    assert found(audited.verify(tiles=False)) == ("version-broken", 400, 400)
    assert audited.verify(tiles=False, chains=False).ok
    change(257, recorded_at_us=0)(audited.rows)
    assert found(audited.verify(tiles=False, chains=False)) == ("time-fell", 257, 257)


def test_progress_is_told_as_the_pass_goes_on(audited: Audited) -> None:
    heard: list[int] = []
    audited.verify(page_events=256, on_progress=heard.append)
    assert heard == [256, 512, 600]


class CountingCheck:
    """Stands for a check of a higher floor that recomputes a read model."""

    def __init__(self) -> None:
        self.positions: list[int] = []

    def feed(self, rows: Sequence[EventRow]) -> None:
        self.positions += [row.position for row in rows]

    def finish(self) -> Iterable[Finding]:
        return [Finding("balance-differs", None, None)]


def test_checks_from_above_see_every_row_once_and_add_their_findings(audited: Audited) -> None:
    check = CountingCheck()
    report = audited.verify(checks=[check])
    assert check.positions == list(range(1, EVENTS + 1))
    assert found(report) == ("balance-differs", None, None)


def test_verification_reads_the_stored_tree_from_any_engine(audited: Audited, engine: Engine) -> None:
    AuditFollower(audited.reading(audited.rows), engine, audited.tenant).catch_up()
    change(9, state=b"other")(audited.rows)
    audited.engine.dispose()
    audited.engine = engine
    assert found(audited.verify()) == ("event-changed", 9, 9)
