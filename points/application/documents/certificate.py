"""The paper of a service certificate, as the Ministry's measures list its contents (rule 9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from points.application.documents.paper import Column, Paper

_KINDS = {
    "environment": "环境保护",
    "youth": "青少年服务",
    "safety": "平安建设",
    "medical": "医疗卫生",
    "elder_care": "为老服务",
}
_MINUTES_PER_HOUR = 60
_CODE_MM = 48


class Line(msgspec.Struct, frozen=True):
    """One activity. `activity` is None for the rest that no line of the paper has room for."""

    activity: str | None
    kind: str
    first_day: str
    last_day: str
    verified_minutes: int
    supplementary_minutes: int


class Content(msgspec.Struct, frozen=True):
    """Everything that stands on the paper: true on the day of issue, kept in the vault, signed by the code."""

    serial: str
    name: str
    identity_number: str
    """Masked."""
    volunteer_number: str
    period_from: str
    period_until: str
    verified_minutes: int
    supplementary_minutes: int
    lines: tuple[Line, ...]
    issuer: str
    responsible: str
    handler: str
    contact: str
    issued_on: str
    linked: bool
    url: str


def encode(content: Content) -> bytes:
    return msgspec.json.encode(content)


def decode(data: bytes) -> Content:
    return msgspec.json.decode(data, type=Content)


def render(content: Content, issued_at: datetime, *, revoked: bool = False) -> bytes:
    title = "志愿服务记录证明" if content.linked else "志愿服务平台记录"
    paper = Paper(f"{title} {content.serial}", issued_at, foot=content.serial)
    paper.heading(title)
    if not content.linked:
        paper.text("（本记录由本平台出具，未与全国志愿服务信息系统联网核对）", align="center")
    if revoked:
        paper.heading("已撤销", 2)
    paper.facts(_facts(content))
    paper.heading("服务内容", 3)
    paper.table(
        [
            Column("活动", 5),
            Column("类别", 2),
            Column("日期", 3),
            Column("信用时长", 2),
            Column("补录时长", 2),
        ],
        [_row(line) for line in content.lines],
    )
    paper.facts(
        [
            ("出具单位（盖章）", content.issuer),
            ("负责人", content.responsible),
            ("经办人", content.handler),
            ("联系方式", content.contact),
            ("出具日期", content.issued_on),
        ]
    )
    paper.code(content.url, _CODE_MM, "扫码核验；核验方法见平台“核验”页。", align="right")
    return paper.render()


def _facts(content: Content) -> list[tuple[str, str]]:
    total = content.verified_minutes + content.supplementary_minutes
    return [
        ("编号", content.serial),
        ("姓名", content.name),
        ("身份证件号码", content.identity_number),
        ("志愿者编号", content.volunteer_number),
        ("服务起止", f"{content.period_from} 至 {content.period_until}"),
        ("服务时长合计", hours(total)),
        ("其中：信用时长", hours(content.verified_minutes)),
        ("其中：补录时长", hours(content.supplementary_minutes)),
    ]


def _row(line: Line) -> Sequence[str]:
    days = line.first_day if line.first_day == line.last_day else f"{line.first_day} 至 {line.last_day}"
    return (
        line.activity or "其余活动",
        _KINDS.get(line.kind, line.kind),
        days,
        hours(line.verified_minutes),
        hours(line.supplementary_minutes),
    )


def hours(minutes: int) -> str:
    """Exact, and as people say it."""
    whole, rest = divmod(minutes, _MINUTES_PER_HOUR)
    return f"{whole} 小时" if not rest else f"{whole} 小时 {rest} 分"
