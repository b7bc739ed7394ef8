"""The draw: reckoned a second way, the same for the same seed, and no case has a better chance than another."""

import hashlib
import subprocess
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.quality.checks.queries import draw_sample, pack_ids, population_digest, unpack_ids

ids = st.sets(st.integers(1, 99_999_999 * 10**9), max_size=60)


@given(ids, st.integers(0, 40), st.text("0123456789abcdef", min_size=1, max_size=32))
def test_the_draw_is_the_one_of_sorting_by_hand(population: set[int], size: int, seed: str) -> None:
    """A second way: pick the smallest digest again and again out of what is left."""
    left, wanted = dict[str, int](), list[int]()
    for one in population:
        left[hashlib.sha256(bytes(f"{seed}/process/{one}", "ascii")).hexdigest()] = one
    while left and len(wanted) < size:
        wanted.append(left.pop(min(left)))
    assert draw_sample(seed, "process", population, size) == wanted
    assert draw_sample(seed, "process", sorted(population, reverse=True), size) == wanted


def test_a_shell_draws_the_same() -> None:
    """What the paper says can be done with the tools of any Unix: seed/part/case through sha256sum and sort."""
    population, seed = list(range(1_000_000_001, 1_000_000_041)), "00112233445566778899aabbccddeeff"
    lines = "".join(f"printf %s {seed}/product/{one} | sha256sum | sed 's/ .*/ {one}/'\n" for one in population)
    script = f"( {lines} ) | sort | head -n 7 | cut -d' ' -f2"
    told = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert draw_sample(seed, "product", population, 7) == [int(part) for part in told]


def test_every_case_has_the_same_chance() -> None:
    """4,000 draws of 5 out of 40: each case 500 times; chi-square of 39 degrees stays below its 99.9 % point."""
    population, drawn = range(1, 41), Counter[int]()
    for n in range(4000):
        drawn.update(draw_sample(f"{n:032x}", "process", population, 5))
    expected = 4000 * 5 / 40
    assert sum((drawn[one] - expected) ** 2 / expected for one in population) < 72.1
    pairs = Counter(tuple(sorted(draw_sample(f"{n:032x}", "process", range(1, 6), 2))) for n in range(2000))
    assert len(pairs) == 10
    assert all(140 < count < 260 for count in pairs.values())


@given(ids)
def test_a_population_is_kept_whole(population: set[int]) -> None:
    known = sorted(population)
    assert unpack_ids(pack_ids(population)) == known
    assert population_digest(population) == population_digest(reversed(known))
