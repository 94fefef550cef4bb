from __future__ import annotations

import pytest

from points.application.sheets import AreaNames
from tests.application.sheets.making import county_areas


@pytest.fixture(scope="session")
def areas() -> AreaNames:
    return county_areas()
