"""A fund's audit report as a paper, for those who sign it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from points.application.documents import Column, Paper

_FEN_PER_YUAN = 100


def paper(report: Mapping[str, Any]) -> bytes:
    """What the spreadsheet says, in the order in which an auditor reads it: the fund, its proof, and its tables."""
    made_at = datetime.fromisoformat(report["made_at"])
    title = f"资金审计报告：{report['name']}"
    drawn = Paper(title, made_at, foot=f"{report['fund_id']} · {report['position']}", landscape=True)
    drawn.heading(title)
    liability, points = report["liability"], report["points"]
    drawn.facts(
        [
            ("资金编号", report["fund_id"]),
            ("截至日志位置", str(report["position"])),
            ("收入（元）", _yuan(report["received_fen"])),
            ("未分配（元）", _yuan(report["available_fen"])),
            ("预算内（元）", _yuan(liability["reserved_fen"])),
            ("已承诺（元）", _yuan(liability["committed_fen"])),
            ("对居民的负债（元）", _yuan(liability["held_fen"])),
            ("对商户的负债（元）", _yuan(liability["takings_pay_fen"])),
            ("负债有资金保障", "是" if liability["covered"] else "否"),
        ]
    )
    drawn.heading("积分去向", 2)
    drawn.facts(
        [
            ("发放", str(points["issued"])),
            ("持有", str(points["held"])),
            ("兑换", str(points["redeemed"])),
            ("退款", str(points["refunded"])),
            ("到期", str(points["expired"])),
            ("退款时批次已结束，退回资金", str(points["closed"])),
            ("捐回、更正、扣分、抵欠", str(points["returned"])),
            ("各项相加平衡", "是" if points["balanced"] else "否"),
        ]
    )
    drawn.heading("来源", 2)
    drawn.note("资金不分彼此：各来源按出资额的比例分摊各项，采用最大余数法，各列之和等于资金的合计。")
    drawn.table(
        [
            Column("来源", 4),
            Column("金额（元）", 2, "right"),
            Column("收款日", 2),
            Column("发放积分", 2, "right"),
            Column("兑换积分", 2, "right"),
            Column("凭证 SHA-256", 6),
        ],
        [
            (
                source["source"] or "–",
                _yuan(source["amount_fen"]),
                source["received_on"],
                str(source["issued_points"]),
                str(source["redeemed_points"]),
                source["document_sha256"] or "–",
            )
            for source in report["sources"]
        ],
    )
    drawn.heading("预算", 2)
    drawn.table(
        [
            Column("地区", 2),
            Column("起", 2),
            Column("止", 2),
            Column("拨入（元）", 2, "right"),
            Column("下拨（元）", 2, "right"),
            Column("预留（元）", 2, "right"),
            Column("已承诺（元）", 2, "right"),
            Column("可用（元）", 2, "right"),
            Column("已关闭", 1),
        ],
        [
            (
                budget["area"],
                budget["period_from"],
                budget["period_until"],
                _yuan(budget["granted_fen"]),
                _yuan(budget["allocated_fen"]),
                _yuan(budget["reserved_fen"]),
                _yuan(budget["committed_fen"]),
                _yuan(budget["available_fen"]),
                "是" if budget["closed"] else "否",
            )
            for budget in report["budgets"]
        ],
    )
    return drawn.render()


def _yuan(amount_fen: int) -> str:
    """Exact, with two places."""
    sign = "-" if amount_fen < 0 else ""
    yuan, fen = divmod(abs(amount_fen), _FEN_PER_YUAN)
    return f"{sign}{yuan:,}.{fen:02}"
