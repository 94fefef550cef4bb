from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection

from points.domain.errors import Invalid
from points.ledger.blind_indexes import (
    ACTIVITY,
    IDENTITY_NUMBER,
    PHONE,
    VOLUNTEER_NUMBER,
    BlindIndexes,
    activity_value,
)
from points.ledger.errors import AlreadyIndexed
from points.ledger.master_key import MasterKey, TenantKeys
from points.ledger.rows import Rows

PERSON = UUID(int=1)
OTHER = UUID(int=2)
NUMBER = "99000019900101001X"


@pytest.fixture
def indexes(rows: Rows, tenant_keys: TenantKeys) -> BlindIndexes:
    return BlindIndexes(rows, tenant_keys)


def test_a_claimed_value_leads_to_its_subject(indexes: BlindIndexes) -> None:
    assert indexes.lookup(PHONE, "19900000001") is None
    indexes.claim(PHONE, "19900000001", PERSON)
    assert indexes.lookup(PHONE, "19900000001") == PERSON
    assert indexes.lookup(PHONE, "19900000002") is None


def test_a_value_taken_by_another_is_refused_and_stays_theirs(indexes: BlindIndexes) -> None:
    indexes.claim(IDENTITY_NUMBER, NUMBER, PERSON)
    with pytest.raises(AlreadyIndexed) as refused:
        indexes.claim(IDENTITY_NUMBER, NUMBER, OTHER)
    assert (refused.value.index, refused.value.subject_id) == (IDENTITY_NUMBER, PERSON)
    assert indexes.lookup(IDENTITY_NUMBER, NUMBER) == PERSON


def test_claiming_ones_own_value_again_changes_nothing(indexes: BlindIndexes) -> None:
    indexes.claim(PHONE, "19900000001", PERSON)
    indexes.claim(PHONE, "19900000001", PERSON)
    assert indexes.lookup(PHONE, "19900000001") == PERSON


def test_a_released_value_is_free_for_another(indexes: BlindIndexes) -> None:
    indexes.claim(PHONE, "19900000001", PERSON)
    indexes.release(PHONE, "199 0000 0001")
    assert indexes.lookup(PHONE, "19900000001") is None
    indexes.claim(PHONE, "19900000001", OTHER)
    indexes.release(PHONE, "19900000009")
    assert indexes.lookup(PHONE, "19900000001") == OTHER


@pytest.mark.parametrize(
    ("name", "one", "same"),
    [
        (PHONE, "19900000001", " 199-0000 0001"),
        (PHONE, "19900000001", "１９９０００００００１"),
        (PHONE, "19900000001", "+86 199 0000 0001"),
        (PHONE, "19900000001", "008619900000001"),
        (IDENTITY_NUMBER, NUMBER, NUMBER.lower()),
        (IDENTITY_NUMBER, NUMBER, "990000 19900101 001Ｘ"),
        (VOLUNTEER_NUMBER, "50023312345678", "500233 1234567 8"),
        ("organisation", "Red Scarf Team", " red  scarf ＴＥＡＭ"),
    ],
)
def test_one_value_written_in_two_ways_is_one_value(
    indexes: BlindIndexes, name: str, one: str, same: str
) -> None:
    indexes.claim(name, one, PERSON)
    assert indexes.lookup(name, same) == PERSON


def test_a_landline_that_begins_like_a_country_code_keeps_its_digits(indexes: BlindIndexes) -> None:
    indexes.claim(PHONE, "86123456", PERSON)
    assert indexes.lookup(PHONE, "123456") is None


@pytest.mark.parametrize(("name", "value"), [(PHONE, "none"), (IDENTITY_NUMBER, "  "), (ACTIVITY, "")])
def test_a_value_that_everyone_without_one_would_share_is_refused(
    indexes: BlindIndexes, name: str, value: str
) -> None:
    with pytest.raises(Invalid) as refused:
        indexes.claim(name, value, PERSON)
    assert (refused.value.field, refused.value.rule) == (name, "empty")


def test_an_activity_is_known_by_area_day_and_name_together(indexes: BlindIndexes) -> None:
    indexes.claim(ACTIVITY, activity_value("500233001", "2026-03-05", "清洁 家园"), PERSON)
    assert indexes.lookup(ACTIVITY, activity_value("500233001", "2026-03-05", " 清洁  家园")) == PERSON
    assert indexes.lookup(ACTIVITY, activity_value("500233001", "2026-03-06", "清洁 家园")) is None


def test_parts_of_an_activity_cannot_run_into_one_another() -> None:
    assert activity_value("a", "b", "c") != activity_value("a\x1fb", "c")
    assert activity_value("ab", "c") != activity_value("a", "bc")


def test_the_same_value_shows_no_relation_between_two_indexes_or_tenants(
    rows: Rows, tenant_keys: TenantKeys
) -> None:
    elsewhere = BlindIndexes(rows, TenantKeys(MasterKey(bytes(range(32))), b"tenant-elsewhere"))
    here = BlindIndexes(rows, tenant_keys)
    digests = {
        here._digest(PHONE, "123"),
        here._digest(VOLUNTEER_NUMBER, "123"),
        elsewhere._digest(PHONE, "123"),
    }
    assert len(digests) == 3
    here.claim(PHONE, "123", PERSON)
    assert elsewhere.lookup(PHONE, "123") is None


def test_neither_the_error_nor_the_file_shows_the_value(
    sqlite_rows: Rows, sqlite_connection: Connection, sqlite_file: Path, tenant_keys: TenantKeys
) -> None:
    indexes = BlindIndexes(sqlite_rows, tenant_keys)
    indexes.claim(IDENTITY_NUMBER, NUMBER, PERSON)
    with pytest.raises(AlreadyIndexed) as refused:
        indexes.claim(IDENTITY_NUMBER, NUMBER, OTHER)
    assert NUMBER not in str(refused.value) + repr(refused.value)
    sqlite_connection.commit()
    stored = sqlite_file.read_bytes()
    assert PERSON.bytes in stored, "the file is the one that was written"
    assert NUMBER.encode() not in stored
