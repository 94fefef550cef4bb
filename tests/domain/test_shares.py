from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from points.domain.shares import split


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
def test_the_parts_add_up_and_none_is_a_whole_unit_off(total: int, weights: list[int]) -> None:
    parts = split(total, weights)
    whole = sum(weights)
    assert sum(parts) == (total if whole else 0)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * whole - total * weight) < max(whole, 1)


def test_what_is_left_over_goes_to_the_largest_remainders_and_among_equals_to_the_first() -> None:
    assert split(10, [1, 1, 1]) == [4, 3, 3]
    assert split(7, [1, 2, 4, 0]) == [1, 2, 4, 0]
    assert split(1, [1, 3]) == [0, 1]
    assert split(5, []) == []
