"""Median and percentiles by nearest rank: always one of the numbers that were counted."""

from collections import Counter
from math import ceil


def nearest_rank(counted: Counter[int], percent: int) -> int | None:
    """The smallest number within which at least so many percent lie; None of nothing."""
    wanted = ceil(counted.total() * percent / 100)
    reached = 0
    for value in sorted(counted):
        reached += counted[value]
        if reached >= wanted:
            return value
    return None
