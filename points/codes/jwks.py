"""The published key set: a JWKS that the root signs, so that a till can pin the root and nothing else."""

from __future__ import annotations

import base64
import json
import re
from binascii import Error as Base64Error
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from points.codes.errors import KeySetForged, KeySetMalformed, StaleKeySet
from points.codes.keys import KeySet, Purpose, VerifyingKey, key_id_of, refuse_weak_key
from points.codes.token import Sign

DEMO_ROOT = "demo"
OFFLINE_ROOT = "offline"

_DOMAIN = b"VPX-JWKS\0v1\0"
_MEMBERS = frozenset({"keys", "root", "sequence", "signature", "tenant"})
_KEY_MEMBERS = frozenset({"kty", "crv", "x", "kid", "alg", "kinds", "nbf", "exp", "revoked"})
_TENANT_FORM = re.compile(r"\A[0-9a-f]{32}\Z", re.ASCII)
_BASE64URL_FORM = re.compile(r"\A[A-Za-z0-9_-]*\Z", re.ASCII)


def canonical_json(document: Mapping[str, Any]) -> bytes:
    """The one spelling that is signed: members sorted, no spaces, UTF-8. There are no fractions in it."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def unsigned_jwks(keys: KeySet, root_mark: str) -> dict[str, Any]:
    """What the root signs, revoked keys and those that no longer sign included: old receipts need them."""
    return {
        "keys": [_jwk(key) for key in keys],
        "root": root_mark,
        "sequence": keys.sequence,
        "tenant": keys.tenant.hex(),
    }


def sign_jwks(document: Mapping[str, Any], sign: Sign) -> dict[str, Any]:
    """The document with the root's signature; this is all that an offline root has to do."""
    unsigned = {name: value for name, value in document.items() if name != "signature"}
    return {**unsigned, "signature": _base64url(sign(_DOMAIN + canonical_json(unsigned)))}


def verify_jwks(
    document: Mapping[str, Any], root_public: bytes, pinned_sequence: int, *, tenant: bytes | None = None
) -> KeySet:
    """The keys in a document that the pinned root signed and that is no older than what was seen before.

    Nothing in it is believed before the signature has been checked. Raises KeySetMalformed, KeySetForged,
    StaleKeySet and KeyRejected.
    """
    _check_members(document)
    unsigned = {name: value for name, value in document.items() if name != "signature"}
    try:
        signature = _from_base64url(document["signature"])
        Ed25519PublicKey.from_public_bytes(root_public).verify(signature, _DOMAIN + canonical_json(unsigned))
    except InvalidSignature:
        raise KeySetForged(sequence=document["sequence"]) from None
    if tenant is not None and document["tenant"] != tenant.hex():
        raise KeySetMalformed(rule="tenant")
    if document["sequence"] < pinned_sequence:
        raise StaleKeySet(sequence=document["sequence"], pinned_sequence=pinned_sequence)
    owner = bytes.fromhex(document["tenant"])
    keys = tuple(_verifying_key(owner, jwk) for jwk in document["keys"])
    if len({key.key_id for key in keys}) != len(keys):
        raise KeySetMalformed(rule="kid")
    return KeySet(owner, document["sequence"], keys)


def _jwk(key: VerifyingKey) -> dict[str, Any]:
    jwk = {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "Ed25519",
        "kid": key.key_id.hex(),
        "x": _base64url(key.public),
        "kinds": sorted(key.kinds),
        "nbf": key.signs_from_s,
        "exp": key.signs_until_s,
    }
    return {**jwk, "revoked": True} if key.revoked else jwk


def _check_members(document: Mapping[str, Any]) -> None:
    if set(document) != _MEMBERS:
        raise KeySetMalformed(rule="members")
    if not isinstance(document["tenant"], str) or not _TENANT_FORM.match(document["tenant"]):
        raise KeySetMalformed(rule="tenant")
    if not _is_count(document["sequence"]):
        raise KeySetMalformed(rule="sequence")
    if document["root"] not in (DEMO_ROOT, OFFLINE_ROOT):
        raise KeySetMalformed(rule="root")
    if not isinstance(document["keys"], list) or not isinstance(document["signature"], str):
        raise KeySetMalformed(rule="members")


def _verifying_key(tenant: bytes, jwk: Any) -> VerifyingKey:
    """The key as pinned. Its id is computed again: a name that the key did not earn is refused."""
    if not isinstance(jwk, dict) or not set(jwk) | {"revoked"} == _KEY_MEMBERS:
        raise KeySetMalformed(rule="key_members")
    if (jwk["kty"], jwk["crv"], jwk["alg"]) != ("OKP", "Ed25519", "Ed25519"):
        raise KeySetMalformed(rule="alg")
    public = _from_base64url(jwk["x"])
    refuse_weak_key(public)
    key_id = key_id_of(tenant, public)
    if jwk["kid"] != key_id.hex():
        raise KeySetMalformed(rule="kid")
    if not _is_count(jwk["nbf"]) or not _is_count(jwk["exp"]):
        raise KeySetMalformed(rule="window")
    if not isinstance(jwk.get("revoked", False), bool):
        raise KeySetMalformed(rule="revoked")
    try:
        kinds = frozenset(Purpose(kind) for kind in jwk["kinds"])
    except (ValueError, TypeError):
        raise KeySetMalformed(rule="kinds") from None
    return VerifyingKey(key_id, kinds, public, jwk["nbf"], jwk["exp"], jwk.get("revoked", False))


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _from_base64url(text: Any) -> bytes:
    """Only the canonical spelling, without padding: decoders let much else pass."""
    if not isinstance(text, str) or not _BASE64URL_FORM.match(text):
        raise KeySetMalformed(rule="base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except Base64Error:
        raise KeySetMalformed(rule="base64url") from None
    if _base64url(data) != text:
        raise KeySetMalformed(rule="base64url")
    return data
