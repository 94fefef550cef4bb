from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from points.codes.checking import check_not_revoked, check_time, key_of, verify
from points.codes.errors import (
    CodeKeyNotForKind,
    CodeKeyRevoked,
    CodeOutsideKeyWindow,
    CodeUnknownKey,
    KeyRejected,
    KeySetForged,
    KeySetMissing,
    KeySetNotCurrent,
    NoSigningKey,
    RootNotHere,
    SigningKeySealed,
    StaleKeySet,
)
from points.codes.jwks import sign_jwks, verify_jwks
from points.codes.keyring import PUBLISHED_AHEAD_S, SIGNS_FOR_S, KeyCache, KeyRing
from points.codes.keys import Purpose, key_id_of
from points.codes.signer import Signer
from points.codes.tables import key_set, signing_keys
from points.codes.token import Kind, Token, to_digits
from tests.codes.conftest import START_S, TableRows

TENANT = bytes(range(16))
MASTER = b"m" * 32
DAY_S = 86_400
OFFLINE_ROOT = Ed25519PrivateKey.from_private_bytes(b"r" * 32)


def ring_of(rows: TableRows, **changes: Any) -> KeyRing:
    return KeyRing(rows, TENANT, changes.pop("master_key", MASTER), **changes)


def found(rows: TableRows) -> KeyRing:
    made = ring_of(rows)
    made.found_demo()
    made.ensure(START_S)
    return made


@pytest.fixture
def ring(rows: TableRows) -> KeyRing:
    return found(rows)


def code_of(signer: Signer, at_s: int, kind: Kind = Kind.PAYMENT) -> Token:
    return Token(kind, signer.key.key_id, bytes(12), 0, bytes(8), at_s, 60, 100)


def test_a_new_store_gets_a_key_for_every_purpose(ring: KeyRing) -> None:
    assert sorted(purpose for key in ring.current() for purpose in key.kinds) == sorted(SIGNS_FOR_S)
    assert all(len(key.kinds) == 1 for key in ring.current())


@pytest.mark.parametrize(("purpose", "days"), [("payment", 7), ("enrolment", 7), ("activity", 90)])
def test_short_lived_keys_sign_for_days(ring: KeyRing, purpose: str, days: int) -> None:
    key = ring.signing_key(Purpose(purpose), START_S).key
    assert (key.signs_from_s, key.signs_until_s) == (START_S, START_S + days * DAY_S)


@pytest.mark.parametrize("purpose", ["receipt", "card", "certificate", "checkpoint"])
def test_keys_of_things_that_last_sign_for_a_year(ring: KeyRing, purpose: str) -> None:
    assert ring.signing_key(Purpose(purpose), START_S).key.signs_until_s == START_S + 365 * DAY_S


def test_what_a_ring_signs_it_also_verifies(ring: KeyRing) -> None:
    signer = ring.signing_key(Kind.PAYMENT, START_S)
    token = code_of(signer, START_S)
    digits = to_digits(signer.sign_token(token))
    assert verify(digits, expected=Kind.PAYMENT, tenant=TENANT, keys=ring.current()) == token


def test_a_signer_signs_neither_another_kind_nor_another_time_nor_another_keys_name(ring: KeyRing) -> None:
    signer = ring.signing_key(Kind.PAYMENT, START_S)
    with pytest.raises(CodeKeyNotForKind):
        signer.sign_token(code_of(signer, START_S, Kind.MERCHANT))
    with pytest.raises(CodeOutsideKeyWindow):
        signer.sign_token(code_of(signer, START_S + 7 * DAY_S))
    with pytest.raises(CodeUnknownKey):
        signer.sign_token(replace(code_of(signer, START_S), key_id=b"none"))


def test_the_next_key_is_published_two_days_before_it_signs(ring: KeyRing) -> None:
    end_s = START_S + 7 * DAY_S
    assert ring.ensure(end_s - PUBLISHED_AHEAD_S - 1) == []
    made = ring.ensure(end_s - PUBLISHED_AHEAD_S)
    assert {(*key.kinds, key.signs_from_s) for key in made} == {("payment", end_s), ("enrolment", end_s)}
    assert ring.ensure(end_s - PUBLISHED_AHEAD_S) == []


def test_at_the_change_the_new_key_signs_and_the_old_code_is_still_good(ring: KeyRing) -> None:
    end_s = START_S + 7 * DAY_S
    ring.ensure(end_s - DAY_S)
    before, after = (ring.signing_key(Kind.PAYMENT, at_s) for at_s in (end_s - 1, end_s))
    assert before.key.key_id != after.key.key_id
    last = code_of(before, end_s - 1)
    digits = to_digits(before.sign_token(last))
    ring.ensure(end_s)
    verify(digits, expected=Kind.PAYMENT, tenant=TENANT, keys=ring.current())
    check_time(last, key_of(last, ring.current()), end_s + 59)


def test_a_year_of_rotation_leaves_no_second_without_a_key(ring: KeyRing) -> None:
    for day in range(0, 380, 2):
        ring.ensure(START_S + day * DAY_S)
        for purpose in SIGNS_FOR_S:
            assert ring.signing_key(purpose, START_S + day * DAY_S)
            assert ring.signing_key(purpose, START_S + (day + 2) * DAY_S - 1)


def test_a_store_that_slept_past_its_keys_makes_new_ones(ring: KeyRing) -> None:
    late_s = START_S + 1000 * DAY_S
    with pytest.raises(NoSigningKey):
        ring.signing_key(Kind.RECEIPT, late_s)
    assert len(ring.ensure(late_s)) == len(SIGNS_FOR_S)
    assert ring.signing_key(Kind.RECEIPT, late_s).key.signs_from_s == late_s


def test_a_private_half_is_forgotten_when_its_key_no_longer_signs_and_the_public_half_is_kept(
    ring: KeyRing, rows: TableRows
) -> None:
    key = ring.signing_key(Kind.PAYMENT, START_S).key
    ring.ensure(key.signs_until_s - 1)
    assert rows.find(signing_keys, key_id=key.key_id)["wrapped"] is not None  # type: ignore[index]  # is there
    ring.ensure(key.signs_until_s)
    assert rows.find(signing_keys, key_id=key.key_id)["wrapped"] is None  # type: ignore[index]  # is there
    assert ring.current().find(key.key_id) == key


def test_a_leaked_key_is_withdrawn_at_once_and_replaced(ring: KeyRing) -> None:
    signer = ring.signing_key(Kind.PAYMENT, START_S)
    sequence = ring.current().sequence
    ring.revoke(signer.key.key_id)
    with pytest.raises(CodeKeyRevoked):
        check_not_revoked(key_of(code_of(signer, START_S), ring.current()))
    with pytest.raises(NoSigningKey):
        ring.signing_key(Kind.PAYMENT, START_S)
    assert [set(key.kinds) for key in ring.ensure(START_S + 5)] == [{Purpose.PAYMENT}]
    assert ring.signing_key(Kind.PAYMENT, START_S + 5).key.key_id != signer.key.key_id
    assert ring.current().sequence == sequence + 2


def test_withdrawing_a_key_twice_changes_nothing_and_an_unknown_one_is_refused(ring: KeyRing) -> None:
    key_id = ring.signing_key(Kind.CARD, START_S).key.key_id
    ring.revoke(key_id)
    sequence = ring.current().sequence
    ring.revoke(key_id)
    assert ring.current().sequence == sequence
    with pytest.raises(CodeUnknownKey):
        ring.revoke(b"none")


def test_a_withdrawal_in_one_process_is_seen_by_another_that_has_the_keys_in_memory(
    ring: KeyRing, rows: TableRows
) -> None:
    other = ring_of(rows, cache=KeyCache())
    key_id = other.signing_key(Kind.PAYMENT, START_S).key.key_id
    ring.revoke(key_id)
    with pytest.raises(NoSigningKey):
        other.signing_key(Kind.PAYMENT, START_S)


def test_while_nothing_changes_the_keys_cost_one_look_at_the_store(rows: TableRows) -> None:
    found(rows)
    cache = KeyCache()
    ring_of(rows, cache=cache).signing_key(Kind.PAYMENT, START_S)
    before = rows.reads
    ring_of(rows, cache=cache).signing_key(Kind.PAYMENT, START_S)
    assert rows.reads - before == 1


def test_two_keys_never_share_an_id(rows: TableRows) -> None:
    found(rows)
    taken, free = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
    public = taken.public_key().public_bytes_raw()
    twin = key_id_of(TENANT, public)
    drawn = iter([taken, taken, free])
    made = ring_of(rows, new_private=lambda: next(drawn))
    made.create(Purpose.CARD, START_S, START_S + 1)
    second = made.create(Purpose.CARD, START_S, START_S + 1)
    assert second.key_id != twin
    assert second.public == free.public_key().public_bytes_raw()


def test_nothing_opens_under_another_master_key(rows: TableRows) -> None:
    found(rows)
    with pytest.raises(SigningKeySealed):
        ring_of(rows, master_key=b"n" * 32).signing_key(Kind.PAYMENT, START_S)


def test_a_private_key_does_not_open_in_the_row_of_another_kind(ring: KeyRing, rows: TableRows) -> None:
    key_id = ring.signing_key(Kind.PAYMENT, START_S).key.key_id
    rows.update(signing_keys, {"key_id": key_id}, kinds="receipt")
    rows.update(key_set, {"tenant": TENANT}, stamp=b"!" * 16)
    fresh = ring_of(rows)
    (moved,) = (key for key in fresh.current() if key.key_id == key_id)
    with pytest.raises(SigningKeySealed):
        fresh._private(moved)


def test_the_stored_row_does_not_hold_the_private_key_in_clear(rows: TableRows) -> None:
    private = Ed25519PrivateKey.from_private_bytes(b"\x05" * 32)
    ring_of(rows, new_private=lambda: private).found_demo()
    key_id = key_id_of(TENANT, private.public_key().public_bytes_raw())
    wrapped = rows.find(signing_keys, key_id=key_id)["wrapped"]  # type: ignore[index]  # is there
    assert len(wrapped) == 60
    assert b"\x05" * 4 not in wrapped


def test_a_store_without_keys_says_so(rows: TableRows) -> None:
    with pytest.raises(KeySetMissing):
        ring_of(rows).current()


def test_the_demo_root_signs_what_it_publishes_and_marks_it(rows: TableRows) -> None:
    ring = ring_of(rows)
    root_public = ring.found_demo()
    ring.ensure(START_S)
    document = ring.jwks()
    assert document["root"] == "demo"
    pinned = verify_jwks(document, root_public, 0, tenant=TENANT)
    assert list(pinned) == list(ring.current())


def test_a_set_from_before_a_withdrawal_is_refused_by_whoever_saw_the_later_one(rows: TableRows) -> None:
    ring = ring_of(rows)
    root_public = ring.found_demo()
    ring.ensure(START_S)
    before = ring.jwks()
    ring.revoke(ring.signing_key(Kind.PAYMENT, START_S).key.key_id)
    after = verify_jwks(ring.jwks(), root_public, before["sequence"])
    assert [key.revoked for key in after].count(True) == 1
    with pytest.raises(StaleKeySet):
        verify_jwks(before, root_public, after.sequence)


def test_after_a_restore_the_sequence_is_above_all_that_was_published(rows: TableRows) -> None:
    ring = ring_of(rows)
    root_public = ring.found_demo()
    ring.ensure(START_S)
    backup_sequence = ring.current().sequence
    published = backup_sequence + 40
    assert ring.rise_after_restore(START_S + DAY_S) > published
    verify_jwks(ring.jwks(), root_public, published)
    again = ring.rise_after_restore(START_S + DAY_S)
    assert again == START_S + DAY_S + 1


def test_an_offline_root_publishes_only_what_it_signed(rows: TableRows) -> None:
    ring = ring_of(rows)
    ring.found(OFFLINE_ROOT.public_key().public_bytes_raw())
    ring.ensure(START_S)
    with pytest.raises(RootNotHere):
        ring.jwks()
    signed = sign_jwks(ring.unsigned_jwks(), OFFLINE_ROOT.sign)
    ring.install(signed)
    assert ring.jwks() == signed
    assert signed["root"] == "offline"


def test_a_document_that_another_root_signed_or_that_says_something_else_is_not_installed(
    rows: TableRows,
) -> None:
    ring = ring_of(rows)
    ring.found(OFFLINE_ROOT.public_key().public_bytes_raw())
    ring.ensure(START_S)
    unsigned = ring.unsigned_jwks()
    with pytest.raises(KeySetForged):
        ring.install(sign_jwks(unsigned, Ed25519PrivateKey.generate().sign))
    with pytest.raises(KeySetNotCurrent):
        ring.install(sign_jwks({**unsigned, "keys": unsigned["keys"][1:]}, OFFLINE_ROOT.sign))
    ring.ensure(START_S + 6 * DAY_S)
    with pytest.raises(StaleKeySet):
        ring.install(sign_jwks(unsigned, OFFLINE_ROOT.sign))


def test_a_weak_root_is_refused(rows: TableRows) -> None:
    with pytest.raises(KeyRejected):
        ring_of(rows).found(b"\x01" + bytes(31))
