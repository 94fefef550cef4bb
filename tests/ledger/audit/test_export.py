from __future__ import annotations

import base64
import io
import json
import shutil
import subprocess
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from points.ledger.audit.checkpoint import sign_checkpoint
from points.ledger.audit.errors import EntryMalformed
from points.ledger.audit.export import Decoded, export_line, write_export
from points.ledger.audit.leaf import leaf_hash, leaf_hashes
from points.ledger.audit.tree import CompactRange
from points.ledger.event_row import EventRow, ReadEvents

MakeRows = Callable[[int], list[EventRow]]
Reading = Callable[[Sequence[EventRow]], ReadEvents]

NODE_PROGRAM = Path(__file__).parents[3] / "demo" / "verify_export.mjs"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
SECOND_US = 1_000_000


def decode(row: EventRow) -> Decoded:
    return Decoded(row.recorded_at_us - SECOND_US, {"points": row.version})


def test_a_line_carries_the_documented_members_in_their_order(tenant: bytes, make_rows: MakeRows) -> None:
    row = make_rows(3)[2]._replace(recorded_at_us=1_767_225_600_000_001)
    line = json.loads(export_line(row, tenant=tenant, decode=decode))
    assert list(line.items()) == [
        ("tenant", "000102030405060708090a0b0c0d0e0f"),
        ("position", 3),
        ("topic", row.topic),
        ("originator_id", str(UUID(bytes=row.originator_id))),
        ("version", 1),
        ("occurred_at", "2025-12-31T23:59:59.000001Z"),
        ("recorded_at", "2026-01-01T00:00:00.000001Z"),
        ("command_id", str(UUID(bytes=row.command_id))),
        ("data", {"points": 1}),
        ("state", base64.b64encode(row.state).decode()),
        ("leaf", leaf_hash(tenant, row).hex()),
    ]


def test_data_holds_nothing_that_json_cannot_say(tenant: bytes, make_rows: MakeRows) -> None:
    def decode_rich(_row: EventRow) -> Decoded:
        return Decoded(
            0,
            {
                "id": UUID(int=1),
                "on": date(2026, 2, 28),
                "at": datetime(2026, 2, 28, 8, tzinfo=UTC),
                "ratio": Decimal("0.10"),
                "code": b"\x00\xff",
                "lots": ({"fund": UUID(int=2), "points": 5}, None, True, "户"),
            },
        )

    line = json.loads(export_line(make_rows(1)[0], tenant=tenant, decode=decode_rich))
    assert line["data"] == {
        "id": "00000000-0000-0000-0000-000000000001",
        "on": "2026-02-28",
        "at": "2026-02-28T08:00:00.000000Z",
        "ratio": "0.10",
        "code": "00ff",
        "lots": [{"fund": "00000000-0000-0000-0000-000000000002", "points": 5}, None, True, "户"],
    }


@pytest.mark.parametrize("changed", [{"originator_id": b""}, {"recorded_at_us": 1 << 62}, {"state": "text"}])
def test_a_row_without_a_leaf_is_not_exported_but_named(
    tenant: bytes, make_rows: MakeRows, changed: dict[str, Any]
) -> None:
    with pytest.raises(EntryMalformed) as refused:
        export_line(make_rows(2)[1]._replace(**changed), tenant=tenant, decode=lambda _: Decoded(0, {}))
    assert refused.value.position == 2


@pytest.mark.parametrize("page", [1, 10, 4096])
def test_the_export_is_every_line_in_order(
    tenant: bytes, make_rows: MakeRows, reading: Reading, page: int
) -> None:
    rows, stream, heard = make_rows(25), io.BytesIO(), list[int]()
    count = write_export(
        stream, reading(rows), tenant=tenant, decode=decode, on_progress=heard.append, page_events=page
    )
    assert (count, heard[-1]) == (25, 25)
    assert stream.getvalue().decode().splitlines() == [
        export_line(row, tenant=tenant, decode=decode) for row in rows
    ]


@pytest.mark.parametrize("until", [0, 1, 10, 15, 99])
def test_an_export_can_end_where_a_checkpoint_does(
    tenant: bytes, make_rows: MakeRows, reading: Reading, until: int
) -> None:
    stream = io.BytesIO()
    count = write_export(
        stream, reading(make_rows(25)), tenant=tenant, decode=decode, until=until, page_events=10
    )
    assert count == len(stream.getvalue().splitlines()) == min(until, 25)


def test_a_failed_export_leaves_the_older_file_and_nothing_else(
    tmp_path: Path, tenant: bytes, make_rows: MakeRows, reading: Reading
) -> None:
    target, rows = tmp_path / "events.jsonl", make_rows(25)
    target.write_text("older", encoding="utf-8")
    rows[20] = rows[20]._replace(command_id=b"")
    with pytest.raises(EntryMalformed):
        write_export(target, reading(rows), tenant=tenant, decode=decode, page_events=10)
    assert [path.name for path in tmp_path.iterdir()] == ["events.jsonl"]
    assert target.read_text(encoding="utf-8") == "older"


class Exported:
    """Two thousand events as an auditor gets them: the export, the keys, two checkpoints."""

    def __init__(self, folder: Path, tenant: bytes, rows: list[EventRow], read: ReadEvents) -> None:
        self.lines, self.keys = folder / "events.jsonl", folder / "keys.json"
        write_export(self.lines, read, tenant=tenant, decode=decode)
        x = base64.urlsafe_b64encode(PUBLIC).rstrip(b"=").decode()
        other = {"kty": "OKP", "crv": "Ed25519", "x": x, "kind": "payment"}
        ours = {"kty": "OKP", "crv": "Ed25519", "x": x, "kind": "checkpoint"}
        self.keys.write_text(json.dumps({"keys": [other, ours]}), encoding="utf-8")
        self.checkpoints = []
        for size in (777, len(rows)):
            edge = CompactRange()
            edge.append(leaf_hashes(tenant, rows[:size]))
            path = folder / f"{size}.txt"
            path.write_text(
                sign_checkpoint(tenant, size, edge.root(), KEY.sign, PUBLIC), encoding="utf-8", newline="\n"
            )
            self.checkpoints.append(path)

    def edit(self, change: Callable[[list[str]], None]) -> None:
        lines = self.lines.read_text(encoding="utf-8").splitlines(keepends=True)
        change(lines)
        self.lines.write_text("".join(lines), encoding="utf-8", newline="\n")

    def check(self) -> tuple[int, dict[str, Any]]:
        node = shutil.which("node")
        assert node is not None, "the independent verifier needs Node"
        command = [node, *map(str, (NODE_PROGRAM, self.lines, self.keys, *self.checkpoints))]
        done = subprocess.run(command, capture_output=True, check=False, timeout=120)  # noqa: S603 - our own files
        return done.returncode, json.loads(done.stdout)


@pytest.fixture
def exported(tmp_path: Path, tenant: bytes, make_rows: MakeRows, reading: Reading) -> Exported:
    rows = make_rows(2000)
    return Exported(tmp_path, tenant, rows, reading(rows))


def test_an_independent_program_recomputes_the_export_and_its_checkpoints(exported: Exported) -> None:
    status, report = exported.check()
    assert (status, report["ok"], report["events"], report["checkpoints"]) == (0, True, 2000, 2)
    assert report["root"] in exported.checkpoints[1].read_text(encoding="utf-8")


def without_line_900(lines: list[str]) -> None:
    del lines[899]


def without_the_last_line(lines: list[str]) -> None:
    lines.pop()


def with_another_topic(lines: list[str]) -> None:
    lines[899] = lines[899].replace("points.account", "points.accounts").replace("confirmed", "voided")


def with_another_state_and_its_leaf(lines: list[str]) -> None:
    line = json.loads(lines[899])
    row = EventRow(
        line["position"],
        UUID(line["originator_id"]).bytes,
        line["version"],
        line["topic"],
        1_900_000_000_000_000 + line["position"] // 3,
        UUID(line["command_id"]).bytes,
        b"forged",
    )
    line |= {"state": base64.b64encode(row.state).decode(), "leaf": leaf_hash(bytes(range(16)), row).hex()}
    lines[899] = json.dumps(line) + "\n"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (without_line_900, "line 900: position 901"),
        (without_the_last_line, "signed for 2000 events, the export ends after 1999"),
        (with_another_topic, "line 900: the leaf"),
        (with_another_state_and_its_leaf, "root at 2000 is not the signed one"),
    ],
)
def test_an_independent_program_finds_a_changed_export(
    exported: Exported, change: Callable[[list[str]], None], reason: str
) -> None:
    exported.edit(change)
    status, report = exported.check()
    assert (status, report["ok"]) == (1, False)
    assert reason in report["reason"]


def test_an_independent_program_refuses_a_checkpoint_that_was_not_signed_so(exported: Exported) -> None:
    path = exported.checkpoints[0]
    path.write_text(path.read_text(encoding="utf-8").replace("\n777\n", "\n778\n"), encoding="utf-8")
    status, report = exported.check()
    assert (status, report["ok"]) == (1, False)
    assert "signature is wrong" in report["reason"]
