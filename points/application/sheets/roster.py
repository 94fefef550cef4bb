"""A roster of residents who register as volunteers: one line a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from points.application.sheets.areas import AreaNames
from points.application.sheets.categories import category_of
from points.application.sheets.headers import Layout, find_headers, lines_under
from points.application.sheets.reading import optional, required
from points.application.sheets.rules import CellRefused, Field, LineRefusal, Rule
from points.application.sheets.table import read_sheets
from points.application.sheets.values import (
    Cell,
    read_identity_number,
    read_name,
    read_phone,
    read_text,
)
from points.application.sheets.words import ROSTER_WORDS

LEAST_AGE_YEARS = 6
GUARDED_BELOW_YEARS = 14

_REQUIRED = (Field.NAME, Field.IDENTITY_NUMBER, Field.PHONE, Field.AREA)


def _missing(present: frozenset[Field]) -> list[str]:
    return [field.value for field in _REQUIRED if field not in present]


_LAYOUT = Layout(ROSTER_WORDS, _missing, person=(Field.IDENTITY_NUMBER, Field.PHONE))


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One person as the sheet has them. `category_text` is what was written where `category` is "other"."""

    line: int
    name: str
    identity_number: str
    phone: str
    area_code: str
    category: str
    guardian_phone: str | None
    remark: str | None
    birth: date
    category_text: str | None = None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class RosterReading:
    """Lines in the order of the file. The same person twice is two lines: the use case knows what that is."""

    lines: list[RosterLine]
    refused: list[LineRefusal]


def read_roster(
    data: bytes,
    filename: str,  # noqa: ARG001 - callers have it; trusting it is what misreads files
    *,
    areas: AreaNames,
    today: date,
) -> RosterReading:
    """Read a roster: XLSX, XLS, ODS or delimited text; the content decides which, not `filename`.

    Errors: FileUnreadable, FileTooLarge, HeaderNotFound, HeaderAmbiguous.
    """
    found = find_headers(read_sheets(data), _LAYOUT)
    lines: list[RosterLine] = []
    refused: list[LineRefusal] = []
    for sheet, header in found:
        name = sheet.name if len(found) > 1 else ""
        for line, values in lines_under(sheet, header, _LAYOUT):
            try:
                lines.append(_person(line, values, areas, today, name))
            except CellRefused as error:
                field = error.field or Field.IDENTITY_NUMBER
                refused.append(LineRefusal(line, field.value, error.rule.value, error.facts, name))
    return _without_rounded(RosterReading(lines, refused))


def _person(line: int, values: dict[Field, Cell], areas: AreaNames, today: date, sheet: str) -> RosterLine:
    name = required(values, Field.NAME, Rule.NAME_MISSING, read_name)
    identity_number, birth = required(
        values, Field.IDENTITY_NUMBER, Rule.IDENTITY_MISSING, read_identity_number
    )
    age_years = _age_years(birth, today)
    phone = required(values, Field.PHONE, Rule.PHONE_MISSING, read_phone)
    area_code = areas.find(values[Field.AREA], values.get(Field.TOWNSHIP))
    guardian_phone = optional(values, Field.GUARDIAN_PHONE, read_phone)
    if age_years < GUARDED_BELOW_YEARS and guardian_phone is None:
        raise CellRefused(Rule.GUARDIAN_MISSING, Field.GUARDIAN_PHONE, below=GUARDED_BELOW_YEARS)
    category, category_text = category_of(optional(values, Field.CATEGORY, read_text))
    return RosterLine(
        line=line,
        name=name,
        identity_number=identity_number,
        phone=phone,
        area_code=area_code,
        category=category,
        guardian_phone=guardian_phone,
        remark=optional(values, Field.REMARK, read_text),
        birth=birth,
        category_text=category_text,
        sheet=sheet,
    )


def _age_years(birth: date, today: date) -> int:
    """Full years on `today`. A birth still to come is a wrong date, not a young person."""
    if birth > today:
        raise CellRefused(Rule.IDENTITY_DATE, Field.IDENTITY_NUMBER)
    age_years = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
    if age_years < LEAST_AGE_YEARS:
        raise CellRefused(Rule.UNDER_AGE, Field.IDENTITY_NUMBER, least=LEAST_AGE_YEARS)
    return age_years


def _without_rounded(reading: RosterReading) -> RosterReading:
    """One number that a spreadsheet rounded casts doubt on all that end in its three zeros.

    One rounded number in eleven passes its check by luck and would be somebody else's.
    """
    if not any(refusal.rule == Rule.IDENTITY_PRECISION for refusal in reading.refused):
        return reading
    doubtful = [line for line in reading.lines if line.identity_number.endswith("000")]
    refused = [
        LineRefusal(
            line.line, Field.IDENTITY_NUMBER.value, Rule.IDENTITY_PRECISION.value, {"digits": 15}, line.sheet
        )
        for line in doubtful
    ]
    lines = [line for line in reading.lines if not line.identity_number.endswith("000")]
    return RosterReading(lines, sorted([*reading.refused, *refused], key=lambda one: (one.sheet, one.line)))
