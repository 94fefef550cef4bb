"""Makes `residents.csv`: how many people live in each community of the demo county at a year's end.

The figures are invented. They only have the shape of a real county: about 720,000 residents, fuller town
communities, small villages, and slightly fewer people every year. The seed is fixed, so the file that is kept
beside this one can be made again to the byte: `python demo/make_residents.py`.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
YEARS = (2024, 2025, 2026)
COUNTY_RESIDENTS = 720_000
SEED = 500233

# Residents of one community before the county is scaled to its size, by the kind of place.
STREET_RANGE = (2_500, 8_000)
TOWN_COMMUNITY_RANGE = (1_800, 5_000)
VILLAGE_RANGE = (900, 3_000)
SMALLEST, LARGEST_VILLAGE = 850, 4_000

# A year takes from 0.2 to 1.6 people in a hundred away; in tens of thousands, so that whole numbers suffice.
YEARLY_LOSS_RANGE = (20, 160)
TEN_THOUSAND = 10_000


def residents_csv(areas_csv: str) -> str:
    """The whole file, from the text of the areas' file."""
    areas = list(csv.DictReader(io.StringIO(areas_csv)))
    names = {area["code"]: area["name"] for area in areas}
    communities = [area for area in areas if area["level"] == "community"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["area_code", "area_name", "year", "residents"])
    chance = random.Random(SEED)
    for area, first in zip(communities, _first_year(communities, names, chance), strict=True):
        for year, residents in zip(YEARS, _over_the_years(first, chance), strict=True):
            writer.writerow([area["code"], area["name"], year, residents])
    return out.getvalue()


def _first_year(
    communities: list[dict[str, str]], township_names: dict[str, str], chance: random.Random
) -> list[int]:
    drawn = [chance.randint(*_range(area, township_names)) for area in communities]
    return [
        _bounded(residents * COUNTY_RESIDENTS // sum(drawn), area)
        for residents, area in zip(drawn, communities, strict=True)
    ]


def _range(area: dict[str, str], township_names: dict[str, str]) -> tuple[int, int]:
    if _is_village(area):
        return VILLAGE_RANGE
    in_street = township_names[area["parent_code"]].endswith("街道")
    return STREET_RANGE if in_street else TOWN_COMMUNITY_RANGE


def _is_village(area: dict[str, str]) -> bool:
    return "社区" not in area["name"]


def _bounded(residents: int, area: dict[str, str]) -> int:
    return max(SMALLEST, min(residents, LARGEST_VILLAGE) if _is_village(area) else residents)


def _over_the_years(first: int, chance: random.Random) -> Iterator[int]:
    residents = first
    for _ in YEARS:
        yield residents
        residents -= residents * chance.randint(*YEARLY_LOSS_RANGE) // TEN_THOUSAND


def main() -> None:
    made = residents_csv((HERE / "areas.csv").read_text(encoding="utf-8"))
    (HERE / "residents.csv").write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
