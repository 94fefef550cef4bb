from __future__ import annotations

import os
import stat
from itertools import combinations, product
from pathlib import Path

import pytest

from points.ledger import master_key
from points.ledger.errors import (
    MasterKeyExists,
    MasterKeyExposed,
    MasterKeyMissing,
    MasterKeyUnreadable,
    MasterKeyUnwritable,
    MasterKeyWrong,
)
from points.ledger.master_key import MasterKey, Purpose, TenantKeys

SECRET = b"canary-canary-canary-canary-0001"
TENANT = b"tenant-of-a-test"
OTHER_TENANT = b"tenant-elsewhere"


def test_a_new_key_is_32_bytes_that_only_its_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    previous = os.umask(0)
    try:
        master_key.create(path)
    finally:
        os.umask(previous)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_size == 32


def test_a_key_that_was_made_is_the_key_that_is_loaded(tmp_path: Path) -> None:
    made = master_key.create(tmp_path / "master.key")
    master_key.load(tmp_path / "master.key").check(made.fingerprint())


def test_two_new_keys_differ(tmp_path: Path) -> None:
    first, second = master_key.create(tmp_path / "a"), master_key.create(tmp_path / "b")
    assert first.fingerprint() != second.fingerprint()


def test_an_existing_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    master_key.create(path)
    before = path.read_bytes()
    with pytest.raises(MasterKeyExists):
        master_key.create(path)
    assert path.read_bytes() == before


def test_a_key_cannot_be_made_where_there_is_no_directory(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyUnwritable):
        master_key.create(tmp_path / "nowhere" / "master.key")


def test_half_a_key_is_not_left_behind_when_the_disk_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(descriptor: int) -> None:
        raise OSError(descriptor)

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(MasterKeyUnwritable):
        master_key.create(tmp_path / "master.key")
    assert not (tmp_path / "master.key").exists()


def test_a_missing_key_is_reported_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyMissing):
        master_key.load(tmp_path / "master.key")
    assert not (tmp_path / "master.key").exists()


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_file_of_another_length_is_no_key(tmp_path: Path, length: int) -> None:
    path = tmp_path / "master.key"
    path.touch(mode=0o600)
    path.write_bytes(bytes(length))
    with pytest.raises(MasterKeyUnreadable):
        master_key.load(path)


def test_a_directory_is_no_key(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyUnreadable):
        master_key.load(tmp_path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o610, 0o644, 0o660])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    master_key.create(path)
    path.chmod(mode)
    with pytest.raises(MasterKeyExposed) as refused:
        master_key.load(path)
    assert refused.value.mode == f"{mode:04o}"


@pytest.mark.parametrize("mode", [0o400, 0o600])
def test_a_key_that_only_its_owner_can_reach_is_taken(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    master_key.create(path)
    path.chmod(mode)
    master_key.load(path)


def test_another_stores_key_is_told_from_the_right_one() -> None:
    stored = MasterKey(SECRET).fingerprint()
    MasterKey(SECRET).check(stored)
    with pytest.raises(MasterKeyWrong):
        MasterKey(bytes(32)).check(stored)


def test_every_purpose_tenant_and_detail_has_a_key_of_its_own() -> None:
    master = MasterKey(SECRET)
    keys = [
        master.subkey(purpose, tenant, detail)
        for purpose, tenant, detail in product(Purpose, (TENANT, OTHER_TENANT), ("", "phone", "number"))
    ]
    assert all(one != other for one, other in combinations(keys, 2))
    assert all(len(key) == 32 for key in keys)
    assert all(key[:16] != master.fingerprint() for key in keys)


def test_derived_keys_never_change_from_one_version_to_the_next() -> None:
    """Stored values depend on these for ever: a change here makes every store unreadable."""
    master = MasterKey(bytes(range(32)))
    assert master.fingerprint().hex() == "cd41e45c0134f740d3625a4cdca0fb31"
    assert (
        master.subkey(Purpose.VAULT_WRAP, bytes(16)).hex()
        == "7e36a2604e45ca2c6d89387259a1fe74c6e8b17f98a7f26321a43acc6efcba00"
    )
    assert (
        master.subkey(Purpose.BLIND_INDEX, bytes(16), "phone").hex()
        == "3bf0db29ec8629b5cbdf879b60cdf79480de3afacdb31a3aa5c6cf72610b454e"
    )


def test_a_tenants_keys_are_those_of_the_master_key() -> None:
    keys = TenantKeys(MasterKey(SECRET), TENANT)
    for _ in range(2):
        assert keys.subkey(Purpose.BLIND_INDEX, "phone") == MasterKey(SECRET).subkey(
            Purpose.BLIND_INDEX, TENANT, "phone"
        )


def test_keys_and_tenants_of_a_wrong_length_are_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        MasterKey(b"short")
    with pytest.raises(ValueError, match="16 bytes"):
        MasterKey(SECRET).subkey(Purpose.IDEMPOTENCY, b"short")
    with pytest.raises(ValueError, match="16 bytes"):
        TenantKeys(MasterKey(SECRET), b"short")


def test_nothing_shows_the_key(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    master = master_key.create(path, random=lambda _: SECRET)
    with pytest.raises(MasterKeyExists) as exists:
        master_key.create(path)
    path.write_bytes(SECRET + b"!")
    with pytest.raises(MasterKeyUnreadable) as unreadable:
        master_key.load(path)
    with pytest.raises(MasterKeyWrong) as wrong:
        master.check(bytes(16))
    keys = TenantKeys(master, TENANT)
    for shown in (master, keys, exists.value, unreadable.value, wrong.value):
        for text in (repr(shown), str(shown)):
            assert "canary" not in text
            assert SECRET.hex() not in text
