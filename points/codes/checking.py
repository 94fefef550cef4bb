"""The checks of a code, in their one order.

    form → version, kind, flags → key pinned → key for this kind → signature          `verify`
    (has this code been used? then the answer is the one given before, even after its end)
    times, key's window → audience → key revoked                                      `check_usable`

The question in the middle belongs to whoever keeps the record, which is why there are two halves: a till
whose answer was lost must get it again after the code has run out. Caps are the record's as well.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature

from points.codes.errors import (
    CodeExpired,
    CodeKeyNotForKind,
    CodeKeyRevoked,
    CodeMalformed,
    CodeNotYetValid,
    CodeOutsideKeyWindow,
    CodeSignatureInvalid,
    CodeUnknownKey,
    CodeWrongAudience,
    CodeWrongKind,
)
from points.codes.keys import PURPOSE_OF, KeyLookup, VerifyingKey
from points.codes.token import (
    KINDS,
    SIGNED_BYTES,
    VERSION,
    Kind,
    Token,
    decode,
    from_digits,
    nibbles,
    signing_input,
)

ONLINE_SKEW_S = 30
OFFLINE_SKEW_S = 60


def verify(digits: str, *, expected: Kind, tenant: bytes, keys: KeyLookup) -> Token:
    """What the code says, once it is certain that this tenant's key for this kind said it.

    It may still be too early, too late, meant for somebody else or signed by a key since revoked: see
    `check_usable`. Raises CodeMalformed, CodeWrongKind, CodeUnknownKey, CodeKeyNotForKind and
    CodeSignatureInvalid.
    """
    raw = from_digits(digits)
    version, kind = nibbles(raw)
    if version != VERSION:
        raise CodeMalformed(rule="version")
    if kind != expected:
        raise CodeWrongKind(expected=expected.label, given=KINDS[kind].label if kind in KINDS else "unknown")
    token = decode(raw)
    key = key_of(token, keys)
    if PURPOSE_OF[expected] not in key.kinds:
        raise CodeKeyNotForKind(key_id=token.key_id.hex(), kind=expected.label)
    try:
        key.verifier.verify(raw[SIGNED_BYTES:], signing_input(tenant, raw[:SIGNED_BYTES]))
    except InvalidSignature:
        raise CodeSignatureInvalid(key_id=token.key_id.hex()) from None
    return token


def key_of(token: Token, keys: KeyLookup) -> VerifyingKey:
    """The key that a code names. Raises CodeUnknownKey."""
    key = keys.find(token.key_id)
    if key is None:
        raise CodeUnknownKey(key_id=token.key_id.hex())
    return key


def check_time(token: Token, key: VerifyingKey, now_s: int, skew_s: int = ONLINE_SKEW_S) -> None:
    """Too early, too late by the checker's own clock, or begun when its key did not sign.

    Raises CodeNotYetValid, CodeExpired and CodeOutsideKeyWindow. The key's end does not end the code: only
    the code's own does.
    """
    if now_s < token.not_before_s - skew_s:
        raise CodeNotYetValid(not_before_s=token.not_before_s, now_s=now_s)
    valid_until_s = token.valid_until_s
    if valid_until_s is not None and now_s > valid_until_s + skew_s:
        raise CodeExpired(valid_until_s=valid_until_s, now_s=now_s)
    if not key.signs_at(token.not_before_s):
        raise CodeOutsideKeyWindow(key_id=token.key_id.hex(), not_before_s=token.not_before_s)


def check_audience(token: Token, *audiences: int, offline: bool = False) -> None:
    """Raise CodeWrongAudience unless the code is for this till, given by its number and its groups'.

    A code for everybody, audience 0, is good only where somebody can look up whether it was used: online.
    """
    meant_for_all = token.audience == 0 and not offline
    meant_for_us = token.audience != 0 and token.audience in audiences
    if not (meant_for_all or meant_for_us):
        raise CodeWrongAudience(audience=token.audience)


def check_not_revoked(key: VerifyingKey) -> None:
    """Raise CodeKeyRevoked if the key was withdrawn, whenever the code was made: a thief can date it back."""
    if key.revoked:
        raise CodeKeyRevoked(key_id=key.key_id.hex())


def check_usable(token: Token, key: VerifyingKey, *audiences: int, now_s: int, offline: bool = False) -> None:
    """The second half of the checks, for a code that has not been used before."""
    check_time(token, key, now_s, OFFLINE_SKEW_S if offline else ONLINE_SKEW_S)
    check_audience(token, *audiences, offline=offline)
    check_not_revoked(key)
