from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from points.ledger.errors import VaultDamaged, VaultEntryForeign, VaultEntryMissing, VaultSubjectMissing
from points.ledger.master_key import MasterKey, TenantKeys
from points.ledger.rows import Rows
from points.ledger.vault import Vault, VaultKeys, vault_entries, vault_keys

PERSON = UUID(int=1)
OTHER = UUID(int=2)
PROFILE = {"name": "甲某", "identity_number": "990000199001010011", "phone": "19900000001"}
CANARY = "canary-金丝雀-7f3a"


@pytest.fixture
def keys(tenant_keys: TenantKeys) -> VaultKeys:
    return VaultKeys(tenant_keys)


@pytest.fixture
def vault(rows: Rows, keys: VaultKeys) -> Vault:
    return Vault(rows, keys, uuid4)


def flipped(sealed: bytes, index: int) -> bytes:
    return sealed[:index] + bytes([sealed[index] ^ 1]) + sealed[index + 1 :]


def test_a_profile_comes_back_as_it_was_put(vault: Vault) -> None:
    vault.open_subject(PERSON)
    assert vault.get(vault.put(PERSON, PROFILE)) == PROFILE


def test_a_single_text_comes_back_as_it_was_put(vault: Vault) -> None:
    vault.open_subject(PERSON)
    ref = vault.put_text(PERSON, "腿脚不便，需要陪同就医")
    assert vault.get_text(ref) == "腿脚不便，需要陪同就医"


@given(fields=st.dictionaries(st.text(), st.text()))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_whatever_comes_back_as_it_was_put(vault: Vault, fields: dict[str, str]) -> None:
    person = uuid4()
    vault.open_subject(person)
    assert vault.get(vault.put(person, fields)) == fields


def test_many_entries_come_back_by_reference_without_those_that_are_gone(vault: Vault) -> None:
    for subject in (PERSON, OTHER):
        vault.open_subject(subject)
    first, second, gone = (
        vault.put_text(PERSON, "a"),
        vault.put_text(PERSON, "b"),
        vault.put_text(OTHER, "c"),
    )
    vault.destroy(OTHER)
    assert vault.get_many([first, gone, second, UUID(int=9)]) == {first: {"text": "a"}, second: {"text": "b"}}


def test_a_reference_that_never_was_gives_nothing(vault: Vault) -> None:
    assert vault.get(UUID(int=9)) is None
    assert vault.get_text(UUID(int=9)) is None


def test_nothing_can_be_put_for_a_subject_that_was_not_opened(vault: Vault) -> None:
    with pytest.raises(VaultSubjectMissing):
        vault.put(PERSON, PROFILE)


def test_opening_a_subject_twice_keeps_its_key(vault: Vault) -> None:
    vault.open_subject(PERSON)
    ref = vault.put(PERSON, PROFILE)
    vault.open_subject(PERSON)
    assert vault.get(ref) == PROFILE


def test_a_correction_takes_the_place_of_what_was_wrong(vault: Vault) -> None:
    vault.open_subject(PERSON)
    ref = vault.put(PERSON, PROFILE)
    vault.replace(ref, PROFILE | {"phone": "19900000002"})
    assert vault.get(ref) == PROFILE | {"phone": "19900000002"}


def test_what_is_not_there_cannot_be_corrected(vault: Vault) -> None:
    vault.open_subject(PERSON)
    ref = vault.put(PERSON, PROFILE)
    vault.destroy(PERSON)
    for missing in (ref, UUID(int=9)):
        with pytest.raises(VaultEntryMissing):
            vault.replace(missing, PROFILE)


def test_the_same_fields_never_look_the_same_when_sealed(vault: Vault, rows: Rows) -> None:
    vault.open_subject(PERSON)
    sealed = {bytes(stored_entry(rows, vault.put(PERSON, PROFILE))["sealed"]) for _ in range(3)}
    assert len(sealed) == 3


def test_erasure_leaves_nothing_readable_and_everyone_else_intact(vault: Vault, rows: Rows) -> None:
    for subject in (PERSON, OTHER):
        vault.open_subject(subject)
    erased = [vault.put(PERSON, PROFILE), vault.put_text(PERSON, "reason")]
    kept = vault.put(OTHER, PROFILE)
    vault.destroy(PERSON, erased)
    assert [vault.get(ref) for ref in erased] == [None, None]
    assert [rows.find(vault_entries, ref=ref) for ref in erased] == [None, None]
    assert rows.find(vault_keys, subject_id=PERSON) is None
    assert vault.get(kept) == PROFILE


def test_an_entry_that_was_not_named_at_erasure_is_unreadable_all_the_same(vault: Vault, rows: Rows) -> None:
    vault.open_subject(PERSON)
    forgotten = vault.put(PERSON, PROFILE)
    vault.destroy(PERSON)
    assert rows.find(vault_entries, ref=forgotten) is not None
    assert vault.get(forgotten) is None


def test_a_key_made_anew_does_not_open_what_was_erased(vault: Vault) -> None:
    vault.open_subject(PERSON)
    forgotten = vault.put(PERSON, PROFILE)
    vault.destroy(PERSON)
    vault.open_subject(PERSON)
    with pytest.raises(VaultDamaged):
        vault.get(forgotten)


def test_erasure_can_be_repeated_as_after_a_restore(vault: Vault) -> None:
    vault.open_subject(PERSON)
    ref = vault.put(PERSON, PROFILE)
    vault.destroy(PERSON, [ref])
    vault.destroy(PERSON, [ref])
    assert vault.get(ref) is None


def test_erasure_refuses_to_take_another_subjects_entry_along(vault: Vault) -> None:
    for subject in (PERSON, OTHER):
        vault.open_subject(subject)
    own, foreign = vault.put(PERSON, PROFILE), vault.put(OTHER, PROFILE)
    with pytest.raises(VaultEntryForeign):
        vault.destroy(PERSON, [own, foreign])
    assert vault.get(own) == vault.get(foreign) == PROFILE


def test_an_erasure_by_another_process_is_seen_at_once(
    vault: Vault, rows: Rows, tenant_keys: TenantKeys
) -> None:
    vault.open_subject(PERSON)
    ref = vault.put(PERSON, PROFILE)
    Vault(rows, VaultKeys(tenant_keys), uuid4).destroy(PERSON)
    assert vault.get(ref) is None
    with pytest.raises(VaultSubjectMissing):
        vault.put(PERSON, PROFILE)


def test_a_key_whose_row_was_undone_is_not_used_for_the_next_one(vault: Vault, rows: Rows) -> None:
    vault.open_subject(PERSON)
    vault.put(PERSON, PROFILE)
    rows.delete(vault_keys, subject_id=PERSON)
    vault.open_subject(PERSON)
    ref = vault.put(PERSON, PROFILE)
    assert vault.get(ref) == PROFILE


def test_entries_open_in_a_process_that_has_cached_nothing(
    vault: Vault, rows: Rows, tenant_keys: TenantKeys
) -> None:
    vault.open_subject(PERSON)
    ref = vault.put(PERSON, PROFILE)
    assert Vault(rows, VaultKeys(tenant_keys), uuid4).get(ref) == PROFILE


def test_the_cache_of_keys_stays_within_its_bound(rows: Rows, tenant_keys: TenantKeys) -> None:
    keys = VaultKeys(tenant_keys, cached_max=2)
    vault = Vault(rows, keys, uuid4)
    people = [UUID(int=number) for number in range(1, 6)]
    refs = []
    for person in people:
        vault.open_subject(person)
        refs.append(vault.put(person, {"name": str(person)}))
    assert len(keys._cached) == 2
    assert [vault.get(ref) for ref in refs] == [{"name": str(person)} for person in people]


def test_a_change_of_any_sealed_byte_is_found(vault: Vault, rows: Rows) -> None:
    vault.open_subject(PERSON)
    ref = vault.put(PERSON, {"name": "甲"})
    sealed = stored_entry(rows, ref)["sealed"]
    for index in range(len(sealed)):
        rows.update(vault_entries, {"ref": ref}, sealed=flipped(sealed, index))
        with pytest.raises(VaultDamaged):
            vault.get(ref)
    rows.update(vault_entries, {"ref": ref}, sealed=sealed)
    assert vault.get(ref) == {"name": "甲"}


def test_sealed_bytes_cut_short_at_any_length_are_found(vault: Vault, rows: Rows) -> None:
    vault.open_subject(PERSON)
    ref = vault.put(PERSON, {"name": "甲"})
    sealed = stored_entry(rows, ref)["sealed"]
    for length in range(len(sealed)):
        rows.update(vault_entries, {"ref": ref}, sealed=sealed[:length])
        with pytest.raises(VaultDamaged):
            vault.get(ref)


def test_a_change_of_any_byte_of_a_wrapped_key_is_found(vault: Vault, rows: Rows) -> None:
    vault.open_subject(PERSON)
    ref = vault.put(PERSON, PROFILE)
    row = rows.find(vault_keys, subject_id=PERSON)
    assert row is not None
    wrapped = row["wrapped"]
    for index in range(len(wrapped)):
        rows.update(vault_keys, {"subject_id": PERSON}, wrapped=flipped(wrapped, index))
        with pytest.raises(VaultDamaged):
            vault.get(ref)


def test_entries_cannot_be_swapped_within_a_subject(vault: Vault, rows: Rows) -> None:
    vault.open_subject(PERSON)
    mine, reason = vault.put(PERSON, PROFILE), vault.put_text(PERSON, "reason")
    rows.update(vault_entries, {"ref": mine}, sealed=stored_entry(rows, reason)["sealed"])
    with pytest.raises(VaultDamaged):
        vault.get(mine)


def test_entries_cannot_be_moved_between_subjects(vault: Vault, rows: Rows) -> None:
    for subject in (PERSON, OTHER):
        vault.open_subject(subject)
    mine, theirs = vault.put(PERSON, PROFILE), vault.put(OTHER, PROFILE)
    rows.update(vault_entries, {"ref": theirs}, sealed=stored_entry(rows, mine)["sealed"])
    rows.update(vault_entries, {"ref": mine}, subject_id=OTHER)
    for ref in (mine, theirs):
        with pytest.raises(VaultDamaged):
            vault.get(ref)


def test_a_wrapped_key_cannot_be_given_to_another_subject(vault: Vault, rows: Rows) -> None:
    for subject in (PERSON, OTHER):
        vault.open_subject(subject)
    ref = vault.put(OTHER, PROFILE)
    row = rows.find(vault_keys, subject_id=PERSON)
    assert row is not None
    rows.update(vault_keys, {"subject_id": OTHER}, wrapped=row["wrapped"])
    with pytest.raises(VaultDamaged):
        vault.get(ref)


def test_another_tenant_under_the_same_master_key_reads_nothing(vault: Vault, rows: Rows) -> None:
    vault.open_subject(PERSON)
    ref = vault.put(PERSON, PROFILE)
    elsewhere = TenantKeys(MasterKey(bytes(range(32))), b"tenant-elsewhere")
    with pytest.raises(VaultDamaged):
        Vault(rows, VaultKeys(elsewhere), uuid4).get(ref)


def test_the_wrong_master_key_reads_nothing(vault: Vault, rows: Rows) -> None:
    vault.open_subject(PERSON)
    ref = vault.put(PERSON, PROFILE)
    wrong = TenantKeys(MasterKey(bytes(32)), b"tenant-of-a-test")
    with pytest.raises(VaultDamaged):
        Vault(rows, VaultKeys(wrong), uuid4).get(ref)


def test_no_repr_and_no_error_shows_what_is_sealed(vault: Vault, keys: VaultKeys, rows: Rows) -> None:
    vault.open_subject(PERSON)
    ref = vault.put(PERSON, {"name": CANARY})
    rows.update(vault_entries, {"ref": ref}, sealed=flipped(stored_entry(rows, ref)["sealed"], 20))
    with pytest.raises(VaultDamaged) as damaged:
        vault.get(ref)
    with pytest.raises(VaultSubjectMissing) as missing:
        vault.put(OTHER, {"name": CANARY})
    with pytest.raises(VaultEntryMissing) as absent:
        vault.replace(UUID(int=9), {"name": CANARY})
    for shown in (vault, keys, damaged.value, missing.value, absent.value):
        assert CANARY not in repr(shown) + str(shown)


def test_the_file_never_holds_what_was_sealed(
    sqlite_rows: Rows, sqlite_connection: Connection, sqlite_file: Path, keys: VaultKeys
) -> None:
    vault = Vault(sqlite_rows, keys, uuid4)
    vault.open_subject(PERSON)
    ref = vault.put(PERSON, {"canary_field": CANARY})
    vault.put_text(PERSON, CANARY)
    vault.replace(ref, {"canary_field": CANARY + CANARY})
    sqlite_connection.commit()
    stored = sqlite_file.read_bytes()
    assert ref.bytes in stored, "the file is the one that was written"
    assert CANARY.encode() not in stored
    assert b"canary" not in stored


def test_after_erasure_the_file_holds_not_even_the_wrapped_key(
    sqlite_rows: Rows, sqlite_connection: Connection, sqlite_file: Path, keys: VaultKeys
) -> None:
    vault = Vault(sqlite_rows, keys, uuid4)
    vault.open_subject(PERSON)
    ref = vault.put(PERSON, PROFILE)
    row = sqlite_rows.find(vault_keys, subject_id=PERSON)
    assert row is not None
    wrapped, sealed = row["wrapped"], stored_entry(sqlite_rows, ref)["sealed"]
    sqlite_connection.commit()
    assert wrapped in sqlite_file.read_bytes()
    vault.destroy(PERSON, [ref])
    sqlite_connection.commit()
    stored = sqlite_file.read_bytes()
    assert wrapped not in stored
    assert sealed not in stored


def stored_entry(rows: Rows, ref: UUID) -> dict[str, bytes]:
    row = rows.find(vault_entries, ref=ref)
    assert row is not None
    return dict(row)
