from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from points.ledger.audit.checkpoint import parse_checkpoint, sign_checkpoint, verify_checkpoint
from points.ledger.audit.errors import CheckpointInconsistent, CheckpointMalformed, CheckpointNotTrusted
from points.ledger.audit.follower import AuditFollower
from points.ledger.audit.published import (
    checkpoints,
    latest_checkpoint,
    publish_checkpoint,
    published_checkpoints,
)
from points.ledger.event_row import EventRow, ReadEvents

GOLDEN = Path(__file__).parent / "golden" / "checkpoint.txt"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
ROOT = bytes(range(100, 132))

# The specification's own example, whose key it does not give: it must at least be read.
EXAMPLE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)


def signed(tenant: bytes, size: int = 1234, key: Ed25519PrivateKey = KEY) -> str:
    return sign_checkpoint(tenant, size, ROOT, key.sign, key.public_key().public_bytes_raw())


def test_the_text_stays_what_it_was_when_first_published(tenant: bytes) -> None:
    assert signed(tenant) == GOLDEN.read_text(encoding="utf-8")


def test_a_signed_checkpoint_is_verified_and_read(tenant: bytes) -> None:
    checkpoint = verify_checkpoint(signed(tenant), [PUBLIC], tenant=tenant)
    assert checkpoint[:3] == (f"points/{tenant.hex()}", 1234, ROOT)


def test_the_specification_s_example_is_read() -> None:
    checkpoint = parse_checkpoint(EXAMPLE)
    assert (checkpoint.size, checkpoint.signatures[0].key_id.hex()) == (20852163, "033de0ae")


def test_any_of_several_yearly_keys_may_have_signed(tenant: bytes) -> None:
    both = [OTHER.public_key().public_bytes_raw(), PUBLIC]
    assert verify_checkpoint(signed(tenant), both).size == 1234
    assert verify_checkpoint(signed(tenant, key=OTHER), both).size == 1234


def test_extension_lines_are_signed_but_read_over(tenant: bytes) -> None:
    body = signed(tenant).split("\n\n")[0] + "\nan extension\n"
    line = signed(tenant).rsplit(" ", 1)
    blob = base64.b64decode(line[1])[:4] + KEY.sign(body.encode())
    text = (
        body
        + "\n"
        + signed(tenant).split("\n\n")[1].rsplit(" ", 1)[0]
        + " "
        + base64.b64encode(blob).decode()
    )
    assert verify_checkpoint(text + "\n", [PUBLIC]).root == ROOT


def test_a_witness_s_signature_counts_for_nothing_and_does_no_harm(tenant: bytes) -> None:
    witness = "— witness.example " + base64.b64encode(bytes(76)).decode() + "\n"
    assert verify_checkpoint(signed(tenant) + witness, [PUBLIC]).size == 1234
    with pytest.raises(CheckpointNotTrusted):
        verify_checkpoint(signed(tenant).split("\n\n")[0] + "\n\n" + witness, [PUBLIC])


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("\n1234\n", "\n1235\n", "signature"),
        ("=\n\n", "=\nlate line\n\n", "signature"),
        ("points/00", "points/01", "unknown-key"),
    ],
)
def test_a_changed_checkpoint_is_not_trusted(tenant: bytes, old: str, new: str, rule: str) -> None:
    with pytest.raises(CheckpointNotTrusted) as refused:
        verify_checkpoint(signed(tenant).replace(old, new, 1), [PUBLIC])
    assert refused.value.rule == rule


def test_a_key_that_is_not_known_is_not_trusted(tenant: bytes) -> None:
    with pytest.raises(CheckpointNotTrusted, match="unknown-key"):
        verify_checkpoint(signed(tenant, key=OTHER), [PUBLIC])


def test_another_tenant_s_checkpoint_is_not_taken_for_ours(tenant: bytes) -> None:
    with pytest.raises(CheckpointNotTrusted, match="origin"):
        verify_checkpoint(signed(tenant[::-1]), [PUBLIC], tenant=tenant)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("\n1234\n", "\n01234\n", "size"),
        ("\n1234\n", "\n-1\n", "size"),
        ("\n1234\n", "\n12 34\n", "size"),
        ("\n1234\n", "\n١٢\n", "size"),
        ("\n1234\n", "\n\n", "body"),
        ("=\n\n", "\n\n", "root"),
        ("=\n\n", "=!\n\n", "root"),
        ("\n\n—", "\n\n-", "signature-line"),
        ("\n\n—", "\n—", "note"),
        ("\n\n— points/", "\n\n— points+/", "signature-line"),
        ("\n1234\n", "\r\n1234\r\n", "control-character"),
    ],
)
def test_a_text_that_breaks_the_format_is_malformed(tenant: bytes, old: str, new: str, rule: str) -> None:
    with pytest.raises(CheckpointMalformed) as refused:
        parse_checkpoint(signed(tenant).replace(old, new, 1))
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    "text", ["", "\n", "\n\n", "points/00\n1\n", "\n\n\n\n", "a\n1\n" + "A" * 44 + "\n\n"]
)
def test_a_text_that_is_no_note_is_malformed(text: str) -> None:
    with pytest.raises(CheckpointMalformed):
        parse_checkpoint(text)


def test_published_checkpoints_are_kept_in_order_and_not_made_twice(
    engine: Engine,
    tenant: bytes,
    make_rows: Callable[[int], list[EventRow]],
    reading: Callable[[Sequence[EventRow]], ReadEvents],
) -> None:
    rows = make_rows(30)
    log = rows[:10]
    follower = AuditFollower(reading(log), engine, tenant)
    checkpoints.create(engine)

    def publish(now_us: int) -> str:
        follower.catch_up()
        with engine.begin() as connection:
            return publish_checkpoint(connection, follower.stored, tenant, KEY.sign, PUBLIC, now_us=now_us)

    first = publish(1)
    assert publish(2) == first
    log[:] = rows
    second = publish(3)
    with engine.connect() as connection:
        assert published_checkpoints(connection) == [first, second]
        assert latest_checkpoint(connection) == second
    assert verify_checkpoint(second, [PUBLIC], tenant=tenant).root == follower.stored.root(30)


def test_a_tree_that_lost_what_was_signed_is_never_signed_again(
    engine: Engine,
    tenant: bytes,
    make_rows: Callable[[int], list[EventRow]],
    reading: Callable[[Sequence[EventRow]], ReadEvents],
) -> None:
    rows = make_rows(30)
    log = list(rows)
    follower = AuditFollower(reading(log), engine, tenant)
    follower.catch_up()
    checkpoints.create(engine)
    with engine.begin() as connection:
        publish_checkpoint(connection, follower.stored, tenant, KEY.sign, PUBLIC, now_us=1)
    for rewritten in (rows[:20], [*rows[:7], rows[7]._replace(state=b"x"), *rows[8:]]):
        log[:] = rewritten
        follower.rebuild()
        with engine.begin() as connection, pytest.raises(CheckpointInconsistent):
            publish_checkpoint(connection, follower.stored, tenant, KEY.sign, PUBLIC, now_us=2)
