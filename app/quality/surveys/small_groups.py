"""Groups of few respondents are merged, so that nothing published says what one of them answered; pure.

A table that merges its small groups says of the rest only how all of them together answered, and the rest has at least
as many respondents as any row: the total less the other rows gives nothing away.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

FEWEST = 5
"""So many respondents stand together at least."""
MERGED = ""
"""What stands in the place of each value that was merged."""
Key = TypeVar("Key", bound=Hashable)


def merged_keys(counts: Mapping[Key, int]) -> frozenset[Key]:
    """Which groups of a table go together; all of them where they are fewer than FEWEST in all."""
    by_size = sorted(counts, key=lambda key: (counts[key], str(key)))
    merged = [key for key in by_size if counts[key] < FEWEST]
    rest = by_size[len(merged) :]
    while merged and rest and sum(counts[key] for key in merged) < FEWEST:
        merged.append(rest.pop(0))
    return frozenset(merged)


def coarsen(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows of values from the widest to the narrowest, each merged within what stands before it, until no beginning of
    a row is shared by fewer than FEWEST. Nothing where there are fewer rows in all."""
    if len(rows) < FEWEST:
        return []
    known: list[tuple[str, ...]] = [() for _ in rows]
    for level in range(len(rows[0])):
        known = [(*before, kept) for before, kept in zip(known, merged_level(known, rows, level), strict=True)]
    return known


def merged_level(known: Sequence[tuple[str, ...]], rows: Sequence[tuple[str, ...]], level: int) -> list[str]:
    counts: dict[tuple[str, ...], Counter[str]] = {}
    for before, row in zip(known, rows, strict=True):
        counts.setdefault(before, Counter())[row[level]] += 1
    merged = {before: merged_keys(found) for before, found in counts.items()}
    shown = []
    for before, row in zip(known, rows, strict=True):
        key = row[level]
        if key in merged[before]:
            key = MERGED
        shown.append(key)
    return shown
