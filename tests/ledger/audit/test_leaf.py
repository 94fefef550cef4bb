from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from points.ledger.audit.errors import EntryMalformed
from points.ledger.audit.leaf import entry, leaf_hash, leaf_hashes
from points.ledger.event_row import EventRow

GOLDEN = Path(__file__).parent / "golden" / "leaves.json"

ROW = EventRow(
    position=1,
    originator_id=bytes.fromhex("0190a0b0c0d07000800000000000000a"),
    version=2,
    topic="points.账户",
    recorded_at_us=1_767_225_600_000_001,
    command_id=bytes.fromhex("0190a0b0c0d07000800000000000000b"),
    state=b"\x93\x01\x02\x03",
)


def test_the_entry_is_the_documented_bytes_and_nothing_else(tenant: bytes) -> None:
    assert entry(tenant, ROW).hex() == (
        "000102030405060708090a0b0c0d0e0f"  # tenant
        "0000000000000001"  # position
        "0190a0b0c0d07000800000000000000a"  # originator
        "00000002"  # version
        "0006474846204001"  # recorded at
        "0190a0b0c0d07000800000000000000b"  # command
        "000d706f696e74732ee8b4a6e688b7"  # topic
        "0000000493010203"  # state
    )


def test_the_leaf_is_the_hash_of_a_zero_byte_and_the_entry(tenant: bytes) -> None:
    assert leaf_hash(tenant, ROW) == sha256(b"\x00" + entry(tenant, ROW)).digest()


def test_leaves_that_were_ever_published_stay_as_they_were(
    tenant: bytes, make_rows: Callable[[int], list[EventRow]]
) -> None:
    golden = msgspec.json.decode(GOLDEN.read_bytes(), type=list[str])
    assert [leaf.hex() for leaf in leaf_hashes(tenant, [ROW, *make_rows(8)])] == golden


def test_hashing_many_rows_gives_the_same_as_hashing_each(
    tenant: bytes, make_rows: Callable[[int], list[EventRow]]
) -> None:
    rows = make_rows(50)
    assert leaf_hashes(tenant, rows) == [leaf_hash(tenant, row) for row in rows]


@pytest.mark.parametrize(
    "changed",
    [
        {"position": 2},
        {"originator_id": bytes(16)},
        {"version": 3},
        {"topic": "points.帐户"},
        {"recorded_at_us": 0},
        {"recorded_at_us": -1},
        {"command_id": bytes(16)},
        {"state": b""},
        {"topic": "points.账", "state": "户".encode() + ROW.state},
    ],
)
def test_a_change_in_any_column_changes_the_leaf(tenant: bytes, changed: dict[str, Any]) -> None:
    assert leaf_hash(tenant, ROW._replace(**changed)) != leaf_hash(tenant, ROW)


def test_the_same_row_in_another_tenant_has_another_leaf(tenant: bytes) -> None:
    assert leaf_hash(tenant[::-1], ROW) != leaf_hash(tenant, ROW)


@pytest.mark.parametrize(
    "changed",
    [
        {"position": -1},
        {"originator_id": ROW.originator_id[:-1]},
        {"originator_id": ROW.originator_id + b"\x00"},
        {"originator_id": "0190a0b0c0d07000"},
        {"version": 1 << 32},
        {"version": None},
        {"topic": b"points.account"},
        {"topic": "p" * 65_536},
        {"topic": "\ud800"},
        {"recorded_at_us": 1.5},
        {"command_id": b""},
        {"state": "text"},
        {"state": None},
    ],
)
def test_a_row_that_cannot_be_an_entry_is_named_by_its_position(
    tenant: bytes, changed: dict[str, Any]
) -> None:
    bad = ROW._replace(**{"position": 7, **changed})
    with pytest.raises(EntryMalformed) as among_others:
        leaf_hashes(tenant, [ROW, bad])
    with pytest.raises(EntryMalformed) as alone:
        leaf_hash(tenant, bad)
    assert among_others.value.position == alone.value.position == bad.position


def test_a_tenant_is_sixteen_bytes() -> None:
    with pytest.raises(ValueError, match="short"):
        leaf_hashes(b"short", [ROW])
