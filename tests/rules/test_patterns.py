"""No pattern of the program may be slowed down by a text that somebody writes to slow it down."""

import re
from pathlib import Path

import pytest

from tests.proof.patterns import MOST_GROWTH, Tried, collect, growth, prove_patterns


def test_the_work_of_every_pattern_grows_as_its_text_does() -> None:
    """Eight lines of `_` x 8,000 once held the complaint book up for eight seconds at every look."""
    part = prove_patterns(Path(), 1)
    assert part.faults == []


@pytest.mark.parametrize(
    "pattern",
    [r"[\w.+\-]+@\w+", r"a*a*b", r"R\.?T\s*\s*\d"],
)
def test_a_pattern_that_grows_faster_is_seen(pattern: str) -> None:
    assert growth(Tried("", pattern, 0, anchored=False))[0] > MOST_GROWTH


def test_patterns_of_every_kind_are_collected() -> None:
    places = {one.place for one in collect()[0]}
    for wanted in (
        "app/services/complaints/number_masks.py _MAIL",
        "app/core/similarity.py _OLD_AND_ARABIC",
        "app/platform/people/changes.py re.sub('\\\\s+')",
        "sync/file_format.py AGE_HEAD",
    ):
        assert any(place.startswith(wanted) for place in places), wanted
    assert all(re.compile(one.pattern, one.flags) for one in collect()[0])
