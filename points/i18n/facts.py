"""Facts as people read them. The end of a fact's name tells its unit; its type tells the rest.

    …_fen               money         1,234.50 元 · CN¥1,234.50
    …_minutes, minutes  a duration    2 小时 30 分 · 2 h 30 min
    date, …_on          a day         2026年6月15日 · June 15, 2026
    datetime, …_at      a moment, in China's time
    now_s, …at_s, …until_s, …before_s   the same, from seconds since 1970; …at_us from microseconds
    year, line, position, version       a plain number: a label, nobody adds it up
    any other integer   1,234
    several things      a、b和c · a, b, and c

A value that does not fit its name is shown as it is: a sentence is never withheld because a fact is odd.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal

from points.domain.calendar import SHANGHAI
from points.i18n.language import Language

# Looks up what a word of the closed vocabularies, or a unit, is called in the language of the sentence.
Words = Callable[[str], str | None]

_LABELS = ("year", "line", "position", "version", "sequence")
_MOMENTS_S = ("now_s", "at_s", "until_s", "before_s")
_MINUTES_PER_HOUR = 60


def shown(name: str, value: object, language: Language, words: Words) -> str:
    """The value of the fact `name`, for a reader of `language`."""
    plain = value.value if isinstance(value, Enum) else value
    for kind, show in _BY_TYPE:
        if isinstance(plain, kind):
            return show(name, plain, language, words)
    return str(plain)


def _yes_or_no(_name: str, value: bool, _language: Language, words: Words) -> str:
    return words("unit.yes" if value else "unit.no") or str(value)


def _number(name: str, value: int, language: Language, words: Words) -> str:
    if name.endswith("_fen"):
        return _money(value, language, words)
    if name == "minutes" or name.endswith("_minutes"):
        return _duration(value, language, words)
    if name.endswith(_MOMENTS_S):
        return _moment_s(value, language)
    if name.endswith("at_us"):
        return _moment_s(value // 1_000_000, language)
    if name.endswith(_LABELS):
        return str(int(value))
    return format_decimal(value, locale=language.locale)


def _money(amount_fen: int, language: Language, words: Words) -> str:
    amount = format_decimal(Decimal(amount_fen) / 100, "#,##0.00", locale=language.locale)
    return _in_words("unit.yuan", words, amount=amount)


def _duration(minutes: int, language: Language, words: Words) -> str:
    hours, rest = divmod(abs(minutes), _MINUTES_PER_HOUR)
    sign = "-" if minutes < 0 else ""
    told_hours = sign + format_decimal(hours, locale=language.locale)
    if not hours:
        return _in_words("unit.minutes", words, amount=f"{sign}{rest}")
    if not rest:
        return _in_words("unit.hours", words, amount=told_hours)
    return _in_words("unit.hours-and-minutes", words, hours=told_hours, minutes=str(rest))


def _in_words(slug: str, words: Words, **parts: str) -> str:
    told = words(slug) or " ".join([*parts.values(), slug])
    for name, part in parts.items():
        told = told.replace(f"{{{name}}}", part)
    return told


def _text(name: str, value: str, language: Language, words: Words) -> str:
    """A day or moment written out in ISO 8601 is read first; any other text may be a word of a vocabulary."""
    try:
        if name.endswith("_on"):
            return format_date(date.fromisoformat(value), "long", locale=language.locale)
        if name.endswith("_at"):
            return _moment(datetime.fromisoformat(value), language)
    except ValueError:
        return value
    return words(f"{name}.{value}") or value


def _decimal(_name: str, value: Decimal, language: Language, _words: Words) -> str:
    return format_decimal(value, locale=language.locale)


def _instant(_name: str, value: datetime, language: Language, _words: Words) -> str:
    return _moment(value, language)


def _day(_name: str, value: date, language: Language, _words: Words) -> str:
    return format_date(value, "long", locale=language.locale)


def _several(name: str, value: Collection[object], language: Language, words: Words) -> str:
    return format_list([shown(name, item, language, words) for item in value], locale=language.locale)


def _moment(moment: datetime, language: Language) -> str:
    """Without an offset nothing is known about where the clock stood: such a moment is shown as it stands."""
    if moment.tzinfo is None:
        return moment.isoformat(sep=" ")
    return format_datetime(moment, "medium", tzinfo=SHANGHAI, locale=language.locale)


def _moment_s(seconds: int, language: Language) -> str:
    try:
        return _moment(datetime.fromtimestamp(seconds, UTC), language)
    except (OverflowError, ValueError, OSError):
        return str(seconds)


# The first that fits counts: a bool is an int too, and a datetime a date.
_BY_TYPE: tuple[tuple[type | tuple[type, ...], Callable[[str, Any, Language, Words], str]], ...] = (
    (str, _text),
    (bool, _yes_or_no),
    (int, _number),
    (Decimal, _decimal),
    (datetime, _instant),
    (date, _day),
    ((list, tuple, set, frozenset), _several),
)
