"""An exchange, and what a centre adds up, costs in a journal of 100,000 lines what it costs in one of 1,000."""

import pytest

from bench.growth import COUNTED, FLAT, SIZES, Grown, exponent, measure


@pytest.fixture(scope="module")
def counted() -> list[Grown]:
    return measure(SIZES)


@pytest.mark.parametrize("steps", COUNTED)
def test_the_work_does_not_grow(counted: list[Grown], steps: str) -> None:
    assert getattr(counted[0], steps) > (200 if "sums" in steps else 1000)  # all statements, of both sides
    assert exponent(counted, steps) <= FLAT, counted


def test_the_exponent_tells_how_work_grows() -> None:
    grown = [
        Grown(1_000, 50, 50, 7, 7, 7, 7),
        Grown(10_000, 500, 50, 7, 7, 7, 7),
        Grown(100_000, 5000, 500, 7, 7, 7, 7),
    ]
    assert [round(exponent(grown, steps), 9) for steps in COUNTED] == [1, 0.5, 0, 0, 0, 0]
