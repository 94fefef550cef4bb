from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection

from points.domain.errors import Invalid
from points.ledger.errors import IdempotencyKeyReused
from points.ledger.idempotency import Idempotency, StoredAnswer, check_key
from points.ledger.master_key import Purpose, TenantKeys
from points.ledger.rows import Rows

TILL = UUID(int=1)
OTHER_TILL = UUID(int=2)
ROUTE = "POST /v1/redemptions"
NOW = datetime(2026, 3, 5, 1, 2, 3, 456789, tzinfo=UTC)


@pytest.fixture
def answers(rows: Rows, tenant_keys: TenantKeys) -> Idempotency:
    return Idempotency(rows, tenant_keys.subkey(Purpose.IDEMPOTENCY))


def keep(answers: Idempotency, key: str = "key-1", canonical_input: bytes = b"input") -> None:
    answers.store(TILL, ROUTE, key, canonical_input, position=42, response=b"answer", now=NOW)


def test_the_first_answer_is_given_again_for_the_same_key_and_input(answers: Idempotency) -> None:
    assert answers.find(TILL, ROUTE, "key-1", b"input") is None
    keep(answers)
    assert answers.find(TILL, ROUTE, "key-1", b"input") == StoredAnswer(42, NOW, b"answer")


def test_a_key_that_comes_with_another_input_is_refused(answers: Idempotency) -> None:
    keep(answers)
    with pytest.raises(IdempotencyKeyReused) as refused:
        answers.find(TILL, ROUTE, "key-1", b"another input")
    assert refused.value.route == ROUTE


@pytest.mark.parametrize(
    ("actor", "route", "key"),
    [
        (OTHER_TILL, ROUTE, "key-1"),
        (TILL, "POST /v1/refunds", "key-1"),
        (TILL, ROUTE, "key-2"),
        (TILL, ROUTE, "KEY-1"),
        (TILL, ROUTE + "k", "ey-1"),
    ],
)
def test_a_key_counts_for_its_actor_and_route_only(
    answers: Idempotency, actor: UUID, route: str, key: str
) -> None:
    keep(answers)
    assert answers.find(actor, route, key, b"another input") is None


@pytest.mark.parametrize("key", ["!", "~", "a" * 200, "0190f5b2-7c3e-7000-8000-000000000000"])
def test_up_to_200_visible_ascii_characters_make_a_key(key: str) -> None:
    check_key(key)


@pytest.mark.parametrize("key", ["", "a" * 201, "a b", "key\n", "\tkey", "钥匙", "key\x7f", "ｋｅｙ"])
def test_anything_else_is_no_key(answers: Idempotency, key: str) -> None:
    with pytest.raises(Invalid) as asked:
        answers.find(TILL, ROUTE, key, b"input")
    with pytest.raises(Invalid) as kept:
        keep(answers, key)
    for refused in (asked.value, kept.value):
        assert refused.field == "idempotency_key"
        assert not key or key not in str(refused)


def test_the_file_shows_neither_key_nor_input(
    sqlite_rows: Rows, sqlite_connection: Connection, sqlite_file: Path, tenant_keys: TenantKeys
) -> None:
    answers = Idempotency(sqlite_rows, tenant_keys.subkey(Purpose.IDEMPOTENCY))
    keep(answers, "canary-key", b"canary-input")
    sqlite_connection.commit()
    stored = sqlite_file.read_bytes()
    assert b"answer" in stored, "the file is the one that was written"
    assert b"canary" not in stored


def test_equal_inputs_cannot_be_recognised_from_row_to_row(answers: Idempotency) -> None:
    first, second = answers._scope(TILL, ROUTE, "a"), answers._scope(OTHER_TILL, ROUTE, "a")
    assert answers._input_hash(first, b"same") != answers._input_hash(second, b"same")
