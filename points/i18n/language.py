"""Which of the three languages somebody is answered in."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from babel import Locale, UnknownLocaleError


class Language(StrEnum):
    """A language of the catalogue; the value is its tag on the wire, the default comes first."""

    ZH_HANS = "zh-Hans"
    ZH_HANT = "zh-Hant"
    EN = "en"

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.value, sep="-")


DEFAULT = Language.ZH_HANS

# Nobody's browser sends more; a longer header is somebody trying what happens.
_TAGS_MAX = 20
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_RANGE = re.compile(r"\s*(?P<tag>[A-Za-z0-9*-]+)\s*(;\s*q\s*=\s*(?P<quality>[01](\.\d{0,3})?)\s*)?")


def negotiate(accept_language: str | None) -> Language:
    """The best of the three for an `Accept-Language` header (RFC 9110, 12.5.4); what it cannot read it skips.

    Regions tell the script by Unicode's likely subtags: zh-TW and zh-HK read traditional characters.
    """
    for tag in _by_preference(accept_language or ""):
        language = _known(tag)
        if language is not None:
            return language
    return DEFAULT


def named(value: str | None) -> Language:
    """The language that `POINTS_LANG` names: a tag such as `zh-Hant`, or a locale such as `en_US.UTF-8`."""
    tag = (value or "").split(".")[0].split("@")[0].replace("_", "-")
    return _known(tag) or DEFAULT


def _by_preference(accept_language: str) -> list[str]:
    """Tags by falling quality, in the order given where that is equal; quality 0 means "not this one"."""
    ranges = [_RANGE.fullmatch(part) for part in accept_language.split(",", _TAGS_MAX)[:_TAGS_MAX]]
    weighed = [(_quality_thousandths(match["quality"]), match["tag"]) for match in ranges if match]
    return [tag for quality, tag in sorted(weighed, key=lambda pair: -pair[0]) if quality > 0]


def _quality_thousandths(quality: str | None) -> int:
    whole, _, places = (quality or "1").partition(".")
    return min(1_000, int(whole) * 1_000 + int(places.ljust(3, "0")))


@lru_cache(maxsize=256)
def _known(tag: str) -> Language | None:
    if not _TAG.fullmatch(tag):
        return None
    try:
        locale = Locale.parse(tag, sep="-", resolve_likely_subtags=True)
    except (UnknownLocaleError, ValueError):
        return None
    if locale.language == "en":
        return Language.EN
    if locale.language in {"zh", "yue"}:
        return Language.ZH_HANT if _script(locale) == "Hant" else Language.ZH_HANS
    return None


def _script(locale: Locale) -> str | None:
    """The script of a locale; Babel may leave it out where it is the region's usual one."""
    if locale.script:
        return locale.script
    return Locale.parse(str(locale), resolve_likely_subtags=True).script
