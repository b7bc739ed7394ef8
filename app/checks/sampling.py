"""A random sample that anybody can draw again: by the SHA-256 of seed, part and case, smallest first. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise


def draw_sample(seed: str, part: str, population: Iterable[int], size: int) -> list[int]:
    """The `size` cases of a population whose `SHA-256("seed/part/case")` are smallest, in that order; all of fewer.

    Every case has the same chance, and whoever knows seed and population reckons the same sample.
    """

    def rank(case_id: int) -> bytes:
        return hashlib.sha256(f"{seed}/{part}/{case_id}".encode("ascii")).digest()

    return sorted(population, key=rank)[:size]


def pack_ids(ids: Iterable[int]) -> list[int]:
    """Ids in their order as the first and then the gaps: short, though the ids themselves are long."""
    known = sorted(ids)
    return [*known[:1], *(after - before for before, after in pairwise(known))]


def unpack_ids(gaps: Sequence[int]) -> list[int]:
    return list(accumulate(gaps))


def population_digest(ids: Iterable[int]) -> str:
    """SHA-256 (hex) of the ids in their order, one a line: what a population is compared by on paper."""
    return hashlib.sha256("\n".join(map(str, sorted(ids))).encode("ascii")).hexdigest()
