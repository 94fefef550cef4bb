"""A value written in any style that staff use reads back as itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.application.sheets.moments import read_day, read_duration, read_time
from points.application.sheets.rules import CellRefused
from points.application.sheets.values import (
    identity_check,
    read_identity_number,
    read_name,
    read_phone,
    read_volunteer_number,
)

EPOCH = date(1899, 12, 30)
FULL_WIDTH = str.maketrans("0123456789.:-/", "０１２３４５６７８９．：－／")

DAY_STYLES: list[Callable[[date], Any]] = [
    lambda day: day,
    lambda day: datetime(day.year, day.month, day.day, 9, 30),  # noqa: DTZ001 - a cell has no zone
    lambda day: (day - EPOCH).days,
    lambda day: float((day - EPOCH).days),
    lambda day: str((day - EPOCH).days),
    lambda day: day.isoformat(),
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f" {day.year} 年 {day.month:02} 月 {day.day:02} 日 ",
    lambda day: f"{day.year}年{day.month}月{day.day}日（星期三）",
    lambda day: f"{day.year}-{day.month}-{day.day} 00:00:00",
    lambda day: f"{day.year}{day.month:02}{day.day:02}",
    lambda day: day.year * 10000 + day.month * 100 + day.day,
    lambda day: f"{day.year}-{day.month}-{day.day}".translate(FULL_WIDTH),
]


def _half(minute: int, chinese: str) -> str:
    hour, rest = divmod(minute, 60)
    if chinese:
        return f"{'下午' if hour >= 12 else '上午'}{(hour - 12 or 12) if hour >= 12 else hour}:{rest:02}"
    return f"{hour % 12 or 12}:{rest:02} {'PM' if hour >= 12 else 'AM'}"


TIME_STYLES: list[Callable[[int], Any]] = [
    lambda minute: time(minute // 60, minute % 60),
    lambda minute: minute / 1440,
    lambda minute: timedelta(minutes=minute),
    lambda minute: f"{minute // 60}:{minute % 60:02}",
    lambda minute: f"{minute // 60:02}:{minute % 60:02}:00",
    lambda minute: f"{minute // 60}：{minute % 60:02}",
    lambda minute: f"{minute // 60}:{minute % 60:02}".translate(FULL_WIDTH),
    lambda minute: f"{minute // 60}时{minute % 60}分",
    lambda minute: f"{minute // 60} 点 {minute % 60:02} 分",
    lambda minute: f"{minute // 60:02}{minute % 60:02}",
    lambda minute: _half(minute, "中"),
    lambda minute: _half(minute, ""),
]

DURATION_STYLES: list[Callable[[int], Any]] = [
    lambda minutes: timedelta(minutes=minutes),
    lambda minutes: f"{minutes}分钟",
    lambda minutes: f"{minutes} min",
    lambda minutes: f"{minutes // 60}小时{minutes % 60}分",
    lambda minutes: f"{minutes // 60}小时{minutes % 60}分钟".translate(FULL_WIDTH),
    lambda minutes: f"{minutes // 60}:{minutes % 60:02}",
    lambda minutes: f"{minutes // 60}h{minutes % 60}m",
    lambda minutes: minutes / 60,
    lambda minutes: str(round(minutes / 60, 2)),
    lambda minutes: f"{round(minutes / 60, 2)}h",
    lambda minutes: f"{round(minutes / 60, 2)}小时",
]

days = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))
cells = st.one_of(
    st.none(),
    st.text(max_size=60),
    st.text("0123456789:./-年月日时点分小半个下午PMh+eE ", max_size=20),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


@given(days, st.sampled_from(DAY_STYLES))
def test_a_day_in_any_style_reads_back_as_itself(day: date, style: Callable[[date], Any]) -> None:
    assert read_day(style(day)) == day


@given(st.integers(0, 1439), st.sampled_from(TIME_STYLES))
def test_a_time_in_any_style_reads_back_as_itself(minute: int, style: Callable[[int], Any]) -> None:
    if minute < 60 and style is TIME_STYLES[10]:
        return  # nobody writes 上午0:30
    assert read_time(style(minute)) == (None, minute)


@given(st.integers(1, 1440), st.sampled_from(DURATION_STYLES))
def test_a_duration_in_any_style_reads_back_as_itself(minutes: int, style: Callable[[int], Any]) -> None:
    assert read_duration(style(minutes)) == minutes


@given(cells)
def test_no_cell_raises_anything_but_a_refusal(cell: Any) -> None:
    readers: list[Callable[[Any], Any]] = [
        read_day,
        read_time,
        read_duration,
        read_name,
        read_phone,
        read_identity_number,
        read_volunteer_number,
    ]
    for reader in readers:
        try:
            reader(cell)
        except CellRefused as error:
            assert error.rule  # noqa: PT017 - either outcome is right; only another exception is wrong


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("半小时", 30), ("一个半小时", 90), ("两小时", 120), ("2小时半", 150), ("2小时30", 150),
        ("1.5 hours", 90), ("３", 180), ("2．5", 150), (2.5, 150), (time(2, 30), 150), ("约3小时", 180),
    ],
)  # fmt: skip
def test_durations_in_words_are_read(written: Any, minutes: int) -> None:
    assert read_duration(written) == minutes


@pytest.mark.parametrize(
    ("written", "minute"),
    [
        ("下午3:10", 910), ("下午3点10分", 910), ("3:10 p.m.", 910), ("15点半", 930), ("15点", 900), ("8.30", 510),
        ("中午12点", 720), ("中午1点", 780), ("晚上8点", 1200), ("24:00", 1440), (1.0, 1440), (date(1900, 1, 1), 1440),
        ("12:05 AM", 5), ("15点三刻", 945),
    ],
)  # fmt: skip
def test_times_in_words_are_read(written: Any, minute: int) -> None:
    assert read_time(written) == (None, minute)


@pytest.mark.parametrize(
    "written", ["9:5", "25:00", "24:01", "15:60", "上午15:10", "3", "0.50", "√", True, "晚上2点"]
)
def test_times_that_could_mean_two_things_or_none_are_refused(written: Any) -> None:
    with pytest.raises(CellRefused) as caught:
        read_time(written)
    assert caught.value.rule == "time-unreadable"


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("6月14日", "date-without-year"), ("6/14", "date-without-year"), ("26.6.14", "date-ambiguous"),
        ("4/5/2026", "date-ambiguous"), ("2026-02-30", "date-not-in-calendar"), ("2026年6月", "date-unreadable"),
        ("昨天", "date-unreadable"), ("1026-04-13", "date-too-old"), (True, "date-unreadable"), (3, "date-unreadable"),
    ],
)  # fmt: skip
def test_days_that_are_no_day_are_refused_by_their_own_rule(written: Any, rule: str) -> None:
    with pytest.raises(CellRefused) as caught:
        read_day(written)
    assert caught.value.rule == rule


def test_a_time_after_a_day_does_not_lend_its_digits_to_the_day() -> None:
    assert read_day("2026-4-1 15:10") == date(2026, 4, 1)
    assert read_time("2026-4-1 15:10") == (date(2026, 4, 1), 910)
    assert read_day("2026年4月1日15:10") == date(2026, 4, 1)


@pytest.mark.parametrize(
    "written",
    [
        19900000016, 19900000016.0, "19900000016.0", "+86 199 0000 0016", "86-19900000016", "0086 19900000016",
        "199-0000-0016", "１９９００００００１６", "'19900000016", '="19900000016"',
    ],
)  # fmt: skip
def test_a_phone_is_known_in_every_dress(written: Any) -> None:
    assert read_phone(written) == "19900000016"


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("1990000001", "phone-length"), ("199****0001", "phone-unreadable"), ("02354230000", "phone-prefix"),
        ("1.99E+10", "phone-unreadable"), ("19900000016/19900000017", "phone-unreadable"),
    ],
)  # fmt: skip
def test_a_phone_that_is_none_is_refused(written: Any, rule: str) -> None:
    with pytest.raises(CellRefused) as caught:
        read_phone(written)
    assert caught.value.rule == rule


@pytest.mark.parametrize(
    "written", ["99000019740426010x", "９９００００１９７４０４２６０１０Ｘ", " 990000 19740426 010X "]
)
def test_an_identity_number_is_known_in_every_dress(written: str) -> None:
    assert read_identity_number(written) == ("99000019740426010X", date(1974, 4, 26))


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        (9.9000019850103e17, "identity-precision"), (990000198501030001, "identity-precision"),
        ("9.90000198501E+17", "identity-precision"), ("990000198501030000", "identity-precision"),
        ("990000850103001", "identity-old-style"), ("99000019850103000", "identity-length"),
        ("990000198513030001", "identity-date"), ("990000198501030002", "identity-checksum"),
        ("9900001985010300AX", "identity-unreadable"), ("'", "identity-unreadable"),
    ],
)  # fmt: skip
def test_an_identity_number_that_is_none_is_refused_by_its_own_rule(written: Any, rule: str) -> None:
    with pytest.raises(CellRefused) as caught:
        read_identity_number(written)
    assert caught.value.rule == rule


def test_the_check_character_is_that_of_the_standard_example() -> None:
    assert identity_check("11010519491231002") == "X"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (" 石 丹丹 ", "石丹丹"), ("石\u3000丹", "石丹"), ("石\n丹", "石丹"), ("Ａｎｎ  Lee", "Ann Lee"),
        ("阿依 • 买买提", "阿依·买买提"), ("\u200b石丹\ufeff", "石丹"),
    ],
)  # fmt: skip
def test_a_name_loses_only_the_spaces_that_mean_nothing(written: str, name: str) -> None:
    assert read_name(written) == name


def test_a_volunteer_number_needs_its_fourteen_digits_and_its_check() -> None:
    assert read_volunteer_number("5002331234567" + "2") == "50023312345672"
    for written, rule in [
        ("50023312345673", "volunteer-number-checksum"),
        ("5002331234567", "volunteer-number-length"),
        ("V50023312345", "volunteer-number-unreadable"),
    ]:
        with pytest.raises(CellRefused) as caught:
            read_volunteer_number(written)
        assert caught.value.rule == rule
