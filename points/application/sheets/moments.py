"""Cells to days, times of day and durations, in the styles that staff and spreadsheets write them.

A reading that could mean two things is refused: a day without its year, 1/2/2026, the time "9:5".
Times are minutes from midnight, so that the end of a day has a number too: 1440.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from math import isfinite

from points.application.sheets.rules import CellRefused, Rule
from points.application.sheets.values import Cell, plain, shown

MINUTES_A_DAY = 1440
_NOON = 12
_HOURS_A_DAY = 24
_MINUTES_AN_HOUR = 60
_SERIAL_EPOCH = date(1899, 12, 30)
_SERIAL_MIN, _SERIAL_MAX = 20_000, 80_000
_COMPACT_MIN, _COMPACT_MAX = 10_000_000, 99_999_999
_YEAR_MIN = 2000
_TEXT_LENGTH_MAX = 40

_SPACE = re.compile(r"\s+")
_WEEKDAY = re.compile(r"[(]?(?:星期|周|礼拜)[一二三四五六日天1-7][)]?")
_DAY_AND_TIME = re.compile(r"(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号])(.+)")
_YMD = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0+)?")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_NO_YEAR = re.compile(r"\d{1,2}(?:月|[-/.])\d{1,2}[日号]?")
_SHORT_YEAR = re.compile(r"\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")

_HALF = r"(?P<half>[AaPp]\.?[Mm]\.?|上午|下午|早上|早晨|清晨|早|中午|傍晚|晚上|晚|凌晨)"
_TIME = re.compile(
    rf"{_HALF}?(?P<hour>\d{{1,2}})(?:"
    r":(?P<minute>\d{2})(?::\d{2}(?:\.\d+)?)?"
    r"|\.(?P<dotted>\d{2})"
    r"|[时点](?:(?P<spoken>\d{1,2})分?(?:\d{1,2}秒)?|(?P<part>整|半|一刻|三刻))?"
    r")(?P<after>[AaPp]\.?[Mm]\.?)?"
)
_BARE_TIME = re.compile(r"(\d{2})(\d{2})")
_AFTERNOON = frozenset({"pm", "下午", "傍晚", "晚上", "晚"})
_EVENING = frozenset({"傍晚", "晚上", "晚"})
_MORNING = frozenset({"am", "上午", "早上", "早晨", "清晨", "早", "凌晨"})
_HOURS_AFTER_NOON = frozenset({1, 2})
_HOURS_AROUND_NOON = frozenset({11, 12, 13, 14})
_EVENING_STARTS = 4
_PARTS = {"整": 0, "半": 30, "一刻": 15, "三刻": 45}

_HOUR_WORDS = r"(?:个?小时|个?钟头|h(?:ou)?rs?|hours?|h)"
_MINUTE_WORDS = r"(?:分钟?|min(?:ute)?s?|m)"
_DURATION = re.compile(
    rf"(?:(?P<hours>\d+(?:\.\d+)?)(?P<mid>个半小时|个半钟头|{_HOUR_WORDS})(?P<half>半)?)?"
    rf"(?:(?P<minutes>\d+(?:\.\d+)?)(?P<unit>{_MINUTE_WORDS})?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::\d{2})?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_NUMERALS = str.maketrans("一二两三四五六七八九", "1223456789")


def read_day(cell: Cell) -> date:
    """The calendar day. `CellRefused`: one of the date rules."""
    if isinstance(cell, datetime):
        return _plausible(cell.date())
    if isinstance(cell, date):
        return _plausible(cell)
    if isinstance(cell, (bool, time, timedelta)) or cell is None:
        raise CellRefused(Rule.DATE_UNREADABLE, written=shown(str(cell)))
    return _day_of_text(plain(cell))


def _plausible(day: date) -> date:
    if day.year < _YEAR_MIN:
        raise CellRefused(Rule.DATE_TOO_OLD, written=day.isoformat(), earliest=f"{_YEAR_MIN}-01-01")
    return day


def _calendar(year: str, month: str, day: str, written: str) -> date:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError as error:
        raise CellRefused(Rule.DATE_NOT_IN_CALENDAR, written=shown(written)) from error
    return _plausible(found)


@lru_cache(maxsize=4096)
def _day_of_text(written: str) -> date:
    text = _WEEKDAY.sub("", _SPACE.sub("", written))
    dated = _DAY_AND_TIME.fullmatch(text)
    if dated and _is_time(dated.group(2)):
        parts = _YMD.fullmatch(dated.group(1))
    else:
        parts = _YMD.fullmatch(text) or _day_before_time(written) or _COMPACT.fullmatch(text)
    if parts:
        year, month, number = parts.groups()
        return _calendar(year, month, number, written)
    serial = _SERIAL.fullmatch(text)
    if serial and _SERIAL_MIN <= int(serial.group(1)) <= _SERIAL_MAX:
        return _plausible(_SERIAL_EPOCH + timedelta(days=int(serial.group(1))))
    return _day_with_year_last(text, written)


def _day_before_time(written: str) -> re.Match[str] | None:
    """In "2026-4-13 15:10" the space tells the day from the hour, so it is looked at before spaces go."""
    day, _, rest = written.partition(" ")
    if not rest:
        day, _, rest = written.partition("T")
    return _YMD.fullmatch(day) if rest and _is_time(rest) else None


def _is_time(text: str) -> bool:
    return _TIME.fullmatch(_SPACE.sub("", text)) is not None


def _day_with_year_last(text: str, written: str) -> date:
    """13/4/2026 can only be the 13th; 4/5/2026 is anybody's guess."""
    found = _YEAR_LAST.fullmatch(text)
    if found:
        first, second, year = found.groups()
        if int(first) > _NOON or first == second:
            return _calendar(year, second, first, written)
        if int(second) > _NOON:
            return _calendar(year, first, second, written)
    if found or _SHORT_YEAR.fullmatch(text):
        raise CellRefused(Rule.DATE_AMBIGUOUS, written=shown(written))
    if _NO_YEAR.fullmatch(text):
        raise CellRefused(Rule.DATE_WITHOUT_YEAR, written=shown(written))
    raise CellRefused(Rule.DATE_UNREADABLE, written=shown(written))


def read_time(cell: Cell) -> tuple[date | None, int]:
    """Minutes from midnight, 0 to 1440, and the day if the cell names one. Seconds are dropped.

    `CellRefused`: time-unreadable, and the date rules if the cell names a day that cannot be read.
    """
    if isinstance(cell, time):
        return None, cell.hour * _MINUTES_AN_HOUR + cell.minute
    if isinstance(cell, (datetime, date)):
        return _time_of_moment(cell)
    if isinstance(cell, timedelta):
        return None, _within_a_day(int(cell.total_seconds()) // 60, str(cell))
    if isinstance(cell, float):
        return _time_of_fraction(cell)
    if isinstance(cell, bool) or cell is None:
        raise CellRefused(Rule.TIME_UNREADABLE, written=shown(str(cell)))
    return _time_of_text(plain(cell))


def _time_of_moment(cell: datetime | date) -> tuple[date | None, int]:
    """A spreadsheet shows 1.0 formatted as a time as midnight of its first day."""
    minute = cell.hour * _MINUTES_AN_HOUR + cell.minute if isinstance(cell, datetime) else 0
    day = cell.date() if isinstance(cell, datetime) else cell
    if day.year > _YEAR_MIN:
        if not isinstance(cell, datetime):
            raise CellRefused(Rule.TIME_UNREADABLE, written=day.isoformat())
        return day, minute
    days = (day - date(1899, 12, 31)).days
    return None, _within_a_day(max(days, 0) * MINUTES_A_DAY + minute, str(cell))


def _time_of_fraction(number: float) -> tuple[date | None, int]:
    if not isfinite(number):
        raise CellRefused(Rule.TIME_UNREADABLE, written=repr(number))
    days, fraction = divmod(number, 1)
    minute = round(fraction * MINUTES_A_DAY)
    if 0 <= number <= 1:
        return None, round(number * MINUTES_A_DAY)
    if _SERIAL_MIN <= days <= _SERIAL_MAX and fraction:
        return _SERIAL_EPOCH + timedelta(days=int(days)), minute
    return _time_of_text(plain(number) if number.is_integer() else repr(number) + "?")


def _within_a_day(minute: int, written: str) -> int:
    if not 0 <= minute <= MINUTES_A_DAY:
        raise CellRefused(Rule.TIME_UNREADABLE, written=shown(written))
    return minute


@lru_cache(maxsize=4096)
def _time_of_text(written: str) -> tuple[date | None, int]:
    text = _SPACE.sub("", written)
    found = _TIME.fullmatch(text)
    if found:
        return None, _clock(found, written)
    bare = _BARE_TIME.fullmatch(text)
    if bare and int(bare.group(2)) < _MINUTES_AN_HOUR:
        return None, _within_a_day(int(bare.group(1)) * _MINUTES_AN_HOUR + int(bare.group(2)), written)
    day, _, rest = written.replace("T", " ").partition(" ")
    if rest and _YMD.fullmatch(day):
        return _day_of_text(day), _time_of_text(rest)[1]
    dated = _DAY_AND_TIME.fullmatch(text)
    if dated:
        return _day_of_text(dated.group(1)), _time_of_text(dated.group(2))[1]
    if re.fullmatch(r"0?\.\d{3,}", text):
        return None, round(float(text) * MINUTES_A_DAY)
    raise CellRefused(Rule.TIME_UNREADABLE, written=shown(written))


def _clock(found: re.Match[str], written: str) -> int:
    minute = int(
        found["minute"] or found["dotted"] or found["spoken"] or _PARTS.get(found["part"] or "整", 0)
    )
    half = (found["half"] or found["after"] or "").lower().replace(".", "")
    hour = _hour(int(found["hour"]), half)
    both_halves = found["half"] and found["after"]
    fraction = found["dotted"] and found["hour"] == "0"
    if hour is None or minute >= _MINUTES_AN_HOUR or both_halves or fraction:
        raise CellRefused(Rule.TIME_UNREADABLE, written=shown(written))
    return _within_a_day(hour * _MINUTES_AN_HOUR + minute, written)


def _hour(hour: int, half: str) -> int | None:
    """The hour of 24 that is meant, or None where the word for the time of day contradicts it."""
    if half in _MORNING:
        at_midnight = hour == _NOON and half in {"am", "凌晨"}
        return 0 if at_midnight else hour if hour <= _NOON else None
    if half == "中午":
        return hour + _NOON if hour in _HOURS_AFTER_NOON else hour if hour in _HOURS_AROUND_NOON else None
    if half in _EVENING and hour == _NOON:
        return _HOURS_A_DAY
    if half in _EVENING and hour < _EVENING_STARTS:
        return None
    return hour + _NOON if half in _AFTERNOON and hour < _NOON else hour


def read_duration(cell: Cell, *, bare_unit_minutes: int = _MINUTES_AN_HOUR) -> int:
    """Whole minutes, the nearest to what is written. A bare number counts `bare_unit_minutes` each.

    `CellRefused`: duration-unreadable.
    """
    if isinstance(cell, timedelta):
        return _not_negative(round(cell.total_seconds() / 60), str(cell))
    if isinstance(cell, time):
        return cell.hour * _MINUTES_AN_HOUR + cell.minute
    if isinstance(cell, (date, datetime)):
        return _duration_of_moment(cell)
    if isinstance(cell, bool) or cell is None:
        raise CellRefused(Rule.DURATION_UNREADABLE, written=shown(str(cell)))
    return _duration_of_text(plain(cell), bare_unit_minutes)


def _duration_of_moment(cell: datetime | date) -> int:
    """A spreadsheet shows 27 hours formatted as a time as 03:00 of its first day."""
    moment = cell if isinstance(cell, datetime) else datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - a count of hours has no zone
    if moment.year > _YEAR_MIN - 100:
        raise CellRefused(Rule.DURATION_UNREADABLE, written=shown(str(cell)))
    return _not_negative(round((moment - datetime(1899, 12, 31)).total_seconds() / 60), str(cell))  # noqa: DTZ001 - as above


def _not_negative(minutes: int, written: str) -> int:
    if minutes < 0:
        raise CellRefused(Rule.DURATION_UNREADABLE, written=shown(written))
    return minutes


@lru_cache(maxsize=4096)
def _duration_of_text(written: str, bare_unit_minutes: int) -> int:
    text = _SPACE.sub("", written).removeprefix("约").translate(_NUMERALS)
    clock = _CLOCK.fullmatch(text)
    if clock and int(clock.group(2)) < _MINUTES_AN_HOUR:
        return int(clock.group(1)) * _MINUTES_AN_HOUR + int(clock.group(2))
    if len(text) > _TEXT_LENGTH_MAX:
        raise CellRefused(Rule.DURATION_UNREADABLE, written=shown(written))
    if _NUMBER.fullmatch(text):
        return _rounded(Decimal(text) * bare_unit_minutes)
    if text.startswith("半"):
        text = "0.5" + text[1:]
    text = text.replace("十", "10", 1) if text.startswith("十") else text
    found = _DURATION.fullmatch(text)
    if not text or not found or (found["minutes"] and not found["hours"] and not found["unit"]):
        raise CellRefused(Rule.DURATION_UNREADABLE, written=shown(written))
    minutes = Decimal(found["hours"] or 0) * _MINUTES_AN_HOUR + Decimal(found["minutes"] or 0)
    halves = bool(found["half"]) + (found["mid"] or "").startswith("个半")
    return _rounded(minutes + halves * Decimal(_MINUTES_AN_HOUR) / 2)


def _rounded(minutes: Decimal) -> int:
    return int(minutes.to_integral_value(rounding=ROUND_HALF_EVEN))
