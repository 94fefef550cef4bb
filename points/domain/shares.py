"""Splitting whole numbers pro rata, so that the parts add up to the whole."""

from __future__ import annotations

from collections.abc import Sequence


def split(total: int, weights: Sequence[int]) -> list[int]:
    """`total` in proportion to the weights by the method of the largest remainder.

    What is left over after rounding down goes one by one to the largest remainders, among equal ones to the earlier.
    With nothing to weigh, nobody gets anything.
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -(total * weights[place] % whole))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts
