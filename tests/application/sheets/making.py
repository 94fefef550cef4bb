"""Makes the office files that the tests read."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from points.application.sheets import AreaNames

SAMPLE = Path(__file__).parent / "sample"
TODAY = date(2026, 11, 24)
ROSTER_HEADER = ["姓名", "身份证号码", "手机号", "所属社区"]
SIGNIN_HEADER = ["活动名称", "服务类别", "服务日期", "手机号", "签到", "签退", "时长"]


def workbook(*rows: Sequence[Any], title: str = "表") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return saved(book)


def saved(book: Any) -> bytes:
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def delimited(*rows: Sequence[str], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    into = io.StringIO()
    csv.writer(into, delimiter=delimiter).writerows(rows)
    return into.getvalue().encode(encoding)


def county_areas() -> AreaNames:
    with (SAMPLE / "areas-zhongxian.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return AreaNames.of((row["code"], row["name"], row["level"], row["parent_code"]) for row in rows)


def signin_row(**changed: Any) -> list[Any]:
    """A good line under SIGNIN_HEADER, with the named cells changed."""
    cells: dict[str, Any] = {
        "activity": "环境清洁",
        "kind": "环境整治",
        "day": "2026-04-13",
        "phone": "19900000192",
        "start": "15:10",
        "end": "18:10",
        "duration": None,
    }
    return list({**cells, **changed}.values())


def roster_row(**changed: Any) -> list[Any]:
    """A good line under ROSTER_HEADER, with the named cells changed."""
    cells: dict[str, Any] = {
        "name": "华桂珍",
        "identity": "990000198501030001",
        "phone": "19900000000",
        "area": "里仁社区",
    }
    return list({**cells, **changed}.values())
