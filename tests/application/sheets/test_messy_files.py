"""Files as they really come: titles, gaps, sums, merged cells, odd headers, odd encodings."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import openpyxl
import pytest

from points.application.sheets import AreaNames, HeaderAmbiguous, HeaderNotFound, read_roster, read_signins
from points.application.sheets.values import identity_check
from tests.application.sheets.making import (
    ROSTER_HEADER,
    SIGNIN_HEADER,
    TODAY,
    delimited,
    roster_row,
    saved,
    signin_row,
    workbook,
)


def signin_outcome(data: bytes) -> tuple[list[int], dict[int, tuple[str, str]]]:
    reading = read_signins(data, "file", today=TODAY)
    refused = {refusal.line: (refusal.field, refusal.rule) for refusal in reading.refused}
    return [line.line for line in reading.lines], refused


def roster_outcome(data: bytes, areas: AreaNames) -> tuple[list[int], dict[int, tuple[str, str]]]:
    reading = read_roster(data, "file", areas=areas, today=TODAY)
    refused = {refusal.line: (refusal.field, refusal.rule) for refusal in reading.refused}
    return [line.line for line in reading.lines], refused


def test_lines_keep_their_physical_rows_through_titles_gaps_headers_and_sums() -> None:
    data = workbook(
        [],
        ["志愿服务签到表"],
        ["单位：某社区", None, "填表日期：2026年5月1日"],
        [],
        SIGNIN_HEADER,
        signin_row(),
        [],
        signin_row(end=None),
        SIGNIN_HEADER,
        signin_row(start="08:00", end="09:00"),
        ["合 计", None, None, None, None, None, 4],
        ["总计划宣传", "平安宣传", "2026-4-13", None, None, None, None],
        ["填表人：", "审核人："],
    )
    accepted, refused = signin_outcome(data)
    assert accepted == [6, 10]
    assert refused == {8: ("sign-out", "no-sign-out"), 12: ("person", "person-missing")}


def test_other_words_other_order_and_extra_columns_are_understood() -> None:
    header = [
        "序号",
        "签退 时间",
        "签到时间",
        "性别",
        "联系电话*",
        "日 期",
        "项目名称",
        "服务类型",
        "时长（分钟）",
    ]
    data = workbook(header, [1, "下午6:10", time(15, 10), "女", 19900000192, 46125, "义诊", "医疗服务", 180])
    [line] = read_signins(data, "file", today=TODAY).lines
    assert (line.day, line.starts_at_minute, line.ends_at_minute) == (date(2026, 4, 13), 910, 1090)
    assert (line.phone, line.kind_code, line.minutes) == ("19900000192", "medical", 180)


def test_a_merged_cell_speaks_for_the_rows_it_spans_but_makes_no_line_by_itself() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(SIGNIN_HEADER)
    sheet.append(signin_row())
    sheet.append(signin_row(activity=None, kind=None, day=None, phone="19900000193"))
    for columns in ("A2:A4", "B2:B4", "C2:C4"):
        sheet.merge_cells(columns)
    sheet["A6"] = None
    reading = read_signins(saved(book), "file", today=TODAY)
    assert [(line.line, line.activity_name) for line in reading.lines] == [(2, "环境清洁"), (3, "环境清洁")]
    assert reading.refused == []


def test_a_header_over_two_rows_is_read_in_its_lower_row() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["活动名称", "服务类别", "服务日期", "手机号", "服务时间", None])
    sheet.append([None, None, None, None, "签到", "签退"])
    for columns in ("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1"):
        sheet.merge_cells(columns)
    sheet.append(signin_row()[:6])
    assert signin_outcome(saved(book)) == ([3], {})


def test_what_is_told_over_the_header_holds_for_every_line() -> None:
    data = workbook(
        ["活动名称：环境清洁   服务类别：环境整治"],
        ["活动日期", datetime(2026, 4, 13)],  # noqa: DTZ001 - a cell has no zone
        ["姓名", "手机号", "签到", "签退"],
        ["斯宇", "19900000192", "15:10", "18:10"],
    )
    [line] = read_signins(data, "file", today=TODAY).lines
    assert (line.activity_name, line.kind_code, line.day) == ("环境清洁", "environment", date(2026, 4, 13))


def test_hidden_sheets_and_sheets_without_lines_are_passed_over_and_several_are_all_read() -> None:
    book = openpyxl.Workbook()
    book.active.append(["填写说明"])
    for name, hidden in (("四月", False), ("旧", True), ("五月", False)):
        sheet = book.create_sheet(name)
        sheet.append(SIGNIN_HEADER)
        sheet.append(signin_row())
        sheet.sheet_state = "hidden" if hidden else "visible"
    reading = read_signins(saved(book), "file", today=TODAY)
    assert [(line.sheet, line.line) for line in reading.lines] == [("四月", 2), ("五月", 2)]


def test_two_columns_that_claim_the_same_thing_are_refused_with_their_letters() -> None:
    data = workbook([*SIGNIN_HEADER, "联系电话"], signin_row())
    with pytest.raises(HeaderAmbiguous) as caught:
        read_signins(data, "file", today=TODAY)
    assert (caught.value.field, caught.value.columns, caught.value.line) == ("phone", "D,H", 1)


def test_a_column_of_times_of_day_beside_the_date_is_the_interval() -> None:
    data = workbook(
        ["活动名称", "服务类别", "日期", "手机号", "服务时间"],
        ["义诊", "医疗服务", "2026-4-13", "19900000192", "15:10—18:10"],
    )
    [line] = read_signins(data, "file", today=TODAY).lines
    assert (line.starts_at_minute, line.ends_at_minute, line.minutes) == (910, 1090, 180)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(HeaderNotFound) as caught:
        read_signins(workbook(["标题"], SIGNIN_HEADER[:3], signin_row()), "file", today=TODAY)
    assert caught.value.missing == "phone,sign-in,sign-out"
    assert caught.value.line == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_delimited_text_is_read_in_every_common_dress(encoding: str, delimiter: str) -> None:
    row = [cell or "" for cell in signin_row()]
    data = delimited(SIGNIN_HEADER, row, encoding=encoding, delimiter=delimiter)
    assert signin_outcome(data) == ([2], {})


def test_a_row_of_delimited_text_is_named_by_the_physical_line_where_it_starts() -> None:
    first = [cell or "" for cell in signin_row(activity="环境\n清洁\r\n日")]
    second = [cell or "" for cell in signin_row(end="")]
    assert signin_outcome(delimited(SIGNIN_HEADER, first, second)) == ([2], {5: ("sign-out", "no-sign-out")})


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"end": "14:10"}, "sign-out", "sign-out-before-sign-in"),
        ({"end": "15:10"}, "sign-out", "duration-zero"),
        ({"start": "22:00", "end": "01:00"}, "sign-out", "sign-out-before-sign-in"),
        ({"start": "无"}, "sign-in", "no-sign-in"),
        ({"end": "未签退"}, "sign-out", "no-sign-out"),
        ({"end": "2026-04-14 18:10"}, "sign-out", "time-on-another-day"),
        ({"duration": "20小时"}, "duration", "duration-differs-from-times"),
        ({"duration": "很久"}, "duration", "duration-unreadable"),
        ({"day": "2026-11-25"}, "date", "future-date"),
        ({"day": None}, "date", "date-missing"),
        ({"kind": "会议"}, "kind", "kind-unknown"),
        ({"kind": None}, "kind", "kind-missing"),
        ({"activity": None}, "activity", "activity-missing"),
        ({"phone": None}, "person", "person-missing"),
        ({"phone": "1990000001"}, "phone", "phone-length"),
    ],
)
def test_a_service_that_breaks_a_rule_is_refused_with_field_and_rule(
    changed: dict[str, Any], field: str, rule: str
) -> None:
    assert signin_outcome(workbook(SIGNIN_HEADER, signin_row(**changed))) == ([], {2: (field, rule)})


def test_a_service_may_last_to_midnight_and_be_of_today() -> None:
    data = workbook(SIGNIN_HEADER, signin_row(day=TODAY, start="00:00", end="24:00", duration=24))
    [line] = read_signins(data, "file", today=TODAY).lines
    assert line.minutes == 1440


def test_a_sheet_without_columns_for_times_is_known_by_length_alone() -> None:
    header = ["活动名称", "服务类别", "服务日期", "志愿者编号", "时长"]
    row = ["义诊", "医疗服务", "2026-4-13", 50023312345672]
    data = workbook(header, [*row, "1.5小时"], [*row, 0], [*row, "25小时"], [*row, None])
    reading = read_signins(data, "file", today=TODAY)
    [line] = reading.lines
    assert (line.volunteer_number, line.starts_at_minute, line.minutes) == ("50023312345672", None, 90)
    assert [refusal.rule for refusal in reading.refused] == [
        "duration-zero",
        "duration-over-a-day",
        "no-duration",
    ]


def test_a_text_that_starts_like_a_formula_is_only_text() -> None:
    row = [cell or "" for cell in signin_row(activity='=HYPERLINK("x")')]
    [line] = read_signins(delimited(SIGNIN_HEADER, row), "file", today=TODAY).lines
    assert line.activity_name == '=HYPERLINK("x")'


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"name": None}, "name", "name-missing"),
        ({"identity": None}, "identity-number", "identity-missing"),
        ({"identity": 990000198501030001}, "identity-number", "identity-precision"),
        ({"phone": "无"}, "phone", "phone-missing"),
        ({"area": "不存在社区"}, "area", "unknown-area"),
        ({"area": "苏家"}, "area", "ambiguous-area"),
        ({"area": None}, "area", "area-missing"),
        ({"identity": "990000202111250009"}, "identity-number", "under-age"),
        ({"identity": "990000202701010002"}, "identity-number", "identity-date"),
        ({"identity": "990000202011240001"}, "guardian-phone", "guardian-missing"),
    ],
)
def test_a_person_who_breaks_a_rule_is_refused_with_field_and_rule(
    areas: AreaNames, changed: dict[str, Any], field: str, rule: str
) -> None:
    number = changed.get("identity")
    if isinstance(number, str):
        changed = {**changed, "identity": number[:17] + identity_check(number)}
    data = workbook(ROSTER_HEADER, roster_row(**changed))
    assert roster_outcome(data, areas) == ([], {2: (field, rule)})


@pytest.mark.parametrize("value", ["其他", "个体户"])
def test_an_unknown_category_keeps_its_words_and_a_blank_one_is_a_resident(
    areas: AreaNames, value: str
) -> None:
    header = [*ROSTER_HEADER, "人员类别"]
    data = workbook(header, [*roster_row(), value], [*roster_row(), None], [*roster_row(), "退休 人员"])
    lines = read_roster(data, "file", areas=areas, today=TODAY).lines
    assert [line.category for line in lines] == ["other", "resident", "retired"]
    assert lines[0].category_text == value


def test_a_number_rounded_by_the_spreadsheet_casts_doubt_on_lucky_ones_too(areas: AreaNames) -> None:
    lucky = next(
        text for text in (f"99000019850103{serial}00" + "0" for serial in range(10)) if _checks(text)
    )
    alone = workbook(ROSTER_HEADER, roster_row(identity=lucky))
    assert roster_outcome(alone, areas) == ([2], {})
    both = workbook(ROSTER_HEADER, roster_row(identity=lucky), roster_row(identity=9.9e17))
    rule = ("identity-number", "identity-precision")
    assert roster_outcome(both, areas) == ([], {2: rule, 3: rule})


def _checks(text: str) -> bool:
    return len(text) == 18 and identity_check(text) == text[-1]


def test_no_fact_of_a_refusal_holds_a_phone_or_an_identity_number(areas: AreaNames) -> None:
    stray = "19900000192 990000198501030001"
    signins = workbook(
        SIGNIN_HEADER,
        *(signin_row(**{name: stray}) for name in ("kind", "day", "phone", "start", "end", "duration")),
    )
    people = workbook(ROSTER_HEADER, *(roster_row(**{name: stray}) for name in ("identity", "phone", "area")))
    refused = [
        *read_signins(signins, "file", today=TODAY).refused,
        *read_roster(people, "file", areas=areas, today=TODAY).refused,
    ]
    assert len(refused) == 9
    assert not any(
        "1990000" in str(refusal.facts) or "990000198" in str(refusal.facts) for refusal in refused
    )
