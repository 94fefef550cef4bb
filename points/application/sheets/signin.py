"""A sign-in sheet: one line a person's service at one activity on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from points.application.sheets.categories import kind_of
from points.application.sheets.headers import Header, Layout, find_headers, lines_under
from points.application.sheets.interval import Interval, read_interval
from points.application.sheets.moments import MINUTES_A_DAY, read_day, read_duration
from points.application.sheets.reading import optional, required
from points.application.sheets.rules import CellRefused, Field, LineRefusal, Rule
from points.application.sheets.table import read_sheets
from points.application.sheets.values import Cell, read_name, read_phone, read_text, read_volunteer_number
from points.application.sheets.words import SIGNIN_WORDS


def _missing(present: frozenset[Field]) -> list[str]:
    lacking = [field.value for field in (Field.ACTIVITY, Field.KIND, Field.DATE) if field not in present]
    if not present & {Field.PHONE, Field.VOLUNTEER_NUMBER}:
        lacking.append(Field.PHONE.value)
    times = present & {Field.SIGN_IN, Field.SIGN_OUT}
    if len(times) == 1:
        lacking += [field.value for field in (Field.SIGN_IN, Field.SIGN_OUT) if field not in present]
    elif not times and not present & {Field.INTERVAL, Field.DURATION}:
        lacking += [Field.SIGN_IN.value, Field.SIGN_OUT.value]
    return lacking


_LAYOUT = Layout(
    SIGNIN_WORDS,
    _missing,
    person=(Field.PHONE, Field.VOLUNTEER_NUMBER, Field.SIGN_IN),
    above=(Field.ACTIVITY, Field.KIND, Field.DATE, Field.HANDLER),
    weak=frozenset({"服务时间", "活动时间", "时间"}),
    weak_instead=Field.INTERVAL,
)


@dataclass(frozen=True, slots=True)
class SigninLine:
    """One service. Minutes of the day count from midnight, 1440 is its end.

    The two are None where the sheet has no columns for times: then only the length is known.
    """

    line: int
    activity_name: str
    kind_code: str
    day: date
    volunteer_name: str | None
    phone: str | None
    volunteer_number: str | None
    starts_at_minute: int | None
    ends_at_minute: int | None
    minutes: int
    handler: str | None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class SigninReading:
    """Lines in the order of the file. Unknown people, repetitions and overlaps are still among them."""

    lines: list[SigninLine]
    refused: list[LineRefusal]


def read_signins(
    data: bytes,
    filename: str,  # noqa: ARG001 - callers have it; trusting it is what misreads files
    *,
    today: date,
) -> SigninReading:
    """Read a sign-in sheet: XLSX, XLS, ODS or delimited text; the content decides which, not `filename`.

    Errors: FileUnreadable, FileTooLarge, HeaderNotFound, HeaderAmbiguous.
    """
    found = find_headers(read_sheets(data), _LAYOUT)
    lines: list[SigninLine] = []
    refused: list[LineRefusal] = []
    for sheet, header in found:
        name = sheet.name if len(found) > 1 else ""
        bare_unit_minutes = _bare_unit_minutes(header)
        for line, values in lines_under(sheet, header, _LAYOUT):
            try:
                lines.append(_service(line, values, bare_unit_minutes, today, name))
            except CellRefused as error:
                field = error.field or Field.DURATION
                refused.append(LineRefusal(line, field.value, error.rule.value, error.facts, name))
    return SigninReading(lines, refused)


def _bare_unit_minutes(header: Header) -> int:
    """A number without a unit counts hours, unless its column says minutes."""
    title = header.titles.get(Field.DURATION, "").lower()
    return 1 if "分" in title or "min" in title else 60


def _service(
    line: int, values: dict[Field, Cell], bare_unit_minutes: int, today: date, sheet: str
) -> SigninLine:
    activity_name = required(values, Field.ACTIVITY, Rule.ACTIVITY_MISSING, read_text)
    kind_code = kind_of(required(values, Field.KIND, Rule.KIND_MISSING, read_text))
    day = required(values, Field.DATE, Rule.DATE_MISSING, read_day)
    if day > today:
        raise CellRefused(Rule.FUTURE_DATE, Field.DATE, date=day.isoformat(), today=today.isoformat())
    phone = optional(values, Field.PHONE, read_phone)
    volunteer_number = optional(values, Field.VOLUNTEER_NUMBER, read_volunteer_number)
    if phone is None and volunteer_number is None:
        raise CellRefused(Rule.PERSON_MISSING, Field.PERSON)
    interval = read_interval(values, day)
    return SigninLine(
        line=line,
        activity_name=activity_name,
        kind_code=kind_code,
        day=day,
        volunteer_name=optional(values, Field.NAME, read_name),
        phone=phone,
        volunteer_number=volunteer_number,
        starts_at_minute=interval.starts_at_minute if interval else None,
        ends_at_minute=interval.ends_at_minute if interval else None,
        minutes=_minutes(values, interval, bare_unit_minutes),
        handler=optional(values, Field.HANDLER, read_text),
        sheet=sheet,
    )


def _minutes(values: dict[Field, Cell], interval: Interval | None, bare_unit_minutes: int) -> int:
    written = optional(
        values, Field.DURATION, lambda cell: read_duration(cell, bare_unit_minutes=bare_unit_minutes)
    )
    if interval is None:
        return _duration_alone(written)
    if written is not None and written != interval.minutes:
        facts = {"minutes_written": written, "minutes_by_times": interval.minutes}
        raise CellRefused(Rule.DURATION_DIFFERS_FROM_TIMES, Field.DURATION, **facts)
    return interval.minutes


def _duration_alone(minutes: int | None) -> int:
    if minutes is None:
        raise CellRefused(Rule.NO_DURATION, Field.DURATION)
    if minutes == 0:
        raise CellRefused(Rule.DURATION_ZERO, Field.DURATION)
    if minutes > MINUTES_A_DAY:
        raise CellRefused(Rule.DURATION_OVER_A_DAY, Field.DURATION, minutes=minutes, most=MINUTES_A_DAY)
    return minutes
