from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection

from points.ledger.credentials import (
    ActorKind,
    Credentials,
    actor_credentials,
    credentials,
    well_formed,
)
from points.ledger.rows import Rows

STAFF = UUID(int=1)
TILL = UUID(int=2)
NOW = datetime(2026, 3, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def tokens(rows: Rows) -> Credentials:
    return Credentials(rows)


@pytest.mark.parametrize("kind", ActorKind)
def test_a_token_tells_who_speaks(tokens: Credentials, kind: ActorKind) -> None:
    token = tokens.issue(kind, STAFF, NOW, None)
    assert tokens.resolve(token, NOW) == (kind, STAFF)
    assert re.fullmatch(rf"vpx_{kind[0]}[A-Za-z0-9_-]{{49}}", token)


def test_the_four_kinds_have_letters_of_their_own() -> None:
    assert len({kind[0] for kind in ActorKind}) == len(ActorKind)


def test_a_token_ends_at_the_second_it_was_given_until(tokens: Credentials) -> None:
    token = tokens.issue(ActorKind.DEVICE, STAFF, NOW, 60)
    assert tokens.resolve(token, NOW + 59 * SECOND) is not None
    assert tokens.resolve(token, NOW + 60 * SECOND) is None


def test_a_token_without_an_end_lasts(tokens: Credentials) -> None:
    token = tokens.issue(ActorKind.TILL, TILL, NOW, None)
    assert tokens.resolve(token, NOW + timedelta(days=3650)) == (ActorKind.TILL, TILL)


def test_every_token_is_new(tokens: Credentials) -> None:
    assert len({tokens.issue(ActorKind.TILL, TILL, NOW, None) for _ in range(5)}) == 5


def test_any_single_mistyped_character_is_told_without_the_store(tokens: Credentials) -> None:
    token = tokens.issue(ActorKind.TILL, TILL, NOW, None)
    assert well_formed(token)
    for index, sign in enumerate(token):
        wrong = token[:index] + ("A" if sign != "A" else "B") + token[index + 1 :]
        assert not well_formed(wrong)
        assert tokens.resolve(wrong, NOW) is None


@pytest.mark.parametrize("text", ["", "vpx_", "vpx_s", "Bearer", "vpx_s" + "Ａ" * 49, "\ud800" * 54])
def test_what_is_no_token_leads_to_nobody(tokens: Credentials, text: str) -> None:
    assert tokens.resolve(text, NOW) is None
    tokens.revoke(text)


def test_a_token_with_a_line_break_behind_it_is_no_token(tokens: Credentials) -> None:
    assert tokens.resolve(tokens.issue(ActorKind.TILL, TILL, NOW, None) + "\n", NOW) is None


def test_a_well_formed_token_of_another_store_leads_to_nobody(tokens: Credentials) -> None:
    token = tokens.issue(ActorKind.TILL, TILL, NOW, None)
    tokens.revoke_all(TILL)
    assert well_formed(token)
    assert tokens.resolve(token, NOW) is None


def test_revoking_an_actor_ends_all_its_tokens_and_nobody_elses(tokens: Credentials, rows: Rows) -> None:
    ended = [tokens.issue(ActorKind.STAFF, STAFF, NOW, valid_for_s) for valid_for_s in (None, 60, 600)]
    kept = tokens.issue(ActorKind.TILL, TILL, NOW, None)
    tokens.revoke_all(STAFF)
    tokens.revoke_all(STAFF)
    assert [tokens.resolve(token, NOW) for token in ended] == [None, None, None]
    assert tokens.resolve(kept, NOW) == (ActorKind.TILL, TILL)
    assert rows.find(actor_credentials, actor_id=STAFF) is None


def test_signing_out_ends_one_token_and_leaves_the_actors_others(tokens: Credentials) -> None:
    first, second, third = (tokens.issue(ActorKind.STAFF, STAFF, NOW, None) for _ in range(3))
    tokens.revoke(second)
    tokens.revoke(second)
    assert tokens.resolve(second, NOW) is None
    assert tokens.resolve(first, NOW) == tokens.resolve(third, NOW) == (ActorKind.STAFF, STAFF)
    tokens.revoke_all(STAFF)
    assert tokens.resolve(first, NOW) is None
    assert tokens.resolve(third, NOW) is None


def test_expired_tokens_are_cleared_away_when_the_next_is_issued(tokens: Credentials, rows: Rows) -> None:
    tokens.issue(ActorKind.STAFF, STAFF, NOW, 60)
    lasting = tokens.issue(ActorKind.STAFF, STAFF, NOW, 3600)
    tokens.issue(ActorKind.STAFF, STAFF, NOW + 60 * SECOND, 60)
    row = rows.find(actor_credentials, actor_id=STAFF)
    assert row is not None
    assert len(row["token_hashes"]) == 2 * 32
    assert all(
        rows.find(credentials, token_hash=row["token_hashes"][start : start + 32]) for start in (0, 32)
    )
    assert tokens.resolve(lasting, NOW + 61 * SECOND) == (ActorKind.STAFF, STAFF)


def test_the_file_never_holds_a_token(
    sqlite_rows: Rows, sqlite_connection: Connection, sqlite_file: Path
) -> None:
    token = Credentials(sqlite_rows, random=lambda _: b"canary-canary-canary-canary-0001").issue(
        ActorKind.STAFF, STAFF, NOW, None
    )
    sqlite_connection.commit()
    stored = sqlite_file.read_bytes()
    assert STAFF.bytes in stored, "the file is the one that was written"
    assert token.encode() not in stored
    assert token[5:48].encode() not in stored
    assert b"canary" not in stored
