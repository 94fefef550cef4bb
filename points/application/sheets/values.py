"""Cells to plain values: texts, names, phones, identity numbers, volunteer numbers.

Each function gives the value or raises `CellRefused`. A blank cell is the caller's business: see `is_blank`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from points.application.sheets.rules import CellRefused, Rule

Cell = str | int | float | bool | date | datetime | time | timedelta | None

TEXT_LENGTH_MAX = 200
NAME_LENGTH_MAX = 60
PHONE_DIGITS = 11
IDENTITY_DIGITS = 18
OLD_IDENTITY_DIGITS = 15
VOLUNTEER_NUMBER_DIGITS = 14
EXACT_DIGITS_OF_A_SPREADSHEET = 15
_YEAR_MIN = 1900
_LARGEST_EXACT_FLOAT = 1e21

# Invisible marks that copying from chats and web pages leaves behind, and the many dashes of input methods.
_INVISIBLE = dict.fromkeys([0x00AD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, 0xFEFF, 0x0000])
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212, 0xFE58], "-")
_PLAIN = str.maketrans({**_INVISIBLE, **_DASHES, "。": "."})
_BLANKS = {"", *["-", "--", "---", "/", "//", "\\", ".", "n/a", "#n/a", "none", "nan", "null"]}
_BLANKS |= {"无", "暂无", "没有", "空", "空白", "未填", "未签", "未签到", "未签退", "忘签", "漏签", "缺卡"}
_BLANKS_START = frozenset(
    blank[0] for blank in _BLANKS if blank
)  # most cells are told by their first character
_SPACE = re.compile(r"\s+")
_CJK = r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
_SPACE_BETWEEN_CJK = re.compile(rf"(?<={_CJK})\s+(?={_CJK})")
_DOTS_BETWEEN_CJK = re.compile(rf"(?<={_CJK})\s*[·•‧・.∙]\s*(?={_CJK})")
_EXCEL_TEXT_TRICK = re.compile(r'="(.*)"', re.DOTALL)
_EXPONENT = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{1,2}")
_NAMES_A_PERSON = re.compile(r"\d{9,}[Xx]?|1[3-9]\d[- ]?\d{4}[- ]?\d{4}")
_SHOWN_LENGTH_MAX = 40
_DECIMAL_TAIL = re.compile(r"(\d+)\.0+")
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"


def plain(cell: Cell) -> str:
    """The cell as text in one form: half-width, no invisible marks, outer spaces gone, one kind of dash."""
    if isinstance(cell, str):
        return (
            cell.strip() if cell.isascii() else unicodedata.normalize("NFKC", cell).translate(_PLAIN).strip()
        )
    if cell is None:
        return ""
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < _LARGEST_EXACT_FLOAT
        return str(int(cell)) if whole else repr(cell)
    return str(cell)


def is_blank(cell: Cell) -> bool:
    """True as well for what staff write to say that there is nothing: a dash, 无."""
    if cell is None or cell == "":
        return True
    if not isinstance(cell, str) or "0" <= cell[0] <= "9":
        return False
    if "\u4e00" <= cell[0] <= "\u9fff" and cell[0] not in _BLANKS_START:
        return False
    return plain(cell).lower() in _BLANKS


def read_text(cell: Cell) -> str:
    """A title or a remark, its punctuation kept: spaces and line breaks run together to one space."""
    if isinstance(cell, str):
        clean = unicodedata.normalize("NFC", cell).translate(_INVISIBLE).strip()
        text = _SPACE.sub(" ", clean)
    else:
        text = plain(cell)
    if len(text) > TEXT_LENGTH_MAX:
        raise CellRefused(Rule.TEXT_TOO_LONG, length=len(text), most=TEXT_LENGTH_MAX)
    return text


def read_name(cell: Cell) -> str:
    """A person's name. Spaces that spread two characters over a column go; those of other scripts stay."""
    text = _SPACE_BETWEEN_CJK.sub("", _SPACE.sub(" ", plain(cell)))
    text = _DOTS_BETWEEN_CJK.sub("·", text)
    if len(text) > NAME_LENGTH_MAX:
        raise CellRefused(Rule.TEXT_TOO_LONG, length=len(text), most=NAME_LENGTH_MAX)
    if not any(character.isalpha() for character in text):
        raise CellRefused(Rule.NAME_UNREADABLE)
    return text


def _compact(cell: Cell) -> str:
    """A number that is a name, without spaces, dashes, brackets and tricks against rounding."""
    text = plain(cell)
    if text.isdecimal() and text.isascii():
        return text
    trick = _EXCEL_TEXT_TRICK.fullmatch(text)
    text = (trick.group(1) if trick else text).strip("'`\"")
    text = _SPACE.sub("", text).replace("-", "").replace("(", "").replace(")", "")
    tail = _DECIMAL_TAIL.fullmatch(text)
    return tail.group(1) if tail else text


def read_phone(cell: Cell) -> str:
    """A mobile number of mainland China: 11 digits, with +86 or 0086 before it or not."""
    text = _compact(cell)
    text = text.removeprefix("+")
    if text.startswith("0086"):
        text = text[2:]
    if text.startswith("86") and len(text) == PHONE_DIGITS + 2:
        text = text[2:]
    if not (text.isdecimal() and text.isascii()):
        raise CellRefused(Rule.PHONE_UNREADABLE)
    if len(text) != PHONE_DIGITS:
        raise CellRefused(Rule.PHONE_LENGTH, length=len(text), expected=PHONE_DIGITS)
    if text[0] != "1" or text[1] in "012":
        raise CellRefused(Rule.PHONE_PREFIX)
    return text


def read_identity_number(cell: Cell) -> tuple[str, date]:
    """The 18 characters of GB 11643 and the day of birth in them.

    The region is not looked up: regions are merged and renamed, numbers stay.
    """
    text = _compact(cell).upper()
    digits_kept = EXACT_DIGITS_OF_A_SPREADSHEET
    if _EXPONENT.fullmatch(text) or (not isinstance(cell, str) and len(text) > digits_kept):
        raise CellRefused(Rule.IDENTITY_PRECISION, digits=digits_kept)
    if not text or not (
        text[:-1].isdecimal() and text.isascii() and (text[-1].isdecimal() or text[-1] == "X")
    ):
        raise CellRefused(Rule.IDENTITY_UNREADABLE)
    if len(text) == OLD_IDENTITY_DIGITS and text.isdecimal():
        raise CellRefused(Rule.IDENTITY_OLD_STYLE, length=len(text), expected=IDENTITY_DIGITS)
    if len(text) != IDENTITY_DIGITS:
        raise CellRefused(Rule.IDENTITY_LENGTH, length=len(text), expected=IDENTITY_DIGITS)
    try:
        birth = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError as error:
        raise _lost_or(text, Rule.IDENTITY_DATE) from error
    if birth.year < _YEAR_MIN:
        raise _lost_or(text, Rule.IDENTITY_DATE)
    if identity_check(text) != text[-1]:
        raise _lost_or(text, Rule.IDENTITY_CHECKSUM)
    return text, birth


def identity_check(text: str) -> str:
    """The check character of ISO 7064 MOD 11-2 for the first 17 digits."""
    total = sum(weight * int(digit) for weight, digit in zip(_IDENTITY_WEIGHTS, text[:17], strict=True))
    return _IDENTITY_CHECKS[total % 11]


def shown(written: str) -> str:
    """What was written, as a fact of a refusal: short, and without a number that could name a person."""
    return _NAMES_A_PERSON.sub("***", written)[:_SHOWN_LENGTH_MAX]


def _lost_or(text: str, rule: Rule) -> CellRefused:
    """A spreadsheet that took the number for an amount kept 15 digits and wrote zeros for the rest."""
    if text.endswith("000"):
        return CellRefused(Rule.IDENTITY_PRECISION, digits=EXACT_DIGITS_OF_A_SPREADSHEET)
    return CellRefused(rule)


def read_volunteer_number(cell: Cell) -> str:
    """14 digits, the last a Luhn check over the 13 before it."""
    text = _compact(cell)
    if not (text.isdecimal() and text.isascii()):
        raise CellRefused(Rule.VOLUNTEER_NUMBER_UNREADABLE)
    if len(text) != VOLUNTEER_NUMBER_DIGITS:
        raise CellRefused(Rule.VOLUNTEER_NUMBER_LENGTH, length=len(text), expected=VOLUNTEER_NUMBER_DIGITS)
    total = 0
    for place, digit in enumerate(reversed(text)):
        total += sum(divmod(int(digit) * 2, 10)) if place % 2 else int(digit)
    if total % 10:
        raise CellRefused(Rule.VOLUNTEER_NUMBER_CHECKSUM)
    return text
