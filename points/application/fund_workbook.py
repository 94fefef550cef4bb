"""A fund's audit report as a spreadsheet. Amounts stand in yuan as exact decimals; no cell is a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_FEN_PER_YUAN = 100

# Office workers read these; the file is one for all three languages, so each heading stands in two.
_HEADINGS = {
    "area": "地区 area",
    "activity_id": "活动 activity",
    "allocated_fen": "下拨（元）allocated (yuan)",
    "amount_fen": "金额（元）amount (yuan)",
    "available_fen": "可用（元）available (yuan)",
    "budget_id": "预算 budget",
    "closed": "已关闭 closed",
    "committed_fen": "已承诺（元）committed (yuan)",
    "document_sha256": "凭证 SHA-256 document",
    "granted_fen": "拨入（元）granted (yuan)",
    "held_points": "持有积分 held points",
    "issued_points": "发放积分 issued points",
    "kind": "类别 kind",
    "parent_id": "上级预算 parent budget",
    "pay_fen": "应付（元）payable (yuan)",
    "period_from": "起 from",
    "period_until": "止 until",
    "points": "积分 points",
    "receipt_id": "收款 receipt",
    "received_on": "收款日 received on",
    "redeemed_points": "兑换积分 redeemed points",
    "reserved_fen": "预留（元）reserved (yuan)",
    "source": "来源 source",
}


def workbook(report: Mapping[str, Any]) -> bytes:
    """Four sheets: the fund with its proof, its sources, its budgets, and the shops that took its points."""
    book = Workbook(write_only=True)
    facts = [(name, value) for name, value in _flat(report) if not isinstance(value, list)]
    summary = book.create_sheet("基金 fund")
    for name, value in facts:
        summary.append([_safe(summary, name), _safe(summary, _cell(name, value))])
    _table(book, "来源 sources", report["sources"])
    _table(book, "预算 budgets", report["budgets"])
    _table(book, "商户 shops", report["shops"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _flat(report: Mapping[str, Any], within: str = "") -> Iterable[tuple[str, Any]]:
    for name, value in report.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{within}{name}.")
        else:
            yield f"{within}{name}", value


def _table(book: Workbook, title: str, rows: Sequence[Mapping[str, Any]]) -> None:
    sheet = book.create_sheet(title)
    names = [name for name in rows[0] if not isinstance(rows[0][name], list)] if rows else []
    sheet.append([_HEADINGS.get(name, name) for name in names])
    for row in rows:
        sheet.append([_safe(sheet, _cell(name, row[name])) for name in names])


def _cell(name: str, value: Any) -> Any:
    if name.endswith("_fen") and isinstance(value, int):
        return Decimal(value) / _FEN_PER_YUAN
    return value


def _safe(sheet: Any, value: Any) -> WriteOnlyCell:
    """Text stays text, whatever it begins with: a donor's name is no formula."""
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        if value.startswith(_FORMULA_STARTS):
            cell.value = f"'{value}"
        cell.data_type = "s"
    return cell
