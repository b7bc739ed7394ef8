"""The short form of the figures about masks: both halves of the lists, further drawings, and names that no list has."""

import random
from pathlib import Path

import pytest

from tests.complaints.identities import RELATIONS, TITLES, Planted
from tests.proof.mask_figures import MOST_MISSED, MOST_TOUCHED, measure, missed, prove_masks

SYLLABLES = (
    "ba",
    "du",
    "gor",
    "wen",
    "lip",
    "sar",
    "mo",
    "tik",
    "ran",
    "no",
    "je",
    "pal",
    "ku",
    "mis",
    "hed",
)


def test_the_lists_have_three_hundred_identities_and_two_hundred_sentences() -> None:
    part = prove_masks(Path(), 1)
    assert part.faults == []
    assert " of 300, over-masked " in part.figures
    assert part.figures.endswith(" of 200")


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("holdout", [False, True])
def test_few_identities_are_missed_however_the_lists_are_drawn(*, holdout: bool, seed: int) -> None:
    half = measure(holdout=holdout, seed=seed)
    assert len(half.missed) < MOST_MISSED * half.identities, half.missed
    assert len(half.touched) < MOST_TOUCHED * half.sentences, half.touched


def test_a_name_that_no_list_has_goes_where_its_place_says_that_it_is_a_name() -> None:
    chance = random.Random(7)
    names = ["".join(chance.choices(SYLLABLES, k=3)).title() for _ in range(60)]
    planted = [Planted("", text.format(name), (name,)) for name in names for text in (*RELATIONS, *TITLES)]
    left = [one.text for one in planted if missed(one)]
    assert len(left) < MOST_MISSED * len(planted), left[:20]
