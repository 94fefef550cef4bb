"""What can be wrong with a code, a key or a picture: one class a rule.

The order in which the checks run is fixed in `checking.py`; these names are what a till shows and what its
JavaScript twin must answer for the same input.
"""

from __future__ import annotations

from points.domain.errors import Invalid, Refused, Unavailable


class CodeMalformed(Invalid):
    """Not the canonical form of any code: `rule` says which part."""

    field: str = "code"


class CodeWrongKind(Refused):
    """A code, but not of the kind that was asked for here."""

    expected: str
    given: str


class CodeUnknownKey(Refused):
    """Signed, if at all, by a key that is not in this tenant's set."""

    key_id: str


class CodeKeyNotForKind(Refused):
    """The key is ours, but was made for codes of another kind."""

    key_id: str
    kind: str


class CodeSignatureInvalid(Refused):
    """Not what the key signed for this tenant."""

    key_id: str


class CodeNotYetValid(Refused):
    not_before_s: int
    now_s: int


class CodeExpired(Refused):
    valid_until_s: int
    now_s: int


class CodeOutsideKeyWindow(Refused):
    """The code says it began at a time when its key did not sign."""

    key_id: str
    not_before_s: int


class CodeWrongAudience(Refused):
    """Made for another till or group; offline, also one made for none."""

    audience: int


class CodeKeyRevoked(Refused):
    """The key was withdrawn: whatever it signed has to be made again."""

    key_id: str


class ShortCodeMalformed(Invalid):
    """Not a short code as it was shown; a wrong check digit is most often a slip of the finger."""

    field: str = "short_code"


class KeyRejected(Refused):
    """A public key under which anybody could sign, or which is no key at all."""

    rule: str


class NoSigningKey(Unavailable):
    """No active key of this purpose signs at this moment; the rotation has not run."""

    purpose: str
    at_s: int


class SigningKeySealed(Unavailable):
    """A private key does not open under the master key handed in, or its row was changed."""

    key_id: str


class KeySetMissing(Unavailable):
    """This store was never given its keys."""

    tenant: str


class KeySetMalformed(Refused):
    rule: str


class KeySetForged(Refused):
    """The root that the reader pinned did not sign this document."""

    sequence: int


class StaleKeySet(Refused):
    """Older than what the reader has already seen."""

    sequence: int
    pinned_sequence: int


class KeySetNotCurrent(Refused):
    """A document signed elsewhere says something other than what this store would publish now."""

    sequence: int


class RootNotHere(Refused):
    """The root's private half is kept offline, so nothing here can sign in its name."""

    tenant: str


class ImageUnreadable(Invalid):
    """Not a picture, or one too large to be worth opening."""

    field: str = "image"


class NoCodeFound(Refused):
    """A picture, but no code in it that a camera would read."""


class SeveralCodes(Refused):
    """More than one code in the picture: which one was meant is not ours to guess."""

    count: int
