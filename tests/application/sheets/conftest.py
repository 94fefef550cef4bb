from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from making import county_areas

from points.application.sheets import AreaNames


@pytest.fixture(scope="session")
def areas() -> AreaNames:
    return county_areas()
