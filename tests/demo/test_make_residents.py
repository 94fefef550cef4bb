from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

from demo.make_residents import residents_csv

DEMO = Path(__file__).parents[2] / "demo"


def _rows(name: str) -> list[dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_kept_file_is_the_one_that_the_generator_makes() -> None:
    areas = (DEMO / "areas.csv").read_text(encoding="utf-8")
    assert (DEMO / "residents.csv").read_text(encoding="utf-8") == residents_csv(areas)


def test_every_community_has_residents_at_the_end_of_each_of_three_years() -> None:
    communities = {row["code"] for row in _rows("areas.csv") if row["level"] == "community"}
    told = Counter((row["area_code"], row["year"]) for row in _rows("residents.csv"))
    assert len(communities) == 372
    assert told == Counter((code, year) for code in communities for year in ("2024", "2025", "2026"))


def test_the_county_has_about_720_000_residents_and_slightly_fewer_every_year() -> None:
    county: dict[str, int] = defaultdict(int)
    for row in _rows("residents.csv"):
        county[row["year"]] += int(row["residents"])
    assert 710_000 < county["2024"] < 730_000
    assert county["2024"] > county["2025"] > county["2026"] > 700_000
