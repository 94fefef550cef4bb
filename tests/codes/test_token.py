from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.codes.errors import CodeMalformed
from points.codes.token import (
    UNLIMITED_IN_TIME,
    Kind,
    Token,
    decode,
    encode,
    from_digits,
    redemption_id,
    to_digits,
)
from tests.codes.conftest import START_S, Issuer


def test_the_layout_is_the_documented_one(issuer: Issuer) -> None:
    raw = issuer.raw(issuer.token(Kind.PAYMENT, audience=0x01020304))
    assert raw[:2] == b"\x12\x00"
    assert raw[2:6] == issuer.key(Kind.PAYMENT).key_id
    assert raw[6:18] == bytes(range(12))
    assert raw[18:22] == b"\x01\x02\x03\x04"
    assert raw[22:30] == bytes(range(8))
    assert raw[30:34] == START_S.to_bytes(4, "big")
    assert raw[34:36] == b"\x00\x3c"
    assert raw[36:40] == b"\x00\x00\x00\x64"
    public = issuer.private(Kind.PAYMENT).public_key()
    public.verify(raw[40:], b"VPX-QR\x00v1\x00" + issuer.tenant + raw[:40])


@given(st.binary(min_size=104, max_size=104))
def test_any_104_bytes_are_253_digits_and_back(raw: bytes) -> None:
    digits = to_digits(raw)
    assert len(digits) == 253
    assert digits.startswith("87")
    assert from_digits(digits) == raw


@given(
    kind=st.sampled_from(Kind),
    subject=st.binary(min_size=12, max_size=12),
    nonce=st.binary(min_size=8, max_size=8),
    not_before_s=st.integers(0, 2**32 - 1),
    lives=st.integers(1, 2**16 - 1),
    points=st.integers(1, 2**32 - 1),
)
def test_every_token_that_can_be_made_is_read_back_unchanged(
    *, kind: Kind, subject: bytes, nonce: bytes, not_before_s: int, lives: int, points: int
) -> None:
    without_points = kind in {Kind.ACTIVITY, Kind.CERTIFICATE, Kind.ENROLMENT}
    time_to_live = 0 if kind in UNLIMITED_IN_TIME else lives
    token = Token(
        kind, b"\x00" * 4, subject, 0, nonce, not_before_s, time_to_live, 0 if without_points else points
    )
    assert decode(encode(token, bytes(16), lambda _: bytes(64))) == token


@pytest.mark.parametrize(
    ("kind", "change", "rule"),
    [
        (Kind.PAYMENT, {"key_id": b"\x00" * 5}, "key_id"),
        (Kind.PAYMENT, {"subject": b"\x00" * 11}, "subject"),
        (Kind.PAYMENT, {"nonce": b""}, "nonce"),
        (Kind.PAYMENT, {"not_before_s": 2**32}, "not_before"),
        (Kind.PAYMENT, {"not_before_s": -1}, "not_before"),
        (Kind.PAYMENT, {"audience": 2**32}, "audience"),
        (Kind.MERCHANT, {"audience": 1}, "audience"),
        (Kind.ENROLMENT, {"audience": 1}, "audience"),
        (Kind.PAYMENT, {"time_to_live": 2**16}, "time_to_live"),
        (Kind.RECEIPT, {"time_to_live": 1}, "time_to_live"),
        (Kind.CERTIFICATE, {"time_to_live": 1}, "time_to_live"),
        (Kind.CARD, {"time_to_live": 1}, "time_to_live"),
        (Kind.PAYMENT, {"points": 0}, "points"),
        (Kind.PAYMENT, {"points": 2**32}, "points"),
        (Kind.ENROLMENT, {"points": 1}, "points"),
    ],
)
def test_a_token_that_breaks_a_rule_of_its_kind_cannot_be_made(
    issuer: Issuer, kind: Kind, change: dict[str, Any], rule: str
) -> None:
    with pytest.raises(CodeMalformed) as refusal:
        replace(issuer.token(kind), **change)
    assert refusal.value.rule == rule


@pytest.mark.parametrize(
    "kind", [Kind.ACTIVITY, Kind.PAYMENT, Kind.MERCHANT, Kind.DEVICE_PAYMENT, Kind.ENROLMENT]
)
def test_a_code_of_a_passing_kind_must_have_an_end(issuer: Issuer, kind: Kind) -> None:
    with pytest.raises(CodeMalformed) as refusal:
        issuer.token(kind, lives=0)
    assert refusal.value.rule == "time_to_live"


@pytest.mark.parametrize(
    ("kind", "end_s"),
    [
        (Kind.ACTIVITY, START_S + 2),
        (Kind.PAYMENT, START_S + 2),
        (Kind.MERCHANT, START_S + 7_200),
        (Kind.ENROLMENT, START_S + 2),
        (Kind.RECEIPT, None),
        (Kind.CERTIFICATE, None),
        (Kind.CARD, None),
    ],
)
def test_the_life_of_a_merchant_code_counts_in_hours_and_of_others_in_seconds(
    issuer: Issuer, kind: Kind, end_s: int | None
) -> None:
    assert issuer.token(kind, lives=2).valid_until_s == end_s


@pytest.mark.parametrize("length", [0, 1, 40, 103, 105, 208])
def test_bytes_of_another_length_are_no_token(length: int) -> None:
    for refuse in (decode, to_digits):
        with pytest.raises(CodeMalformed) as refusal:
            refuse(bytes(length))
        assert refusal.value.rule == "length"


def test_a_redemption_id_changes_with_everything_it_is_made_of() -> None:
    base = redemption_id(bytes(16), bytes(4), bytes(8), 7)
    others = {
        redemption_id(b"\x01" + bytes(15), bytes(4), bytes(8), 7),
        redemption_id(bytes(16), b"\x01" + bytes(3), bytes(8), 7),
        redemption_id(bytes(16), bytes(4), b"\x01" + bytes(7), 7),
        redemption_id(bytes(16), bytes(4), bytes(8), 8),
    }
    assert len(others | {base}) == 5


def test_a_redemption_id_is_the_digest_with_version_and_variant_set() -> None:
    digest = sha256(b"VPX-RID" + bytes(16) + b"keyi" + b"nonce-08").digest()[:12]
    octets = redemption_id(bytes(16), b"keyi", b"nonce-08", START_S).bytes
    expected = bytearray(START_S.to_bytes(4, "big") + digest)
    expected[6] = expected[6] & 0x0F | 0x80
    expected[8] = expected[8] & 0x3F | 0x80
    assert octets == bytes(expected)
