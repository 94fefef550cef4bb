"""The sample files hold what a careful reader finds in them, and nothing else."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import date
from typing import Any

import pytest

from points.application.sheets import AreaNames, RosterReading, SigninLine, read_roster, read_signins
from tests.application.sheets.making import SAMPLE, TODAY

RULES = {
    "unknown area": "unknown-area",
    "phone length": "phone-length",
    "identity checksum": "identity-checksum",
    "sign-out before sign-in": "sign-out-before-sign-in",
    "duration differs from times": "duration-differs-from-times",
    "future date": "future-date",
    "no sign-out": "no-sign-out",
}


def truth() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
    return loaded


def roster(areas: AreaNames) -> RosterReading:
    return read_roster((SAMPLE / "roster.xlsx").read_bytes(), "roster.xlsx", areas=areas, today=TODAY)


def clock(minute: int | None) -> str:
    assert minute is not None
    return f"{minute // 60:02}:{minute % 60:02}"


def as_the_use_case(lines: list[SigninLine], known: set[str]) -> tuple[list[SigninLine], Counter[str]]:
    """What the store decides later: who is known, and whether two services of one person overlap."""
    accepted: list[SigninLine] = []
    refused: Counter[str] = Counter()
    taken: defaultdict[tuple[str, date], list[tuple[int, int]]] = defaultdict(list)
    for line in lines:
        assert line.phone is not None
        assert line.starts_at_minute is not None
        assert line.ends_at_minute is not None
        day = taken[line.phone, line.day]
        if line.phone not in known:
            refused["unknown volunteer"] += 1
        elif any(line.starts_at_minute < end and start < line.ends_at_minute for start, end in day):
            refused["overlap added on purpose"] += 1
        else:
            day.append((line.starts_at_minute, line.ends_at_minute))
            accepted.append(line)
    return accepted, refused


def test_the_roster_gives_the_accepted_the_duplicate_and_the_refused_lines(areas: AreaNames) -> None:
    expected = truth()["roster"]
    reading = roster(areas)
    people = {line.identity_number for line in reading.lines}
    assert len(people) == expected["accepted"]
    assert len(reading.lines) - len(people) == expected["duplicate"]
    refused = Counter(refusal.rule for refusal in reading.refused)
    assert refused == {RULES[words]: count for words, count in expected["rejected"].items()}


def test_refusals_of_the_roster_name_the_physical_row(areas: AreaNames) -> None:
    refused = {refusal.line: (refusal.field, refusal.rule) for refusal in roster(areas).refused}
    assert refused[10] == ("area", "unknown-area")
    assert refused[22] == ("phone", "phone-length")


@pytest.mark.parametrize("name", ["signin.xlsx", "signin.csv"])
def test_each_sign_in_sheet_gives_exactly_the_true_services_and_refusals(areas: AreaNames, name: str) -> None:
    expected = truth()["signin"]
    reading = read_signins((SAMPLE / name).read_bytes(), name, today=TODAY)
    known = {line.phone for line in roster(areas).lines}
    accepted, refused_later = as_the_use_case(reading.lines, known)

    found = [
        [
            line.phone,
            line.day.isoformat(),
            clock(line.starts_at_minute),
            clock(line.ends_at_minute),
            line.minutes,
        ]
        for line in accepted
    ]
    assert sorted(found) == sorted(expected["lines"])
    assert len(accepted) == expected["accepted"]
    assert sum(line.minutes for line in accepted) == expected["minutes"]
    by_phone: Counter[str] = Counter()
    for line in accepted:
        by_phone[line.phone or ""] += line.minutes
    assert by_phone == expected["minutes_by_phone"]

    refused = Counter(refusal.rule for refusal in reading.refused)
    rejected = dict(expected["rejected"])
    assert refused_later == {
        words: rejected.pop(words) for words in ("unknown volunteer", "overlap added on purpose")
    }
    assert refused == {RULES[words]: count for words, count in rejected.items()}
