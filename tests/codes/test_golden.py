"""The fixed examples that every implementation of the format shares."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from points.codes.checking import check_usable, key_of, verify
from points.codes.keys import KeySet, Purpose, VerifyingKey, key_id_of
from points.codes.text import extract_digits, printed_text
from points.codes.token import Kind, Token, encode, from_digits, redemption_id, signed_part, to_digits
from points.domain.errors import Refused

GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "golden" / "tokens-v1.json").read_text("utf-8"))
TENANT = bytes.fromhex(GOLDEN["tenant"])
PRIVATE = {
    key["kinds"][0]: Ed25519PrivateKey.from_private_bytes(bytes.fromhex(key["seed"]))
    for key in GOLDEN["keys"]
}
ACCEPTED = {vector["name"]: vector for vector in GOLDEN["accepted"]}
named = pytest.mark.parametrize("vector", GOLDEN["accepted"], ids=lambda vector: vector["name"])


def golden_keys() -> KeySet:
    return KeySet(
        TENANT,
        1,
        tuple(
            VerifyingKey(
                bytes.fromhex(key["kid"]),
                frozenset(Purpose(kind) for kind in key["kinds"]),
                bytes.fromhex(key["public"]),
                key["nbf"],
                key["exp"],
            )
            for key in GOLDEN["keys"]
        ),
    )


def token_of(vector: dict[str, Any]) -> Token:
    return Token(
        Kind(vector["kind_number"]),
        bytes.fromhex(vector["key_id"]),
        bytes.fromhex(vector["subject"]),
        vector["audience"],
        bytes.fromhex(vector["nonce"]),
        vector["not_before_s"],
        vector["time_to_live"],
        vector["points"],
    )


@pytest.mark.parametrize("key", GOLDEN["keys"], ids=lambda key: key["kid"])
def test_a_key_id_is_made_of_tenant_and_public_key(key: dict[str, Any]) -> None:
    public = PRIVATE[key["kinds"][0]].public_key().public_bytes_raw()
    assert (public.hex(), key_id_of(TENANT, public).hex()) == (key["public"], key["kid"])


@named
def test_a_token_becomes_exactly_these_bytes_and_digits(vector: dict[str, Any]) -> None:
    token = token_of(vector)
    raw = encode(token, TENANT, PRIVATE[vector["kind"]].sign)
    assert signed_part(token).hex() == vector["signed"]
    assert raw.hex() == vector["token"]
    assert to_digits(raw) == vector["digits"]
    assert from_digits(vector["digits"]) == raw


@named
def test_the_digits_are_read_back_as_the_same_token(vector: dict[str, Any]) -> None:
    token = verify(vector["digits"], expected=Kind(vector["kind_number"]), tenant=TENANT, keys=golden_keys())
    assert token == token_of(vector)
    assert token.valid_until_s == vector["valid_until_s"]


@named
def test_the_square_carries_exactly_this_text(vector: dict[str, Any]) -> None:
    text = printed_text(Kind(vector["kind_number"]), vector["digits"], "points.example")
    assert text == vector["text"]
    assert extract_digits(text, host="points.example") == vector["digits"]


@pytest.mark.parametrize(
    "vector", [v for v in GOLDEN["accepted"] if v["redemption_id"]], ids=lambda vector: vector["name"]
)
def test_a_single_use_code_names_its_redemption(vector: dict[str, Any]) -> None:
    token = token_of(vector)
    name = redemption_id(TENANT, token.key_id, token.nonce, token.not_before_s)
    assert str(name) == vector["redemption_id"]
    assert (name.version, name.bytes[:4]) == (8, token.not_before_s.to_bytes(4))


@pytest.mark.parametrize("vector", GOLDEN["refused"], ids=lambda vector: vector["name"])
def test_what_is_no_code_is_refused_for_exactly_this_reason(vector: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refusal:
        verify(vector["digits"], expected=Kind[vector["expected"].upper()], tenant=TENANT, keys=golden_keys())
    assert refusal.value.slug() == vector["error"]
    assert refusal.value.facts.get("rule") == vector["rule"]


@pytest.mark.parametrize(
    "vector", GOLDEN["times"], ids=lambda vector: f"{vector['vector']}-{vector['now_s']}-{vector['offline']}"
)
def test_a_code_is_good_from_this_second_to_that(vector: dict[str, Any]) -> None:
    token = token_of(ACCEPTED[vector["vector"]])
    key = key_of(token, golden_keys())
    refused = None
    try:
        check_usable(token, key, now_s=vector["now_s"], offline=vector["offline"])
    except Refused as refusal:
        refused = refusal.slug()
    assert refused == vector["error"]
