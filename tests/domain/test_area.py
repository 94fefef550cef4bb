"""An area and its residents, year by year."""

from __future__ import annotations

from functools import partial

import pytest

from points.domain.area import Area
from points.domain.errors import Invalid
from tests.domain.examples import COMMUNITY, an_area
from tests.domain.scenario import NOW, event, given, started


def test_an_area_is_registered_under_its_parent() -> None:
    started(
        an_area(),
        event(Area.Registered, code=COMMUNITY, name="中博社区", level="community", parent_code="500233001"),
    )


def test_residents_are_counted_for_each_year() -> None:
    area = an_area()
    for year, residents in ((2025, 3_000), (2026, 3_010)):
        outcome = given(area).when(partial(Area.count_residents, at=NOW, year=year, residents=residents))
        assert outcome.then(event(Area.ResidentsCounted, year=year, residents=residents)) is True
    assert area.residents == {2025: 3_000, 2026: 3_010}


def test_a_count_that_says_what_is_known_changes_nothing() -> None:
    area = an_area()
    area.count_residents(NOW, year=2025, residents=3_000)
    answer = given(area).when(lambda a: a.count_residents(NOW, year=2025, residents=3_000)).then_nothing()
    assert answer is False


def test_a_count_is_corrected_by_a_later_one() -> None:
    area = an_area()
    area.count_residents(NOW, year=2025, residents=3_000)
    given(area).when(lambda a: a.count_residents(NOW, year=2025, residents=2_999)).then(
        event(Area.ResidentsCounted, residents=2_999)
    )


def test_an_area_may_be_empty_but_not_emptier() -> None:
    given(an_area()).when(lambda a: a.count_residents(NOW, year=2025, residents=-1)).then_refused(
        Invalid, field="residents", rule="negative-count"
    )
    given(an_area()).when(lambda a: a.count_residents(NOW, year=2025, residents=0)).then(
        event(Area.ResidentsCounted, residents=0)
    )


@pytest.mark.parametrize(("year", "fits"), [(1899, False), (1900, True), (2999, True), (3000, False)])
def test_a_year_is_one_of_this_age(year: int, fits: bool) -> None:
    outcome = given(an_area()).when(lambda a: a.count_residents(NOW, year=year, residents=1))
    if fits:
        outcome.then(event(Area.ResidentsCounted, year=year))
    else:
        outcome.then_refused(Invalid, field="year", rule="year-out-of-range")
