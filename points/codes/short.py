"""The twelve digits beside a payment code, for when the camera fails and somebody has to read it out."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from points.codes.errors import ShortCodeMalformed

DIGITS = 12

_FORM = re.compile(r"\A[0-9]+\Z", re.ASCII)
_SEPARATORS = " \t\u00a0\u3000-\u2010\u2011\u2012\u2013\u2014\u2212\uff0d"
# A Chinese input method in its wide mode types these for the same keys, so a person's slip is put right. A
# signed code comes from a scanner, where nothing needs putting right: it is never treated so.
_TYPED = str.maketrans({**{0xFF10 + n: str(n) for n in range(10)}, **{ord(mark): "" for mark in _SEPARATORS}})


def make_short_code(random_below: Callable[[int], int] = secrets.randbelow) -> str:
    """A new one: eleven random digits and a check digit. That it is free is the caller's to see."""
    body = f"{random_below(10 ** (DIGITS - 1)):0{DIGITS - 1}d}"
    return body + _check_digit(body)


def normalise_short_code(typed: str) -> str:
    """The twelve digits that somebody typed, with their spaces and hyphens. Raises ShortCodeMalformed.

    A slip is caught here, before it costs the till one of its attempts.
    """
    digits = typed.strip().translate(_TYPED)
    if not _FORM.match(digits):
        raise ShortCodeMalformed(rule="characters")
    if len(digits) != DIGITS:
        raise ShortCodeMalformed(rule="length")
    if digits[-1] != _check_digit(digits[:-1]):
        raise ShortCodeMalformed(rule="check_digit")
    return digits


def grouped(code: str) -> str:
    """As it is shown: 4-4-4, so that the eye keeps its place."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def _check_digit(body: str) -> str:
    """Luhn's: catches every single wrong digit, and all but one of the swaps of neighbours."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 the digit sum of a two-digit number
    return str(-total % 10)
