"""What the square says: bare digits for a scanner at a till, or a link that any camera opens."""

from __future__ import annotations

import re

from points.codes.errors import CodeMalformed
from points.codes.token import DIGITS, KINDS, Kind, from_digits, nibbles

_HOST = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[1-9][0-9]{0,4})?"
_HOST_FORM = re.compile(rf"\A{_HOST}\Z", re.ASCII)
_LINK_FORM = re.compile(rf"\Ahttps://(?P<host>{_HOST})/s/#?(?P<digits>87[0-9]{{251}})\Z", re.ASCII)
_BARE = frozenset({Kind.PAYMENT, Kind.DEVICE_PAYMENT, Kind.CARD})


def printed_text(kind: Kind, digits: str, host: str) -> str:
    """The text of the square. An enrolment code hides in the fragment, which no server's log ever sees."""
    if kind in _BARE:
        return digits
    if not _HOST_FORM.match(host):
        raise ValueError(repr(host))
    fragment = "#" if kind is Kind.ENROLMENT else ""
    return f"https://{host}/s/{fragment}{digits}"


def extract_digits(text: str, *, host: str | None = None) -> str:
    """The digits in what a scanner read; given a host, a link to any other is refused. Raises CodeMalformed.

    Only the canonical spellings are taken: what is not exactly a code is somebody else's, or an attempt.
    """
    if len(text) == DIGITS:
        from_digits(text)
        return text
    match = _LINK_FORM.match(text)
    if match is None:
        raise CodeMalformed(rule="text")
    if host is not None and match["host"] != host:
        raise CodeMalformed(rule="host")
    from_digits(match["digits"])
    return match["digits"]


def claimed_kind(digits: str) -> Kind:
    """The kind that a code claims, for choosing the page to show; nothing is known until it is verified."""
    kind = KINDS.get(nibbles(from_digits(digits))[1])
    if kind is None:
        raise CodeMalformed(rule="kind")
    return kind
