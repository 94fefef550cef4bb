from __future__ import annotations

from typing import Any

import pytest

from points.application.sheets import AreaNames
from points.application.sheets.rules import CellRefused


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("香山社区居民委员会", "500233001001"), ("香山社区", "500233001001"), ("香山社区居委会", "500233001001"),
        ("香山居委会", "500233001001"), ("香山", "500233001001"), ("忠州街道香山社区", "500233001001"),
        ("忠州街道 香山社区", "500233001001"), ("忠县忠州街道香山社区", "500233001001"),
        ("香 山 社 区", "500233001001"),
        ("独珠村村民委员会", "500233001201"), ("独珠村", "500233001201"), ("独珠村委会", "500233001201"),
        ("独珠村村委会", "500233001201"), ("独珠村3组", "500233001201"), ("500233001201", "500233001201"),
        (500233001201.0, "500233001201"), ("500233001", "500233001"), ("忠州街道", "500233001"),
        ("苏家社区", "500233001011"), ("苏家村", "500233116207"), ("忠州街道苏家", "500233001011"),
        ("拔山镇苏家", "500233116207"),
    ],
)  # fmt: skip
def test_a_community_is_known_by_every_name_people_give_it(areas: AreaNames, written: Any, code: str) -> None:
    assert areas.find(written) == code


@pytest.mark.parametrize(
    ("written", "township", "rule"),
    [
        ("苏家", None, "ambiguous-area"),
        ("不存在社区", None, "unknown-area"),
        ("500233", None, "unknown-area"),
        ("500233999999", None, "unknown-area"),
        ("香山社区", "拔山镇", "area-not-in-township"),
        ("香山社区", "无此镇", "unknown-area"),
        (None, "拔山镇", "area-missing"),
    ],
)
def test_a_name_that_fits_no_place_or_several_is_refused(
    areas: AreaNames, written: Any, township: Any, rule: str
) -> None:
    with pytest.raises(CellRefused) as caught:
        areas.find(written, township)
    assert caught.value.rule == rule


def test_the_township_in_its_own_column_tells_two_places_apart(areas: AreaNames) -> None:
    assert areas.find("苏家", "拔山") == "500233116207"
    assert areas.find("苏家", "忠州街道") == "500233001011"


def test_one_name_in_two_townships_needs_the_township() -> None:
    names = AreaNames.of(
        [
            ("500233", "忠县", "county", ""),
            ("500233001", "东街道", "township", "500233"),
            ("500233002", "西镇", "township", "500233"),
            ("500233001001", "和平社区居民委员会", "community", "500233001"),
            ("500233002001", "和平社区居民委员会", "community", "500233002"),
        ]
    )
    assert names.find("西镇和平社区") == "500233002001"
    with pytest.raises(CellRefused) as caught:
        names.find("和平社区")
    assert caught.value.rule == "ambiguous-area"
