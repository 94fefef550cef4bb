"""What people type, as exact values: money, instants, days, rates and settings."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click

_YUAN = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?", re.ASCII)
_RATE = re.compile(
    r"(?P<kind>\*|[a-z_]{1,40}):(?P<time_class>verified|supplementary)="
    r"(?P<points>[0-9]{1,6})/(?P<per_minutes>[0-9]{1,6})",
    re.ASCII,
)
_COEFFICIENT = re.compile(
    r"(?P<kind>\*|[a-z_]{1,40}):(?P<category>\*|[a-z_]{1,40})="
    r"(?P<numerator>[0-9]{1,4})(/(?P<denominator>[0-9]{1,4}))?",
    re.ASCII,
)
_WINDOW = re.compile(r"([01][0-9])-([0-3][0-9])/([01][0-9])-([0-3][0-9])", re.ASCII)
_PERIOD_CAP = re.compile(r"(?P<period>month|quarter|year)=(?P<points>[0-9]{1,9})", re.ASCII)
_FEN_PER_YUAN = 100


class Yuan(click.ParamType[int]):
    """An amount of money in yuan, with at most two places; handed on as integer fen."""

    name = "yuan"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        if not _YUAN.fullmatch(value):
            self.fail(f"{value!r} is not an amount in yuan, such as 50000 or 12.50.", param, ctx)
        return int(Decimal(value) * _FEN_PER_YUAN)


class Instant(click.ParamType[str]):
    """A moment with its offset from UTC, as RFC 3339 writes it."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fail(
                f"{value!r} is not an instant with an offset, such as 2026-06-15T09:00:00+08:00.", param, ctx
            )
        return moment.isoformat()


class Day(click.ParamType[str]):
    """A day, as ISO 8601 writes it."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            self.fail(f"{value!r} is not a day, such as 2026-06-15.", param, ctx)


class RateOfPay(click.ParamType[dict[str, Any]]):
    """KIND:CLASS=POINTS/MINUTES, such as `elder_care:verified=2/30`; KIND `*` is every kind not named."""

    name = "kind:class=points/minutes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, Any]:
        match = _RATE.fullmatch(str(value))
        if match is None or int(match["per_minutes"]) == 0:
            self.fail(f"{value!r} is not KIND:CLASS=POINTS/MINUTES, such as *:verified=1/30.", param, ctx)
        return {
            "kind": match["kind"],
            "time_class": match["time_class"],
            "points": int(match["points"]),
            "per_minutes": int(match["per_minutes"]),
        }


class Setting(click.ParamType[tuple[str, str]]):
    """KEY=VALUE."""

    name = "key=value"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        key, separator, setting = str(value).partition("=")
        if not (separator and key):
            self.fail(f"{value!r} is not KEY=VALUE.", param, ctx)
        return key, setting


class CoefficientOfPay(click.ParamType[dict[str, Any]]):
    """KIND:CATEGORY=N/D, an exact ratio such as `medical:medical_worker=3/2`; `*` is any."""

    name = "kind:category=n/d"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, Any]:
        match = _COEFFICIENT.fullmatch(str(value))
        if match is None:
            self.fail(f"{value!r} is not KIND:CATEGORY=N/D, such as *:student=3/2.", param, ctx)
        return {
            "kind": match["kind"],
            "category": match["category"],
            "numerator": int(match["numerator"]),
            "denominator": int(match["denominator"] or 1),
        }


class DaysOfYear(click.ParamType[dict[str, int]]):
    """MM-DD/MM-DD: days of every year, both ends included."""

    name = "mm-dd/mm-dd"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, int]:
        match = _WINDOW.fullmatch(str(value))
        if match is None:
            self.fail(f"{value!r} is not MM-DD/MM-DD, such as 03-20/03-31.", param, ctx)
        names = ("from_month", "from_day", "until_month", "until_day")
        return dict(zip(names, map(int, match.groups()), strict=True))


class PeriodCap(click.ParamType[tuple[str, int]]):
    """month=N, quarter=N or year=N."""

    name = "period=points"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, int]:
        match = _PERIOD_CAP.fullmatch(str(value))
        if match is None:
            self.fail(f"{value!r} is not PERIOD=POINTS, such as month=100.", param, ctx)
        return match["period"], int(match["points"])


YUAN = Yuan()
INSTANT = Instant()
DAY = Day()
RATE = RateOfPay()
COEFFICIENT = CoefficientOfPay()
WINDOW = DaysOfYear()
PERIOD_CAP = PeriodCap()
SETTING = Setting()
