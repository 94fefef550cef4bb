from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from points.domain.errors import Invalid
from points.ledger.errors import ShortCodeTaken
from points.ledger.master_key import MasterKey, Purpose, TenantKeys
from points.ledger.rows import Rows
from points.ledger.short_codes import ShortCode, ShortCodes

DIGITS = "190000000001"
TOKEN = bytes(range(40))
END = datetime(2026, 3, 5, 1, 3, tzinfo=UTC)


@pytest.fixture
def codes(rows: Rows, tenant_keys: TenantKeys) -> ShortCodes:
    return ShortCodes(rows, tenant_keys.subkey(Purpose.SHORT_CODES))


def test_digits_lead_to_the_token_they_stand_for(codes: ShortCodes) -> None:
    codes.put(DIGITS, TOKEN, END)
    assert codes.find(DIGITS) == ShortCode(TOKEN, END)
    assert codes.find("190000000002") is None


def test_digits_in_use_are_not_given_to_another_token(codes: ShortCodes) -> None:
    codes.put(DIGITS, TOKEN, END)
    with pytest.raises(ShortCodeTaken) as refused:
        codes.put(DIGITS, bytes(40), END)
    assert DIGITS not in str(refused.value)
    assert codes.find(DIGITS) == ShortCode(TOKEN, END)


def test_purged_digits_lead_nowhere_and_can_be_used_again(codes: ShortCodes) -> None:
    key, other = codes.put(DIGITS, TOKEN, END), codes.put("190000000002", TOKEN, END)
    codes.purge([key, bytes(16)])
    assert codes.find(DIGITS) is None
    assert codes.find("190000000002") is not None
    assert codes.put(DIGITS, TOKEN, END) == key != other


@pytest.mark.parametrize(
    "digits", ["", "19000000000", "1900000000011", "１９００００００００００", "19000000000\n"]
)
def test_anything_but_twelve_plain_digits_is_refused(codes: ShortCodes, digits: str) -> None:
    with pytest.raises(Invalid):
        codes.find(digits)


def test_only_the_unsigned_part_of_a_token_is_taken(codes: ShortCodes) -> None:
    with pytest.raises(ValueError, match="40 unsigned bytes"):
        codes.put(DIGITS, bytes(104), END)


def test_another_tenant_does_not_find_the_digits(codes: ShortCodes, rows: Rows) -> None:
    codes.put(DIGITS, TOKEN, END)
    elsewhere = TenantKeys(MasterKey(bytes(range(32))), b"tenant-elsewhere")
    assert ShortCodes(rows, elsewhere.subkey(Purpose.SHORT_CODES)).find(DIGITS) is None


def test_the_file_never_holds_the_digits(
    sqlite_rows: Rows, sqlite_connection: Connection, sqlite_file: Path, tenant_keys: TenantKeys
) -> None:
    ShortCodes(sqlite_rows, tenant_keys.subkey(Purpose.SHORT_CODES)).put(DIGITS, TOKEN, END)
    sqlite_connection.commit()
    stored = sqlite_file.read_bytes()
    assert TOKEN in stored, "the file is the one that was written"
    assert DIGITS.encode() not in stored
