from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from points.codes.errors import KeyRejected, KeySetForged, KeySetMalformed, StaleKeySet
from points.codes.jwks import canonical_json, sign_jwks, unsigned_jwks, verify_jwks
from points.codes.keys import KeySet, key_id_of
from points.codes.token import Kind
from tests.codes.conftest import START_S, WINDOW_S, Issuer

ROOT = Ed25519PrivateKey.from_private_bytes(b"r" * 32)
ROOT_PUBLIC = ROOT.public_key().public_bytes_raw()


@pytest.fixture
def unsigned(issuer: Issuer) -> dict[str, Any]:
    keys = (issuer.key(Kind.PAYMENT), issuer.key(Kind.CARD, revoked=True))
    return unsigned_jwks(KeySet(issuer.tenant, 7, keys), "offline")


def refusal_rule(document: dict[str, Any]) -> str:
    """Why a document that the root did sign is refused all the same."""
    with pytest.raises((KeySetMalformed, KeyRejected)) as refusal:
        verify_jwks(sign_jwks(document, ROOT.sign), ROOT_PUBLIC, 0)
    return str(refusal.value.facts["rule"])


def with_key(document: dict[str, Any], **changes: Any) -> dict[str, Any]:
    first, *others = document["keys"]
    return {**document, "keys": [{**first, **changes}, *others]}


def test_a_key_is_published_in_the_standard_form(issuer: Issuer, unsigned: dict[str, Any]) -> None:
    key = issuer.key(Kind.PAYMENT)
    assert unsigned["keys"][0] == {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "Ed25519",
        "kid": key.key_id.hex(),
        "x": base64.urlsafe_b64encode(key.public).decode().rstrip("="),
        "kinds": ["payment"],
        "nbf": START_S,
        "exp": START_S + WINDOW_S,
    }
    assert unsigned["keys"][1]["revoked"] is True
    assert unsigned["sequence"] == 7
    assert unsigned["tenant"] == issuer.tenant.hex()


def test_what_is_signed_is_the_documented_bytes(unsigned: dict[str, Any]) -> None:
    signature = base64.urlsafe_b64decode(sign_jwks(unsigned, ROOT.sign)["signature"] + "==")
    spelled = json.dumps(unsigned, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    ROOT.public_key().verify(signature, b"VPX-JWKS\x00v1\x00" + spelled.encode())
    assert canonical_json({"b": "区", "a": 1}) == '{"a":1,"b":"区"}'.encode()


def test_the_order_of_members_on_the_way_does_not_matter(issuer: Issuer, unsigned: dict[str, Any]) -> None:
    signed = sign_jwks(unsigned, ROOT.sign)
    shuffled = json.loads(json.dumps(dict(reversed(signed.items())), indent=2))
    keys = verify_jwks(shuffled, ROOT_PUBLIC, 7, tenant=issuer.tenant)
    assert keys.find(issuer.key(Kind.PAYMENT).key_id) == issuer.key(Kind.PAYMENT)
    revoked = keys.find(issuer.key(Kind.CARD).key_id)
    assert revoked is not None
    assert revoked.revoked


@pytest.mark.parametrize(
    "change", [{"sequence": 8}, {"root": "demo"}, {"keys": []}, {"tenant": "00" * 16}, {"signature": "AAAA"}]
)
def test_a_document_changed_after_signing_is_refused(
    unsigned: dict[str, Any], change: dict[str, Any]
) -> None:
    with pytest.raises(KeySetForged):
        verify_jwks({**sign_jwks(unsigned, ROOT.sign), **change}, ROOT_PUBLIC, 0)


def test_no_key_of_the_set_can_sign_the_set(issuer: Issuer, unsigned: dict[str, Any]) -> None:
    with pytest.raises(KeySetForged):
        verify_jwks(sign_jwks(unsigned, issuer.private(Kind.PAYMENT).sign), ROOT_PUBLIC, 0)


def test_a_lower_sequence_is_refused_and_the_same_one_taken(unsigned: dict[str, Any]) -> None:
    signed = sign_jwks(unsigned, ROOT.sign)
    assert verify_jwks(signed, ROOT_PUBLIC, 7).sequence == 7
    with pytest.raises(StaleKeySet):
        verify_jwks(signed, ROOT_PUBLIC, 8)


def test_a_set_of_another_tenant_under_the_same_root_is_refused(
    other_issuer: Issuer, unsigned: dict[str, Any]
) -> None:
    with pytest.raises(KeySetMalformed) as refusal:
        verify_jwks(sign_jwks(unsigned, ROOT.sign), ROOT_PUBLIC, 0, tenant=other_issuer.tenant)
    assert refusal.value.rule == "tenant"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"sequence": -1}, "sequence"),
        ({"sequence": True}, "sequence"),
        ({"sequence": "7"}, "sequence"),
        ({"sequence": 7.0}, "sequence"),
        ({"tenant": "AB" * 16}, "tenant"),
        ({"tenant": 5}, "tenant"),
        ({"root": []}, "root"),
        ({"keys": {}}, "members"),
        ({"more": 1}, "members"),
    ],
)
def test_a_document_of_another_shape_is_refused(
    unsigned: dict[str, Any], change: dict[str, Any], rule: str
) -> None:
    assert refusal_rule({**unsigned, **change}) == rule


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"alg": "none"}, "alg"),
        ({"kty": "EC"}, "alg"),
        ({"kid": "00000000"}, "kid"),
        ({"x": "AA=="}, "base64url"),
        ({"x": "A"}, "base64url"),
        ({"x": "AB"}, "base64url"),
        ({"x": None}, "base64url"),
        ({"x": "AA"}, "length"),
        ({"kinds": ["coupon"]}, "kinds"),
        ({"kinds": 2}, "kinds"),
        ({"nbf": "0"}, "window"),
        ({"exp": 1.5}, "window"),
        ({"revoked": 1}, "revoked"),
        ({"d": "secret"}, "key_members"),
    ],
)
def test_a_key_of_another_shape_is_refused(
    unsigned: dict[str, Any], change: dict[str, Any], rule: str
) -> None:
    assert refusal_rule(with_key(unsigned, **change)) == rule


def test_a_weak_key_is_refused_even_from_the_root(issuer: Issuer, unsigned: dict[str, Any]) -> None:
    weak = b"\x01" + bytes(31)
    x = base64.urlsafe_b64encode(weak).decode().rstrip("=")
    document = with_key(unsigned, x=x, kid=key_id_of(issuer.tenant, weak).hex())
    assert refusal_rule(document) == "small_order"


def test_a_key_listed_twice_is_refused(unsigned: dict[str, Any]) -> None:
    assert refusal_rule({**unsigned, "keys": unsigned["keys"] * 2}) == "kid"
